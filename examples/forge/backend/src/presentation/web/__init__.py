"""Requests, replies and routes, without any framework: it starts in milliseconds."""
