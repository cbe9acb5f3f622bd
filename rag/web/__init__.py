"""The page: the library in a browser, on this machine only."""
