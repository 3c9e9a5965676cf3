"""Everything the program itself says to residents: greetings, prompts, buttons, notices."""

from bot.knowledge.documents import Strict


class Messages(Strict):
    """Texts and button titles by id. A text may use {{ variables }}; which ones, its caller says."""

    texts: dict[str, str]
    buttons: dict[str, str]
    units: dict[str, str]
    """Unit → words with `{}` for the number, for example `每人每月 {} 元`."""
    names: dict[str, dict[str, str]]
    """Words for codes of the program: outcomes, states of a case, colours, kinds, crisis …"""
    notice_version: str
    """Changes whenever the words of notice or consent change; stored with each consent."""
    note: str = ""
