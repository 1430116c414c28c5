"""What was taken down on request, and must never be fetched again."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "forgotten",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("loose", sa.Text(), server_default="", nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("kind", "key", name=op.f("pk_forgotten")),
    )
    op.create_index(op.f("ix_forgotten_loose"), "forgotten", ["loose"], unique=False)
    op.create_index(op.f("ix_forgotten_subject"), "forgotten", ["subject"], unique=False)


def downgrade() -> None:
    """Take them back."""
    op.drop_table("forgotten")
