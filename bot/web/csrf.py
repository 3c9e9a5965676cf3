"""Form tokens: a form is taken only from a page that was given to the same browser.

The token is bound to the secret of the browser's cookie (a session or a visitor), so nothing is stored.
"""

import base64
import hashlib
import hmac


class Csrf:
    """Makes and checks form tokens with one secret of the installation."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def token(self, session_key: str) -> str:
        """The token for forms shown to the browser that holds `session_key`; the same for all its tabs."""
        digest = hmac.new(self._secret, b"csrf\x00" + session_key.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def check(self, session_key: str, given: str) -> bool:
        """Whether `given` is that token; False for an empty key, so that a browser without a cookie never passes."""
        return bool(session_key) and hmac.compare_digest(self.token(session_key).encode(), given.encode())
