# `make demo` renders a film; `make test` runs every check. Both install what is missing into .venv first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

RUNTIME := $(VENV)/.installed
DEV := $(VENV)/.installed-dev
DEMO := out/harbour
JOBS ?= 2

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test check format lint types layers tests bench ablation fix docs clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: $(RUNTIME) ## render shotlists/harbour.yaml to out/harbour
	$(BIN)/composer render shotlists/harbour.yaml -o $(DEMO) --report
	@echo "The film: $(abspath $(DEMO)/film.mp4)"
	@echo "How it holds together: $(abspath $(DEMO)/report.html)"

test: check ## install what is missing, then every check

check: format lint types layers tests ## format, lint, types, layers, tests

format: $(DEV) ## is the code formatted?
	$(BIN)/ruff format --check .

lint: $(DEV) ## ruff's rules
	$(BIN)/ruff check .

types: $(DEV) ## mypy --strict
	$(BIN)/mypy

layers: $(DEV) ## no stage imports another
	$(BIN)/lint-imports

tests: $(DEV) ## pytest, JOBS=2 at a time
	$(BIN)/pytest -n $(JOBS)

bench: $(DEV) ## measure the figures of benchmarks/
	$(BIN)/python benchmarks/run.py

ablation: $(DEV) ## what state is worth: films with parts of it taken away, into benchmarks/ablation.md
	$(BIN)/python benchmarks/ablation.py

fix: $(DEV) ## format, and repair what ruff can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(DEV) ## regenerate docs/shotlist.md, looks.md, cli.md, generators.md, local-models.md and the JSON Schemas
	$(BIN)/python -m composer.shotlist > docs/.new && mv docs/.new docs/shotlist.md
	$(BIN)/python -m composer.looks > docs/.new && mv docs/.new docs/looks.md
	$(BIN)/python docs/cli_reference.py > docs/.new && mv docs/.new docs/cli.md
	$(BIN)/python docs/generator_pages.py > docs/.new && mv docs/.new docs/generators.md
	$(BIN)/python docs/local_models.py > docs/.new && mv docs/.new docs/local-models.md
	$(BIN)/composer schema > docs/.new && mv docs/.new docs/shotlist.schema.json
	$(BIN)/composer schema --report > docs/.new && mv docs/.new docs/report.schema.json

clean: ## remove .venv, caches and films
	rm -rf $(VENV) out build dist docs/.new ./*.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Stamps: an install is due only when a dependency was added or pinned anew, so that a rerun costs nothing.
$(RUNTIME): pyproject.toml constraints.txt | $(BIN)/pip
	@echo 'Installing into $(VENV): a minute or two, once.'
	$(PIP) install --quiet -c constraints.txt -e .
	touch $@

$(DEV): pyproject.toml constraints.txt | $(BIN)/pip
	@echo 'Installing into $(VENV): a minute or two, once.'
	$(PIP) install --quiet -c constraints.txt -e '.[dev]'
	touch $@ $(RUNTIME)

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python %d.%d is too old; 3.11 or newer is needed: make PYTHON=python3.11" % sys.version_info[:2])'
	$(PYTHON) -m venv --clear $(VENV)
