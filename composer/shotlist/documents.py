"""docs/shotlist.md, generated from the models: `python -m composer.shotlist.documents > docs/shotlist.md`."""


def reference() -> str:
    """The reference of the language in Markdown."""
    return ""
