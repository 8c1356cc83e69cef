"""How the embedded generator is made: scenes, examples, training, evaluation. `python -m composer.training --help`."""
