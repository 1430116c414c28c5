"""Real article pages that the rules about walls, teasers and lists would leave out: there should be none.

    python benchmarks/not_articles.py FOLDER [FOLDER ...]

Folders are those of ``benchmarks/extraction.py`` (not part of the project): every page in them is an article. Each is
judged as a crawl does, first by how it looks (``fetch``), then by what can be read from it (``extract``). A page that
is left out is named with its Reason, its words as read, and the words of the gold text: a page whose gold text is a
teaser itself is rightly left out, which only a look at it can tell.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from extraction import samples

from pipeline.errors import ExtractError
from pipeline.extract.article import count_words, read_page
from pipeline.extract.decide import verdict
from pipeline.fetch.classify import classify
from pipeline.records import Reason
from pipeline.settings import Settings


def main() -> None:
    """Judge every page and print what was left out, by Reason."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path)
    arguments = parser.parse_args()
    missing = [str(folder) for folder in arguments.folders if not folder.is_dir()]
    if missing:
        sys.exit(f"no such folder: {', '.join(missing)}; the collections are not part of the project")
    settings = Settings()
    pages, seconds = 0, Counter[str]()
    lost: Counter[str] = Counter()
    for folder in arguments.folders:
        for sample in samples(folder):
            pages += 1
            started = time.process_time()
            reason: Reason | None = classify(200, {"content-type": "text/html"}, sample.html, sample.url, sample.url)
            seconds["fetch"] += time.process_time() - started
            stage, words = "fetch", 0
            if reason is None:
                stage = "extract"
                started = time.process_time()
                try:
                    article, facts = read_page(sample.html, sample.url, latest=datetime.now(UTC))
                    words = article.word_count
                    reason = verdict(article, facts, settings)
                except ExtractError:
                    reason = Reason.EXTRACT_FAILED
                seconds["extract"] += time.process_time() - started
            if reason is not None:
                lost[f"{stage} {reason}"] += 1
                print(f"{stage:8} {reason:14} {words:6} words read, {count_words(sample.text):6} gold  {sample.name}")
    print(f"\n{pages} article pages, {sum(lost.values())} left out: {dict(lost)}")
    for stage, spent in seconds.items():
        print(f"{stage}: {1000 * spent / pages:.1f} ms a page")


if __name__ == "__main__":
    main()
