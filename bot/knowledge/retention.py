"""How long things are kept or stay usable; the days and hours that policy staff answer for."""

from pydantic import Field

from bot.knowledge.documents import Strict


class Retention(Strict):
    """All of retention.yaml."""

    findings_link_days: int = Field(gt=0, le=365)
    """Days for which a link to a findings page works."""
    resume_code_hours: int = Field(gt=0, le=168)
    """Hours for which a code to go on at another device works."""
    reopen_days: int = Field(gt=0, le=3650)
    """Days after closing within which a case may be opened again."""
    note: str = ""
