"""A file as a form: what is changed is changed, and not a byte besides."""

import pytest

from bot.errors import InputError
from bot.knowledge import Knowledge
from bot.knowledge.documents import read_yaml
from bot.publishing.leaves import key_of, leaves, listings, place_of, with_one_more, with_values, without

FORMS = ("contacts.yaml", "triage.yaml", "office_hours.yaml", "withdrawn.yaml", "limits.yaml")
ODD = ("新的：「字」, # 井: 冒号", "两行\n第二行: x", "true", "12", "- a", "{{ district }}", "'", "null", "a\tb", "2026-01-01")


@pytest.mark.parametrize("file", (*FORMS, "questionnaire.yaml", "messages.yaml", "rules/dibao.yaml"))
def test_the_same_values_change_not_a_byte(knowledge: Knowledge, file: str) -> None:
    text = knowledge.files[file]
    found = leaves(text)
    assert found
    assert with_values(text, {leaf.key: leaf.text for leaf in found}) == text


@pytest.mark.parametrize("wanted", ODD)
def test_any_words_can_be_written_and_are_read_back(knowledge: Knowledge, wanted: str) -> None:
    text = knowledge.files["contacts.yaml"]
    changed = with_values(text, {key_of(("hotline_12345", "hours")): wanted})
    data = read_yaml("contacts.yaml", changed).data
    assert data["hotline_12345"]["hours"] == wanted
    assert changed.split("\n")[:5] == text.split("\n")[:5]
    assert "# 打电话找谁" in changed


@pytest.mark.parametrize("wanted", ODD)
def test_within_braces_too(knowledge: Knowledge, wanted: str) -> None:
    changed = with_values(knowledge.files["triage.yaml"], {key_of(("rules", 0, "reason")): wanted})
    assert read_yaml("triage.yaml", changed).data["rules"][0]["reason"] == wanted


def test_lists_of_words_are_edited_a_word_a_line(knowledge: Knowledge) -> None:
    text = knowledge.files["office_hours.yaml"]
    changed = with_values(text, {key_of(("closed_on",)): "2027-01-02\n2027-01-03\n"})
    assert read_yaml("office_hours.yaml", changed).data["closed_on"] == ["2027-01-02", "2027-01-03"]
    assert with_values(changed, {key_of(("closed_on",)): ""}) == text


def test_groups_of_a_list_are_added_and_taken_away(knowledge: Knowledge) -> None:
    for file in ("triage.yaml", "questionnaire.yaml", "office_hours.yaml"):
        text = knowledge.files[file]
        for listing in listings(text):
            more = with_one_more(text, listing.where)
            assert without(more, (*listing.where, len(listing.items))) == text
    one = "items:\n  - {a: b}\n"
    with pytest.raises(InputError, match="最后一项"):
        without(one, ("items", 0))
    with pytest.raises(InputError):
        without(one, ("items", 7))
    with pytest.raises(InputError):
        with_one_more(one, ("nothing",))


def test_numbers_and_choices_stay_what_they_are(knowledge: Knowledge) -> None:
    text = knowledge.files["triage.yaml"]
    changed = with_values(text, {key_of(("clocks", 0, "minutes")): "20", key_of(("clocks", 0, "round_the_clock")): "false"})
    clock = read_yaml("triage.yaml", changed).data["clocks"][0]
    assert (clock["minutes"], clock["round_the_clock"]) == (20, False)
    for key, value in ((("clocks", 0, "minutes"), "二十"), (("clocks", 0, "round_the_clock"), "maybe")):
        with pytest.raises(InputError):
            with_values(text, {key_of(key): value})


@pytest.mark.parametrize("key", ["", "[", "{}", "[[1]]", "[" * 5_000, "null"])
def test_a_made_up_place_is_no_place(key: str) -> None:
    with pytest.raises(InputError):
        place_of(key)


@pytest.mark.parametrize("text", ["", "a: [", "a: &x [1]\nb: *x\n", "!!python/object:os.system {}", "[" * 3_000])
def test_what_is_not_plain_yaml_has_no_fields(text: str) -> None:
    assert leaves(text) == []
    assert listings(text) == []
