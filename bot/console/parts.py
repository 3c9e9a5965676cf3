"""What every staff page is given."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from jinja2 import Environment

from bot.knowledge import Knowledge
from bot.publishing import Press
from bot.reception import Desk, Incoming
from bot.reception.learning import Learning
from bot.reception.outreach import Outreach
from bot.reception.whatif import WhatIf
from bot.staff import Accounts, Door, Invitations, KnownBrowsers, Looks, SecondFactor, Sessions
from bot.store.database import Database
from bot.web.csrf import Csrf
from bot.web.live import Live

HealthReport = dict[str, object]
"""`nlu`: state of the language model in words; `policy_faults`: list of sentences of a refused change;
any further key (in Chinese) is shown with its value."""

Population = Callable[[Knowledge, Knowledge, date], WhatIf]
"""What other policies would change for the households that were screened; before, after, on which day."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The program as staff pages see it."""

    database: Database
    desk: Desk
    knowledge: Callable[[], Knowledge]
    live: Live
    templates: Environment
    clock: Callable[[], datetime]
    csrf: Csrf
    secure: bool
    """Whether pages are served over https: cookies are then marked so."""
    health: Callable[[], HealthReport]
    accounts: Accounts
    sessions: Sessions
    invitations: Invitations
    looks: Looks
    assets: str
    """Changes whenever a stylesheet or script changes; part of their addresses."""
    door: Door
    second_factor: SecondFactor
    known: KnownBrowsers
    take_in: Callable[[Incoming], Coroutine[Any, Any, int]]
    """Takes in and answers a message of a caller on the telephone; gives the id of the conversation."""
    press: Press
    population: Population
    """How the stored screenings would come out anew."""
    learning: Learning
    outreach: Outreach
    site: str
    """Public root of all links, from the settings, without a slash at the end; never taken from a request."""
