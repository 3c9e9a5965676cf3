"""Whether a resident may be contacted first, and by what means they communicate"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the columns here."""
    # Columns are added and dropped in place: SQLite would refuse to rebuild a table that others refer to.
    op.add_column('cases', sa.Column('may_contact', sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column('cases', sa.Column('communicates', sa.String(length=16), nullable=False, server_default=''))


def downgrade() -> None:
    """Take them back."""
    for column in ('communicates', 'may_contact'):
        op.drop_column('cases', column)
