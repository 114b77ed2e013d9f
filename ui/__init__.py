"""The browser page and the command line; both only show what `assistant` answers."""
