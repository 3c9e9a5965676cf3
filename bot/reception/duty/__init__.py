"""Whom an alarm calls, and raising one.

It is raised in the very transaction that opens or raises a case, so that none is lost; everything after that
(calling people step by step) is done by the clock, by one process of several.
"""

from bot.reception.duty.people import People, covers, somebody_answers
from bot.reception.duty.raising import raise_alarm, words_of_danger

__all__ = ["People", "covers", "raise_alarm", "somebody_answers", "words_of_danger"]
