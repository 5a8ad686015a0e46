"""One function for each route: read the request, call a use case, present the outcome."""
