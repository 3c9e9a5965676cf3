"""Whether a resident may be reached, from what a case holds."""

from bot.casework import SafeContact


def test_violence_starts_at_no_contact() -> None:
    assert not SafeContact.of({}, ["crisis.violence"]).may_contact
    assert not SafeContact.of({}, ["crisis.child_danger", "kind.crisis"]).may_contact


def test_a_number_is_no_leave_to_call_after_violence() -> None:
    assert not SafeContact.of({"contact": "phone", "phone": "13800138000"}, ["crisis.violence"]).may_contact


def test_a_safe_time_said_by_the_resident_is() -> None:
    assert SafeContact.of({"contact": "phone", "when": "晚上", "call_agreed": True}, ["crisis.violence"]).may_contact


def test_the_wish_not_to_be_reached_holds_for_every_case() -> None:
    assert not SafeContact.of({"contact": "none"}, ["kind.help"]).may_contact
    assert SafeContact.of({}, ["kind.help"]).may_contact


def test_unknown_codes_are_read_as_not_said() -> None:
    contact = SafeContact.of({"contact": "pigeon", "communicates": "drum"}, [])
    assert (contact.way, contact.communicates) == ("", "")
