"""Units: groups of staff (科室、窗口) that a case can be given to."""

from dataclasses import dataclass

from sqlalchemy import Boolean, Column, Connection, Integer, String, Table, select, update

from bot.store.database import metadata, new_id

units = Table(
    "units",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(40), nullable=False, unique=True),
    Column("active", Boolean, nullable=False, default=True),
)


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit."""

    id: int
    name: str
    active: bool


def everyone(connection: Connection) -> list[UnitRow]:
    """All units by name."""
    return [UnitRow(row.id, row.name, row.active) for row in connection.execute(select(units).order_by(units.c.name))]


def add(connection: Connection, name: str) -> int:
    """A new unit; returns its id.

    Raises:
        IntegrityError: there is one of that name.
    """
    return new_id(connection.execute(units.insert().values(name=name, active=True)))


def set_active(connection: Connection, unit_id: int, active: bool) -> bool:
    """Close a unit or open it again; False when there is none of that id."""
    return connection.execute(update(units).where(units.c.id == unit_id).values(active=active)).rowcount == 1
