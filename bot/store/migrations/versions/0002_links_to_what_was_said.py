"""Links to findings, codes to go on elsewhere, further addresses, wrong tries"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables here."""
    op.create_table('addresses',
    sa.Column('address_hash', sa.String(length=64), nullable=False),
    sa.Column('conversation_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_addresses_conversation_id')),
    sa.PrimaryKeyConstraint('address_hash', name=op.f('pk_addresses'))
    )
    with op.batch_alter_table('addresses', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_addresses_conversation_id'), ['conversation_id'], unique=False)

    op.create_table('capability_links',
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('purpose', sa.String(length=16), nullable=False),
    sa.Column('conversation_id', sa.Integer(), nullable=False),
    sa.Column('screening_id', sa.Integer(), nullable=True),
    sa.Column('expires_at', sa.DateTime(), nullable=False),
    sa.Column('used_at', sa.DateTime(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_capability_links_conversation_id')),
    sa.ForeignKeyConstraint(['screening_id'], ['screenings.id'], name=op.f('fk_capability_links_screening_id')),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_capability_links'))
    )
    with op.batch_alter_table('capability_links', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_capability_links_conversation_id'), ['conversation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_capability_links_expires_at'), ['expires_at'], unique=False)

    op.create_table('tries',
    sa.Column('who_hash', sa.String(length=64), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('last_at', sa.DateTime(), nullable=False),
    sa.PrimaryKeyConstraint('who_hash', name=op.f('pk_tries'))
    )


def downgrade() -> None:
    """Take them back."""
    op.drop_table('tries')
    with op.batch_alter_table('capability_links', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_capability_links_expires_at'))
        batch_op.drop_index(batch_op.f('ix_capability_links_conversation_id'))

    op.drop_table('capability_links')
    with op.batch_alter_table('addresses', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_addresses_conversation_id'))

    op.drop_table('addresses')
