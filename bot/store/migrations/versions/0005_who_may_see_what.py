"""Second factor, lock-outs, units, sealed cases, an audit log that the database keeps from being changed"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

_SQLITE = (
    """CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
       BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END""",
    """CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
       BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END""",
)
_POSTGRESQL = (
    """CREATE FUNCTION audit_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$""",
    """CREATE TRIGGER audit_is_not_changed BEFORE UPDATE OR DELETE ON audit
       FOR EACH ROW EXECUTE FUNCTION audit_refuses()""",
    """CREATE TRIGGER audit_is_not_emptied BEFORE TRUNCATE ON audit
       FOR EACH STATEMENT EXECUTE FUNCTION audit_refuses()""",
)


def upgrade() -> None:
    """Bring the tables here."""
    op.create_table('units',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_units')),
    sa.UniqueConstraint('name', name=op.f('uq_units_name'))
    )
    op.create_table('lockouts',
    sa.Column('key_hash', sa.String(length=64), nullable=False),
    sa.Column('failed', sa.Integer(), nullable=False),
    sa.Column('last_at', sa.DateTime(), nullable=False),
    sa.Column('locked_until', sa.DateTime(), nullable=True),
    sa.PrimaryKeyConstraint('key_hash', name=op.f('pk_lockouts'))
    )
    op.create_table('recovery_codes',
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_recovery_codes_staff_id')),
    sa.PrimaryKeyConstraint('code_hash', name=op.f('pk_recovery_codes'))
    )
    with op.batch_alter_table('recovery_codes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recovery_codes_staff_id'), ['staff_id'], unique=False)
    op.execute('ALTER TABLE staff ADD COLUMN unit_id INTEGER REFERENCES units (id)')
    op.add_column('staff', sa.Column('totp_secret', sa.Text(), nullable=True))
    op.add_column('staff', sa.Column('totp_pending', sa.Text(), nullable=True))
    op.add_column('staff', sa.Column('totp_step', sa.Integer(), nullable=False, server_default='0'))
    op.drop_column('staff', 'failed_attempts')
    op.drop_column('staff', 'locked_until')
    op.execute('DELETE FROM staff_sessions')  # who is signed in has not proved a second factor
    op.add_column('staff_sessions', sa.Column('stage', sa.String(length=8), nullable=False, server_default='full'))
    op.add_column('staff_sessions', sa.Column('proven_at', sa.DateTime(), nullable=True))
    op.add_column('staff_sessions', sa.Column('browser', sa.String(length=40), nullable=False, server_default=''))
    op.execute('ALTER TABLE invitations ADD COLUMN staff_id INTEGER REFERENCES staff (id)')
    op.execute('ALTER TABLE cases ADD COLUMN unit_id INTEGER REFERENCES units (id)')
    op.add_column('cases', sa.Column('child_harm', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE cases SET child_harm = true WHERE CAST(signals AS TEXT) LIKE '%crisis.child_danger%'")
    with op.batch_alter_table('audit', schema=None) as batch_op:
        batch_op.create_index('ix_audit_actor_at', ['actor', 'at'], unique=False)
    # A later migration that rebuilds this table on SQLite (batch_alter_table) has to make the triggers again.
    for statement in _POSTGRESQL if op.get_bind().dialect.name == 'postgresql' else _SQLITE:
        op.execute(statement)


def downgrade() -> None:
    """Take them back."""
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('DROP FUNCTION audit_refuses() CASCADE')
    else:
        op.execute('DROP TRIGGER audit_is_not_changed')
        op.execute('DROP TRIGGER audit_is_not_deleted')
    with op.batch_alter_table('audit', schema=None) as batch_op:
        batch_op.drop_index('ix_audit_actor_at')
    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.drop_column('child_harm')
        batch_op.drop_column('unit_id')
    op.execute('DELETE FROM invitations WHERE staff_id IS NOT NULL')
    with op.batch_alter_table('invitations', schema=None) as batch_op:
        batch_op.drop_column('staff_id')
    for column in ('browser', 'proven_at', 'stage'):
        op.drop_column('staff_sessions', column)
    op.add_column('staff', sa.Column('locked_until', sa.DateTime(), nullable=True))
    op.add_column('staff', sa.Column('failed_attempts', sa.Integer(), nullable=False, server_default='0'))
    with op.batch_alter_table('staff', schema=None) as batch_op:
        for column in ('totp_step', 'totp_pending', 'totp_secret', 'unit_id'):
            batch_op.drop_column(column)
    with op.batch_alter_table('recovery_codes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_recovery_codes_staff_id'))
    op.drop_table('recovery_codes')
    op.drop_table('lockouts')
    op.drop_table('units')
