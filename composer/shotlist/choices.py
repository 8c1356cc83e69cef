"""`choices.yaml` read as shot lists are: behind the same guard, every fault at its line and column."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from composer.errors import Fault, Path, Problem, ShotListError, Wrong
from composer.schema.choices import NOTHING, Choice, ChoicesFile, Lock
from composer.schema.names import listed
from composer.schema.quantities import shown
from composer.settings import CHOICES
from composer.shotlist.guard import MOST_BYTES, Refused, decode
from composer.shotlist.parts import plain
from composer.shotlist.rendering import render
from composer.shotlist.source import Source
from composer.shotlist.tree import Mapping as Tree
from composer.shotlist.tree import Scalar, grow
from composer.spelling import did_you_mean
from composer.store import read_regular

_HEAD = (
    "# Which takes a film is made of. `composer render LIST --retake SHOT`, `--lock SHOT`, `--pick SEGMENT=TAKE` and"
    " `--undo SHOT` write this file.\n"
)
_KEYS: dict[int, tuple[str, ...]] = {2: tuple(Choice.model_fields), 3: tuple(Lock.model_fields)}
"""The keys that there are, by how deep they stand."""

Lists = Mapping[str, Mapping[str, Choice]]


@dataclass(frozen=True, eq=False)
class Written:
    """What `choices.yaml` says: by list, by shot. `source` is None where there is no such file."""

    lists: Lists
    source: Source | None = None

    def locate(self, problems: Iterable[Problem]) -> tuple[Fault, ...]:
        """Each problem at its line and column, in file order."""
        if self.source is None:
            return tuple(Fault("", 0, 0, 0, p.code, p.message, p.expected, "", p.path, p.severity) for p in problems)
        return tuple(sorted(map(self.source.locate, problems), key=lambda fault: (fault.line, fault.column)))


def read_choices(path: FilePath) -> Written:
    """What the file at `path` says; nothing where there is none. Raises `ShotListError` with every fault."""
    try:
        data = read_regular(path, MOST_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return Written({})
    except OSError as error:
        said = f"cannot be read: {(error.strerror or str(error)).lower()}"
        raise _error([Fault(str(path), 0, 0, 0, "no-file", said, ("expected a YAML file, or none",))]) from None
    try:
        text = decode(data)
        root, flaws = grow(text)
    except Refused as refused:
        source = Source(str(path), refused.text, None)
        raise _error([source.fault(refused.start, refused.end, refused.wrong)]) from None
    source = Source(str(path), text, root)
    faults = [source.fault(flaw.start, flaw.end, flaw.wrong) for flaw in flaws]
    if root is None and not faults:
        return Written({}, source)
    if not isinstance(root, Tree):
        kind = Wrong("kind", "this is no mapping of lists", "expected `LIST: {SHOT: {take: 1}}`")
        raise _error(faults or [source.fault(0, 1, kind)])
    try:
        lists = ChoicesFile.model_validate(plain(root)).root
    except ValidationError as error:
        faults += map(source.locate, _problems(error, source))
        raise _error(faults) from None
    faults += map(source.locate, _uneven(lists))
    if faults:
        raise _error(faults)
    return Written(lists, source)


def written(lists: Lists) -> str:
    """`lists` as the text of `choices.yaml`; empty when nothing is chosen."""
    lines = [line for name, chosen in lists.items() for line in _list(name, chosen)]
    return _HEAD + "".join(f"{line}\n" for line in lines) if lines else ""


def unknown_shots(stem: str, chosen: Iterable[str], shots: Iterable[str]) -> Iterator[Problem]:
    """What is chosen of shots that the list does not have."""
    there = list(shots)
    for name in chosen:
        if name not in there:
            expected = (f"expected one of: {listed(there)}.{did_you_mean(name, there)}", f"`--undo {name}` removes it")
            yield Problem((stem, name), "unknown-shot", f"`{stem}` has no shot `{name}`", expected, on_key=True)


def locked_picks(stem: str, chosen: Mapping[str, Choice]) -> Iterator[Problem]:
    """Takes that are picked of shots whose clips stay as they are."""
    for name, choice in chosen.items():
        if choice.lock and choice.picks:
            expected = ("expected `lock` or `picks`", f"`--undo {name}` takes both back")
            said = f"`{name}` is locked, so that nothing can be picked of it"
            yield Problem((stem, name, "picks"), "pick", said, expected, on_key=True)


def unknown_lists(lists: Iterable[str], folder: FilePath) -> Iterator[Problem]:
    """Warnings of lists that `folder` does not have: their choices do nothing."""
    try:
        stems = {path.stem for path in folder.iterdir() if path.name != CHOICES and path.is_file()}
    except OSError:  # a folder that may be used and not listed
        return
    for name in lists:
        if name not in stems:
            said = f"no list `{shown(name)}` is in this folder"
            hint = did_you_mean(name, sorted(stems)).strip() or "expected the name of a list's file, without its ending"
            yield Problem((name,), "unknown-list", said, (hint,), on_key=True, severity="warning")


def _list(name: str, chosen: Mapping[str, Choice]) -> Iterator[str]:
    entries = [f"  {_key(shot)}: {{{_entry(choice)}}}" for shot, choice in chosen.items() if choice != NOTHING]
    if entries:
        yield f"{_key(name)}:"
        yield from entries


def _entry(choice: Choice) -> str:
    said = [f"take: {choice.take}"] if choice.take else []
    if picks := choice.picks:
        said.append(f"picks: {{{', '.join(f'{segment}: {picks[segment]}' for segment in sorted(picks))}}}")
    if lock := choice.lock:
        spans = ", ".join(f"{span.start}-{span.stop}" for span in lock.frames)
        size = "{}x{}".format(*lock.size)
        clips, shows = (", ".join(keys) for keys in (lock.clips, lock.shows))
        also = f", shows: [{shows}]" if shows else ""
        said.append(f"lock: {{frames: [{spans}], size: {size}, fps: {lock.fps}, clips: [{clips}]{also}}}")
    return ", ".join(said)


def _key(name: str) -> str:
    return name if re.fullmatch(r"\w[\w-]*", name, re.ASCII) else json.dumps(name, ensure_ascii=False)


def _uneven(lists: Lists) -> Iterator[Problem]:
    for name, chosen in lists.items():
        for shot, choice in chosen.items():
            lock = choice.lock
            for key in ("frames", "shows") if lock else ():
                many = len(getattr(lock, key))
                if lock and many != len(lock.clips) and (many or key == "frames"):
                    said = f"the lock of `{shot}` has {len(lock.clips)} clips and the {key} of {many}"
                    yield Problem((name, shot, "lock", key), "lock", said, (f"expected `{key}` for each clip",))


def _problems(error: ValidationError, source: Source) -> list[Problem]:
    found: dict[tuple[Path, bool], Problem] = {}
    details = error.errors(include_url=False, include_context=True, include_input=False)
    inside = {detail["loc"][:depth] for detail in details for depth in range(len(detail["loc"]))}
    for detail in details:
        if detail["type"] == "too_short" and detail["loc"] in inside:
            continue  # it is only short of what is wrong in it
        on_key = detail["loc"][-1:] == ("[key]",)
        path = detail["loc"][:-1] if on_key else detail["loc"]
        found.setdefault((path, on_key), _problem(path, detail, on_key, source))
    return list(found.values())


def _problem(path: Path, detail: ErrorDetails, on_key: bool, source: Source) -> Problem:
    node, _, _ = source.find(path)
    wrong = detail.get("ctx", {}).get("error")
    if isinstance(wrong, Wrong):
        return Problem(path, wrong.code, wrong.message, wrong.expected, wrong.focus, on_key)
    if detail["type"] == "extra_forbidden":
        keys = _KEYS[len(path) - 1]
        said = f"unknown key `{shown(str(path[-1]))}` in {_called(path[:-1])}"
        hint = did_you_mean(str(path[-1]), keys)
        return Problem(path, "unknown-key", said, (f"expected one of: {', '.join(keys)}.{hint}",), on_key=True)
    if detail["type"] == "missing":
        return Problem(path, "missing-key", f"{_called(path[:-1])} has no `{path[-1]}`", (f"expected `{path[-1]}: …`",))
    if detail["type"] == "too_short":
        return Problem(path, "empty", f"{_called(path)} is empty", ("expected one or more",), on_key=True)
    kind = "a text" if isinstance(node, Scalar) else "a mapping" if isinstance(node, Tree) else "a list"
    expected = _SHAPES.get(detail["type"], "something else")
    example = "expected `{0: 1}`: a take by segment" if _of_picks(path) else _EXAMPLES[min(len(path), 4)]
    return Problem(path, "kind", f"{_called(path)} is {kind}, not {expected}", (example,))


_SHAPES = {"dict_type": "a mapping", "model_type": "a mapping", "tuple_type": "a list", "string_type": "a text"}
_EXAMPLES = (
    "expected `LIST: {SHOT: {take: 1}}`",
    "expected `SHOT: {take: 1}`",
    "expected `{take: 1}`",
    "expected what `composer render LIST --lock SHOT` writes",
    "expected `[…]`",
)


def _called(path: Path) -> str:
    """What people call a part of the file."""
    if len(path) < 2:
        return f"`{shown(str(path[0]))}`" if path else "the file"
    shot = f"`{shown(str(path[1]))}`"
    if _of_picks(path):
        return f"what is picked of {shot}"
    inner = ("the choice of", "the lock of") if len(path) < 4 else (f"`{path[3]}` in the lock of",) * 2
    return f"{inner[min(1, len(path) - 2)]} {shot}"


def _of_picks(path: Path) -> bool:
    return path[2:3] == ("picks",)


def _error(faults: list[Fault]) -> ShotListError:
    ordered = sorted(faults, key=lambda fault: (fault.line, fault.column))
    return ShotListError(ordered, "\n".join(render(fault) for fault in ordered))
