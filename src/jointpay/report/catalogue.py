"""The message catalogue: every label and sentence of a report, by key, in every language.

`messages/LANGUAGE/TOPIC.toml` holds one sentence a key. A key is asked for as `topic.key`, and a sentence takes named
values in braces: `"{person} worked on {items}"`. Values are put in as they are, so that braces in a name stay text.
"""

import tomllib
from functools import cache
from importlib.resources import files

__all__ = ["LANGUAGES", "catalogue"]

LANGUAGES = ("en", "zh-CN")
"""The languages a report can be written in."""


@cache
def catalogue(language: str) -> dict[str, str]:
    """Give all messages of one of `LANGUAGES`, by `topic.key`."""
    found: dict[str, str] = {}
    topics = files("jointpay.report") / "messages" / language
    for topic in sorted(topics.iterdir(), key=lambda file: file.name):
        for key, text in tomllib.loads(topic.read_text(encoding="utf-8")).items():
            found[f"{topic.name.removesuffix('.toml')}.{key}"] = text
    return found
