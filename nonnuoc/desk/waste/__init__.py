"""Reports of waste, manifests, the balance of what is hazardous."""
