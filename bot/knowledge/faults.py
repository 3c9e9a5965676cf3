"""What is wrong in a policy file, said so that a policy officer can mend it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import JinnuanError


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault: where it is, what is wrong, how to mend it (the texts are Chinese)."""

    file: str
    """Path below policies/, with forward slashes."""
    line: int
    """1-based; 0 where a whole file or folder is meant."""
    what: str
    mend: str

    def __str__(self) -> str:
        place = f"{self.file} 第 {self.line} 行" if self.line else self.file
        return f"{place}:{self.what}。{self.mend}"


class PolicyFaults(JinnuanError):
    """Policy files are wrong; carries every fault found in one reading."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(str(fault) for fault in self.faults))
