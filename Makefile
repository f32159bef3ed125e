# `make run` and `make test` need Python 3.11 or newer and nothing else.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PORT   ?= 8000

.DEFAULT_GOAL := help
.PHONY: help install run test lint format types bench lock clean

help:
	@echo "make run     load the bundled practices and serve them on http://127.0.0.1:$(PORT)"
	@echo "make test    run the whole test suite"
	@echo "make lint    check style (ruff)          make format  mend style"
	@echo "make types   check types (mypy --strict) make bench   measure, see docs/performance.md"

# The stamp makes a second call take seconds: it is older than nothing but the pins and the metadata.
$(VENV)/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("PracticeGraph needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Name another with: make PYTHON=python3.12 ...") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

install: $(VENV)/installed

run: install
	$(BIN)/practicegraph demo
	exec $(BIN)/practicegraph serve --port $(PORT)

test: install lint types
	$(BIN)/python -m pytest -n auto --dist loadfile

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: install
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: install
	$(BIN)/mypy

bench: install
	$(BIN)/python -m benchmarks

lock:
	scripts/lock

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
