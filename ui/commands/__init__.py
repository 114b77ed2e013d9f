"""The commands of the command line, one module each; options that all of them share are in `options`."""
