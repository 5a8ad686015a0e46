from __future__ import annotations

from src.infrastructure.notifications.signature import sign, verify


def test_a_signature_fits_one_body_and_one_secret() -> None:
    signature = sign(b"{}", "secret")
    assert verify(b"{}", "secret", signature)
    assert not verify(b"{ }", "secret", signature)
    assert not verify(b"{}", "other", signature)
