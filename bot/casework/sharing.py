"""What of a case may be given to somebody outside: the fields named for them, and no way to reach who is not to be called."""

from collections.abc import Iterable, Mapping
from typing import Any


def least_fields(fields: Iterable[str], details: Mapping[str, Any], district: str | None) -> dict[str, str]:
    """The values of `fields` that are known.

    Args:
        fields: as policies/consents.yaml names them for one recipient.
        details, district: of the case.

    A telephone number is given only where the resident asked to be called: for all others a call may be a danger.
    """
    known = {**details, "district": district}
    if details.get("contact") != "phone":
        known.pop("phone", None)
    return {field: str(known[field]) for field in fields if known.get(field) not in (None, "", [])}
