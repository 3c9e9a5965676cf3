"""The key file: keys that encrypt texts, the key of keyed hashes and the secret of forms. Made once, mode 0600."""

import base64
import binascii
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
    data = _read(file)
    hash_key, form_secret = _secret(file, data["hash_key"]), _secret(file, data["form_secret"])
    return Keys(Cipher(*_sealing(file), renew=lambda: _sealing(file)), KeyedHash(hash_key), form_secret)


def _read(file: Path) -> dict[str, Any]:
    """The key file, with everything that has to be there."""
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        if isinstance(data["keys"], dict) and {"current", "hash_key", "form_secret"} <= data.keys():
            return dict(data)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged(file) from error
    raise _damaged(file)


def _secret(file: Path, text: object) -> bytes:
    try:
        return base64.b64decode(str(text), validate=True)
    except binascii.Error as error:
        raise _damaged(file) from error


def _sealing(file: Path) -> tuple[dict[str, bytes], str]:
    """The keys that encrypt and which of them does so now."""
    data = _read(file)
    return {name: _secret(file, key) for name, key in data["keys"].items()}, str(data["current"])


def _damaged(file: Path) -> StoreError:
    return StoreError(f"密钥文件 {file} 读不了或已损坏。请从备份恢复它；没有它，存着的内容读不出来")


def add_key(file: Path) -> str:
    """Make a new key that encrypts from now on, the old ones staying for reading; returns its id.

    Raises:
        StoreError: the file cannot be read or written; it is then as it was.
    """
    data = _read(file)
    number = 1 + max((int(name[1:]) for name in data["keys"] if name[1:].isdecimal()), default=0)
    name = f"k{number}"
    data["keys"][name] = _text(new_key())
    _write(file, {**data, "current": name})
    return name


def drop_old_keys(file: Path) -> list[str]:
    """Forget all keys but the current one; returns their ids. What they encrypted can never be read again."""
    data = _read(file)
    old = sorted(name for name in data["keys"] if name != data["current"])
    _write(file, {**data, "keys": {data["current"]: data["keys"][data["current"]]}})
    return old


def _write(file: Path, data: dict[str, Any]) -> None:
    """Put the whole file in place at once: a crash leaves the old one or the new one."""
    fresh = file.with_suffix(".new")
    try:
        fresh.unlink(missing_ok=True)
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as opened:
            json.dump(data, opened, indent=1)
            opened.flush()
            os.fsync(opened.fileno())
        fresh.replace(file)
    except OSError as error:
        raise StoreError(f"写不了密钥文件 {file}。请检查文件夹的权限和磁盘空间") from error


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
