"""Re-visits: when to look at an article again, what was stored the last time, what changed, and that it is gone."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"

_DUE = sa.text("revisit_at IS NOT NULL")


def upgrade() -> None:
    """Bring the tables forward. What is known already is not looked at again."""
    op.add_column("entry", sa.Column("body_hash", sa.Text(), server_default="", nullable=False))
    op.add_column("entry", sa.Column("visited", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column("entry", sa.Column("revisit_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_entry_revisit", "entry", ["revisit_at"], postgresql_where=_DUE)
    op.add_column("revision", sa.Column("changes", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column("article", sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True))
    op.alter_column("article", "indexed_story", type_=sa.String(length=34), existing_type=sa.String(length=33))


def downgrade() -> None:
    """Take them back."""
    op.execute("UPDATE article SET indexed_story = rtrim(indexed_story, '-')")
    op.alter_column("article", "indexed_story", type_=sa.String(length=33), existing_type=sa.String(length=34))
    op.drop_column("article", "gone_at")
    op.drop_column("revision", "changes")
    op.drop_index("ix_entry_revisit", table_name="entry", postgresql_where=_DUE)
    op.drop_column("entry", "revisit_at")
    op.drop_column("entry", "visited")
    op.drop_column("entry", "body_hash")
