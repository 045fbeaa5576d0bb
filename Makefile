# What each word does: see CONTRIBUTING.md. Works with make 3.81 and a POSIX shell.
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
TEST_READY := $(VENV)/.test-ready
BENCH_READY := $(VENV)/.bench-ready
# Versions and hashes only; no address, so that any package index will do.
COMPILE := pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-strip-extras --no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet
LOCKS := requirements.lock requirements-test.lock requirements-bench.lock
# Older versions of pip stumble over this extra's name, whose package is locked anyway.
# For `make lock`: UPGRADE=--upgrade takes the newest versions.
UPGRADE ?=
# For `make run`: PORT=8600 and the like; the next free port otherwise.
PORT ?=
# For `make test`: ARGS="tests/test_read.py -k empty" and the like.
ARGS ?=
# Tests run as two processes, a file in one of them, in the order that tests/conftest.py
# puts them; SPREAD= runs them in one. Bytecode is kept, or each of the many processes
# that tests start would compile the program anew.
SPREAD ?= -n 2 --dist loadfile --no-loadscope-reorder --max-worker-restart 0
# For the places of `make evaluate`.
PLACES ?=

.DEFAULT_GOAL := help
.PHONY: help setup run test check evaluate calibrate soak bench bench-map bench-scale lint lock clean

help:
	@echo 'make run    install if need be, load the samples the first time, start the page'
	@echo 'make setup  only install, into $(VENV)'
	@echo 'make test   run all tests, the lint, type and browser checks among them'
	@echo 'make evaluate  print how well claims, names and places are found'
	@echo 'make soak   try the store hard: killed writers, no room, many readers'
	@echo 'make bench  measure speed and memory, beside spaCy and others, which it installs'
	@echo 'make bench-map  measure the map in a browser, beside folium markers and a rerun'
	@echo 'make bench-scale  measure a million events in SQLite and PostGIS, and a corpus, beside pandas and a loop'
	@echo 'make calibrate  print the weights of confidence, fitted on the labelled texts'
	@echo 'make lint   format the code and show what the linter and the type checker say'
	@echo 'make lock   write the lock files anew from pyproject.toml'
	@echo 'make clean  remove what the other commands made; your data stays'

setup: $(READY)

# The mark is made last: an installation that broke off is taken up again.
$(READY): requirements.lock pyproject.toml .ci/install
	@PYTHON='$(PYTHON)' .ci/install requirements.lock
	@touch $@

$(TEST_READY): requirements-test.lock $(READY)
	@PYTHON='$(PYTHON)' .ci/install requirements-test.lock
	@touch $@

$(BENCH_READY): requirements-bench.lock $(READY)
	@PYTHON='$(PYTHON)' .ci/install requirements-bench.lock flashtext
	@touch $@

run: setup
	@$(BIN)/tideline serve --samples assets/samples $(if $(PORT),--port $(PORT))

test: $(TEST_READY)
	@$(BIN)/python tests/postgres_setup.py
	@browser=$$($(BIN)/python tests/browser_setup.py) || exit 1; \
	unset PYTHONDONTWRITEBYTECODE; \
	TIDELINE_BROWSER="$$browser" TIDELINE_CACHE='$(CURDIR)/test-output/cache' $(BIN)/python -m pytest $(SPREAD) $(ARGS)

# tests/test_tools.py runs the linter and the type checker.
check: test

# ARGS="--update" pins better figures as floors; PLACES="-v --half tune" tells what is not right.
evaluate: $(TEST_READY)
	@TIDELINE_CACHE='$(CURDIR)/test-output/cache' $(BIN)/python tests/evaluate.py test-output/cache/gazetteer.sqlite $(ARGS)
	@$(BIN)/python tests/names_table.py
	@$(BIN)/python tests/copies_table.py
	@TIDELINE_CACHE='$(CURDIR)/test-output/cache' $(BIN)/python tests/places_table.py $(filter --update --lower,$(ARGS)) $(PLACES)

# ARGS="killed --rounds 20" or "corpus --rounds 3" and the like; figures are lines of JSON.
soak: $(TEST_READY)
	@PYTHONPATH='$(CURDIR):$(CURDIR)/tests' TIDELINE_CACHE='$(CURDIR)/test-output/cache' $(BIN)/python $(if $(filter corpus,$(firstword $(ARGS))),tests/soak_corpus.py $(wordlist 2,$(words $(ARGS)),$(ARGS)),tests/soak_store.py --index test-output/cache/gazetteer.sqlite $(ARGS))

# ARGS="--articles 500 --only warm" and the like.
bench: $(BENCH_READY)
	@$(BIN)/python tests/bench.py test-output/cache/gazetteer.sqlite $(ARGS)

# ARGS="--sizes 1000,10000 --only tideline" and the like.
bench-map: $(TEST_READY)
	@browser=$$($(BIN)/python tests/browser_setup.py) || exit 1; \
	TIDELINE_BROWSER="$$browser" $(BIN)/python tests/bench_map.py $(ARGS)

# ARGS="--only store --sizes 100000 --stores sqlite" and the like.
bench-scale: $(TEST_READY)
	@browser=$$($(BIN)/python tests/browser_setup.py) || exit 1; \
	TIDELINE_BROWSER="$$browser" TIDELINE_CACHE='$(CURDIR)/test-output/cache' $(BIN)/python tests/bench_scale.py test-output/cache/gazetteer.sqlite $(ARGS)

# Fits the weights of extract/confidence.py anew and prints them.
calibrate: $(TEST_READY)
	@TIDELINE_CACHE='$(CURDIR)/test-output/cache' $(BIN)/python tests/calibrate.py test-output/cache/gazetteer.sqlite $(ARGS)

lint: $(TEST_READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/mypy

lock:
	@command -v uv >/dev/null || { echo 'make lock needs uv' >&2; exit 1; }
	uv $(COMPILE) $(UPGRADE) -o requirements.lock
	uv $(COMPILE) $(UPGRADE) --extra test -c requirements.lock -o requirements-test.lock
	uv $(COMPILE) $(UPGRADE) --extra bench -c requirements.lock -o requirements-bench.lock
	sed -i.bak 's/^lxml\[html-clean\]==/lxml==/' $(LOCKS) && rm -f $(LOCKS:=.bak)

clean:
	rm -rf $(VENV) build dist test-output *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
