"""What the chains showed, in tables."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from composer.training.judging import mean

Rows = Sequence[dict[str, Any]]
SHOWN = (2, 5, 10, 15, 20)
"""Clips whose drift stands in the tables."""

HEAD = """\
# Twenty clips in a row

`python benchmarks/chains.py --work DIR` {measured}; every figure of every clip is in chains.json.

Each chain is one shot, its clips rendered by the product's own studio (`composer/handover.py`, `composer/reconcile`). **Drift**: CIE dE76 between
the mean colours of an anchor in the last frame of a clip and in the first clip, over the surface spots that both show, the
difference that the animatic has there taken off; the mean over anchors of at least 40 such pixels (ground, sky and subjects
have no say). **A clip**: the slope of a straight line through the drift of all clips. **Sharp**: gradient energy to the
animatic's in the last five clips, so that blur cannot win. **Step**: the same difference between the frames on both sides of
a join. **Corrected**: clips that were, of those that could be; the others were refused. `held to their place`: colours and
position as docs/renders.md tells (`match = "clip"`, `steady = true`). `matched by gains` is what was there before, a gain
and an offset of each channel by all spots alike: of what is handed on (`prefix`), or of each clip, from nothing at its
prefix to all of it at its end.
"""

EMBEDDED = """\
## The generator that ships

At 128x72, 16 new frames a clip, one frame handed on; means of {chains} chains an arm: {seeds}.
What words leave open is drawn once for the film, as films have it.
"""

AUTOENCODER = """\
## A tiny autoencoder of LTX's class

`AutoencoderKLLTXVideo` with 0.52 M parameters, fitted by benchmarks/chains_vae.py to the animatics of 260 random lists (96x64,
2 frames and 4x4 pixels a latent of 16; one clip encoded and decoded once: 24.3 and 20.4 dB); {films}: means of {chains} chains an arm, 8 new frames a clip, 9 handed on. No
transformer was fitted: there was no time for one that goes on from anything. Instead each clip goes on as a model without
errors of its own would: its new latents are those of the declared frames, as far off as the last latent of its prefix is.
So this is the drift of encoding and decoding alone, and all of a prefix's error is carried on: of blur, too. Noise in a
prefix cannot be judged by it, since nothing here takes noise away.
"""


FOLLOWS = """\
## What follows

- The default hands pixels on as they are, without match, without noise, and does not move them (`HandOver()`): the generator
  that ships drifts by about 1 dE in twenty clips, which nobody sees, since what it is told holds its colours.
- Held to its place, it drifts by a sixth less beside memory (0.62 dE instead of 0.74, the mean of clips 2 to 20) and as much
  without (0.54 and 0.55), for 0.03 and 0.01 dE more at the joins; 15 of 152 clips were changed, all others refused, as no
  better for it on frames that the change was not found from. What helps is what single anchors are off by (of two chains with
  memory, the whole picture alone took 3 % off, single anchors 16 %). Its background stands where it is declared: not one of
  152 clips was moved.
- What was there before changed 101 of 152 clips, won less (0.69 and 0.63 dE), and cost 0.13 to 0.16 dE at every join.
  What either mends of drifts that are planted is in reconcile.md. Noise is painted on, clip after clip: the more of it, the
  more drift, grain and step.
- What encoding and decoding do again and again is blur, and shade that differs from spot to spot. A gain and an offset for
  the whole picture mend a tenth of it, and are refused in most clips. (The autoencoder's chains were not made again since
  clips can be held to their place: it is not kept.)
- A generator that has latents should hand those on: less than a quarter of the drift and of the step, and no blur that
  grows. Since what continues here makes no errors of its own, this is the most that can be gained, not what a model will gain.
  Encoding the first of them anew makes no difference here, as what continues reads the last one alone.
- The autoencoder had learned lightness and next to no colour when its time was up: its figures are mostly those of lightness.
"""


def report(found: Rows) -> str:
    """All tables, and what follows from them."""
    at = [row["measured"].removeprefix("at commit ").split(", ", 1) for row in found]
    commits = ", ".join(dict.fromkeys(commit for commit, _ in at))
    parts = [HEAD.format(measured=f"at commits {commits}; {'; '.join(dict.fromkeys(where for _, where in at))}")]
    for model, words in (("embedded", EMBEDDED), ("autoencoder", AUTOENCODER)):
        rows = whole([row for row in found if row["model"] == model])
        if not rows:
            continue
        films = " and ".join(dict.fromkeys(f"`{row['film']}`" for row in rows))
        seeds = "; ".join(dict.fromkeys(f"`{row['film']}`, seed {row['seed']}" for row in rows))
        chains = len({(row["film"], row["seed"]) for row in rows})
        parts.append(words.format(films=films, seeds=seeds, chains=chains))
        given = dict.fromkeys(row["told"] for row in rows)
        titles = {told: f"### {told.capitalize()}\n\n" if told else "" for told in given}
        parts += [table([row for row in rows if row["told"] == told], titles[told]) for told in given]
    return "\n".join([*parts, FOLLOWS])


def whole(rows: Rows) -> Rows:
    """Those of films of which every arm was measured: means of others would not compare."""
    count = Counter((row["film"], row["seed"]) for row in rows)
    most = max(count.values(), default=0)
    return [row for row in rows if count[row["film"], row["seed"]] == most]


def table(rows: Rows, title: str) -> str:
    """A line an arm."""
    heads = ["hand-over", *(f"clip {clip}" for clip in SHOWN), "a clip", "sharp", "step", "corrected"]
    lines = [f"{title}| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for arm in dict.fromkeys(row["arm"] for row in rows):
        of = [row["clips"] for row in rows if row["arm"] == arm]
        drift = np.array([[clip["drift"] for clip in clips] for clips in of]).mean(axis=0)
        slope = np.polyfit(np.arange(len(drift)), drift, 1)[0]
        sharp = mean([clip["sharp"] for clips in of for clip in clips[-5:]])
        step = mean([clip["step"] for clips in of for clip in clips[1:]])
        said = [clip["said"] for clips in of for clip in clips[1:] if "said" in clip]
        corrected = f"{said.count('corrected')} of {len(said)}" if said else ""
        values = [
            *(f"{drift[clip - 1]:.2f}" for clip in SHOWN),
            f"{slope:+.3f}",
            f"{sharp:.2f}",
            f"{step:.2f}",
            corrected,
        ]
        lines.append(f"| {arm} | {' | '.join(values)} |")
    return "\n".join([*lines, ""])
