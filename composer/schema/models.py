"""The shot list, version 1: every key with its meaning, default and behaviour.

The descriptions generate docs/shotlist.md and the JSON Schema. A key is here only when it does something.
"""

from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, PrivateAttr, WithJsonSchema, model_validator

from composer.schema import fields as f
from composer.schema import patterns
from composer.schema import phrases as p
from composer.schema.camera_files import CAMERA_FILE_SCHEMA, CameraFile, parse_camera_file
from composer.schema.clock import CONTINUOUS, STORY_TIME_SCHEMA, StoryTime, parse_story_time
from composer.schema.conditions import BECOMES_SCHEMA, EXPECT_SCHEMA, parse_change, parse_conditions
from composer.schema.edits import CUT, EDIT_SCHEMA, OUT_SCHEMA, Edit, parse_edit, parse_out
from composer.schema.framings import parse_framing
from composer.schema.gates import Gates, Takes
from composer.schema.layers import Items, Names
from composer.schema.model import Model
from composer.schema.motions import MOTION_SCHEMA, parse_motion
from composer.schema.moves import MOVES_SCHEMA, parse_moves
from composer.schema.names import Name, ShotName
from composer.schema.quantities import Time
from composer.schema.sizes import parse_integer
from composer.schema.sounds import Cue, Line, Loudness, ShotSound, file_shorthand
from composer.schema.words import Action, Change, Condition, Framing, Side, Step
from composer.types import Light, Material

Title = Annotated[str, Field(max_length=400), WithJsonSchema({"type": ["string", "number"]})]
Text = Annotated[str, Field(min_length=1, max_length=4000)]
Align = Literal["centre", "front", "back", "left", "right"]


class Position(Model):
    """Where a thing stands: coordinates, or relations to what stands already."""

    at: Annotated[tuple[float, ...] | str | None, BeforeValidator(p.parse_spot), patterns.SPOT_SCHEMA] = Field(
        None,
        description="Middle of the footprint, in metres; a third number is the height of the underside. Or the name of a mark.",
    )
    left_of: Name | None = Field(None, description="Stands west of it.")
    right_of: Name | None = Field(None, description="Stands east of it.")
    in_front_of: Name | None = Field(None, description="Stands south of it.")
    behind: Name | None = Field(None, description="Stands north of it.")
    on_top_of: Name | None = Field(None, description="Stands on it.")
    between: Annotated[tuple[str, str] | None, BeforeValidator(p.parse_pair), patterns.PAIR_SCHEMA] = Field(
        None, description="Half way between the two."
    )
    gap: f.Gap = Field(0.0, description="Edge to edge, for each relation given.")
    align: Align = Field("centre", description="Flush with that edge, on the axis a relation leaves free.")
    offset: f.Point | None = Field(None, description="Added last, in metres.")
    facing: Annotated[float | str | None, BeforeValidator(p.parse_facing), patterns.FACING_SCHEMA] = Field(
        None,
        description="Which way its front looks: a direction, or a name to look at. South, the audience, unless told otherwise.",
    )


class Solid(Position):
    """A thing with a shape: exactly one of the shapes, a look, a position."""

    look: Text | None = Field(None, description="What it looks like; its name when not given.")
    box: Annotated[tuple[float, float, float] | None, BeforeValidator(p.BOX), patterns.BOX_SCHEMA] = Field(
        None, description="Width x depth x height, as seen from its own front."
    )
    cylinder: Annotated[tuple[float, float] | None, BeforeValidator(p.CYLINDER), patterns.CYLINDER_SCHEMA] = Field(
        None, description="Diameter x height; upright unless `axis` says otherwise."
    )
    sphere: f.Length | None = Field(None, description="Diameter.")
    mesh: Annotated[str | None, BeforeValidator(p.parse_mesh), patterns.MESH_SCHEMA] = Field(
        None,
        description="A .glb or .obj file in the folder of the list, in metres; glTF's Y-up is turned. Of an anchor each named node is a solid too: `house_door`.",
    )
    height: f.Length | None = Field(None, description="With `mesh`: scaled to it; the file's own when not given.")
    looks: dict[Name, Text] = Field(
        default_factory=dict, description="Variants, by name: what is added to `look` once `becomes` says so."
    )
    axis: Annotated[float | Literal["up"], BeforeValidator(p.parse_axis), patterns.AXIS_SCHEMA] = Field(
        "up", description="Which way a cylinder's axis points: `up`, or a direction."
    )
    material: Material | None = Field(
        None, description="Settles bounce, friction and density; the first one in `look` when not given, else wood."
    )
    bounce: f.Bounce = Field(
        None, description="How much of its speed a blow gives back, 0 to 1; by material when not given."
    )
    friction: f.Friction = Field(None, description="Sliding coefficient, 0 to 2; by material when not given.")


def _exactly_one_of(*shapes: str) -> ConfigDict:
    return ConfigDict(json_schema_extra={"oneOf": [{"required": [shape]} for shape in shapes]})


class Anchor(Solid):
    """A locked solid of a place: it never moves."""

    model_config = _exactly_one_of("box", "cylinder", "sphere", "wall", "ramp", "mesh")

    wall: Annotated[tuple[float, ...] | None, BeforeValidator(p.WALL), patterns.WALL_SCHEMA] = Field(
        None, description="Length x height [x thickness], 0.2 m thick unless told otherwise."
    )
    ramp: Annotated[tuple[float, float, float] | None, BeforeValidator(p.RAMP), patterns.RAMP_SCHEMA] = Field(
        None, description="Run x width x rise: a wedge that goes down the way it faces."
    )
    lamp: Annotated[
        f.Colour | None, Field(description='It shines: `warm`, `cold`, or a colour such as `"#ffd9a0"`.')
    ] = None
    repeat: Annotated[p.Repeat | None, BeforeValidator(p.parse_repeat), patterns.REPEAT_SCHEMA] = Field(
        None, description="A row of them; its name means all of it, `name_2` one."
    )


class Subject(Solid):
    """Who or what moves, through all the film."""

    model_config = _exactly_one_of("box", "cylinder", "sphere", "mesh", "person")

    person: f.BodyHeight | None = Field(None, description="Height of an upright body 0.5 m wide.")
    place: Name | None = Field(None, description="Where it is; the first place when not given.")
    mass: f.Mass = Field(
        None, description="75kg for a person, volume x density for a thing when not given: give it for hollow ones."
    )


class PlateCamera(Model):
    """The camera that took a plate: what makes a still pose, by what is locked in the place."""

    frame: Annotated[Framing | None, BeforeValidator(parse_framing), patterns.FRAMING_SCHEMA] = Field(
        None, description="Size and names of anchors or marks: `WS tower shed`; or give `at` and `aim`."
    )
    from_: Annotated[float | Side | None, BeforeValidator(p.parse_side), patterns.SIDE_SCHEMA] = Field(
        None, alias="from", description="As in a shot's camera."
    )
    at: Annotated[tuple[float, ...] | str | None, BeforeValidator(p.parse_spot), patterns.SPOT_SCHEMA] = Field(
        None, description="Where it stood: [x, y, z] in metres, or a mark."
    )
    aim: Annotated[tuple[float, ...] | str | None, BeforeValidator(p.parse_spot), patterns.SPOT_SCHEMA] = Field(
        None, description="What the middle of the picture shows: [x, y, z] in metres, or a name; instead of `frame`."
    )
    height: Annotated[float | p.Height | None, BeforeValidator(p.parse_height), patterns.HEIGHT_SCHEMA] = Field(
        None, description="As in a shot's camera."
    )
    lens: f.Lens | None = Field(None, description="Focal length for the film's `sensor`; 35mm when not given.")
    distance: f.Length | None = Field(None, description="As in a shot's camera.")


class Plate(Model):
    """A picture of a place without its subjects, in the place's own light and the film's style."""

    image: Annotated[str, BeforeValidator(p.parse_picture)] = Field(
        description="PNG or JPEG file in the folder of the list."
    )
    camera: Annotated[PlateCamera, BeforeValidator(p.camera_shorthand), patterns.CAMERA_TEXT] = Field(
        description="The camera that took it: a framing, or a mapping."
    )


class Place(Model):
    """A locked environment, drawn as on paper: x runs east, y north, z up, in metres."""

    model_config = ConfigDict(json_schema_extra={"anyOf": [{"required": ["anchors"]}, {"required": ["room"]}]})

    look: Text | None = Field(None, description="What it looks like; its name when not given.")
    light: Light = Field(
        "day", description="Time of day and weather of its light; `day` when not given, `indoor` with a `room`."
    )
    sun: Annotated[p.Sun | None, BeforeValidator(p.parse_sun), patterns.SUN_SCHEMA] = Field(
        None, description="Where the sun stands: direction and height; by light when not given."
    )
    fog: f.Length | None = Field(None, description="Distance at which contrast is halved.")
    ground: Text = Field("concrete", description="Look of the endless plane z = 0; its material follows.")
    room: Annotated[tuple[float, float, float] | None, BeforeValidator(p.ROOM), patterns.ROOM_SCHEMA] = Field(
        None,
        description="Width x depth x height, inside measures: floor, `wall_north`, `wall_east`, `wall_south`, `wall_west` and `ceiling` round [0, 0].",
    )
    ambience: Annotated[tuple[str, ...], BeforeValidator(p.parse_ambience), patterns.AMBIENCE_SCHEMA] = Field(
        (),
        description="The bed of sound: words, a list of them, or an audio file in the folder of the list. Silence when not given.",
    )
    plate: Annotated[tuple[Plate, ...], BeforeValidator(p.one_or_more), patterns.OneOrList()] = Field(
        (), description="A picture of this place and the camera that took it, or a list of them: its oldest memory."
    )
    anchors: dict[Name, Anchor] = Field(
        default_factory=dict, description="Locked solids, by name; required without a `room`."
    )
    marks: dict[Name, Position] = Field(
        default_factory=dict, description="Named spots on the floor, placed like anchors."
    )

    @model_validator(mode="before")
    @classmethod
    def _lit_inside(cls, data: Any) -> Any:
        """A room is lit from inside unless it says otherwise."""
        inside = isinstance(data, dict) and data.get("room") is not None and "light" not in data
        return {**data, "light": "indoor"} if inside else data


class Style(Model):
    """How the film looks while it is named."""

    look: Text = Field(description="What it looks like.")
    avoid: Text | None = Field(None, description="What must not appear while it is named; for generators that take it.")
    layers: Names = Field((), description="Layers that shots of this style have.")


class CameraKey(Model):
    """A pose of the camera. What a key does not say is as in the key before it; of the first, as in the next that says it."""

    t: f.Moment = Field(description="When, from the shot's start; later than the key before it.")
    at: Annotated[tuple[float, ...] | str | None, BeforeValidator(p.parse_spot_in_space), patterns.SPACE_SCHEMA] = (
        Field(None, description="Where the camera is: [x, y, z] in metres, or a mark, 1.6 m above it.")
    )
    aim: Annotated[tuple[float, ...] | str | None, BeforeValidator(p.parse_spot_in_space), patterns.SPACE_SCHEMA] = (
        Field(None, description="What it looks at: a name, looked at where it is, or [x, y, z] in metres.")
    )
    lens: f.Lens | None = Field(None, description="Focal length; the camera's `lens` where no key says.")
    roll: f.Angle | None = Field(None, description="Its tilt sideways, to the right; level where no key says.")


class Camera(Model):
    """A framing, solved on the shot's first frame, and moves that fill the shot; or poses at times."""

    frame: Annotated[Framing | None, BeforeValidator(parse_framing), patterns.FRAMING_SCHEMA] = Field(
        None, description="Size and names, as on a slate: `WS tower shed`; without a size it only aims."
    )
    from_: Annotated[float | Side | None, BeforeValidator(p.parse_side), patterns.SIDE_SCHEMA] = Field(
        None,
        alias="from",
        description="Where the camera stands: a direction on the plan, or a side of the subject as it faces on the first frame. South when not given.",
    )
    at: Annotated[tuple[float, ...] | str | None, BeforeValidator(p.parse_spot), patterns.SPOT_SCHEMA] = Field(
        None, description="Instead of `from`, `height` and `distance`: [x, y, z] in metres, or a mark."
    )
    height: Annotated[float | p.Height | None, BeforeValidator(p.parse_height), patterns.HEIGHT_SCHEMA] = Field(
        None,
        description="Above the ground: `eye` (a person's eyes, or 1.6 m), `ground` 0.15 m, `low` 0.5 m, `high` 4 m, `overhead` straight down, or a length. `eye` when not given.",
    )
    lens: f.Lens | None = Field(None, description="Focal length; 35mm, or solved from size and distance.")
    distance: f.Length | None = Field(None, description="To what is framed; solved from size and lens.")
    move: Annotated[tuple[Step, ...], BeforeValidator(parse_moves), MOVES_SCHEMA] = Field(
        (),
        description="One move, `+` for moves at the same time, a list for one after the other. Static when not given.",
    )
    file: Annotated[CameraFile | None, BeforeValidator(parse_camera_file), CAMERA_FILE_SCHEMA] = Field(
        None,
        description="Instead of all of these, a path from another tool, in the folder of the list: nerfstudio `.json`, RE10K `.txt`, COLMAP's `images.txt`, `.gltf`, `.glb` (one of several cameras: `set.glb#NAME`). It plays at its own times from the shot's start, keeps its vertical angle of view, and holds its last pose when it is over.",
    )
    keys: Annotated[tuple[CameraKey, ...], Field(min_length=1)] | None = Field(
        None,
        description="Instead of a place to stand and moves: poses at rising times, smooth between, at rest where two neighbours are equal, and at both ends. `frame` then only aims, `move` may sway.",
    )


class Footage(Model):
    """A stretch of a video file, shown as it is, with its own sound; frames of another rate fall where they are due."""

    file: Annotated[str, BeforeValidator(p.parse_video), patterns.VIDEO_SCHEMA] = Field(
        description="A .mp4, .mov, .mkv or .webm file in the folder of the list. Turned, deinterlaced and coloured as it says; scaled to cover the film's picture, never stretched."
    )
    in_: f.Moment = Field(
        Time(Fraction(0)),
        alias="in",
        description="First moment used, from the file's first picture on; its start when not given.",
    )
    out: f.Duration | None = Field(
        None,
        description="Where it stops, counted alike; the file's end when not given. The shot lasts from `in` to it.",
    )


class Shot(Model):
    """One shot: what the viewer gets between two cuts."""

    model_config = ConfigDict(json_schema_extra={"anyOf": [{"required": ["duration"]}, {"required": ["footage"]}]})

    shot: ShotName = Field(description="What commands and files call it.")
    duration: f.Duration | None = Field(
        None, description="What the viewer sees of it. Required, but with `footage`, which lasts from `in` to `out`."
    )
    place: Name | None = Field(
        None, description="Like a scene heading, it stands until the next; the first place at the start."
    )
    time: Annotated[StoryTime, BeforeValidator(parse_story_time), STORY_TIME_SCHEMA] = Field(
        CONTINUOUS,
        description="Where on the story's clock it begins: `continuous` where the shot before it ended, `later 10min` so long after that, `same as roll + 1s` from when that shot began (`same` alone: the shot before), `after office` from when that one ended.",
    )
    style: Name | None = Field(None, description="The film's style, the first one, when not given; never carried over.")
    light: Light | None = Field(None, description="The place's light from here on.")
    camera: Annotated[Camera | None, BeforeValidator(p.camera_shorthand), patterns.CAMERA_TEXT] = Field(
        None,
        description="A framing, or a mapping. Required, but with `join: last_frames`, which goes on from the last pose, and with `footage`, which has none.",
    )
    footage: Footage | None = Field(
        None,
        description="Real film instead of a rendered shot. Time passes in its place as in any shot, unseen; `join: last_frames` hands its final frames to the next shot, which frames anew.",
    )
    motion: dict[Name, Annotated[tuple[Action, ...], BeforeValidator(parse_motion), MOTION_SCHEMA]] = Field(
        default_factory=dict,
        description="What subjects do, from the shot's start: a phrase, a list, or `keys`. What is under way goes on when not given.",
    )
    stage: dict[Name, Position] = Field(
        default_factory=dict,
        description="Puts subjects somewhere at the shot's start: at their first appearance, when they enter from another place, or after `later`.",
    )
    becomes: dict[Name, Annotated[Change, BeforeValidator(parse_change), BECOMES_SCHEMA]] = Field(
        default_factory=dict,
        description="Looks that change: to a variant of `looks`, or back to `plain`, from a time or a contact on; at the shot's end when neither is given.",
    )
    expect: dict[Name, Annotated[tuple[Condition, ...], BeforeValidator(parse_conditions), EXPECT_SCHEMA]] = Field(
        default_factory=dict,
        description="What must hold at the shot's end: a condition, or a list of them.",
    )
    prompt: Text | None = Field(None, description="What the declared things do not say; `@name` refers to one of them.")
    layers: Names = Field((), description="Layers that it has beside those of its style, in front of them.")
    dialogue: Annotated[tuple[Line, ...], BeforeValidator(p.one_or_more), patterns.OneOrList()] = Field(
        (), description="Who says what, and when: a line, or a list of them. Music ducks under it."
    )
    sound: ShotSound = Field(ShotSound(), description="Effects, and sound that leads or outlasts the picture.")
    edit: Annotated[Edit, BeforeValidator(parse_edit), EDIT_SCHEMA] = Field(
        CUT,
        description="What the viewer sees on the way in: `cut`; `dissolve 1s`, through which the shot before runs on beneath it, world and all, and no duration changes; `fade 1s` up from black, or `from white`; `match cut`, a cut that is checked: what is framed stays where it was in the picture, and as large. Where both shots show enough of one place at one time, and no layer lies over them, the pictures of a dissolve follow a camera from the one to the other: `aligned` asks for that, `plain` for none of it, `linear` blends light instead of codes. `cut` when not given.",
    )
    out: Annotated[Edit | None, BeforeValidator(parse_out), OUT_SCHEMA] = Field(
        None, description="`fade 1.5s`: down to black at its end, or `to white`."
    )
    join: Literal["state", "last_frames", "independent"] = Field(
        "state",
        description="What the generator is given across the cut: `state` the world and what was seen of this place, `last_frames` also the final frames and the camera's last pose (footage has none), `independent` the world only.",
    )
    crosses_line: f.Truth = Field(
        False, description="The camera crosses the line of a mover, or of two people, on purpose."
    )
    takes: Takes = Field(
        None, description="Takes rendered for it, of which the best is kept; the film's when not given."
    )
    seed: f.Integer | None = Field(
        None, description="Pins the shot's seed; derived from the film's seed and the shot's name when not given."
    )

    def lasts_s(self, fps: Fraction) -> Fraction:
        """What the viewer sees of it, in seconds; a second while nobody knows, which is a fault that is told."""
        if self.duration is not None:
            return self.duration.seconds(fps)
        if self.footage is None or self.footage.out is None:
            return Fraction(1)
        return max(Fraction(0), self.footage.out.seconds(fps) - self.footage.in_.seconds(fps))


class ShotList(Model):
    """A whole film, as read from one YAML file."""

    version: Annotated[Literal[1], BeforeValidator(parse_integer(1, 1)), WithJsonSchema({"const": 1})] = Field(
        1, description="Of this language."
    )
    title: Title = Field("", description="The file's name when not given.")
    fps: f.FrameRate = Field(
        Fraction(24), description="Frames a second; exact fractions inside (23.976 is 24000/1001)."
    )
    size: f.PictureSize = Field((768, 432), description="Width x height of the finished picture in pixels.")
    sensor: f.Gate = Field(0.036, description="Gate width that lenses refer to: 36mm full frame, 24.9mm Super 35.")
    seed: f.Integer = Field(0, description="Of the film; every shot's seed is derived from it.")
    takes: Takes = Field(
        None,
        description="Takes rendered for each shot, clip by clip; the one that meets what came before best, as measured, is "
        "kept, the others stay in the store. 1 when not given.",
    )
    gates: Gates | None = Field(
        None, description="Limits that a join must keep, and how often a clip that does not is taken again."
    )
    places: dict[Name, Place] = Field(min_length=1, description="The locked environments, by name.")
    subjects: dict[Name, Subject] = Field(default_factory=dict, description="Who and what moves, by name.")
    styles: dict[Name, Annotated[Style, BeforeValidator(p.look_shorthand), patterns.LOOK_TEXT]] = Field(
        default_factory=dict, description="Looks of the picture, by name; the first is the film's."
    )
    layers: dict[Name, Items] = Field(
        default_factory=dict,
        description="What is laid over the finished picture, by name: an item, or a list of them, the last in front. No generator ever sees it.",
    )
    plates: Literal["auto"] | None = Field(
        None,
        description="A view of each place is made before its shots and remembered in all of them, which then no longer wait "
        "for one another: one for each light and style.",
    )
    loudness: Loudness = Field(-16.0, description="Of the whole mix, by EBU R128; true peak at most -1 dBTP.")
    music: Annotated[tuple[Cue, ...], BeforeValidator(file_shorthand), patterns.OneOrList()] = Field(
        (), description="A file, a cue, or a list of them."
    )
    shots: list[Shot] = Field(min_length=1, description="In the order they are seen.")

    _source: Any = PrivateAttr(None)
    """Where each key stands in the file that this was read from (`shotlist.Source`), for faults found later."""

    def __eq__(self, other: object) -> bool:
        """The same film, wherever it was read from."""
        return isinstance(other, ShotList) and self.__dict__ == other.__dict__

    __hash__ = None  # type: ignore[assignment]  # its mappings have none
