"""The shapes of requests and replies, for the OpenAPI description."""
