"""Read the page: HTML → :class:`~pipeline.records.Article`.

:func:`extract_html` reads one page, :class:`pipeline.extract.extractor.Extractor` many, in children that may be killed.
"""

from pipeline.records import Article


def extract_html(html: str | bytes, url: str) -> Article:
    """Read an article out of a page; see :func:`pipeline.extract.article.extract_html`.

    Raises:
        ExtractError: the page is no HTML.
    """
    from pipeline.extract.article import extract_html as read  # trafilatura takes seconds to load

    return read(html, url)


__all__ = ["extract_html"]
