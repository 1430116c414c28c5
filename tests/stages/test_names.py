"""Learning from the archive: an article counts once, by its newest tags."""

from pathlib import Path

from pipeline.archive.batches import BatchStore
from pipeline.records import Article, Entity, Mention, Tagged, Tags
from pipeline.settings import Settings
from pipeline.stages.names import learn_names


def _tagged(number: int, source: str, *, short: str, revision: int = 1) -> Tagged:
    mention = Mention(field="text", start=0, end=len(short), text=short, kind="alias")
    entity = Entity(id="council", name="Popular National Council", type="ORG", mentions=(mention,))
    article = Article(
        id=f"a{number}",
        url="https://a.example/",
        canonical_url="https://a.example/",
        title="",
        text=short,
        source_id=source,
        revision=revision,
    )
    return Tagged(article=article, tags=Tags(title="", text=short, entities=(entity,)))


def test_an_article_counts_once_by_its_newest_revision_and_the_next_number_is_taken(tmp_path: Path) -> None:
    settings = Settings(state=tmp_path)
    store = BatchStore(settings.archive_root())
    old = [_tagged(n, source, short="PNC") for n, source in enumerate(("one", "two", "two"))]
    store.write("20260101T000000-a", "tagged", old, generation=1)
    path, first = learn_names(settings)
    assert path.name == "names-0001.json"
    assert [(v.short, v.articles, v.sources) for v in first.variants] == [("PNC", 3, 2)]
    store.write("20260102T000000-b", "tagged", [_tagged(2, "two", short="Council", revision=2)], generation=1)
    path, second = learn_names(settings)
    assert path.name == "names-0002.json"
    assert (second.read, second.variants) == (3, ())
