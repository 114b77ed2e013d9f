"""The commands of `paperchat eval`, a module for each kind of work."""
