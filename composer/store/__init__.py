"""A content-addressed store: what was made once is found again by the digest of exactly what it was made from.

An entry is a folder, written whole or not at all: files, then `entry.json` with their digests, then one rename. Films and
processes share a store. Its record is held against itself when an entry is found, each file when it is first read; what
is damaged is set aside and counts as absent, so that it is made again.
"""

from composer.store.collecting import Collected, Item, collect, items, set_aside_size, size_bytes, verify
from composer.store.digests import digest, file_digest, version_of
from composer.store.entries import Entry
from composer.store.files import beside, read_regular, storage_error, sweep, sweep_left, sync, write_whole
from composer.store.keeping import Store
from composer.store.where import cache_folder

__all__ = [
    "Collected",
    "Entry",
    "Item",
    "Store",
    "beside",
    "cache_folder",
    "collect",
    "digest",
    "file_digest",
    "items",
    "read_regular",
    "set_aside_size",
    "size_bytes",
    "storage_error",
    "sweep",
    "sweep_left",
    "sync",
    "verify",
    "version_of",
    "write_whole",
]
