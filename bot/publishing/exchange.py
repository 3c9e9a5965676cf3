"""Files and desk stay one: what is published written to a folder, a folder taken in as a draft, both compared.

The canonical form of a file changes only what nobody sees: line ends, blanks at line ends, empty lines at the end. Notes and
comments stay where they were written, so that writing out and reading in again gives the same bytes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.errors import InputError
from bot.publishing.files import canonical_text, policy_files, read_folder
from bot.publishing.press import Press, Who
from bot.store import audit, revisions, snapshots
from bot.store.database import Database


@dataclass(frozen=True, slots=True)
class Differences:
    """How a folder stands to what the desk has published."""

    revision: int
    """0 while the files are the truth."""
    only_in_folder: tuple[str, ...]
    only_published: tuple[str, ...]
    other_text: tuple[str, ...]

    @property
    def any(self) -> bool:
        """Whether there are any."""
        return bool(self.only_in_folder or self.only_published or self.other_text)


def published(database: Database) -> tuple[int, dict[str, str]]:
    """The newest revision and its files; 0 and nothing while the files are the truth."""
    with database.read() as connection:
        newest = revisions.newest(connection)
        content = None if newest is None else snapshots.content(connection, newest.version)
    if newest is None or content is None:
        return 0, {}
    files: dict[str, str] = json.loads(content)
    return newest.id, files


def compare_folder(database: Database, folder: Path) -> Differences:
    """What differs between the folder and the newest revision; nothing does while the files are the truth.

    Raises:
        PolicyFaults: the folder cannot be read.
    """
    here = read_folder(folder)
    revision, there = published(database)
    if not revision:
        return Differences(0, (), (), ())
    both = here.keys() & there.keys()
    return Differences(
        revision, tuple(sorted(here.keys() - there.keys())), tuple(sorted(there.keys() - here.keys())),
        tuple(sorted(name for name in both if here[name] != there[name])),
    )


def export(database: Database, folder: Path, now: datetime) -> Differences:
    """Write the newest revision to the folder, byte for byte; policy files that it does not have are removed.

    Returns what was different before.

    Raises:
        InputError: nothing was published yet.
        PolicyFaults: the folder cannot be read.
    """
    folder.mkdir(parents=True, exist_ok=True)
    found = compare_folder(database, folder)
    if not found.revision:
        raise InputError("还没有从工作台发布过，现在就以文件为准，不用导出")
    _, files = published(database)
    for name in (*found.only_published, *found.other_text):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(files[name], encoding="utf-8", newline="\n")
    for name in found.only_in_folder:
        (folder / name).unlink()
    with database.write() as connection:
        audit.append(connection, actor="operator", action="policies_exported", thing=f"revision:{found.revision}", now=now)
    return found


def take_in(press: Press, database: Database, in_force: Mapping[str, str], folder: Path, who: Who, title: str) -> tuple[int, int]:
    """Begin a draft with everything in the folder that differs from what is in force; returns the draft and how many files.

    Raises:
        InputError: nothing differs, or this person may not write drafts.
        PolicyFaults: the folder cannot be read.
    """
    here = {name: canonical_text(text) for name, text in read_folder(folder).items()}
    _, there = published(database)
    truth = there or dict(in_force)
    changed = {name: here.get(name) for name in sorted({*here, *truth}) if here.get(name) != truth.get(name)}
    if not changed:
        raise InputError("文件和现在生效的一样，没有要改的")
    draft = press.start(who, title)
    press.put_files(who, draft, changed)
    return draft, len(changed)


def format_folder(folder: Path, *, write: bool) -> list[str]:
    """Files of the folder that are not in canonical form; mended where `write`."""
    odd = []
    for path in policy_files(folder):
        raw = path.read_bytes()
        mended = canonical_text(raw.decode("utf-8")).encode("utf-8")
        if raw != mended:
            odd.append(path.relative_to(folder).as_posix())
            if write:
                path.write_bytes(mended)
    return odd
