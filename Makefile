# Two commands matter: `make run` opens the bench, `make test` passes all tests. Both set up .venv by themselves.
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
DATA ?= data

# The first interpreter that is new enough; PYTHON=... overrides.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11 python; do \
	if $$python -c 'import sys; sys.exit(not sys.version_info >= (3, 11))' 2>/dev/null; then echo $$python; break; fi; done)

.PHONY: run test prove check lint format bench requirements clean

run: $(VENV)/.run-ready
	@$(BIN)/regrade --data $(DATA) bench

# The core is held to every branch; everything else is run beside it.
test: check
	$(BIN)/pytest -q -n 2 --dist worksteal tests/domain tests/bench --cov=terminal.domain --cov=terminal.bench \
		--cov-branch --cov-report=term:skip-covered --cov-fail-under=100
	$(BIN)/pytest -q -n 2 --dist worksteal --ignore tests/domain --ignore tests/bench

# The same chaos as in `make test`, at length: connections cut, syncers killed, the hub's server crashed.
prove: $(VENV)/.dev-ready
	REGRADE_PROVE=long $(BIN)/pytest -q tests/sync/test_chaos.py

check: $(VENV)/.dev-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

lint: check

format: $(VENV)/.dev-ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev-ready
	@for file in $(filter-out benchmarks/patroni.py,$(wildcard benchmarks/*.py)); do echo "== $$file"; $(BIN)/python $$file || exit 1; done

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Regrade needs Python 3.11 or newer; none was found. Set PYTHON=/path/to/python3"; exit 1; }
	@echo "Setting up $(VENV) with $(PYTHON) (once) ..."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run-ready: requirements.txt pyproject.toml | $(VENV)/bin/python
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev-ready: requirements-dev.txt pyproject.toml | $(VENV)/bin/python
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.run-ready

# Pins with hashes and without index lines, for every supported Python; needs uv on the PATH or in .venv.
requirements:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate \
		pyproject.toml build-requirements.in -o requirements.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate \
		--extra dev pyproject.toml build-requirements.in -o requirements-dev.txt

clean:
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .hypothesis
