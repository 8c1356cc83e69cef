"""Fixtures that many tests share: small real shot lists, the third party's generator installed, films rendered once."""

import shutil
import signal
import sys
from pathlib import Path

import pytest

import composer

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "shotlists"

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as shells leave it to what they start in the background
    signal.signal(signal.SIGINT, signal.default_int_handler)  # programs under test would inherit it

SMALL = """\
title: Small
fps: 24
size: 128x72
seed: 3
places:
  yard:
    look: brewery yard
    light: morning
    ambience: [wind]
    anchors:
      tower: {box: 4 x 4 x 9m, look: red brick water tower}
      shed: {box: 6 x 4 x 3m, look: green timber shed, right_of: tower, gap: 3m}
    marks:
      door: {in_front_of: shed, gap: 1m}
subjects:
  ada: {person: 1.70m, look: brewer in a yellow apron, in_front_of: tower, gap: 4m}
styles:
  film: muted teal
shots:
  - shot: front
    duration: 1s
    camera: WS tower shed
    motion: {ada: walk to door}
  - shot: back
    duration: 1.5s
    camera: {frame: WS tower shed, from: north-east, move: arc left 20deg}
  - shot: onward
    duration: 0.5s
    join: last_frames
    camera: {move: truck left 0.5m}
"""

SEEN_FROM_ABOVE = SMALL.replace("WS tower shed\n", "{frame: WS tower shed, height: 8m}\n").replace(
    "from: north-east,", "from: north-east, height: 8m,"
)


@pytest.fixture(scope="session", autouse=True)
def _nobodys_settings(tmp_path_factory):
    """What the user who runs the tests has in their own composer.toml is not read."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("settings")))
        yield


@pytest.fixture(scope="session", autouse=True)
def films_cache(tmp_path_factory):
    """Where films that many tests share keep their clips: nobody's own cache is read."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("cache")
        patch.setenv("COMPOSER_CACHE", str(folder))
        yield folder


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory, monkeypatch):
    """Each test starts with no clips at all."""
    folder = tmp_path_factory.mktemp("own")
    monkeypatch.setenv("COMPOSER_CACHE", str(folder))
    return folder


@pytest.fixture(autouse=True)
def _interruptible():
    """No test leaves interrupts ignored: every program that a later test starts would ignore them too."""
    yield
    set_back = signal.signal(signal.SIGINT, signal.default_int_handler), signal.signal(signal.SIGTERM, signal.SIG_DFL)
    assert set_back == (signal.default_int_handler, signal.SIG_DFL)


@pytest.fixture
def warm_cache(films_cache, own_cache):
    """A test's own cache with the clips of the films that many tests share."""
    shutil.copytree(films_cache, own_cache, dirs_exist_ok=True)
    return own_cache


@pytest.fixture(scope="session")
def high_text():
    """The small list from higher up, where cameras see much of the same ground."""
    return SEEN_FROM_ABOVE


@pytest.fixture(scope="session")
def small_text():
    return SMALL


@pytest.fixture
def small_file(tmp_path):
    path = tmp_path / "small.yaml"
    path.write_text(SMALL)
    return path


@pytest.fixture(scope="session")
def tiny(tmp_path_factory):
    """By generator, the options with which it runs a tiny random model instead of a big one."""
    import tiny_models  # noqa: PLC0415 - it loads torch and diffusers, which few tests need

    root = tmp_path_factory.mktemp("models")
    small = {"steps": 2, "frames": 17, "tokens": 16}
    return {
        "ltx": {"model": str(tiny_models.save_ltx(root / "ltx")), **small},
        "ltx2": {"model": str(tiny_models.save_ltx2(root / "ltx2")), **small, "stg": 0, "modality": 1},
    }


@pytest.fixture(scope="session")
def plugin():
    """`tests/plugin` as an installed distribution: its entry point is found as any third party's would be."""
    folder = str(ROOT / "tests" / "plugin")
    sys.path.insert(0, folder)
    yield "recall"
    sys.path.remove(folder)


@pytest.fixture(scope="session")
def small_film(tmp_path_factory):
    """The small list as an animatic, rendered once."""
    return composer.compose(composer.read(SMALL, "small.yaml"), generator="previz", out=tmp_path_factory.mktemp("film"))


@pytest.fixture(scope="session")
def recall_film(tmp_path_factory, plugin):
    """The small list from above by the third party's generator, rendered once."""
    return composer.compose(
        composer.read(SEEN_FROM_ABOVE, "small.yaml"), generator=plugin, out=tmp_path_factory.mktemp("recall")
    )


@pytest.fixture(scope="session")
def first_takes(tmp_path_factory, plugin):
    """A folder with the film of takes.py and its store, rendered once: `Room.begin` copies both."""
    from takes import TEXT  # noqa: PLC0415 - few tests need it

    folder = tmp_path_factory.mktemp("takes")
    (folder / "takes.yaml").write_text(TEXT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COMPOSER_CACHE", str(folder / "cache"))
        composer.compose(composer.load(folder / "takes.yaml"), out=folder / "out", generator=plugin)
    return folder


@pytest.fixture
def room(tmp_path, monkeypatch, plugin, first_takes):
    """A folder with the film of takes.py and a store of its own; the third party's generator counts its calls."""
    import recall  # noqa: PLC0415 - `plugin` has installed it
    from takes import Room  # noqa: PLC0415 - few tests need it

    made, generate = [], recall.Recall.generate

    def counted(self, request, /, on_progress):
        made.append(request.plan.id)
        return generate(self, request, on_progress)

    assert plugin == "recall"
    monkeypatch.setattr(recall.Recall, "generate", counted)
    monkeypatch.setenv("COMPOSER_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return Room(tmp_path, made, first_takes)
