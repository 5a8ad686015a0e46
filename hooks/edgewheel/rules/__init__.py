"""The rule book: one file a rule, in a folder for each hundred of codes."""
