"""Arguments and options that commands share."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from composer.cli.watching import Log

__all__ = [
    "AsJson",
    "Cache",
    "Conform",
    "Draft",
    "File",
    "From",
    "Generator",
    "Lock",
    "LogForm",
    "Only",
    "Out",
    "Pick",
    "Preset",
    "Report",
    "Retake",
    "Retries",
    "Seed",
    "Set",
    "Strict",
    "Takes",
    "Undo",
    "Without",
    "Workers",
]

File = Annotated[Path, typer.Argument(help="The shot list, a YAML file.", metavar="FILE")]
Out = Annotated[
    Path | None, typer.Option("--out", "-o", help="Output folder; out/NAME of the list when not given.", metavar="DIR")
]
Generator = Annotated[
    str | None,
    typer.Option(
        "--generator",
        "-g",
        help="Who makes the clips; the first that `composer generators` lists when not given.",
        metavar="NAME",
    ),
]
Seed = Annotated[int | None, typer.Option("--seed", help="Instead of the list's seed.")]
Draft = Annotated[bool, typer.Option("--draft", help="Render small and fast: at most 384x216.")]
Without = Annotated[
    list[str] | None,
    typer.Option(
        "--without",
        help="Do not tell the generator this, as `memory` or `prefix`; may be given again. What each may lack, "
        "`composer generators` lists.",
        metavar="NAME",
    ),
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        help="An option of the generator, as `steps=30`, over those of composer.toml; may be given again.",
        metavar="KEY=VALUE",
    ),
]
Conform = Annotated[
    Literal["guided", "size", "rate", "plain"],
    typer.Option(
        "--conform",
        help="How a generator's own size and rate become the film's: guided by what is declared, the size or the rate "
        "alone, or plainly.",
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        min=1,
        max=256,
        help="Clips that render at once; as many as generator and machine have room for when not given.",
    ),
]
Retries = Annotated[
    int, typer.Option("--retries", min=0, max=100, help="How often a segment that failed is tried again.")
]
Takes = Annotated[
    int | None,
    typer.Option(
        "--takes", help="Takes rendered of each shot, of which the best by its joins is kept; instead of the list's."
    ),
]
Strict = Annotated[
    bool,
    typer.Option("--strict", help="Score every clip, and exit 5 when one fails a gate, after everything was written."),
]
Subtitles = Annotated[
    bool, typer.Option("--subtitles", help="Burn lines into the picture; film.srt and film.vtt hold them either way.")
]
Stems = Annotated[
    bool, typer.Option("--stems", help="Write dialogue, music, effects and ambience as WAV files beside the film.")
]
Report = Annotated[
    bool, typer.Option("--report", help="Measure every join of the film; report.html and report.json tell.")
]
Only = Annotated[
    list[str] | None,
    typer.Option("--only", help="Render these shots, as `S03,S04`, and what they depend on.", metavar="SHOTS"),
]
From = Annotated[
    str | None,
    typer.Option("--from", help="Render from this shot on, and what that depends on.", metavar="SHOT"),
]
LogForm = Annotated[
    Log, typer.Option("--log", help="What is told while it runs: bars or lines, or a JSON object a line on stdout.")
]
Retake = Annotated[
    list[str] | None,
    typer.Option(
        "--retake",
        help="Another take of this shot; may be given again, or with several names: `front,back`.",
        metavar="SHOT",
    ),
]
Lock = Annotated[
    list[str] | None,
    typer.Option(
        "--lock",
        help="The clips that the last render into this folder has of this shot stay, whatever changes.",
        metavar="SHOT",
    ),
]
Pick = Annotated[
    list[str] | None,
    typer.Option(
        "--pick",
        help="This take of this segment is its clip, whatever its score, as `front/1=2`: both are counted from 0, as plan "
        "and takes.json have them; may be given again, or with several.",
        metavar="SEGMENT=TAKE",
    ),
]
Undo = Annotated[
    list[str] | None,
    typer.Option("--undo", help="This shot is its first take again, unlocked, nothing picked.", metavar="SHOT"),
]
Preset = Annotated[
    str,
    typer.Option(
        "--preset",
        help="How the film is encoded: `h264`, whose clips are joined without encoding them again; `hevc`, `av1`, `prores` "
        "and `lossless` are encoded once, from lossless clips; or by a hardware encoder that `composer doctor` lists, as "
        "`h264_nvenc`.",
        metavar="NAME",
    ),
]
Cache = Annotated[
    Path | None,
    typer.Option(
        "--cache",
        help="Where rendered clips are kept; $COMPOSER_CACHE or the user's cache when not given.",
        metavar="DIR",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
