"use strict";
(() => {
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const root = document.documentElement;
  const fps = Number(document.body.dataset.fpsNumerator) / Number(document.body.dataset.fpsDenominator);
  const frames = Number(document.body.dataset.frames);
  const film = one("video");
  const joins = all("article.join").sort((a, b) => a.dataset.number - b.dataset.number);
  const flags = new Map(all(".flag").map((flag) => [flag.dataset.join, flag]));
  const rows = new Map(all(".list li > a").map((row) => [row.dataset.join, row]));
  const wide = matchMedia("(min-width: 1001px)");
  let chosen = null;
  let stop = null;

  root.classList.add("scripted");

  /* the film */

  const middle = (frame) => (Math.min(Math.max(frame, 0), frames - 1) + 0.5) / fps;
  const frame = () => Math.min(Math.floor(film.currentTime * fps + 1e-6), frames - 1);
  const pad = (value, digits) => String(value).padStart(digits, "0");
  const clock = (seconds) => `${Math.floor(seconds / 60)}:${pad((seconds % 60).toFixed(3), 6)}`;
  const shots = all(".shot").map((shot) => ({ start: Number(shot.dataset.start), name: shot.textContent }));

  function show() {
    const now = frame();
    const shot = shots.filter((each) => each.start <= now).pop();
    one(".tracks").style.setProperty("--at", String(now / frames));
    const readout = one("#now");
    one("b", readout).textContent = `frame ${now}`;
    one("span", readout).textContent = ` · ${clock(now / fps)}${shot ? ` · ${shot.name}` : ""}`;
  }
  function seek(to) {
    stop = null;
    film.pause();
    film.currentTime = middle(to);
    show();
  }
  function run() {
    if (stop !== null && film.currentTime >= stop) seek(Math.floor(stop * fps));
    show();
    if (!film.paused) requestAnimationFrame(run);
  }
  function across(join) {
    const at = Number(join.dataset.frame);
    film.currentTime = middle(at - Math.round(fps));
    stop = middle(at + Math.round(fps));
    film.play().catch(unplayable);
  }
  function unplayable() {
    if (film.error) one("#unplayable").hidden = false;
  }
  film.addEventListener("play", run);
  film.addEventListener("seeked", show);
  film.addEventListener("timeupdate", show);
  film.addEventListener("error", unplayable);
  film.addEventListener("pause", () => { one("#play").textContent = "Play"; });
  film.addEventListener("playing", () => { one("#play").textContent = "Pause"; });
  unplayable();
  const toggle = () => { stop = null; if (film.paused) film.play().catch(unplayable); else film.pause(); };
  one("#play").addEventListener("click", toggle);

  /* the join that is looked at */

  function wipe(join) {
    const stack = one(".stack", join);
    if (!stack || one("input", join)) return;
    const over = one("img[data-is=after]", join).cloneNode();
    over.className = "over";
    over.alt = "";
    stack.append(over);
    const slider = document.createElement("input");
    Object.assign(slider, { type: "range", min: 0, max: 100, value: 0 });
    slider.setAttribute("aria-label", "Wipe from the frame before to the frame after, both from the camera after the join");
    slider.addEventListener("input", () => stack.style.setProperty("--wipe", `${slider.value}%`));
    const label = document.createElement("label");
    label.className = "wipe";
    label.append("before", slider, "after");
    stack.parentElement.append(label);
  }
  function only(links, number) {
    for (const [key, link] of links) {
      const is = key === number;
      link.tabIndex = is ? 0 : -1;
      if (is) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }
  function choose(number, { asked = true } = {}) {
    const join = joins.find((each) => each.dataset.number === number);
    if (!join) return;
    chosen = join;
    for (const each of joins) each.hidden = each !== join;
    only(flags, number);
    only(rows, number);
    for (const dot of all(".dot")) dot.classList.toggle("chosen", dot.dataset.join === number);
    wipe(join);
    const row = rows.get(number);
    const list = row.closest("ol");
    const top = row.offsetTop - list.offsetTop;
    if (top < list.scrollTop || top + row.offsetHeight > list.scrollTop + list.clientHeight) list.scrollTop = top - 40;
    seek(Number(join.dataset.frame));
    if (!asked) return; // the browser scrolls to an address that is named while it loads
    one("#said").textContent = join.dataset.said;
    try { history.replaceState(null, "", `#join-${number}`); } catch { /* a page in a frame without an address */ }
  }
  function step(by) {
    if (!chosen) return;
    const next = joins[joins.indexOf(chosen) + by];
    if (!next) return;
    const links = document.activeElement.closest(".list") ? rows : document.activeElement.closest(".flags") ? flags : null;
    choose(next.dataset.number);
    links?.get(next.dataset.number).focus({ preventScroll: links === rows });
  }
  function along(by) {
    const order = all(".list li > a");
    const next = order[order.indexOf(rows.get(chosen.dataset.number)) + by];
    if (!next) return;
    choose(next.dataset.join);
    next.focus({ preventScroll: true });
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-join], .dot[data-join]");
    if (link) {
      event.preventDefault();
      choose(link.dataset.join);
      if (!wide.matches || link.closest("table")) one("#inspector").scrollIntoView({ block: "start" });
    }
    if (event.target.closest("[data-across]") && chosen) {
      if (!wide.matches) film.scrollIntoView({ block: "start" });
      across(chosen);
    }
    const by = event.target.closest("[data-step]");
    if (by) step(Number(by.dataset.step));
  });

  /* the keyboard */

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, video")) return;
    const listed = event.target.closest(".list ol");
    const keys = {
      ArrowLeft: () => step(-1),
      ArrowRight: () => step(1),
      ",": () => seek(frame() - 1),
      ".": () => seek(frame() + 1),
      Enter: event.target.closest("a[data-join]") ? () => choose(event.target.closest("a[data-join]").dataset.join) : null,
      p: () => chosen && across(chosen),
      " ": event.target.closest("button, a, summary") ? null : toggle,
      ArrowUp: listed ? () => along(-1) : null,
      ArrowDown: listed ? () => along(1) : null,
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });

  /* a click or a drag along the tracks */

  let dragged = null;
  const scrub = (event) => {
    const box = dragged.getBoundingClientRect();
    seek(Math.floor((Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1)) * frames));
  };
  for (const plot of all(".plot")) {
    plot.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || event.target.closest("[data-join]")) return;
      dragged = plot;
      plot.setPointerCapture(event.pointerId);
      scrub(event);
    });
    plot.addEventListener("pointermove", (event) => { if (dragged === plot) scrub(event); });
    for (const end of ["pointerup", "pointercancel"]) plot.addEventListener(end, () => { dragged = null; });
  }

  /* a table that does not fit can be scrolled by keys, and only then is a stop on the way */

  const fits = new ResizeObserver((tables) => {
    for (const { target } of tables) {
      if (target.scrollWidth > target.clientWidth || target.scrollHeight > target.clientHeight) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
    }
  });
  for (const table of all(".table-scroll")) fits.observe(table);

  /* order and theme */

  const value = (row, key) => (row.dataset[key] === undefined ? -Infinity : Number(row.dataset[key]));
  one("#order").addEventListener("change", (event) => {
    const key = event.target.value;
    const rising = key === "rank" || key === "join" ? 1 : -1;
    const list = one(".list ol");
    const sorted = [...rows.values()].sort((a, b) => rising * (value(a, key) - value(b, key)) || a.dataset.rank - b.dataset.rank);
    list.append(...sorted.map((row) => row.parentElement));
  });

  const themes = ["auto", "light", "dark"];
  const remembered = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
  function dress(theme) {
    if (theme === "auto") delete root.dataset.theme;
    else root.dataset.theme = theme;
    one("#theme").textContent = `Theme: ${theme}`;
    one("#theme").dataset.theme = theme;
    try { localStorage.setItem("theme", theme); } catch { /* a page that may store nothing */ }
  }
  one("#theme").addEventListener("click", (event) => {
    dress(themes[(themes.indexOf(event.target.dataset.theme) + 1) % themes.length]);
  });
  const theme = new URLSearchParams(location.search).get("theme") ?? remembered();
  dress(themes.includes(theme) ? theme : "auto");

  /* as it opens: the join that the address names, or the worst */

  const named = /^#join-(\d+)$/.exec(location.hash)?.[1];
  const first = rows.has(named) ? named : all(".list li > a")[0]?.dataset.join;
  if (first) choose(first, { asked: false });
  else show();
})();
