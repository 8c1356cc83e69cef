"""`python -m composer.training`: draw examples, train, look. The commands that made what ships stand in its model card."""

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m composer.training", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    draw = commands.add_parser("draw", help="draw examples of random shot lists into a folder")
    draw.add_argument("--folder", type=Path, required=True)
    draw.add_argument("--first", type=int, default=10_000, help="seed of the first list; below 10000 they are held out")
    draw.add_argument("--lists", type=int, default=2_000)
    draw.set_defaults(run=_draw)

    recipes = commands.add_parser(
        "recipes", help="write recipes of random shot lists into a file, to be drawn on a GPU"
    )
    recipes.add_argument("--to", type=Path, required=True)
    recipes.add_argument("--first", type=int, default=10_000)
    recipes.add_argument("--lists", type=int, default=2_000)
    recipes.set_defaults(run=_recipes)

    pour = commands.add_parser("pour", help="draw recipes on a device for a training that reads them with --poured")
    pour.add_argument("--recipes", type=Path, required=True)
    pour.add_argument("--folder", type=Path, required=True)
    pour.add_argument("--seed", type=int, required=True, help="another for every process that draws")
    pour.add_argument("--together", type=int, default=16, help="recipes that are drawn at a time")
    pour.add_argument("--device", default="cuda")
    pour.set_defaults(run=_pour)

    learn = commands.add_parser("train", help="train on examples or recipes, or go on where it stopped")
    shown = learn.add_mutually_exclusive_group(required=True)
    shown.add_argument("--examples", type=Path, help="a folder that `draw` has filled")
    shown.add_argument("--recipes", type=Path, help="a file of `recipes`: they are drawn on the device that learns")
    shown.add_argument("--poured", type=Path, help="a folder that processes of `pour` are filling")
    learn.add_argument("--least", type=int, default=1024, help="examples that are waited for before the first step")
    learn.add_argument("--from", dest="weights", type=Path, help="begin with the weights of this diffusers folder")
    learn.add_argument("--folder", type=Path, required=True, help="checkpoints, the loss, sample sheets")
    learn.add_argument("--seconds", type=float, required=True, help="in all, earlier runs counted")
    learn.add_argument("--batch", type=int, default=2)
    learn.add_argument("--together", type=int, default=16, help="recipes that are drawn at a time")
    learn.add_argument("--threads", type=int, default=1)
    learn.add_argument("--rate", type=float, default=8e-4)
    learn.add_argument("--device", default="cpu")
    learn.add_argument("--compile", action="store_true", help="compile the network: pays after a minute or two")
    learn.add_argument("--every", type=float, default=300.0, help="seconds between checkpoints")
    learn.add_argument(
        "--judge", type=Path, help="a file of recipes kept out of training: their loss is told, and kept"
    )
    learn.add_argument("--held-out", type=Path, help="a folder of examples to show in the sample sheets")
    learn.set_defaults(run=_train)

    ship = commands.add_parser("ship", help="write the averaged weights as a diffusers folder, in half precision")
    ship.add_argument("--folder", type=Path, required=True)
    ship.add_argument("--to", type=Path, required=True)
    ship.add_argument(
        "--trust", type=float, default=0.0, help="added to the weight of the sketch, to the held-out best"
    )
    ship.set_defaults(run=_ship)

    said = parser.parse_args()
    said.run(said)


def _draw(said: argparse.Namespace) -> None:
    from composer.training import shards  # noqa: PLC0415 - a GPU has no use for what draws
    from composer.training.examples import examples_of  # noqa: PLC0415 - as above

    said.folder.mkdir(parents=True, exist_ok=True)
    made, started = 0, time.monotonic()
    for seed in range(said.first, said.first + said.lists):
        path = said.folder / f"{seed:07d}.safetensors"
        if path.exists():
            continue
        examples = list(examples_of(seed))
        if examples:
            shards.write(path, [e.arrays for e in examples], [(e.light, e.style) for e in examples])
            made += len(examples)
        if seed % 50 == 0:
            sys.stderr.write(
                f"list {seed}: {made} examples, {(time.monotonic() - started) / max(1, made):.2f} s each\n"
            )


def _recipes(said: argparse.Namespace) -> None:
    from composer.training.device import recipes  # noqa: PLC0415 - as above
    from composer.training.examples import recipes_of  # noqa: PLC0415 - as above

    made = [recipe for seed in range(said.first, said.first + said.lists) for recipe in recipes_of(seed)]
    recipes.save(said.to, made)
    sys.stderr.write(f"{len(made)} recipes, {said.to.stat().st_size / len(made) / 1000:.1f} kB each\n")


def _train(said: argparse.Namespace) -> None:
    import torch  # noqa: PLC0415 - drawing does without

    from composer.training import train as training  # noqa: PLC0415 - as above
    from composer.training.batches import Batch  # noqa: PLC0415 - as above
    from composer.training.feeding import Feed, Poured, Served, judged  # noqa: PLC0415 - as above

    torch.set_num_threads(said.threads)
    device = torch.device(said.device)
    state = training.resume(said.folder, device) or training.begin(device, said.weights)
    said.folder.mkdir(parents=True, exist_ok=True)
    held = judged(said.judge, device) if said.judge else []
    if said.compile:
        state.network.compile()

    def on_pause(state: training.State) -> None:
        sys.stderr.write(f"step {state.step}, {state.clips} clips, {state.seconds:.0f} s\n")
        if held:
            loss = training.judge(state.average, held)
            with (said.folder / "judged.csv").open("a") as file:
                file.write(f"{state.step},{state.seconds:.0f},{loss:.5f}\n")
        if said.held_out:
            from composer.training.looking import sheet  # noqa: PLC0415 - only where pictures are wanted

            sheet(state.average, said.held_out, said.folder / f"sheet-{state.step:06d}.png")

    on_pause(state)
    course = training.Course(said.seconds, said.rate, every_s=said.every)
    if said.poured:
        feed: Iterator[Batch] = Poured(said.poured, said.batch, device, state.step, least=said.least)
    elif said.recipes:
        feed = Served(said.recipes, said.batch, device, state.step, together=said.together)
    else:
        feed = Feed(said.examples, said.batch, device, state.step)
    training.train(state, feed, course, said.folder, on_pause)


def _pour(said: argparse.Namespace) -> None:
    import torch  # noqa: PLC0415 - as above

    from composer.training.feeding import pour  # noqa: PLC0415 - as above

    torch.set_num_threads(1)
    pour(said.recipes, said.folder, torch.device(said.device), said.seed, together=said.together)


def _ship(said: argparse.Namespace) -> None:
    import torch  # noqa: PLC0415 - as above

    from composer.generators.embedded.pipeline import ScenePipeline  # noqa: PLC0415 - as above
    from composer.training import train as training  # noqa: PLC0415 - as above

    state = training.resume(said.folder, torch.device("cpu"))
    if state is None:
        raise SystemExit(f"{said.folder} holds no training")
    state.average.decide.trust(said.trust)
    ScenePipeline.of(state.average.half()).save_pretrained(said.to, safe_serialization=True)
    for path in said.to.rglob("*.safetensors"):
        path.chmod(0o644)


if __name__ == "__main__":
    main()
