"""The continuity report in a real browser: a click on a join seeks the film, keys step, the figures are the document's."""

import json
import shutil
import subprocess
import threading
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from queue import SimpleQueue
from urllib.parse import unquote

import pytest
from conftest import SMALL
from measured_films import MeasuredFilm, score, takes

import composer
from composer.composing.rehearsal import rehearse
from composer.report.continuity import TakeStills, continuity_page
from composer.schema.report import measures_json
from composer.types import Correction, SegmentCorrections

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run")

DRIVES = """<!DOCTYPE html><iframe id=shown src=report.html?theme=light style="width:1300px;height:900px"></iframe><script>
shown.onload = async () => {
  const said = {}, page = shown.contentDocument, view = shown.contentWindow;
  const one = (selector) => page.querySelector(selector), film = one('video');
  const wait = (event) => new Promise((done) => film.addEventListener(event, done, {once: true}));
  const press = (key, at) => at.dispatchEvent(new view.KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}));
  const look = async () => {
    await new Promise((done) => setTimeout(done, 50));
    while (film.seeking) await wait('seeked');
    const join = one('article.join:not([hidden])');
    return {
      time: film.currentTime, paused: film.paused, join: join.dataset.number, title: join.querySelector('h3').textContent,
      articles: page.querySelectorAll('article.join:not([hidden])').length, now: one('#now').textContent,
      rows: [...join.querySelectorAll('.figures tbody tr')].map((row) => [
        row.querySelector('[data-measure]').dataset.measure, ...[...row.cells].map((cell) => cell.innerText)]),
      takes: [...join.querySelectorAll('[data-gate]')].map((cell) => [
        cell.dataset.of, cell.dataset.take, cell.dataset.gate, cell.innerText.split('\\n')[0]]),
      changed: [...join.querySelectorAll('[data-before], [data-after]')].map((cell) => cell.innerText),
      stops: page.querySelectorAll('.flag[tabindex="0"], .list a[tabindex="0"]').length,
      current: [...page.querySelectorAll('[aria-current]')].map((link) => link.dataset.join).join(),
      active: page.activeElement.dataset.join, spoken: one('#said').textContent,
      pictures: [...join.querySelectorAll('img:not(.over)')].filter((img) => img.complete && img.naturalWidth > 0).length,
    };
  };
  try {
    view.addEventListener('securitypolicyviolation', (event) => { said.refused = event.blockedURI; });
    view.addEventListener('error', (event) => { said.wrong = event.message; });
    if (film.readyState < 2) await wait('loadeddata');
    said.opened = await look();
    one('.flag[data-join="0"]').click();
    said.clicked = await look();
    one('.flag[data-join="0"]').focus();
    press('ArrowRight', page.activeElement);
    said.stepped = await look();
    press('ArrowRight', page.activeElement);
    said.at_the_end = await look();
    press('ArrowLeft', page.body);
    said.back = await look();
    const order = one('#order');
    order.value = 'join';
    order.dispatchEvent(new view.Event('change', {bubbles: true}));
    said.ordered = [...page.querySelectorAll('.list li a')].map((row) => row.dataset.join).join();
    said.light = view.getComputedStyle(page.body).backgroundColor;
    one('#theme').click();
    said.dark = view.getComputedStyle(page.body).backgroundColor;
    view.scrollTo(0, page.documentElement.scrollHeight);
    one('table a[data-join="1"]').click();
    await new Promise((done) => setTimeout(done, 900));
    said.linked = {...await look(), top: one('#inspector').getBoundingClientRect().top};
    one('.flag[data-join="0"]').click();
    said.wide = page.documentElement.scrollWidth - page.documentElement.clientWidth;
    shown.style.width = '360px';
    await new Promise((done) => setTimeout(done, 100));
    said.narrow = page.documentElement.scrollWidth - page.documentElement.clientWidth;
    press('p', page.body);
    await wait('playing');
    said.plays_from = film.currentTime;
    while (!film.paused) await wait('pause');
    said.played = await look();
  } catch (fault) { said.failed = String(fault); }
  fetch('/said/' + encodeURIComponent(JSON.stringify(said)));
};
</script>"""


class Page(SimpleHTTPRequestHandler):
    """A folder whose files can be read in part, as browsers do that seek; what is asked of `/said/` is kept."""

    said: SimpleQueue[str]
    asked: set[str]

    def do_GET(self):
        path = self.path.partition("?")[0]
        if path.startswith("/said/"):
            self.said.put(unquote(path.removeprefix("/said/")))
        self.asked.add(path.split("/")[1])
        if not self.headers.get("Range"):
            super().do_GET()
            return
        with open(self.translate_path(path), "rb") as file:  # noqa: PTH123 - as the server itself does
            content = file.read()
        first, _, last = self.headers["Range"].removeprefix("bytes=").partition("-")
        start, stop = int(first), min(int(last or len(content)), len(content) - 1) + 1
        self.send_response(206)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Range", f"bytes {start}-{stop - 1}/{len(content)}")
        self.send_header("Content-Length", str(stop - start))
        self.end_headers()
        self.wfile.write(content[start:stop])

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def film(small_film):
    known = rehearse(composer.read(SMALL, "small.yaml"))
    return MeasuredFilm(known, small_film.plan, small_film.path, frozenset({"onward"}))


@pytest.fixture(scope="module")
def measures(film):
    """With takes of two clips, one of which begins at a join, and a correction, which are made up."""
    first = [score(n, 1.0 + n, 0.5, part=0.2) for n in range(3)]
    told = [score(n, 7.5 - n / 8, 0.5, fails=("colour",) if n < 12 else (), part=0.9) for n in range(16)]
    moved = Correction("colour", True, "colours moved by 2.31 dE", "dE", {"worst anchor": 4.1}, {"worst anchor": 1.3})
    segment = film.measures.joins[0].after
    return replace(
        film.measures,
        takes=(takes(*first, segment="front/0", join=None), takes(*told, segment=segment, join=0, chosen=13)),
        corrections=(SegmentCorrections(segment, 0, (moved,), None),),
    )


def stills(film):
    def find(told):
        pictures = film.frames[: len(told.takes)]
        return TakeStills(film.frames[told.against[0]], (None, *pictures[1:]))

    return find


@pytest.fixture(scope="module")
def said(film, measures, tmp_path_factory):
    """What a browser did and saw, by step; and the document that lay beside the page."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        pytest.skip("no Chromium is installed")
    folder = tmp_path_factory.mktemp("page")
    shutil.copy(film.path, folder / "film.mp4")
    page = continuity_page(measures, film.join_view, film.places, take_stills=stills(film))
    (folder / "report.html").write_text(page, encoding="utf-8")
    (folder / "report.json").write_text(measures_json(measures), encoding="utf-8")
    (folder / "drive.html").write_text(DRIVES, encoding="utf-8")
    Page.said, Page.asked = SimpleQueue(), set()
    flags = (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--mute-audio",
        f"--user-data-dir={folder / 'profile'}",
        *QUIET,
    )
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Page, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/drive.html"
        command = [browser, *flags, "--autoplay-policy=no-user-gesture-required", address]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as shown:
            try:
                steps = json.loads(Page.said.get(timeout=90))
            finally:
                shown.kill()
                server.shutdown()
    assert not {"failed", "wrong", "refused"} & steps.keys(), steps
    return steps, json.loads((folder / "report.json").read_text()), set(Page.asked)


def middle(document, frame):
    numerator, _, denominator = document["fps"].partition("/")
    return (frame + 0.5) * int(denominator or 1) / int(numerator)


def test_it_opens_at_the_worst_join_with_its_pictures_and_the_film_there(said):
    steps, document, _ = said
    opened, worst = steps["opened"], document["joins"][1]
    assert document["verdict"] == "fail"
    assert (opened["join"], opened["articles"], opened["pictures"]) == ("1", 1, 4)
    assert steps["clicked"]["pictures"] == 4 + 1 + 15, "the clip of one take is gone"
    assert opened["time"] == pytest.approx(middle(document, worst["frame"]), abs=1e-3)


def test_a_click_on_a_join_seeks_the_film_and_shows_it_alone(said):
    steps, document, _ = said
    clicked, join = steps["clicked"], document["joins"][0]
    assert clicked["time"] == pytest.approx(middle(document, join["frame"]), abs=1e-3)
    assert (clicked["join"], clicked["articles"], clicked["paused"]) == ("0", 1, True)
    assert clicked["title"] == "front → back"
    assert clicked["now"].startswith(f"frame {join['frame']} ")
    assert clicked["current"] == "0,0", "in the list and on the timeline"
    assert clicked["spoken"].startswith("Join 1 of 2, front → back, cut, frame 24: ")


@pytest.mark.parametrize(("step", "index"), [("opened", 1), ("clicked", 0), ("stepped", 1)])
def test_the_figures_shown_are_those_of_the_document(said, step, index):
    steps, document, _ = said
    shown, meant = steps[step]["rows"], document["joins"][index]["measures"]
    assert [row[0] for row in shown] == [measured["measure"] for measured in meant]
    for (_, name, _, value, floor, limit, verdict), measured in zip(shown, meant, strict=True):
        assert name.splitlines()[0] == measured["measure"]
        assert verdict == measured["verdict"]
        assert float(limit.split()[0]) == pytest.approx(measured["limit"])
        if measured["value"] is None:
            assert value == "—"
        else:
            number, unit = value.split(maxsplit=1)
            assert float(number) == pytest.approx(measured["value"], rel=0.005, abs=0.005)
            assert unit == measured["unit"]
        if measured["floor"] is None:
            assert floor == "none"
        else:
            pair = [float(part) for part in floor.split(" to ")]
            assert pair == pytest.approx([measured["floor"][key] for key in ("median", "p90")], rel=0.005, abs=0.005)


def test_the_takes_and_corrections_shown_are_those_of_the_document(said):
    steps, document, _ = said
    of_join = {one["join"]: one for one in document["takes"]}
    assert steps["opened"]["takes"] == []
    meant = [
        (of_join[0]["segment"], str(take["take"]), one["gate"], one["value"])
        for gate in range(2)
        for take in of_join[0]["takes"]
        for one in take["figures"][gate : gate + 1]
    ]
    shown = steps["clicked"]["takes"]
    assert [tuple(cell[:3]) for cell in shown] == [one[:3] for one in meant]
    assert [float(cell[3]) for cell in shown] == pytest.approx([one[3] for one in meant], abs=0.005)
    (correction,) = document["corrections"][0]["corrections"]
    meant = [f"{correction[when]['worst anchor']:g} dE" for when in ("before", "after")]
    assert steps["clicked"]["changed"] == meant


def test_arrow_keys_step_the_joins_and_take_the_focus_along(said):
    steps, _, _ = said
    assert (steps["stepped"]["join"], steps["stepped"]["active"]) == ("1", "1")
    assert steps["at_the_end"]["join"] == "1", "there is none after the last"
    assert steps["back"]["join"] == "0"
    assert all(steps[step]["stops"] == 2 for step in ("opened", "clicked", "stepped")), (
        "one in the list, one in the tracks"
    )


def test_a_link_from_a_table_below_brings_its_join_into_view(said):
    linked = said[0]["linked"]
    assert linked["join"] == "1"
    assert 0 <= linked["top"] < 100


def test_the_list_can_be_put_in_the_films_order(said):
    assert said[0]["ordered"] == "0,1"


def test_it_plays_across_a_join_and_stops_after_it(said):
    steps, document, _ = said
    frame = document["joins"][0]["frame"]
    assert steps["plays_from"] < middle(document, frame)
    assert steps["played"]["time"] == pytest.approx(middle(document, frame + 24), abs=1e-3)


def test_it_is_dark_on_request_and_never_wider_than_the_screen(said):
    steps, _, _ = said
    assert steps["light"] == "rgb(246, 246, 243)"
    assert steps["dark"] == "rgb(18, 19, 22)"
    assert (steps["wide"], steps["narrow"]) == (0, 0)


def test_nothing_but_the_film_is_fetched(said):
    assert said[2] - {"favicon.ico", "said"} == {"drive.html", "report.html", "film.mp4"}
