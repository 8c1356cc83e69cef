"""The gate before any parsing: bytes to text, small enough, honest UTF-8, nothing unprintable."""

import re

from composer.errors import Wrong

MOST_BYTES = 2 * 1024 * 1024
MOST_NODES = 200_000
MOST_DEPTH = 32
MOST_SCALAR = 64 * 1024  # characters

_UNPRINTABLE = re.compile("[^\n\r\\x20-\\x7e\\x85\\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


class Refused(Exception):  # noqa: N818 - read() turns it into a fault
    """The text is refused at characters `start` to `end` of `text`; nothing after that is read."""

    def __init__(self, text: str, start: int, end: int, wrong: Wrong) -> None:
        super().__init__(wrong.message)
        self.text, self.start, self.end, self.wrong = text, start, end, wrong


def decode(data: bytes | str) -> str:
    """Text of a shot list, without a byte order mark. Raises `Refused`."""
    if len(data) > MOST_BYTES:
        raise Refused("", 0, 0, _too_large())
    text = data if isinstance(data, str) else _utf8(data)
    text = text.removeprefix("\ufeff")
    found = _UNPRINTABLE.search(text)
    if found:
        raise Refused(text, found.start(), found.end(), _unprintable(text, found))
    return text


def unprintable(text: str) -> Wrong | None:
    """What is wrong with a text into which an escape brought an unprintable character; a tab may stand so."""
    found = _UNPRINTABLE.search(text.replace("\t", " "))
    return _unprintable(text, found) if found else None


def _utf8(data: bytes) -> str:
    if data.startswith(_WIDE_BOMS):
        wrong = Wrong("encoding", "this file is UTF-16 or UTF-32", "expected UTF-8; save it so in your editor")
        raise Refused("", 0, 0, wrong)
    try:
        return data.decode("utf-8", "strict")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "strict").removeprefix("\ufeff")
        line = data[error.start :].split(b"\n", 1)[0].decode("utf-8", "replace")
        said = f"byte 0x{data[error.start]:02x} is not UTF-8"
        wrong = Wrong("encoding", said, "expected UTF-8; save the file so in your editor")
        raise Refused(before + line, len(before), len(before) + 1, wrong) from None


def _unprintable(text: str, found: re.Match[str]) -> Wrong:
    if found[0] == "\t":
        others = text.count("\t") - 1
        said = "a tab" + (f", and {others} more after it" if others else "")
        return Wrong("tab", said, "expected spaces; a tab is as wide as each editor likes")
    return Wrong(
        "character", f"the character U+{ord(found[0]):04X} cannot stand in a shot list", "expected printable text"
    )


def _too_large() -> Wrong:
    return Wrong(
        "too-large", "a shot list of more than 2 MiB", "a list of a thousand shots has 0.4 MiB; split the film"
    )
