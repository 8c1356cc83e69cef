"""Chains of clips: what each arm is given, and what is made of it without a network."""

import json
from dataclasses import replace

import numpy as np
import pytest

from composer.training.chains import ARMS, CLIPS, FRAMES, Stage, chained, drawn, flicker, inpainted, revisit
from composer.training.judging import anchor_means, drifts, mean
from composer.training.naming import recognised
from composer.types import GROUND, SKY

SIZE = (96, 54)
SEED = 5
LIST = {
    "fps": 24,
    "size": "768x432",
    "places": {
        "place": {
            "light": "day",
            "ground": "grass",
            "anchors": {
                "shed": {"box": "4 x 3 x 3m", "look": "thing", "at": [0, 6]},
                "tank": {"cylinder": "2 x 3m", "look": "thing", "at": [-5, 8]},
            },
        }
    },
    "shots": [
        {"shot": "s0", "duration": "1.5s", "camera": {"frame": "WS shed", "from": "south", "move": "truck left 0.5m"}},
        {"shot": "s1", "duration": "1.5s", "camera": {"frame": "WS tank", "from": "south-east", "move": "static"}},
        {"shot": "s2", "duration": "1.5s", "camera": {"frame": "WS shed", "from": "south", "move": "pan left 4deg"}},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def stage():
    return Stage(json.dumps(LIST), SIZE)


@pytest.fixture(scope="module")
def truths(stage):
    return [stage.truth(k, drawn(SEED, 0)) for k in range(len(CLIPS))]


def arm(name):
    return next(a for a in ARMS if a.name == name)


def told_to(stage, name, first):
    """What a painter is told of the clips after the first."""
    heard = []

    def paint(told, request, read_anew):
        assert read_anew == ("pinned" not in name)
        heard.append((told, request))
        return first

    chained(stage, arm(name), paint, SEED, first)
    return heard


def test_an_arm_is_given_its_own_state_and_no_more(stage, truths):
    given = {
        name: [(t[0].memory is not None, t[0].carried is not None) for t, _ in told_to(stage, name, truths[0])]
        for name in ("none", "final frames", "memory", "both", "none, words pinned")
    }
    assert given == {
        "none": [(False, False)] * 3,
        "final frames": [(False, True)] * 3,
        "memory": [(True, False)] * 3,
        "both": [(True, True)] * 3,
        "none, words pinned": [(False, False)] * 3,
    }


def test_words_are_drawn_anew_for_every_clip_unless_pinned(stage, truths):
    for name, same in (("both", False), ("both, words pinned", True)):
        for clip, (told, _) in enumerate(told_to(stage, name, truths[0]), 1):
            pinned = stage.lit(clip, drawn(SEED, 0))[1]
            assert np.array_equal(np.stack([t.albedo for t in told]), pinned) == same
            light = stage.lit(clip, drawn(SEED, 0))[0]
            apart = np.abs(np.stack([t.light for t in told]).astype(int) - light)
            assert apart.mean() < 1, "but for what gloss mirrors, light tells nothing of what words leave open"


def test_every_clip_has_noise_of_its_own(stage, truths):
    seeds = [request.seed for _, request in told_to(stage, "both", truths[0])]
    assert len(set(seeds)) == len(seeds)


def test_memory_shows_the_arm_its_own_clips(stage, truths):
    """A chain that is begun red remembers red, where the truth has none."""
    red = np.zeros_like(truths[0])
    red[..., 0] = 255
    told, _ = told_to(stage, "memory", red)[0]
    shown = np.concatenate([t.memory[t.memory_mask] for t in told])
    assert len(shown) > 1000
    assert (shown == [255, 0, 0]).all()


def test_the_last_clip_comes_back(stage, truths):
    _image, mask = stage.remembered(3, truths)
    solid = stage.clips[3].ids != SKY
    assert mask[solid].mean() > 0.6
    assert revisit(stage, truths) < 3
    turned = [*truths[:3], 255 - truths[3]]
    assert revisit(stage, turned) > 20


def test_inpainting_keeps_what_memory_shows_and_takes_the_sky_from_the_light(stage, truths):
    memory = stage.remembered(1, truths)
    told = stage.told(1, drawn(SEED, 1), memory)
    made = inpainted(told)
    sky = stage.clips[1].ids == SKY
    assert np.array_equal(made[memory[1]], memory[0][memory[1]])
    assert np.array_equal(made[sky], stage.lit(1, drawn(SEED, 1))[0][sky])
    holes = ~memory[1] & ~sky
    assert holes.any()
    assert made[holes].any(axis=-1).all(), "no hole stays black"


def test_words_drawn_anew_drift_and_the_truth_does_not(stage, truths):
    def drift(clips):
        means = [anchor_means(clip, staged.ids) for clip, staged in zip(clips, stage.clips, strict=True)]
        return mean(list(drifts(means).values()))

    anew = [stage.truth(k, drawn(SEED, k)) for k in range(len(CLIPS))]
    assert drift(anew) > 3 * drift(truths)


def test_flicker_is_what_was_planted(stage, truths):
    assert flicker(stage, 2, truths[2]) < 0.5
    shaken = truths[2].copy()
    shaken[::2] = np.minimum(shaken[::2].astype(int) + 25, 255)
    assert flicker(stage, 2, shaken) > 5


def test_a_clip_is_what_the_product_would_ask_for(stage):
    request = stage.request(1, 9)
    assert (request.plan.length, request.plan.size, request.plan.light, request.seed) == (FRAMES, SIZE, "day", 9)
    assert request.plan.frames.start == FRAMES
    assert (stage.clips[1].ids >= GROUND).any()
    assert replace(request.plan, seed=0) == replace(stage.request(1, 0).plan, seed=0)


def test_a_named_colour_is_recognised_in_the_truth_and_not_in_its_negative():
    named = json.loads(json.dumps(LIST).replace("thing", "orange plastic box", 1).replace("thing", "blue painted tank"))
    stage = Stage(json.dumps(named), SIZE)
    truth, colours = stage.truth(0, drawn(SEED, 0)), ("orange", "blue", "green", "grey", "pink")
    assert recognised(stage, truth, colours) == (2, 2)
    assert recognised(stage, 255 - truth, colours)[0] == 0
    assert recognised(stage, truth, ("green", "grey")) == (0, 0), "no words of these"
