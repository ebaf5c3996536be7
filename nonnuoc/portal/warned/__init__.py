"""Public warnings, as everybody reads them: banner, page, feed, CAP."""
