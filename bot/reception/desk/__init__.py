"""What staff do to cases, part by part. Each deed is one transaction, audited, and seen by open pages."""

from collections.abc import Callable
from datetime import datetime

from bot.knowledge import Knowledge
from bot.privacy import KeyedHash
from bot.reception.desk.alarms import SEEN_SHOWN_FOR, Alarms
from bot.reception.desk.hands import Assigned, Hands
from bot.reception.desk.households import Households, Likeness
from bot.reception.desk.leaves import Leaves
from bot.reception.desk.moves import RECIPIENTS, Moves
from bot.reception.desk.promises import Promises
from bot.reception.desk.replays import Replay, Replays
from bot.reception.desk.roster import Roster, Wish
from bot.reception.desk.sharing import Sharing
from bot.reception.desk.talk import Talk
from bot.reception.desk.transfers import CITY, Transfers
from bot.reception.desk.watch import Watch
from bot.store.database import Database


class Desk:
    """The desk of one running program."""

    def __init__(
        self, database: Database, knowledge: Callable[[], Knowledge], hashes: KeyedHash, clock: Callable[[], datetime]
    ) -> None:
        parts = (database, knowledge, hashes, clock)
        self.talk = Talk(*parts)
        self.moves = Moves(self.talk, *parts)
        self.hands = Hands(self.talk, *parts)
        self.promises = Promises(*parts)
        self.replays = Replays(*parts)
        self.transfers = Transfers(*parts)
        self.households = Households(*parts)
        self.leaves = Leaves(*parts)
        self.sharing = Sharing(*parts)
        self.watch = Watch(*parts)
        self.alarms = Alarms(*parts)
        self.roster = Roster(*parts)


__all__ = ["CITY", "RECIPIENTS", "SEEN_SHOWN_FOR", "Alarms", "Assigned", "Desk", "Likeness", "Replay", "Roster", "Watch", "Wish"]
