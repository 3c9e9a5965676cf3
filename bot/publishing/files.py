"""Reads the policies folder."""

from datetime import date
from pathlib import Path

from bot.answers import check_texts
from bot.knowledge import Fault, Knowledge, PolicyFaults, build
from bot.screening.worked import worked_faults

ENDINGS = frozenset({".yaml", ".md"})
NOT_POLICY = frozenset({"README.md"})


def policy_files(folder: Path) -> list[Path]:
    """All policy files below `folder`, sorted."""
    found = (path for path in folder.rglob("*") if path.suffix in ENDINGS and path.name not in NOT_POLICY)
    return sorted(path for path in found if path.is_file())


def canonical_text(text: str) -> str:
    """The text with Unix line ends, no blanks at line ends, no mark at its start, and one line end at its end."""
    rows = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(row.rstrip(" \t") for row in rows).rstrip("\n") + "\n"


def read_folder(folder: Path) -> dict[str, str]:
    """Path below the folder (forward slashes) → text.

    Raises:
        PolicyFaults: the folder is missing, or a file is not UTF-8 text.
    """
    if not folder.is_dir():
        raise PolicyFaults([Fault(str(folder.name), 0, "没有这个文件夹", "请检查 JINNUAN_POLICIES_FOLDER,或从备份恢复")])
    texts: dict[str, str] = {}
    faults: list[Fault] = []
    for path in policy_files(folder):
        name = path.relative_to(folder).as_posix()
        try:
            texts[name] = path.read_text(encoding="utf-8").replace("\r\n", "\n")
        except (UnicodeDecodeError, OSError):
            faults.append(Fault(name, 0, "文件读不出来或不是 UTF-8 文字", "请用 UTF-8 编码另存"))
    if faults:
        raise PolicyFaults(faults)
    return texts


def fingerprint(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Names, sizes and times of all policy files; changes whenever one of them does."""
    marks = []
    for path in policy_files(folder):
        try:
            status = path.stat()
        except FileNotFoundError:
            continue
        marks.append((path.as_posix(), status.st_size, status.st_mtime_ns))
    return tuple(marks)


def load(folder: Path, day: date) -> Knowledge:
    """The knowledge of `folder`, checked whole: files, their links, every text rendered for every district, worked cases.

    Raises:
        PolicyFaults: anything is wrong.
    """
    knowledge = build(read_folder(folder))
    faults = [*check_texts(knowledge, day), *worked_faults(knowledge)]
    if faults:
        raise PolicyFaults(faults)
    return knowledge
