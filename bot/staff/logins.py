"""Login names and the names that residents see."""

import re
import unicodedata

from bot.errors import InputError

LONGEST_NAME = 20
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


def normal_login(login: str) -> str:
    """A login as it is stored: without spaces around it, small letters."""
    return unicodedata.normalize("NFKC", login).strip().lower()


def check_login(login: str) -> str:
    """The normal form of a login that a new account may have.

    Raises:
        InputError: it has other characters, or a wrong length.
    """
    normal = normal_login(login)
    if not _LOGIN.fullmatch(normal):
        raise InputError("登录名要 2 到 40 个字符，只能用小写字母、数字、点、横线，例如 wang.li")
    return normal


def check_name(name: str, what: str = "名字") -> str:
    """A name that is shown, without spaces around it.

    Raises:
        InputError: it is empty, too long, or holds what cannot be shown.
    """
    shown = name.strip()
    if not shown or len(shown) > LONGEST_NAME or not shown.isprintable():
        raise InputError(f"请写一个{what}，最多 {LONGEST_NAME} 个字")
    return shown
