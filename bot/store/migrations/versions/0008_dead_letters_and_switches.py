"""Urgent messages, bounded retries, repeats counted, and an off switch per channel"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables here."""
    with op.batch_alter_table('inbound', schema=None) as batch_op:
        batch_op.add_column(sa.Column('urgent', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('attempts', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('set_aside_at', sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column('problem', sa.String(length=80), nullable=True))

    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.add_column(sa.Column('urgent', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('begun_at', sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column('repeats', sa.Integer(), nullable=False, server_default='0'))

    op.create_table('channel_switches',
    sa.Column('channel', sa.String(length=16), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('since', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_channel_switches_staff_id')),
    sa.PrimaryKeyConstraint('channel', name=op.f('pk_channel_switches'))
    )


def downgrade() -> None:
    """Take them back."""
    op.drop_table('channel_switches')
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_column('repeats')
        batch_op.drop_column('begun_at')
        batch_op.drop_column('urgent')

    with op.batch_alter_table('inbound', schema=None) as batch_op:
        batch_op.drop_column('problem')
        batch_op.drop_column('set_aside_at')
        batch_op.drop_column('attempts')
        batch_op.drop_column('urgent')
