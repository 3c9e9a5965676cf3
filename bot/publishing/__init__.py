"""How knowledge changes: files are loaded, checked and swapped in whole; a faulty change is refused, loudly."""

from bot.publishing.files import load, read_folder
from bot.publishing.shelf import Shelf

__all__ = ["Shelf", "load", "read_folder"]
