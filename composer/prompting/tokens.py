"""How many tokens a text takes, for models that do not count themselves."""

import re

_PIECES = re.compile(r"[A-Za-z]+|\d|[^\sA-Za-z\d]")
_LETTERS = 3  # a token; models' vocabularies hold four to five of English
_END = 1


def estimated_tokens(text: str) -> int:
    """Tokens of English, estimated to be rather too many: one for three letters begun, for each digit and mark, for each
    byte of what is not ASCII, and one for the end.
    """
    pieces = _PIECES.findall(text)
    return _END + sum(-(-len(p) // _LETTERS) if p.isascii() else len(p.encode()) for p in pieces)
