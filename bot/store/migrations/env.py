"""Alembic's environment: migrates the connection that `Database` hands over."""

from typing import Any, Literal

from alembic import context

from bot.store.columns import EncryptedText, Instant
from bot.store.schema import metadata


def plain_types(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Migrations name the database's own types, so that they outlive the classes of this program."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime()"
    if kind == "type" and isinstance(item, EncryptedText):
        return "sa.Text()"
    return False


context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True, render_item=plain_types
)
with context.begin_transaction():
    context.run_migrations()
