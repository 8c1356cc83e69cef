"""Files that are written whole and opened safely."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import av

from composer.errors import StorageError
from composer.failpoints import reach
from composer.store import beside, storage_error, sync


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Lend a temporary path beside `path`; what was written there takes its place at once, on disk, when all went well.

    After an error or an interrupt the earlier file stands untouched and nothing stays beside it. Raises `StorageError`
    when the disk is full, unwritable or failing.
    """
    temporary = beside(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        reach("media.written")
        sync(temporary)
        reach("media.synced")
        os.replace(temporary, path)  # noqa: PTH105 - atomic on POSIX and Windows alike
        reach("media.renamed")
        sync(path.parent)
    except OSError as error:
        raise storage_error(error, path) from error
    finally:
        with suppress(OSError):
            temporary.unlink()


@contextmanager
def opened(path: Path, formats: str = "mov,mp4") -> Iterator[Any]:
    """An input container of one of `formats`, as FFmpeg names them.

    Only the local file itself is read: no other protocol, no playlist that would lead to other files. Raises
    `StorageError` when it cannot be read, or is damaged.
    """
    options = {"protocol_whitelist": "file", "format_whitelist": formats}
    try:
        with av.open(f"file:{path.absolute()}", options=options) as container:
            yield container
    except av.error.FFmpegError as error:
        raise StorageError(f"cannot read {path}: {(error.strerror or str(error)).lower()}") from error
