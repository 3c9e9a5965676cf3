"""The key file: keys that encrypt texts, the key of keyed hashes and the secret of forms. Made once, mode 0600."""

import base64
import binascii
import json
import os
from dataclasses import dataclass
from pathlib import Path

from bot.errors import StoreError
from bot.privacy import Cipher, KeyedHash, new_key

FIRST_KEY = "k1"


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """Everything secret that the program itself makes."""

    cipher: Cipher
    hashes: KeyedHash
    form_secret: bytes


def load_keys(file: Path) -> Keys:
    """The keys of `file`, made at the first start.

    Raises:
        StoreError: the file cannot be read or is damaged; nothing is overwritten.
    """
    if not file.exists():
        _make(file)
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        keys = {name: base64.b64decode(key, validate=True) for name, key in data["keys"].items()}
        return Keys(
            Cipher(keys, data["current"]), KeyedHash(base64.b64decode(data["hash_key"])), base64.b64decode(data["form_secret"])
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise StoreError(f"密钥文件 {file} 读不了或已损坏。请从备份恢复它;没有它,存着的内容读不出来") from error


def memory_keys() -> Keys:
    """Keys that live as long as the process, for in-memory stores and tests."""
    return Keys(Cipher({FIRST_KEY: new_key()}, FIRST_KEY), KeyedHash(new_key()), new_key())


def _make(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = {"current": FIRST_KEY, "keys": {FIRST_KEY: _text(new_key())}, "hash_key": _text(new_key()), "form_secret": _text(new_key())}
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return  # another process was first
    except OSError as error:
        raise StoreError(f"写不了密钥文件 {file}。请检查文件夹的权限") from error
    with os.fdopen(handle, "w", encoding="utf-8") as opened:
        json.dump(fresh, opened, indent=1)


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode()
