"""Who is on duty and how they are reached; alarms, and what goes out for them"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None
OPEN = sa.text('seen_at IS NULL AND ended_at IS NULL')
WAITING = sa.text('settled_at IS NULL')


def _id(*columns: sa.Column[Any]) -> tuple[sa.Column[Any], ...]:
    return (sa.Column('id', sa.Integer(), nullable=False), *columns)


def _to(column: str, table: str, name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f'{table}.id'], name=op.f(f'fk_{name}_{column}'))


def upgrade() -> None:
    """Bring the tables here."""
    op.create_table(
        'duty_shifts',
        *_id(
            sa.Column('staff_id', sa.Integer(), nullable=False), sa.Column('deputy_id', sa.Integer(), nullable=True),
            sa.Column('district', sa.String(length=16), nullable=True), sa.Column('unit_id', sa.Integer(), nullable=True),
            sa.Column('starts_at', sa.DateTime(), nullable=False), sa.Column('ends_at', sa.DateTime(), nullable=False),
            sa.Column('entered_by', sa.Integer(), nullable=False), sa.Column('entered_at', sa.DateTime(), nullable=False),
        ),
        _to('staff_id', 'staff', 'duty_shifts'), _to('deputy_id', 'staff', 'duty_shifts'), _to('unit_id', 'units', 'duty_shifts'),
        _to('entered_by', 'staff', 'duty_shifts'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_duty_shifts')),
    )
    op.create_index('ix_duty_shifts_ends_at', 'duty_shifts', ['ends_at'], unique=False)
    op.create_table(
        'duty_reach',
        sa.Column('staff_id', sa.Integer(), nullable=False), sa.Column('phone', sa.Text(), nullable=False),
        sa.Column('note', sa.Text(), nullable=False), sa.Column('changed_at', sa.DateTime(), nullable=False),
        _to('staff_id', 'staff', 'duty_reach'),
        sa.PrimaryKeyConstraint('staff_id', name=op.f('pk_duty_reach')),
    )
    op.create_table(
        'alerts',
        *_id(
            sa.Column('case_id', sa.Integer(), nullable=False), sa.Column('raised_at', sa.DateTime(), nullable=False),
            sa.Column('holder_id', sa.Integer(), nullable=True), sa.Column('promised', sa.Boolean(), nullable=False),
            sa.Column('step', sa.Integer(), nullable=False), sa.Column('next_at', sa.DateTime(), nullable=True),
            sa.Column('unanswered_at', sa.DateTime(), nullable=True), sa.Column('seen_at', sa.DateTime(), nullable=True),
            sa.Column('seen_by', sa.Integer(), nullable=True), sa.Column('ended_at', sa.DateTime(), nullable=True),
        ),
        _to('case_id', 'cases', 'alerts'), _to('holder_id', 'staff', 'alerts'), _to('seen_by', 'staff', 'alerts'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_alerts')),
    )
    op.create_index(op.f('ix_alerts_case_id'), 'alerts', ['case_id'], unique=False)
    op.create_index('ix_alerts_open', 'alerts', ['next_at'], unique=False, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        'alert_sends',
        *_id(
            sa.Column('alert_id', sa.Integer(), nullable=False), sa.Column('case_id', sa.Integer(), nullable=False),
            sa.Column('sender', sa.String(length=16), nullable=False), sa.Column('target', sa.Text(), nullable=False),
            sa.Column('step', sa.String(length=16), nullable=False), sa.Column('created_at', sa.DateTime(), nullable=False),
            sa.Column('next_try_at', sa.DateTime(), nullable=False), sa.Column('attempts', sa.Integer(), nullable=False),
            sa.Column('outcome', sa.String(length=8), nullable=False), sa.Column('settled_at', sa.DateTime(), nullable=True),
            sa.Column('problem', sa.String(length=200), nullable=False),
        ),
        _to('alert_id', 'alerts', 'alert_sends'), _to('case_id', 'cases', 'alert_sends'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_sends')),
    )
    op.create_index(op.f('ix_alert_sends_alert_id'), 'alert_sends', ['alert_id'], unique=False)
    op.create_index(op.f('ix_alert_sends_case_id'), 'alert_sends', ['case_id'], unique=False)
    op.create_index('ix_alert_sends_waiting', 'alert_sends', ['sender', 'next_try_at'], unique=False, sqlite_where=WAITING, postgresql_where=WAITING)


def downgrade() -> None:
    """Take them back."""
    op.drop_table('alert_sends')
    op.drop_table('alerts')
    op.drop_table('duty_reach')
    op.drop_table('duty_shifts')
