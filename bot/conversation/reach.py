"""How and where to reach somebody, as one message says it, in any order: into details of a case, and said back."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.casework.contact import NEVER_FIRST
from bot.conversation.talk import Talk
from bot.understanding import (
    contact_said,
    matters_in,
    place_in,
    place_said,
    read_answer,
    refuses_time,
    without_hukou,
)


@dataclass(frozen=True, slots=True)
class Told:
    """What a message adds to the details of a case."""

    details: Mapping[str, object] = field(default_factory=dict)
    """Keys: contact, phone, when, not_told, communicates, call_agreed, street, where, hukou."""
    district: str = ""

    @property
    def of_contact(self) -> bool:
        """Whether it says how to reach somebody (a time counts)."""
        return bool({"contact", "phone", "when", "not_told", "communicates"} & set(self.details))

    @property
    def of_place(self) -> bool:
        """Whether it says where somebody lives or is."""
        return bool(self.district or {"street", "where"} & set(self.details))


def read(talk: Talk, text: str, *, district: str = "") -> Told:
    """Everything in `text` about reaching its writer; what is not there is absent.

    Args:
        district: where the resident is known to live, to which 「户口也在这儿」 refers.
    """
    knowledge = talk.knowledge
    said = contact_said(knowledge, text)
    about_hukou, rest = without_hukou(knowledge, text)
    place = place_said(knowledge, rest)
    found: dict[str, object] = {}
    if said.way:
        found["contact"] = said.way
    if said.phone:
        found["phone"] = said.phone
    if said.when:
        found["when"] = said.when
    if said.way in {"chat", "none"}:
        found["call_agreed"] = False
    elif (said.when and not refuses_time(knowledge, said.when)) or "call_ok" in matters_in(knowledge, text):
        found["call_agreed"] = True
    if said.not_told:
        found["not_told"] = said.not_told
    if said.speech:
        found["communicates"] = said.speech
    if place.street:
        found["street"] = place.street
    if place.address and place.address.removeprefix(place.district) != place.street:
        found["where"] = place.address
    hukou = _hukou(talk, about_hukou, place.district or district)
    if hukou:
        found["hukou"] = hukou
    return Told(found, place.district)


def _hukou(talk: Talk, text: str, lives_in: str) -> str:
    if not text:
        return ""
    named = place_in(talk.knowledge, text)
    if named:
        return named
    value = read_answer(talk.knowledge, "hukou", text)
    if value == "outside_tianjin":
        return talk.title("outside")
    return lives_in if value == "same_district" else ""


def guarded(talk: Talk, details: Mapping[str, object]) -> bool:
    """Whether nobody may call this resident until they say that it is safe."""
    alarm = {f"crisis.{kind}" for kind in talk.state.alarm.kinds}
    case = talk.around.case
    in_case = case is not None and case.status != "closed" and case.kind == "crisis"
    return bool(NEVER_FIRST & alarm) and in_case and not details.get("call_agreed")


def summary(talk: Talk, told: Told, details: Mapping[str, object]) -> str:
    """The same said back in a few words; `details` is what the case then holds."""
    said, found = [], told.details
    if "phone" in found:
        text_id = "said_phone_guarded" if found.get("contact") == "phone" and guarded(talk, details) else "said_phone"
        said.append(talk.text(text_id, phone=found["phone"]))
    elif found.get("contact") == "phone":
        said.append(talk.text("said_call"))
    if found.get("contact") in {"chat", "none"}:
        said.append(talk.text(f"said_{found['contact']}"))
    if "when" in found:
        said.append(talk.text("said_when", when=found["when"]))
    if "not_told" in found:
        said.append(talk.text("said_not_told", words=found["not_told"]))
    if "communicates" in found:
        said.append(talk.text(f"said_{found['communicates']}"))
    if told.of_place:
        said.append(talk.text("said_place", place=place_words(told)))
    if "hukou" in found:
        said.append(talk.text("said_hukou", hukou=found["hukou"]))
    return "，".join(said)


def place_words(told: Told) -> str:
    """「南开区体育中心街道」."""
    address, street = str(told.details.get("where", "")), str(told.details.get("street", ""))
    words = address if address and (not street or street in address) else street + address
    return words if words.startswith(told.district) else told.district + words


def how(talk: Talk, details: Mapping[str, object]) -> str:
    """What will happen: by telephone at a time, only here, or nothing first."""
    way = str(details.get("contact") or "chat")
    if way == "phone" and guarded(talk, details):
        return talk.text("how_guarded")
    if way == "phone" and details.get("when"):
        return talk.text("how_phone_when", when=details["when"])
    return talk.text(f"how_{way}")
