"""Encrypts texts at rest with AES-256-GCM; several keys may be known, one of them encrypts."""

import base64
import secrets
from collections.abc import Callable, Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.errors import JinnuanError

NONCE_BYTES = 12
KEY_BYTES = 32


class CipherError(JinnuanError):
    """A stored text cannot be read: its key is missing, or it was tampered with."""


def new_key() -> bytes:
    """A fresh random key of 32 bytes."""
    return secrets.token_bytes(KEY_BYTES)


class Cipher:
    """Encrypts with the current key and decrypts with any known one.

    A ciphertext reads `<key id>.<base64url of nonce + sealed>`; its purpose (the column's name) is
    authenticated too, so that a value moved to another column cannot be read there.
    """

    def __init__(self, keys: Mapping[str, bytes], current: str, renew: Callable[[], "tuple[Mapping[str, bytes], str]"] | None = None) -> None:
        """`renew` is asked once more for (keys, current) when a text was sealed with a key made since."""
        self._renew = renew
        self._take(keys, current)

    def _take(self, keys: Mapping[str, bytes], current: str) -> None:
        if current not in keys:
            raise CipherError(f"密钥文件里没有编号为「{current}」的密钥")
        self._sealers = {name: AESGCM(key) for name, key in keys.items()}
        self._current = current

    @property
    def current(self) -> str:
        """The id of the key that encrypts."""
        return self._current

    def encrypt(self, text: str, purpose: str) -> str:
        """`text` sealed for `purpose`."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._sealers[self._current].encrypt(nonce, text.encode(), purpose.encode())
        return f"{self._current}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def decrypt(self, sealed: str, purpose: str) -> str:
        """The text behind `sealed`.

        Raises:
            CipherError: unknown key, wrong purpose, or the value was changed.
        """
        name, _, body = sealed.partition(".")
        if name not in self._sealers and self._renew is not None:
            self._take(*self._renew())  # the keys were rotated while this program ran
        if name not in self._sealers:
            raise CipherError(f"缺少编号为「{name}」的密钥,读不出存着的内容")
        try:
            raw = base64.urlsafe_b64decode(body)
            return self._sealers[name].decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], purpose.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise CipherError("存着的内容与密钥对不上,可能被改动过") from error
