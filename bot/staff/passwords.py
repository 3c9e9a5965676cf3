"""Passwords: hashed with argon2id, long, and not one that anybody would guess (ASVS 5.0, 6.2)."""

import re
import threading
import unicodedata
from collections.abc import Collection
from functools import lru_cache
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from bot.errors import InputError

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
BUSY_SECONDS = 10.0
FEWEST_OWN = 5
"""So many characters must be left when common words, runs and repetitions are taken out."""
_RUNS = ("0123456789012345", "9876543210987654", "abcdefghijklmnopqrstuvwxyz", "zyxwvutsrqponmlkjihgfedcba", "qwertyuiop", "asdfghjkl", "zxcvbnm",
         "poiuytrewq", "lkjhgfdsa", "mnbvcxz", "1qaz2wsx3edc4rfv5tgb6yhn", "1q2w3e4r5t6y7u8i9o0p", "qazwsxedcrfvtgbyhnujm", "!@#$%^&*()")
_SHORTEST_RUN = 3
_LEET = str.maketrans("0134578@$!", "oleastbasi")
_LETTERS = re.compile(r"[^\W\d_]+")


class Passwords:
    """Hashes and checks passwords; at most two at a time, because each takes 64 MiB for a moment."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._room = threading.Semaphore(2)
        self._nobody = self._hasher.hash("no account has this password")

    def hash(self, password: str) -> str:
        """The argon2id hash of a password."""
        with self._turn():
            return self._hasher.hash(plain(password))

    def fits(self, password: str, password_hash: str | None) -> bool:
        """Whether the password is right; without a hash the same work is done, and the answer is no.

        Raises:
            InputError: too many are being checked at this moment.
        """
        with self._turn():
            try:
                self._hasher.verify(password_hash or self._nobody, plain(password[:LONGEST_PASSWORD]))
            except (VerifyMismatchError, InvalidHashError):
                return False
        return password_hash is not None and len(password) <= LONGEST_PASSWORD  # what is longer was never set

    def outdated(self, password_hash: str) -> bool:
        """Whether the hash was made with weaker settings than today's."""
        return self._hasher.check_needs_rehash(password_hash)

    def _turn(self) -> "_Turn":
        return _Turn(self._room)


class _Turn:
    """A place among the hashings; nobody waits for it longer than a browser would."""

    def __init__(self, room: threading.Semaphore) -> None:
        self._room = room

    def __enter__(self) -> None:
        if not self._room.acquire(timeout=BUSY_SECONDS):
            raise InputError("现在登录的人太多。请过一会儿再试")

    def __exit__(self, *_: object) -> None:
        self._room.release()


def plain(password: str) -> str:
    """The password as it is hashed: one form for what looks the same."""
    return unicodedata.normalize("NFKC", password)


def check_password(password: str, login: str) -> None:
    """Refuse a password that is too short or that anybody would guess. There are no rules on kinds of characters.

    Raises:
        InputError: says what to change.
    """
    given = plain(password)
    if len(given) < SHORTEST_PASSWORD:
        raise InputError(f"密码至少要 {SHORTEST_PASSWORD} 个字符。可以用几个不相干的词连起来")
    if len(given) > LONGEST_PASSWORD:
        raise InputError(f"密码最多 {LONGEST_PASSWORD} 个字符")
    known = common_words() | {login.strip().lower()}
    if len(set(given)) < FEWEST_OWN or _own_characters(given.lower(), known) < FEWEST_OWN:
        raise InputError("这个密码太常见，很容易被猜到。请用几个不相干的词连起来，别只用登录名、常见词、连号和重复")


def _own_characters(given: str, known: Collection[str]) -> int:
    """How many letters or characters stand outside of known words, runs and repetitions, counting as few as possible."""
    return min(_outside(given, known), _outside(given.translate(_LEET), known))


def _outside(text: str, known: Collection[str]) -> int:
    best = [0]
    for end in range(1, len(text) + 1):
        alone = best[end - 1] + (1 if _LETTERS.fullmatch(text[end - 1]) else 0)
        best.append(min([alone, *(best[start] for start in range(max(0, end - 26), end) if _is_common(text[start:end], known))]))
    return best[-1]


def _is_common(piece: str, known: Collection[str]) -> bool:
    if piece in known or (len(piece) > 1 and len(set(piece)) == 1):
        return True
    return len(piece) >= _SHORTEST_RUN and any(piece in run for run in _RUNS)


@lru_cache(maxsize=1)
def common_words() -> frozenset[str]:
    """The words of common_words.txt."""
    lines = files("bot.staff").joinpath("common_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
