"""The learning desk: what was asked in vain, sentences taught, training and swapping the language model."""

from bot.console.learning.pages import pages

__all__ = ["pages"]
