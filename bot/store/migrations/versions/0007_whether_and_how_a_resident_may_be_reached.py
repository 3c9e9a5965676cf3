"""Whether a resident may be contacted first, and by what means they communicate"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the columns here."""
    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.add_column(sa.Column('may_contact', sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column('communicates', sa.String(length=16), nullable=False, server_default=''))


def downgrade() -> None:
    """Take them back."""
    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.drop_column('communicates')
        batch_op.drop_column('may_contact')
