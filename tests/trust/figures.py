"""Whether the tests run at full length, and where they leave their figures for docs/trust.md."""

import json
import os
from typing import Any

from tests.conftest import ROOT

FULL = os.environ.get("JINNUAN_TRUST") == "full"
FILE = ROOT / "var" / "trust.json"


def record(name: str, figures: dict[str, Any]) -> None:
    """Keep figures of a run at full length; a short run keeps none."""
    if not FULL:
        return
    FILE.parent.mkdir(parents=True, exist_ok=True)
    known = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    FILE.write_text(json.dumps({**known, name: figures}, ensure_ascii=False, indent=1), encoding="utf-8")
