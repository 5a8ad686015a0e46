"""Deploy and run logs: lines read in flat memory, and what they say, counted."""
