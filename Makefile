# Everything a developer does here, by name; `make` alone lists it. The only thing needed beforehand is Python 3.11+.
# Recipes run inside .venv, which `setup` makes from requirements.lock, so what runs here is what was tested.

.DEFAULT_GOAL := help
.PHONY: help setup check test demo bench browser screenshots crash soak fuzz lock apt clean

BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
WORKERS ?= 2

help: ## list these targets
	@echo "Eventyard: event-driven AWS systems on one durable engine."
	@echo
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "Start with: make demo"

setup: ## make .venv from requirements.lock and install eventyard in it (at once when nothing changed)
	@tools/setup.sh

check: setup ## format, lint, types, house rules: under half a minute
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(PYTEST) -q tests/tidy

test: setup ## every test that a commit waits for: under five minutes (WORKERS=2)
	@tools/journey-packages.sh
	@tools/codegen.sh
	@$(PYTEST) -n $(WORKERS) -m "not slow"

demo: setup ## place 1,000 orders and account for each of them (KEEP=1 leaves the server running)
	@$(BIN)/python -m orders.demo

bench: setup ## the measurements, as ratios of one run on this machine
	@$(BIN)/python -m bench

crash: setup ## kill the server at every fault point and at random instants, then check every promise
	@$(PYTEST) -m "slow or not slow" tests/crash

soak: setup ## long random histories against the models
	@$(PYTEST) -n $(WORKERS) -m "slow or not slow" tests/model tests/time

fuzz: setup ## malformed input of every kind: never a 5xx, never a hang
	@$(PYTEST) -n $(WORKERS) --hypothesis-profile=default -m "slow or not slow" tests/fuzz

browser: setup ## every page of the console in a real Chromium, wide and narrow
	@$(PYTEST) -m "slow or not slow" tests/journeys/test_console*.py

screenshots: setup ## the console's main pages as pictures in docs/console, at 1280 and 390 pixels
	@PYTHONPATH=src:. $(BIN)/python tools/console/screenshots.py

lock: ## remake requirements.lock from pyproject.toml (UPGRADE=1 takes newer versions)
	@tools/lock.sh $(if $(UPGRADE),--upgrade)

apt: ## install what is optional: PostgreSQL for the store tests, Node.js for the JavaScript journey, Chromium
	@tools/apt.sh

clean: ## remove what was made here, .venv included
	@test -L .venv || rm -rf .venv
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis bench/peers/.venv tests/journeys/javascript/node_modules tools/codegen/node_modules tools/console/node_modules
	find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +
