"""The nlu folder is a program of its own; its modules without Rasa are tested from here."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "nlu"))
