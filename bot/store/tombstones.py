"""The journal of erasures beside the database: what a restored backup no longer knows to have been erased.

One JSON object a line, appended and synced before the erasure is committed. It holds receipts, times and keyed
hashes, nothing that names anybody. It belongs to the backups as little as the key file does: keep it apart.
"""

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from bot.errors import StoreError

Step = Literal["asked", "done"]


@dataclass(frozen=True, slots=True)
class Tombstone:
    """One step of one erasure."""

    receipt: str
    step: Step
    hashes: tuple[str, ...]
    at: datetime


class Journal:
    """The file; without one (in-memory stores) nothing is kept."""

    def __init__(self, file: Path | None) -> None:
        self._file = file

    def append(self, stone: Tombstone) -> None:
        """Keep one step; it is on the disk when this returns.

        Raises:
            StoreError: the file cannot be written. The erasure must then not be committed.
        """
        if self._file is None:
            return
        line = {"receipt": stone.receipt, "step": stone.step, "hashes": list(stone.hashes), "at": stone.at.isoformat()}
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(handle, "a", encoding="utf-8") as opened:
                opened.write(json.dumps(line) + "\n")
                opened.flush()
                os.fsync(opened.fileno())
        except OSError as error:
            raise StoreError(f"写不了删除记录 {self._file}。请检查磁盘空间和文件夹的权限") from error

    def read(self) -> list[Tombstone]:
        """Every step, oldest first.

        Raises:
            StoreError: a line is damaged; the text says which.
        """
        if self._file is None or not self._file.exists():
            return []
        rows = self._file.read_text(encoding="utf-8").splitlines()
        return [self._stone(number, row) for number, row in enumerate(rows, start=1) if row.strip()]

    def forget(self, before: datetime) -> int:
        """Drop steps of before, once no backup of that time is kept any more; returns how many."""
        stones = self.read()
        kept = [stone for stone in stones if stone.at >= before]
        if self._file is None or len(kept) == len(stones):
            return 0
        fresh = self._file.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        rewritten = Journal(fresh)
        for stone in kept:
            rewritten.append(stone)
        if kept:
            fresh.replace(self._file)
        else:
            self._file.unlink()
        return len(stones) - len(kept)

    def _stone(self, number: int, row: str) -> Tombstone:
        try:
            line = json.loads(row)
            return Tombstone(str(line["receipt"]), line["step"], tuple(line["hashes"]), datetime.fromisoformat(line["at"]))
        except (ValueError, KeyError, TypeError) as error:
            raise StoreError(f"删除记录 {self._file} 第 {number} 行读不了。请从副本恢复这个文件再启动") from error
