# A new machine needs only make and Python 3.11 or newer; the rest goes into .venv, pinned by hash.

PORT ?= 8080
TODAY ?=
CONFIG ?=
# Many tests wait for a while: one process more than there are cores.
WORKERS ?= $(shell expr 1 + $$(getconf _NPROCESSORS_ONLN))
KILLS ?= 200
TELEGRAM_KILLS ?= 1000
REMINDER_KILLS ?= 100
TELEGRAM_UPDATES ?= 50000
SENDS ?= 10000

BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
TOOLS := .venv/tools/bin
COMPILE := $(TOOLS)/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header

.DEFAULT_GOAL := help
.PHONY: help demo run test check coverage chaos audit bench requirements clean

help:
	@echo "make demo          try it: throw-away database, demo data   [PORT=8080] [TODAY=2026-11-24]"
	@echo "make run           run it: data is kept under data/         [CONFIG=config.toml]"
	@echo "make check         format, lint, types, import rules, security"
	@echo "make test          all tests                                [WORKERS=0: in one process]"
	@echo "make coverage      all tests, and the lines they miss"
	@echo "make chaos         the program killed again and again, on both databases [KILLS=200]"
	@echo "make bench         the measurements of the README"
	@echo "make audit         known weaknesses in what we depend on"
	@echo "make requirements  pin the newest versions we allow"
	@echo "make clean         remove .venv and caches; data/ stays"

demo: .venv/.runtime
	$(BIN)/dvk demo --port $(PORT) $(if $(TODAY),--today $(TODAY))

run: .venv/.runtime
	$(BIN)/dvk run $(if $(CONFIG),--config "$(CONFIG)")

test: .venv/.dev
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadscope

check: .venv/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy bot storage tests
	$(BIN)/python -m pytest --quiet tests/test_architecture.py
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive bot storage

coverage: .venv/.dev
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

# Some 1.7 s a kill on two cores: 11 minutes for 200 on each database, half an hour for Telegram's.
chaos: .venv/.dev
	DVK_TEST_KILLS=$(KILLS) $(BIN)/python -m pytest -p no:randomly --capture no tests/test_restart.py
	DVK_TEST_KILLS=$(REMINDER_KILLS) \
		$(BIN)/python -m pytest -p no:randomly --capture no tests/test_reminders_chaos.py
	DVK_TEST_KILLS=$(TELEGRAM_KILLS) DVK_TEST_UPDATES=$(TELEGRAM_UPDATES) DVK_TEST_SENDS=$(SENDS) \
		$(BIN)/python -m pytest -p no:randomly --capture no tests/test_telegram_chaos.py

# --strict: a package that could not be looked up counts as not checked, and fails.
audit: .venv/.audit
	$(TOOLS)/pip-audit --strict --disable-pip --require-hashes --requirement requirements-dev.txt

bench: .venv/.dev .venv-bench/.done
	$(BIN)/python -m benchmarks

requirements: .venv/.audit
	$(COMPILE) pyproject.toml requirements.in --output-file requirements.txt
	$(COMPILE) pyproject.toml requirements.in --extra dev --constraint requirements.txt \
		--output-file requirements-dev.txt
	$(COMPILE) requirements-audit.in --constraint requirements-dev.txt \
		--output-file requirements-audit.txt
	sed -n '/^pydantic/d; s/^\([a-z0-9-]*==[^ ]*\).*/\1/p' requirements.txt > .venv/same.txt
	$(COMPILE) --no-annotate benchmarks/telegram/requirements.in --constraint .venv/same.txt \
		--output-file benchmarks/telegram/requirements.txt

clean:
	rm -rf .venv .venv-bench build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Each stamp says: these requirements are installed. The second holds the first.
.venv/.runtime: requirements.txt pyproject.toml | $(BIN)/python
	@echo "Installing what the bot needs into .venv ..."
	$(PIP) --require-hashes --requirement requirements.txt
	$(PIP) --no-build-isolation --no-deps --editable .
	@touch $@

.venv/.dev: requirements-dev.txt pyproject.toml | $(BIN)/python
	@echo "Installing what the bot and its tests need into .venv ..."
	$(PIP) --require-hashes --requirement requirements-dev.txt
	$(PIP) --no-build-isolation --no-deps --editable .
	@touch .venv/.runtime $@

# The bots that ours is compared to.
.venv-bench/.done: benchmarks/telegram/requirements.txt | $(BIN)/python
	@echo "Installing the bots we are compared to into .venv-bench ..."
	$(BIN)/python -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check \
		--require-hashes --requirement benchmarks/telegram/requirements.txt
	@touch $@

# Apart from the bot: what these tools bring along must not hide something it lacks.
.venv/.audit: requirements-audit.txt | $(BIN)/python
	$(BIN)/python -m venv .venv/tools
	$(TOOLS)/python -m pip install --quiet --require-hashes --requirement requirements-audit.txt
	@touch $@

$(BIN)/python:
	@for name in python3 python3.14 python3.13 python3.12 python3.11; do \
		if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			$$name -m venv --clear .venv && exit 0; \
			rm -rf .venv; \
			echo "$$name could not make .venv. On Debian or Ubuntu: apt install python3-venv"; \
			exit 1; \
		fi; \
	done; \
	echo "Python 3.11 or newer is needed; found: $$(python3 --version 2>&1)"; \
	echo "Install it (Debian 12 or newer, Ubuntu 24.04 or newer: apt install python3 python3-venv)"; \
	echo "or put python3.11, python3.12, python3.13 or python3.14 on the PATH; then run make again."; \
	exit 1
