"""What a conversation remembers. Frozen; stored encrypted as JSON; old stored states still load."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from bot.knowledge import Value


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Prompt(_Frozen):
    """What the bot is waiting for, and the turn in which it first asked. Buttons carry that turn."""

    key: str
    """`consent`, `facts`, `agree_other`, `question`, `doubt`, `closed_programme`, `closed_reason`, `step` (of a hand-over), `crisis` (after an alarm),
    `feedback`, `erase`, `abroad` or `guardian`."""
    turn: int


class Answered(_Frozen):
    """A question that was answered (or passed), and the facts it filled."""

    question: str
    filled: tuple[str, ...] = ()


class Interview(_Frozen):
    """A pre-screening under way or finished."""

    running: bool = False
    paused: bool = False
    facts: dict[str, Value] = {}
    answered: tuple[Answered, ...] = ()
    question: str = ""
    """Id of the question that is open."""
    doubts: int = 0
    """How often the open question was answered doubtfully."""
    ticks: tuple[int, ...] = ()
    pending: dict[str, Value] = {}
    """Facts told before consent, shown back and not yet confirmed."""
    limit: int = 0
    """Questions after which first findings are said (few questions); 0: as many as it takes."""
    reopened: dict[str, Value] = {}
    """Values that the open question had before it was opened anew; only another answer touches what depends on it."""
    closed: dict[str, str] = {}
    """Programmes that were refused or stopped before → the reason the written notice gave."""
    policies: str = ""
    """Version of the policies under which `standing` was found."""
    standing: dict[str, str] = {}
    """Outcomes as they stand by what is known so far, to tell when a change of policy alters them."""
    queried: tuple[str, ...] = ()
    """Contradictions that were asked about once."""
    marks: tuple[str, ...] = ()
    """Contradictions that the resident let stand; the caseworker sees them."""
    outcomes: dict[str, str] = {}
    likely: tuple[str, ...] = ()


class Handover(_Frozen):
    """A hand-over to a person under way."""

    kind: str
    steps: tuple[str, ...]
    """Steps still to be asked, the open one first."""
    details: dict[str, Any] = {}
    district: str = ""
    number: str = ""
    """Number of the case once it is open."""
    doubts: int = 0
    asked: tuple[str, ...] = ()
    """Questions already put after the consent; two are the most."""
    taken: tuple[str, ...] = ()
    """What was noted since the last question, to be said back."""


class Crisis(_Frozen):
    """After an alarm: what was said and asked, so that nothing comes twice."""

    since: str = ""
    """ISO time of the last alarm."""
    kinds: tuple[str, ...] = ()
    """Kinds for which the numbers were given."""
    who: str = "self"
    """`self`, `other` (somebody speaks for another household) or `child` (a child speaks)."""
    number: str = ""
    place_asked: bool = False
    said: dict[str, int] = {}
    """Text family → how many of it were used."""
    prompt: str = ""
    """Key of the prompt that was open before."""
    handover: Handover | None = None
    """The hand-over that was open before."""


class State(_Frozen):
    """Everything the bot remembers of one conversation."""

    turn: int = 0
    greeted: bool = False
    programme: str = ""
    """The programme last spoken of."""
    label: str = ""
    misses: int = 0
    prompt: Prompt | None = None
    interview: Interview = Interview()
    handover: Handover | None = None
    consent: str = ""
    """Version of the notice agreed to, or empty."""
    refused: bool = False
    abroad: str = ""
    """Version of the notice under which the resident agreed to be screened over a channel that leaves the mainland."""
    aside: Prompt | None = None
    """What was open before the resident was asked whether to erase."""
    early: tuple[tuple[str, str], ...] = ()
    """(ISO time, words) said before consent; read for facts only after a yes."""
    district: str = ""
    district_asked: int = 0
    """The turn in which an answer asked for the district; 0 before. It is asked once in a conversation."""
    shown: tuple[tuple[str, str], ...] = ()
    """(title, value) of the buttons on the screen, so that a typed title or number is that tap."""
    consent_doubts: int = 0
    """How often the request for consent was answered with something else."""
    crisis: str = ""
    """The crisis label last answered; empty when there is none."""
    crisis_told: bool = False
    """Whether the resident was told, afterwards, that a crisis is registered without asking."""
    alarm: Crisis = Crisis()
    answers_shown: tuple[str, ...] = ()
    """Labels of the answers given since the resident was last asked whether they helped."""
    helped_asked: str = ""
    """ISO day on which that was last asked."""
    withdrawn: str = ""
    """Number of the case that the resident wanted to withdraw."""

    def to_json(self) -> dict[str, Any]:
        """Plain data for the store."""
        return self.model_dump(mode="json")

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "State":
        """The state behind stored data; an empty dict is a new conversation."""
        return cls.model_validate(data)
