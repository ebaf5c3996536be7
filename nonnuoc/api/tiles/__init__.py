"""Vector tiles of the layers."""
