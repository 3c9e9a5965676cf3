"""The policy desk: revisions, drafts with their files and comments, who is editing"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def _to(column: str, target: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f'fk_{table}_{column}'))


def upgrade() -> None:
    """Bring the tables here."""
    op.create_table(
        'revisions',
        sa.Column('id', sa.Integer(), nullable=False), sa.Column('version', sa.String(length=16), nullable=False),
        sa.Column('way', sa.String(length=16), nullable=False), sa.Column('title', sa.Text(), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False), sa.Column('author_id', sa.Integer(), nullable=True),
        sa.Column('reviewer_id', sa.Integer(), nullable=True), sa.Column('draft_id', sa.Integer(), nullable=True),
        sa.Column('at', sa.DateTime(), nullable=False),
        _to('version', 'snapshots.version', 'revisions'), _to('author_id', 'staff.id', 'revisions'),
        _to('reviewer_id', 'staff.id', 'revisions'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_revisions')),
    )
    op.create_table(
        'drafts',
        sa.Column('id', sa.Integer(), nullable=False), sa.Column('title', sa.Text(), nullable=False),
        sa.Column('document_number', sa.String(length=80), nullable=False), sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('state', sa.String(length=12), nullable=False), sa.Column('author_id', sa.Integer(), nullable=False),
        sa.Column('reviewer_id', sa.Integer(), nullable=True), sa.Column('checker_id', sa.Integer(), nullable=True),
        sa.Column('needs_check', sa.Boolean(), nullable=False), sa.Column('override', sa.Text(), nullable=False),
        sa.Column('publish_at', sa.DateTime(), nullable=True), sa.Column('expires_at', sa.DateTime(), nullable=True),
        sa.Column('created_at', sa.DateTime(), nullable=False), sa.Column('changed_at', sa.DateTime(), nullable=False),
        _to('author_id', 'staff.id', 'drafts'), _to('reviewer_id', 'staff.id', 'drafts'), _to('checker_id', 'staff.id', 'drafts'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_drafts')),
    )
    op.create_index(op.f('ix_drafts_state'), 'drafts', ['state'])
    op.create_table(
        'draft_files',
        sa.Column('draft_id', sa.Integer(), nullable=False), sa.Column('path', sa.String(length=120), nullable=False),
        sa.Column('base', sa.Text(), nullable=True), sa.Column('text', sa.Text(), nullable=True),
        sa.Column('changed_by', sa.Integer(), nullable=False), sa.Column('changed_at', sa.DateTime(), nullable=False),
        _to('draft_id', 'drafts.id', 'draft_files'), _to('changed_by', 'staff.id', 'draft_files'),
        sa.PrimaryKeyConstraint('draft_id', 'path', name=op.f('pk_draft_files')),
    )
    op.create_table(
        'draft_comments',
        sa.Column('id', sa.Integer(), nullable=False), sa.Column('draft_id', sa.Integer(), nullable=False),
        sa.Column('staff_id', sa.Integer(), nullable=False), sa.Column('text', sa.Text(), nullable=False),
        sa.Column('at', sa.DateTime(), nullable=False),
        _to('draft_id', 'drafts.id', 'draft_comments'), _to('staff_id', 'staff.id', 'draft_comments'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_draft_comments')),
    )
    op.create_index(op.f('ix_draft_comments_draft_id'), 'draft_comments', ['draft_id'])
    op.create_table(
        'editing',
        sa.Column('path', sa.String(length=120), nullable=False), sa.Column('staff_id', sa.Integer(), nullable=False),
        sa.Column('seen_at', sa.DateTime(), nullable=False),
        _to('staff_id', 'staff.id', 'editing'),
        sa.PrimaryKeyConstraint('path', 'staff_id', name=op.f('pk_editing')),
    )


def downgrade() -> None:
    """Take them back."""
    for table in ('editing', 'draft_comments', 'draft_files', 'drafts', 'revisions'):
        op.drop_table(table)
