"""Where a case stands in the queue, and indexes to read it page by page"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

PLACE = ['rank', 'queue_at', 'id']
OPEN = sa.text("status != 'closed'")
HELD = sa.text("status != 'closed' AND claimed_by IS NOT NULL")
IN_UNIT = sa.text('unit_id IS NOT NULL')
IN_TIME = sa.text('breached_at IS NULL')
LATE = sa.text('breached_at IS NOT NULL')
INDEXES = {
    'ix_cases_place': (PLACE, None),
    'ix_cases_open': (PLACE, OPEN),
    'ix_cases_district': (['district', *PLACE], None),
    'ix_cases_open_district': (['district', *PLACE], OPEN),
    'ix_cases_open_holder': (['claimed_by', *PLACE], HELD),
    'ix_cases_unit': (['unit_id', *PLACE], IN_UNIT),
    'ix_cases_due': (['due_at'], IN_TIME),
    'ix_cases_late': (['due_at'], LATE),
}


def upgrade() -> None:
    """Bring the column and the indexes here."""
    for name in ('ix_cases_queue', 'ix_cases_due'):
        op.drop_index(name, 'cases')
    nobody_waits = sa.text("'9999-01-01 00:00:00.000000'")
    op.add_column('cases', sa.Column('queue_at', sa.DateTime(), nullable=False, server_default=nobody_waits))
    op.execute('UPDATE cases SET queue_at = waiting_since WHERE waiting_since IS NOT NULL')
    for name, (columns, where) in INDEXES.items():
        op.create_index(name, 'cases', columns, unique=False, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Take them away."""
    for name in reversed(INDEXES):
        op.drop_index(name, 'cases')
    op.drop_column('cases', 'queue_at')  # in place: SQLite would refuse to rebuild a table that others refer to
    op.create_index('ix_cases_queue', 'cases', ['status', 'rank', 'waiting_since'], unique=False)
    op.create_index('ix_cases_due', 'cases', ['due_at'], unique=False)
