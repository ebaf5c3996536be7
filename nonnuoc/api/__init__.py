"""The faces shown to other machines."""
