"""Findings and tables as text, JSON, Markdown, HTML, workflow commands and SARIF."""
