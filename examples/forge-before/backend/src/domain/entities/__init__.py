"""Things with an identity and a life."""
