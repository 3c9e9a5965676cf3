"""The desk: deadlines, households, promises, papers, transfers, leaves, reports for children, tags, unsent words"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def _id(*columns: sa.Column[Any]) -> tuple[sa.Column[Any], ...]:
    return (sa.Column('id', sa.Integer(), nullable=False), *columns)


def _to(column: str, table: str, name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f'{table}.id'], name=op.f(f'fk_{name}_{column}'))


def upgrade() -> None:
    """Bring the tables here."""
    op.create_table(
        'households',
        *_id(sa.Column('made_by', sa.Integer(), nullable=False), sa.Column('made_at', sa.DateTime(), nullable=False)),
        _to('made_by', 'staff', 'households'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_households')),
    )
    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.add_column(sa.Column('due_at', sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column('breached_at', sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column('first_colour', sa.String(length=8), nullable=True))
        batch_op.add_column(sa.Column('verified_at', sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column('verified_by', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('tier', sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column('household_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('name_hash', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('ticket', sa.String(length=40), nullable=True))
        batch_op.create_foreign_key(op.f('fk_cases_verified_by'), 'staff', ['verified_by'], ['id'])
        batch_op.create_foreign_key(op.f('fk_cases_household_id'), 'households', ['household_id'], ['id'])
        batch_op.create_index(batch_op.f('ix_cases_household_id'), ['household_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_cases_name_hash'), ['name_hash'], unique=False)
        batch_op.create_index(batch_op.f('ix_cases_ticket'), ['ticket'], unique=False)
        batch_op.create_index('ix_cases_due', ['due_at'], unique=False)
    op.execute('UPDATE cases SET first_colour = colour')
    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.alter_column('first_colour', existing_type=sa.String(length=8), nullable=False)
    op.create_table(
        'promises',
        *_id(
            sa.Column('case_id', sa.Integer(), nullable=False), sa.Column('staff_id', sa.Integer(), nullable=True),
            sa.Column('kind', sa.String(length=16), nullable=False), sa.Column('note', sa.Text(), nullable=False),
            sa.Column('due_at', sa.DateTime(), nullable=False), sa.Column('tries', sa.Integer(), nullable=False),
            sa.Column('made_at', sa.DateTime(), nullable=False), sa.Column('done_at', sa.DateTime(), nullable=True),
            sa.Column('result', sa.String(length=16), nullable=True),
        ),
        _to('case_id', 'cases', 'promises'), _to('staff_id', 'staff', 'promises'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_promises')),
    )
    op.create_index(op.f('ix_promises_case_id'), 'promises', ['case_id'])
    op.create_index('ix_promises_open', 'promises', ['staff_id', 'done_at', 'due_at'])
    op.create_table(
        'papers',
        *_id(
            sa.Column('case_id', sa.Integer(), nullable=False), sa.Column('name', sa.Text(), nullable=False),
            sa.Column('asked_at', sa.DateTime(), nullable=False), sa.Column('asked_by', sa.Integer(), nullable=True),
            sa.Column('received_at', sa.DateTime(), nullable=True),
        ),
        _to('case_id', 'cases', 'papers'), _to('asked_by', 'staff', 'papers'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_papers')),
    )
    op.create_index(op.f('ix_papers_case_id'), 'papers', ['case_id'])
    op.create_table(
        'transfers',
        *_id(
            sa.Column('case_id', sa.Integer(), nullable=False), sa.Column('to_district', sa.String(length=16), nullable=True),
            sa.Column('asked_by', sa.Integer(), nullable=False), sa.Column('note', sa.Text(), nullable=False),
            sa.Column('asked_at', sa.DateTime(), nullable=False), sa.Column('answer', sa.String(length=16), nullable=True),
            sa.Column('answered_by', sa.Integer(), nullable=True), sa.Column('reason', sa.Text(), nullable=True),
            sa.Column('answered_at', sa.DateTime(), nullable=True),
        ),
        _to('case_id', 'cases', 'transfers'), _to('asked_by', 'staff', 'transfers'), _to('answered_by', 'staff', 'transfers'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_transfers')),
    )
    op.create_index(op.f('ix_transfers_case_id'), 'transfers', ['case_id'])
    op.create_index(op.f('ix_transfers_to_district'), 'transfers', ['to_district'])
    op.create_table(
        'unsent',
        sa.Column('case_id', sa.Integer(), nullable=False), sa.Column('staff_id', sa.Integer(), nullable=False),
        sa.Column('field', sa.String(length=16), nullable=False), sa.Column('text', sa.Text(), nullable=False),
        sa.Column('at', sa.DateTime(), nullable=False),
        _to('case_id', 'cases', 'unsent'), _to('staff_id', 'staff', 'unsent'),
        sa.PrimaryKeyConstraint('case_id', 'staff_id', 'field', name=op.f('pk_unsent')),
    )
    op.create_table(
        'absences',
        *_id(
            sa.Column('staff_id', sa.Integer(), nullable=False), sa.Column('deputy_id', sa.Integer(), nullable=False),
            sa.Column('starts_at', sa.DateTime(), nullable=False), sa.Column('ends_at', sa.DateTime(), nullable=False),
            sa.Column('entered_by', sa.Integer(), nullable=False), sa.Column('entered_at', sa.DateTime(), nullable=False),
        ),
        _to('staff_id', 'staff', 'absences'), _to('deputy_id', 'staff', 'absences'), _to('entered_by', 'staff', 'absences'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_absences')),
    )
    op.create_index(op.f('ix_absences_staff_id'), 'absences', ['staff_id'])
    op.create_table(
        'mandatory_reports',
        *_id(
            sa.Column('case_id', sa.Integer(), nullable=False), sa.Column('staff_id', sa.Integer(), nullable=False),
            sa.Column('recipient', sa.String(length=16), nullable=False), sa.Column('reported_at', sa.DateTime(), nullable=True),
            sa.Column('receipt', sa.Text(), nullable=False), sa.Column('why_not', sa.Text(), nullable=False),
            sa.Column('at', sa.DateTime(), nullable=False),
        ),
        _to('case_id', 'cases', 'mandatory_reports'), _to('staff_id', 'staff', 'mandatory_reports'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_mandatory_reports')),
    )
    op.create_index(op.f('ix_mandatory_reports_case_id'), 'mandatory_reports', ['case_id'])
    op.create_table(
        'case_tags',
        sa.Column('case_id', sa.Integer(), nullable=False), sa.Column('tag', sa.String(length=16), nullable=False),
        _to('case_id', 'cases', 'case_tags'),
        sa.PrimaryKeyConstraint('case_id', 'tag', name=op.f('pk_case_tags')),
    )
    op.create_index(op.f('ix_case_tags_tag'), 'case_tags', ['tag'])


def downgrade() -> None:
    """Take them back."""
    for table in ('case_tags', 'mandatory_reports', 'absences', 'unsent', 'transfers', 'papers', 'promises'):
        op.drop_table(table)
    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.drop_index('ix_cases_due')
        for column in ('ticket', 'name_hash', 'household_id'):
            batch_op.drop_index(batch_op.f(f'ix_cases_{column}'))
        batch_op.drop_constraint(op.f('fk_cases_household_id'), type_='foreignkey')
        batch_op.drop_constraint(op.f('fk_cases_verified_by'), type_='foreignkey')
        for column in (
            'ticket', 'name_hash', 'household_id', 'tier', 'verified_by', 'verified_at', 'first_colour', 'breached_at', 'due_at',
        ):
            batch_op.drop_column(column)
    op.drop_table('households')
