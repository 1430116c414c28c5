"""Polls: what may have been lost, what was left out; feeds: their window, trust in 304s, addresses they had."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"

_JSON = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    """Bring the tables forward."""
    op.add_column("feed", sa.Column("list_window", _JSON, nullable=True))
    op.add_column("feed", sa.Column("document_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("feed", sa.Column("unmodified", sa.Integer(), server_default="0", nullable=False))
    op.add_column("feed", sa.Column("validators_trusted", sa.Boolean(), server_default=sa.text("true"), nullable=False))
    op.add_column("poll", sa.Column("kind", sa.Text(), server_default="", nullable=False))
    op.add_column("poll", sa.Column("conditional", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("poll", sa.Column("loss", sa.Integer(), nullable=True))
    op.add_column("poll", sa.Column("loss_why", sa.Text(), server_default="", nullable=False))
    op.add_column("poll", sa.Column("left_out", _JSON, server_default=sa.text("'{}'::jsonb"), nullable=False))
    op.create_index("ix_poll_source_id_at", "poll", ["source_id", "at"], unique=False)
    op.add_column("entry", sa.Column("published_read_as", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "feed_address",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("feed_id", sa.BigInteger(), nullable=False),
        sa.Column("from_url", sa.Text(), nullable=False),
        sa.Column("to_url", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name=op.f("fk_feed_address_feed_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_address")),
    )
    op.create_index(op.f("ix_feed_address_feed_id"), "feed_address", ["feed_id"], unique=False)


def downgrade() -> None:
    """Take the tables back."""
    op.drop_index(op.f("ix_feed_address_feed_id"), table_name="feed_address")
    op.drop_table("feed_address")
    op.drop_column("entry", "published_read_as")
    op.drop_index("ix_poll_source_id_at", table_name="poll")
    for name in ("left_out", "loss_why", "loss", "conditional", "kind"):
        op.drop_column("poll", name)
    for name in ("validators_trusted", "unmodified", "document_at", "list_window"):
        op.drop_column("feed", name)
