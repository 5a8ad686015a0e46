"""Python text as records: imports, bindings, effects at import, opened files. No disk."""
