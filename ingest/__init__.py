"""paperchat."""
