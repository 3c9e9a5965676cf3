"""The language model behind HTTP: its client with a breaker, its process, and the reader that joins it with patterns."""

from bot.classifier.client import Client, Parsed
from bot.classifier.process import Process
from bot.classifier.reader import ModelReader, Thresholds, load_thresholds

__all__ = ["Client", "ModelReader", "Parsed", "Process", "Thresholds", "load_thresholds"]
