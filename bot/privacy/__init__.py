"""Detect, mask, encrypt and hash personal data. Holds no keys of its own: callers bring them."""

from bot.privacy.cipher import Cipher, CipherError, new_key
from bot.privacy.identifiers import mask_identifiers
from bot.privacy.keyed_hash import KeyedHash
from bot.privacy.masking import mask_personal

__all__ = ["Cipher", "CipherError", "KeyedHash", "mask_identifiers", "mask_personal", "new_key"]
