"""Leases kept in a Durable Object, the one place that all isolates share."""
