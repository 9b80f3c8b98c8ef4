# One target per habit. Needs python3 (3.11 or newer) and make; everything else is installed into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/.installed-run
DEVELOP := $(VENV)/.installed-develop
ENGINES := $(VENV)/.installed-engines
EXAMPLE := examples/late-amr-published
OUT ?= out/late-amr-published
DATA ?= ../shared/data

.PHONY: env report test test-all test-engines check format train bench docs lock clean

report: $(RUN)  ## write the report of the published founding trial
	@$(BIN)/graftrial report $(EXAMPLE) --out $(OUT)

env: $(RUN)  ## create .venv with the graftrial command
	@echo "ready: $(BIN)/graftrial --help"

test: $(DEVELOP)  ## the tests, without those on Spark and Dask
	$(BIN)/python -m pytest -m "not slow" -n auto --ignore=tests/engines

test-all: $(DEVELOP)  ## the tests, slow suites included
	$(BIN)/python -m pytest -n auto --ignore=tests/engines

test-engines: $(ENGINES)  ## the classification on Spark (needs Java 17) and Dask
	$(BIN)/python -m pytest -rs tests/engines

check: $(DEVELOP)  ## format, lint, types, fast tests
	$(BIN)/ruff format --check src tests benchmarks docs training
	$(BIN)/ruff check src tests benchmarks docs training
	$(BIN)/mypy
	$(BIN)/python -m pytest -m "not slow" -n auto tests/house tests/unit tests/spec tests/contract

format: $(DEVELOP)
	$(BIN)/ruff format src tests benchmarks docs training
	$(BIN)/ruff check --fix src tests benchmarks docs training

train: $(DEVELOP)  ## the rejection classifier again, from the public data in ../shared/data (or DATA=…)
	$(BIN)/python -m training.rejection_classifier $(DATA)
	$(BIN)/python -m training.model_card

bench: $(DEVELOP)  ## benchmarks, as ratios in one run
	$(BIN)/python -m benchmarks

docs: $(DEVELOP)  ## the documentation, into site/
	$(BIN)/python docs/build.py
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo "open site/index.html"

lock:  ## write the lock files anew (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --extra figures --extra documents --group build --group develop pyproject.toml -o requirements/develop.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --extra figures --extra documents --group build pyproject.toml -c requirements/develop.lock -o requirements/run.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --extra spark --extra dask pyproject.toml -c requirements/develop.lock -o requirements/engines.lock

clean:
	rm -rf $(VENV) site out .mypy_cache .ruff_cache .pytest_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "graftrial needs Python 3.11 or newer"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(RUN): requirements/run.lock pyproject.toml | $(BIN)/python
	@echo "setting up (once) ..."
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/run.lock
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q src
	@touch $@

$(DEVELOP): requirements/develop.lock $(RUN)
	@echo "setting up the test tools (once) ..."
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/develop.lock
	@touch $@

$(ENGINES): requirements/engines.lock $(DEVELOP)
	@echo "setting up Spark and Dask (once, 0.5 GB) ..."
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/engines.lock
	@touch $@
