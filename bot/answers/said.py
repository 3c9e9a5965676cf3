"""Every text of policies/ that a resident can read, with the place where it is written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from bot.knowledge import Knowledge
from bot.knowledge.documents import Document, Location, read_yaml

_READ_BY_RESIDENTS: Mapping[str, tuple[str, ...]] = {
    "messages.yaml": ("texts/*", "buttons/*", "units/*", "names/*/*"),
    "referrals.yaml": ("*/says",),
    "contacts.yaml": ("*/name", "*/hours"),
    "districts.yaml": ("*/practices/*",),
    "glossary.yaml": ("terms/*/name", "terms/*/plain"),
    "questionnaire.yaml": ("*/ask/*", "*/why", "*/example", "*/choices/*/title", "*/none_title", "*/doubts/*/ask"),
    "facts.yaml": ("*/name", "*/choices/*/name", "*/true", "*/false"),
    "canned.yaml": ("*/text",),
    "triage.yaml": ("rules/*/reason", "only_asking/reason"),
    "rules/*.yaml": ("*/says", "*/note"),
    "parameters/*.yaml": ("label",),
    "sources/*.yaml": ("title", "issuer"),
}
"""File → where in it; `*` stands for any number of steps."""
_NOT_READ: Mapping[str, tuple[str, ...]] = {"messages.yaml": ("names/forbidden/*",)}


@dataclass(frozen=True, slots=True)
class Said:
    """One text."""

    file: str
    line: int
    text: str


def said(knowledge: Knowledge) -> Iterator[Said]:
    """All of them: lines of answers (titles included) and the texts of the other files."""
    for answer in knowledge.answers.values():
        for number, row in enumerate(knowledge.files[answer.file].split("\n"), start=1):
            if row.startswith("title:") or number >= answer.body_line:
                yield Said(answer.file, number, row.removeprefix("title:").strip())
    for file, text in sorted(knowledge.files.items()):
        for pattern, wanted in _READ_BY_RESIDENTS.items():
            if fnmatchcase(file, pattern):
                yield from _texts(read_yaml(file, text), wanted, _NOT_READ.get(pattern, ()))


def _texts(document: Document, wanted: tuple[str, ...], left_out: tuple[str, ...]) -> Iterator[Said]:
    for location, text in _strings(document.data, ()):
        path = "/".join(str(step) for step in location)
        if any(fnmatchcase(path, pattern) for pattern in wanted) and not any(fnmatchcase(path, pattern) for pattern in left_out):
            yield Said(document.file, document.line(location), text)


def _strings(data: object, where: Location) -> Iterator[tuple[Location, str]]:
    if isinstance(data, str):
        yield where, data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from _strings(value, (*where, str(key)))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _strings(value, (*where, index))
