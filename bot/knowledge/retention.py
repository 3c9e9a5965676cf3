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
    export_link_hours: int = Field(gt=0, le=168)
    """Hours for which the link to one's own data works."""
    conversation_days: int = Field(gt=0, le=3650)
    """Days after the last word for which a conversation is kept; an open case keeps it longer."""
    screening_days: int = Field(gt=0, le=3650)
    """Days for which answers and findings are kept; an open case keeps them longer."""
    case_days: int = Field(gt=0, le=3650)
    """Days after closing for which a case is kept."""
    erase_wait_days: int = Field(gt=0, le=90)
    """Days after a wish to erase by which a case that nobody closed goes all the same, unless it is red."""
    receipt_days: int = Field(gt=0, le=30)
    """Days after an erasure for which its receipt stands in the conversation."""
    tombstone_days: int = Field(gt=0, le=3650)
    """Days for which an erasure is remembered by keyed hashes; longer than any backup is kept."""
    note: str = ""
