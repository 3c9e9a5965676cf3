"""Writes the snapshots of all answers and the numbers of policies/README.md anew: `python -m tests.policies.renew`."""

import shutil
from pathlib import Path

from bot.knowledge import Knowledge, build
from bot.publishing import read_folder
from tests.policies.inventory import END, START, table
from tests.policies.rendering import FOLDER, snapshots

POLICIES = Path(__file__).resolve().parents[2] / "policies"


def renew(knowledge: Knowledge, folder: Path, readme: Path) -> None:
    """Replace everything in `folder` and the part of `readme` between its marks."""
    shutil.rmtree(folder, ignore_errors=True)
    for name, text in snapshots(knowledge).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    before, _, rest = readme.read_text(encoding="utf-8").partition(START)
    readme.write_text(before + table(knowledge) + rest.partition(END)[2], encoding="utf-8")


if __name__ == "__main__":
    renew(build(read_folder(POLICIES)), FOLDER, POLICIES / "README.md")
