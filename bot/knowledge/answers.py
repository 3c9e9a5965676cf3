"""Answer templates: one Markdown file per label, with front matter."""

from datetime import date

from pydantic import Field

from bot.knowledge.documents import Strict


class AnswerHead(Strict):
    """What stands between the two `---` lines of an answer file."""

    title: str
    """The question in a few words, used on buttons and on the public page."""
    sources: tuple[str, ...] = ()
    """`source` or `source#clause`; may be empty only for acts and crisis texts."""
    checked_on: date
    needs: tuple[str, ...] = ()
    """Parameters and variables that the template uses."""
    next: tuple[str, ...] = ()
    """Labels (or `act.screen`, `act.handoff`) offered as buttons below."""
    by_district: bool = False
    older_rule: bool = False
    """True where the rule is known only from an older text; the answer then says so."""
    note: str = ""


class Answer(AnswerHead):
    """One answer: head, template text, where it lies."""

    label: str
    file: str
    body: str = Field(repr=False)
    """Jinja2 (sandboxed) text: first the short answer, after a line `---` the details."""
    body_line: int
