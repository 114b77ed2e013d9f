"""From source files to papers: reading, cleaning, identifying, merging and cutting into passages."""
