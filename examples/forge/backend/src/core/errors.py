"""Errors that a caller can do something about, each with its HTTP status."""

from __future__ import annotations


class ForgeError(Exception):
    """The base of every error that is answered instead of being logged as a crash."""

    status = 500
    title = "Internal error"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class InvalidInputError(ForgeError):
    status = 422
    title = "Invalid input"


class NotAuthenticatedError(ForgeError):
    status = 401
    title = "Not authenticated"


class NotFoundError(ForgeError):
    status = 404
    title = "Not found"


class MethodNotAllowedError(ForgeError):
    status = 405
    title = "Method not allowed"


class ConflictError(ForgeError):
    status = 409
    title = "Conflict"


class TooLargeError(ForgeError):
    status = 413
    title = "Too large"


class QuotaExceededError(ForgeError):
    status = 429
    title = "Quota exceeded"
