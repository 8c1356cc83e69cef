"""The output folder: the film, its clips, its plan and state, its pictures, and where it all came from."""

import json
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import UInt8

from composer import media, report, stitch
from composer import shotlist as lists
from composer.audio import STEMS, Mix, master
from composer.composing.delivering import DELIVERY
from composer.composing.editing import delivery_clips, delivery_form
from composer.composing.film import film_name
from composer.composing.framings import stretch, told_apart
from composer.composing.gating import TAKES
from composer.composing.listening import unheard
from composer.composing.mapping import as_at_last, as_seen, ways
from composer.composing.options import RenderOptions
from composer.composing.reconciled import DOCUMENT, Told
from composer.composing.rehearsal import Rehearsal
from composer.composing.reported import forget_report
from composer.composing.sounding import Sounding
from composer.errors import ShotListError, Wrong
from composer.failpoints import reach
from composer.looks import RGB, look
from composer.planning import plan_json
from composer.run import CLIPS, STATE, STEM_FOLDER, OnProgress
from composer.store import Entry, digest, file_digest, storage_error, version_of, write_whole
from composer.timing import FrameRange, clock
from composer.types import CameraTrack, FilmPlan, Progress, ShotPlan, Waveform, WorldTrack

MANIFEST, PLAN, SHEET, MAP = "manifest.json", "plan.json", "contact_sheet.png", "map.png"
SRT, VTT = "film.srt", "film.vtt"
_MADE_BY = (
    *("audio", "composing", "conform", "looks", "media", "metrics/loudness", "report", "scene", "stitch", "typography"),
)


@dataclass(frozen=True)
class Publication:
    """A film about to be written: its plan, the delivery clip of each shot, whether models invented any of it, how it is
    rendered, what is told of its `takes`, if anything is, and what is told of its clips in the document that lies there.
    """

    rehearsal: Rehearsal
    plan: FilmPlan
    deliveries: Sequence[Entry]
    invented: bool
    options: RenderOptions
    takes: str = ""
    reconciled: Told = field(default_factory=dict)

    def publish(self, folder: Path, on_progress: OnProgress | None) -> Path:
        """Write the film and what lies beside it, unless `folder` holds all of that already; returns the film's path."""
        film = folder / film_name(self.options.preset)
        if self._is_in(folder):
            return film
        steps = ("film", "clips", "state", "pictures")

        def tell(step: int) -> None:
            _reach(f"publish.{steps[step]}", folder)
            if on_progress:
                on_progress(Progress("write", steps[step], step, len(steps)))

        tell(0)
        filmed = any(shot.footage for shot in self.plan.shots)
        made = "compositeSynthetic" if filmed else "algorithmicMedia"
        kind = "compositeWithTrainedAlgorithmicMedia" if self.invented else made
        with ThreadPoolExecutor(1, thread_name_prefix="pictures") as beside:
            sheet, map_ = beside.submit(self._sheet), beside.submit(self._map)
            mix = self._mix()
            about = media.FilmFile(
                self.plan.fps,
                self.plan.title,
                kind,
                filmed=filmed,
                chapters=tuple((shot.frames, shot.shot) for shot in self.plan.shots),
                subtitles=self._sounding.subtitles(),
            )
            form = delivery_form(self.plan, self.options.preset)
            with media.Spool(folder) as spool:
                coded = None if film.suffix == ".mov" else media.through_aac
                mastered = master(mix.read, mix.length, self.rehearsal.shotlist.loudness, spool, coded)
                stitch.stitch(self._clips(), map(Waveform, mastered.blocks()), film, about, form=form)
            forget_report(folder)
            tell(1)
            written = [
                film,
                *self._write_beside(folder, mix, mastered.gain_db),
                *write_clips(folder, zip(self.plan.shots, self.deliveries, strict=True)),
            ]
            tell(2)
            written += self._write_state(folder)
            tell(3)
            for name, picture in ((SHEET, sheet), (MAP, map_)):
                write_whole(folder / name, picture.result())
                written.append(folder / name)
        digests = {path.relative_to(folder).as_posix(): file_digest(path) for path in written}
        _forget(folder, digests)
        _reach("publish.manifest", folder)
        write_whole(
            folder / MANIFEST,
            _json(report.manifest(self.plan, digest(self.rehearsal.layouts), self.key, digests, self.options.burnt_in)),
        )
        return film

    @cached_property
    def key(self) -> str:
        """Digest of exactly what the folder shows."""
        files = [self._sound_digest(path) for path in self._sounding.files()]
        shown = (
            plan_json(self.plan),
            self.options.preset,
            self.options.drawn_over,
            self.options.stems,
            self.rehearsal.layouts,
            self._track_digests,
            self._sounding.told(),
            files,
            *((self.takes,) if self.takes else ()),
            *((self.reconciled,) if self.reconciled else ()),
        )
        return digest("film", version_of(*_MADE_BY), shown, [delivery.digest for delivery in self.deliveries])

    def _is_in(self, folder: Path) -> bool:
        said = _manifest(folder)
        if said.get("film_key") != self.key:
            return False
        try:
            return all(file_digest(folder / name) == expected for name, expected in said["digests"].items())
        except OSError:
            return False

    def _tracks(self, shot: ShotPlan) -> tuple[CameraTrack, WorldTrack]:
        """Sampled when they are asked for: those of a whole film at once would fill the memory."""
        return self.rehearsal.film_tracks(shot, self.plan.size)

    @property
    def _track_digests(self) -> list[str]:
        return [digest(self._tracks(shot)) for shot in self.plan.shots]

    @cached_property
    def _sounding(self) -> Sounding:
        return Sounding(self.rehearsal, self.plan, self.deliveries)

    def _sound_digest(self, path: Path) -> str:
        """Raises `ShotListError` when a recording was there at first and is no longer."""
        try:
            return file_digest(path)
        except OSError as error:
            raise self._lost(f"{path}: {(error.strerror or str(error)).lower()}") from error

    def _lost(self, said: str) -> ShotListError:
        located = lists.locate(self.rehearsal.shotlist, unheard(self.rehearsal.shotlist))
        return ShotListError(located, f"{said}. It was good when the render began; what is done is kept")

    def _clips(self) -> list[stitch.DeliveryClip]:
        paths = [delivery.path(DELIVERY) for delivery in self.deliveries]
        return delivery_clips(self.rehearsal, self.plan, paths, drawn_over=self.options.drawn_over)

    def _mix(self) -> Mix:
        try:
            return self._sounding.mix()
        except Wrong as wrong:
            raise self._lost(wrong.message) from wrong

    def _write_beside(self, folder: Path, mix: Mix, gain_db: float) -> list[Path]:
        """Subtitles, where somebody speaks, and the stems, where they are asked for."""
        written = []
        if subtitles := self._sounding.subtitles():
            for name, text in ((SRT, media.srt(subtitles)), (VTT, media.vtt(subtitles))):
                written.append(folder / name)
                write_whole(written[-1], text)
        for stem in STEMS if self.options.stems else ():
            written.append(folder / STEM_FOLDER / f"{stem}.wav")
            media.write_sound_blocks(written[-1], mix.stem_blocks(stem, gain_db), mix.length)
        return written

    def _write_state(self, folder: Path) -> list[Path]:
        write_whole(folder / PLAN, _json(plan_json(self.plan)))
        paths = [folder / PLAN]
        if self.takes:
            write_whole(folder / TAKES, self.takes)
            paths.append(folder / TAKES)
        if self.reconciled:
            paths.append(folder / DOCUMENT)
        fps = plan_json(self.plan)["fps"]
        for shot, delivery in zip(self.plan.shots, self.deliveries, strict=True):
            paths.append(folder / STATE / f"{shot.shot}.json")
            heard = [*delivery.notes.get("sound", ()), *delivery.notes.get("sound_unmoved", ())]
            write_whole(paths[-1], _json(report.shot_state(shot, fps, *self._tracks(shot), heard), indent=None))
        return paths

    def _rows(self) -> list[report.SheetRow]:
        return [
            report.SheetRow(shot.shot, self._caption(shot), _Stills(clip.path, report.evenly_spaced(clip.frames_used)))
            for shot, clip in zip(self.plan.shots, self._clips(), strict=True)
        ]

    def _caption(self, shot: ShotPlan) -> str:
        slate = self.rehearsal.slate(shot.shot)
        how = f"footage {stretch(slate)}" if shot.footage else self._lens(shot)
        story = [f"story {clock(float(slate.start_s))}"] if told_apart(slate) else []
        seconds = f"{float(len(shot.frames) / self.plan.fps):.4g} s"
        words = (shot.place, shot.light, seconds, how, *story)
        return " · ".join(words)

    def _lens(self, shot: ShotPlan) -> str:
        lens_mm = self.rehearsal.lenses_mm(self._tracks(shot)[0])
        return f"{' to '.join(dict.fromkeys(f'{mm:.3g}' for mm in (lens_mm[0], lens_mm[len(shot.frames) - 1])))} mm"

    def _sheet(self) -> bytes:
        return report.png(report.contact_sheet(self._rows(), self.plan.title))

    def _map(self) -> bytes:
        plans = []
        for name, layout in self.rehearsal.layouts.items():
            shots = [shot for shot in self.plan.shots if shot.place == name and not shot.footage]
            cameras = [report.trace(s.index + 1, s.shot, as_seen(self._tracks(s)[0], s)) for s in shots]
            plans.append(
                report.ground_plan(as_at_last(self.rehearsal, layout), ways(self.rehearsal, name), cameras, _albedo)
            )
        return report.png(report.map_sheet(plans, self.plan.title))


class _Stills(Sequence[UInt8[np.ndarray, "h w 3"]]):
    """Frames of a clip, decoded when they are asked for."""

    def __init__(self, path: Path, frames: Sequence[int]) -> None:
        self.path, self.numbers = path, frames

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, index: Any) -> Any:
        number = self.numbers[index]
        return next(iter(media.read_frames(self.path, FrameRange(number, number + 1))))


def write_clips(folder: Path, delivered: Iterable[tuple[ShotPlan, Entry]]) -> list[Path]:
    """Write the clips of shots beside the film; returns where. Raises `StorageError`."""
    paths = []
    for shot, delivery in delivered:
        path = folder / CLIPS / f"{shot.shot}.mp4"
        try:
            with media.whole(path) as temporary:
                shutil.copyfile(delivery.path(DELIVERY), temporary)
        except OSError as error:
            raise storage_error(error, path) from error
        paths.append(path)
    return paths


def _albedo(text: str) -> RGB:
    said = look(text)
    return (said.top or said).albedo


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        said = json.loads((folder / MANIFEST).read_text())
    except (OSError, ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) and isinstance(said.get("digests"), dict) else {}


def _forget(folder: Path, digests: Mapping[str, str]) -> None:
    """Remove what the film no longer has: clips, states, stems, subtitles, takes, a film of another preset; only what an
    earlier manifest names.
    """
    for name in _manifest(folder).get("digests", {}):
        path = folder / name
        beside = path.parent in (folder / CLIPS, folder / STATE, folder / STEM_FOLDER)
        if name not in digests and (beside or path.stem == "film" or name == TAKES):
            path.unlink(missing_ok=True)


def _reach(point: str, folder: Path) -> None:
    try:
        reach(point)
    except OSError as error:
        raise storage_error(error, folder) from error


def _json(value: Any, indent: int | None = 1) -> str:
    return json.dumps(value, indent=indent) + os.linesep
