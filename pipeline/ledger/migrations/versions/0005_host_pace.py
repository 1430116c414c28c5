"""Hosts have a pace of their own, and what they reserve for themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Bring the tables forward."""
    op.add_column("host", sa.Column("pace_s", sa.Float(), server_default="0", nullable=False))
    op.add_column("host", sa.Column("slowed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("host", sa.Column("failures", sa.Integer(), server_default="0", nullable=False))
    op.add_column("host", sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("robots", sa.Column("tdmrep", sa.LargeBinary(), server_default=sa.text("''::bytea"), nullable=False))


def downgrade() -> None:
    """Take them back."""
    op.drop_column("robots", "tdmrep")
    for name in ("failed_at", "failures", "slowed_at", "pace_s"):
        op.drop_column("host", name)
