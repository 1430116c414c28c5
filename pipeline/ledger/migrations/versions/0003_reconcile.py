"""Backfills: queues of work, what the archive holds, what a day's run decided; a generation may come back."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"

_OPEN = sa.text("state IN ('pending', 'leased')")


def upgrade() -> None:
    """Bring the tables forward."""
    op.drop_constraint(op.f("uq_generation_fingerprint"), "generation", type_="unique")
    op.create_index(op.f("ix_generation_fingerprint"), "generation", ["fingerprint"])
    op.add_column("work", sa.Column("queue", sa.Text(), server_default="", nullable=False))
    op.add_column("work", sa.Column("first_stage", sa.Text(), server_default="fetch", nullable=False))
    op.add_column("work", sa.Column("stored", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.drop_index("ix_work_open", table_name="work", postgresql_where=_OPEN)
    op.create_index("ix_work_open", "work", ["queue", "state", "not_before"], postgresql_where=_OPEN)
    op.create_table(
        "warc_file",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_warc_file")),
    )
    op.create_table(
        "visit",
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.String(length=32), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("body_hash", sa.Text(), server_default="", nullable=False),
        sa.Column("published", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["file"], ["warc_file.name"], name=op.f("fk_visit_file"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("file", "offset", name=op.f("pk_visit")),
    )
    op.create_index(op.f("ix_visit_entry_id"), "visit", ["entry_id"])
    op.create_index(op.f("ix_visit_source_id"), "visit", ["source_id"])
    op.create_table(
        "survey",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "listing", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column(
            "decided", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_survey_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "source_id", name=op.f("pk_survey")),
    )


def downgrade() -> None:
    """Take the tables back. A generation that came back loses its newer number."""
    op.drop_table("survey")
    op.drop_table("visit")
    op.drop_table("warc_file")
    op.drop_index("ix_work_open", table_name="work", postgresql_where=_OPEN)
    op.create_index("ix_work_open", "work", ["state", "not_before"], postgresql_where=_OPEN)
    op.drop_column("work", "stored")
    op.drop_column("work", "first_stage")
    op.drop_column("work", "queue")
    op.drop_index(op.f("ix_generation_fingerprint"), table_name="generation")
    op.execute(
        "DELETE FROM generation g WHERE EXISTS "
        "(SELECT FROM generation f WHERE f.fingerprint = g.fingerprint AND f.id < g.id)"
    )
    op.create_unique_constraint(op.f("uq_generation_fingerprint"), "generation", ["fingerprint"])
