"""Reports: a run as a web page, as Markdown, as JSON and as text."""
