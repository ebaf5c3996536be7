"""What every register can do, written once: entries, versions, lists, search, files, import, export, layers."""
