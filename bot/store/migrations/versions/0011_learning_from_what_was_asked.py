"""What residents asked in vain, whether answers helped, sentences taught to the model and its trainings, 政策找人"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables here."""
    op.create_table(
        'learned',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('text', sa.String(length=80), nullable=False),
        sa.Column('label', sa.String(length=64), nullable=False),
        sa.Column('staff_id', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(), nullable=False),
        sa.Column('withdrawn_at', sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_learned_staff_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_learned')),
    )
    op.create_index('ix_learned_in_use', 'learned', ['text'], unique=True, sqlite_where=sa.text('withdrawn_at IS NULL'), postgresql_where=sa.text('withdrawn_at IS NULL'))
    op.create_table(
        'model_changes',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('model', sa.String(length=80), nullable=False),
        sa.Column('before', sa.String(length=80), nullable=False),
        sa.Column('staff_id', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_model_changes_staff_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_model_changes')),
    )
    op.create_table(
        'new_questions',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('title', sa.String(length=60), nullable=False),
        sa.Column('staff_id', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(), nullable=False),
        sa.Column('done_at', sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_new_questions_staff_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_new_questions')),
    )
    op.create_table(
        'trainings',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('state', sa.String(length=12), nullable=False),
        sa.Column('said', sa.Text(), nullable=False),
        sa.Column('report', sa.JSON(), nullable=True),
        sa.Column('model', sa.String(length=80), nullable=False),
        sa.Column('sentences', sa.Integer(), nullable=False),
        sa.Column('staff_id', sa.Integer(), nullable=False),
        sa.Column('started_at', sa.DateTime(), nullable=False),
        sa.Column('seen_at', sa.DateTime(), nullable=False),
        sa.Column('ended_at', sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_trainings_staff_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_trainings')),
    )
    op.create_table(
        'feedback',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('conversation_id', sa.Integer(), nullable=False),
        sa.Column('helped', sa.Boolean(), nullable=False),
        sa.Column('labels', sa.JSON(), nullable=False),
        sa.Column('words', sa.Text(), nullable=True),
        sa.Column('at', sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_feedback_conversation_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_feedback')),
    )
    op.create_index(op.f('ix_feedback_at'), 'feedback', ['at'], unique=False)
    op.create_index(op.f('ix_feedback_conversation_id'), 'feedback', ['conversation_id'], unique=False)
    op.create_table(
        'outreach',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('revision_id', sa.Integer(), nullable=False),
        sa.Column('title', sa.Text(), nullable=False),
        sa.Column('looked_at', sa.Integer(), nullable=False),
        sa.Column('made_at', sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(['revision_id'], ['revisions.id'], name=op.f('fk_outreach_revision_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_outreach')),
        sa.UniqueConstraint('revision_id', name=op.f('uq_outreach_revision_id')),
    )
    op.create_table(
        'unanswered',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('conversation_id', sa.Integer(), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('why', sa.String(length=12), nullable=False),
        sa.Column('label', sa.String(length=64), nullable=True),
        sa.Column('confidence', sa.Float(), nullable=False),
        sa.Column('at', sa.DateTime(), nullable=False),
        sa.Column('decision', sa.String(length=16), nullable=True),
        sa.Column('decided_by', sa.Integer(), nullable=True),
        sa.Column('decided_at', sa.DateTime(), nullable=True),
        sa.Column('question_id', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_unanswered_conversation_id')),
        sa.ForeignKeyConstraint(['decided_by'], ['staff.id'], name=op.f('fk_unanswered_decided_by')),
        sa.ForeignKeyConstraint(['question_id'], ['new_questions.id'], name=op.f('fk_unanswered_question_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_unanswered')),
    )
    op.create_index(op.f('ix_unanswered_conversation_id'), 'unanswered', ['conversation_id'], unique=False)
    op.create_index('ix_unanswered_open', 'unanswered', ['decision', 'id'], unique=False)
    op.create_table(
        'outreach_people',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('outreach_id', sa.Integer(), nullable=False),
        sa.Column('conversation_id', sa.Integer(), nullable=False),
        sa.Column('district', sa.String(length=16), nullable=True),
        sa.Column('programmes', sa.Text(), nullable=False),
        sa.Column('decided_by', sa.Integer(), nullable=True),
        sa.Column('decided_at', sa.DateTime(), nullable=True),
        sa.Column('sent_at', sa.DateTime(), nullable=True),
        sa.Column('left_out', sa.String(length=12), nullable=True),
        sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_outreach_people_conversation_id')),
        sa.ForeignKeyConstraint(['decided_by'], ['staff.id'], name=op.f('fk_outreach_people_decided_by')),
        sa.ForeignKeyConstraint(['outreach_id'], ['outreach.id'], name=op.f('fk_outreach_people_outreach_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_outreach_people')),
        sa.UniqueConstraint('outreach_id', 'conversation_id', name=op.f('uq_outreach_people_outreach_id_conversation_id')),
    )
    op.create_index(op.f('ix_outreach_people_conversation_id'), 'outreach_people', ['conversation_id'], unique=False)
    op.create_index(op.f('ix_outreach_people_outreach_id'), 'outreach_people', ['outreach_id'], unique=False)


def downgrade() -> None:
    """Take them back."""
    op.drop_index(op.f('ix_outreach_people_outreach_id'), table_name='outreach_people')
    op.drop_index(op.f('ix_outreach_people_conversation_id'), table_name='outreach_people')
    op.drop_table('outreach_people')
    op.drop_index('ix_unanswered_open', table_name='unanswered')
    op.drop_index(op.f('ix_unanswered_conversation_id'), table_name='unanswered')
    op.drop_table('unanswered')
    op.drop_table('outreach')
    op.drop_index(op.f('ix_feedback_conversation_id'), table_name='feedback')
    op.drop_index(op.f('ix_feedback_at'), table_name='feedback')
    op.drop_table('feedback')
    op.drop_table('trainings')
    op.drop_table('new_questions')
    op.drop_table('model_changes')
    op.drop_index('ix_learned_in_use', table_name='learned', sqlite_where=sa.text('withdrawn_at IS NULL'), postgresql_where=sa.text('withdrawn_at IS NULL'))
    op.drop_table('learned')
