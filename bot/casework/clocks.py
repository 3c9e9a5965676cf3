"""Who waits for whom, and until when an answer is due."""

from collections.abc import Collection
from datetime import datetime, timedelta

from bot.casework.working_time import after_working
from bot.knowledge.office_hours import OfficeHours
from bot.knowledge.triage import Colour, Triage


def due(triage: Triage, hours: OfficeHours, colour: Colour, signals: Collection[str], waiting_since: datetime) -> datetime:
    """Until when somebody must have answered a resident who waits since `waiting_since`.

    The first clock of policies/triage.yaml that fits the colour and signals counts: `round_the_clock` minutes
    run day and night, holidays included; others are working time of the desk.
    """
    for clock in triage.clocks:
        if clock.colour == colour and (not clock.signals or any(signal in signals for signal in clock.signals)):
            if clock.round_the_clock:
                return waiting_since + timedelta(minutes=clock.minutes)
            return after_working(hours, waiting_since, clock.minutes)
    raise AssertionError("the checks of knowledge demand a clock for every colour")
