"""Erasures, the channel of a consent, a case's reason encrypted"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

REASON = "cases.reason"


def upgrade() -> None:
    """Bring the tables here."""
    op.create_table('erasures',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('receipt', sa.String(length=24), nullable=False),
    sa.Column('conversation_id', sa.Integer(), nullable=True),
    sa.Column('tombstones', sa.JSON(), nullable=False),
    sa.Column('asked_at', sa.DateTime(), nullable=False),
    sa.Column('done_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_erasures_conversation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erasures')),
    sa.UniqueConstraint('receipt', name=op.f('uq_erasures_receipt'))
    )
    with op.batch_alter_table('erasures', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_erasures_conversation_id'), ['conversation_id'], unique=False)
    op.add_column('conversations', sa.Column('erased_at', sa.DateTime(), nullable=True))
    op.add_column('consents', sa.Column('channel', sa.String(length=16), nullable=False, server_default=''))
    if _long_types():
        op.alter_column('cases', 'reason', type_=sa.Text())
    cipher = op.get_bind().dialect.jinnuan_cipher  # type: ignore[attr-defined]
    _rewrite_reasons(lambda reason: cipher.encrypt(reason, REASON))


def downgrade() -> None:
    """Take them back."""
    cipher = op.get_bind().dialect.jinnuan_cipher  # type: ignore[attr-defined]
    _rewrite_reasons(lambda reason: cipher.decrypt(reason, REASON))
    if _long_types():
        op.alter_column('cases', 'reason', type_=sa.String(length=200))
    op.drop_column('consents', 'channel')
    op.drop_column('conversations', 'erased_at')
    with op.batch_alter_table('erasures', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_erasures_conversation_id'))
    op.drop_table('erasures')


def _long_types() -> bool:
    """SQLite holds a text of any length in any column; to alter one there means to rebuild the table."""
    return op.get_bind().dialect.name != 'sqlite'


def _rewrite_reasons(change) -> None:  # type: ignore[no-untyped-def]
    cases = sa.table('cases', sa.column('id', sa.Integer()), sa.column('reason', sa.Text()))
    connection = op.get_bind()
    for row in connection.execute(sa.select(cases.c.id, cases.c.reason)).all():
        connection.execute(sa.update(cases).where(cases.c.id == row.id).values(reason=change(row.reason)))
