"""What a task pays before it begins: heavy libraries are imported where they are used."""

import subprocess
import sys

HEAVY = ("spacy", "elasticsearch", "trafilatura", "aiohttp", "alembic", "feedparser", "numpy")


def test_the_stages_load_nothing_heavy_and_planning_needs_no_model() -> None:
    program = (
        "import sys\n"
        "from pipeline.settings import Settings\n"
        "from pipeline.stages import Pipeline\n"
        "Pipeline(Settings()).versions()\n"
        f"print(*[name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
