"""Texts at rest."""

import pytest

from bot.privacy import Cipher, CipherError, new_key


def test_what_is_encrypted_for_a_purpose_is_read_back_for_it() -> None:
    cipher = Cipher({"a": new_key()}, "a")
    assert cipher.decrypt(cipher.encrypt("低保", "x"), "x") == "低保"


def test_the_same_text_never_looks_the_same_twice() -> None:
    cipher = Cipher({"a": new_key()}, "a")
    assert cipher.encrypt("低保", "x") != cipher.encrypt("低保", "x")


def test_an_old_key_still_reads_and_the_new_one_writes() -> None:
    old, new = new_key(), new_key()
    sealed = Cipher({"a": old}, "a").encrypt("旧", "x")
    both = Cipher({"a": old, "b": new}, "b")
    assert both.decrypt(sealed, "x") == "旧"
    assert both.encrypt("新", "x").startswith("b.")


@pytest.mark.parametrize("change", [lambda s: s[:-4] + "AAA=", lambda s: "z" + s, lambda s: s.split(".")[0] + ".!!"])
def test_a_changed_text_is_refused(change) -> None:  # type: ignore[no-untyped-def]
    cipher = Cipher({"a": new_key()}, "a")
    with pytest.raises(CipherError):
        cipher.decrypt(change(cipher.encrypt("低保", "x")), "x")


def test_a_text_moved_to_another_column_is_refused() -> None:
    cipher = Cipher({"a": new_key()}, "a")
    with pytest.raises(CipherError):
        cipher.decrypt(cipher.encrypt("低保", "x"), "y")
