"""Importing this reads a first page: children forked afterwards have the models and need no time for them."""

import logging

from pipeline.extract.article import extract_html

for _name in ("trafilatura", "htmldate", "charset_normalizer"):  # what matters of a bad page is its Reason
    logging.getLogger(_name).setLevel(logging.CRITICAL)

extract_html(
    f"<html><body><h1>A first page</h1><p>{'A sentence that is read before any other. ' * 10}</p></body></html>",
    "https://standpoint.invalid/",
)
