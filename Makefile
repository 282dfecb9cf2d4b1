# `make run` opens the app, `make test` checks everything, `make help` names the rest.

PORT ?= 8501
# Not from the environment, where some shells keep this machine's name.
HOST := 127.0.0.1
BROWSER ?= 1
PYTHON ?=

VENV := .venv
BIN := $(VENV)/bin
APP_INSTALLED := $(VENV)/.app-installed
TESTS_INSTALLED := $(VENV)/.tests-installed
PIP_INSTALL := $(BIN)/python -m pip install --disable-pip-version-check $(if $(CI),--quiet)
AGAIN := $(MAKE) --no-print-directory

ifeq ($(BROWSER),0)
    ifneq ($(CI),)
        $(error BROWSER=0 is refused where CI is set: the browser tests have to run)
    endif
endif

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help run setup test check clean port tools lint format types layers pytest

help: ## name the commands
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

run: port setup ## open the app; PORT=8600 chooses the port, HOST=0.0.0.0 opens it to the network
	$(BIN)/streamlit run app.py --server.port $(PORT) --server.address $(HOST)

setup: $(APP_INSTALLED) ## install what the app needs into .venv; PYTHON= chooses the Python

test: tools ## check everything; BROWSER=0 leaves the browser tests out, outside CI
	@$(AGAIN) --keep-going lint format types layers pytest

check: tools ## the static part of test
	@$(AGAIN) --keep-going lint format types layers

clean: ## remove caches and test output; .venv and runs stay
	rm -rf test-output .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

port:
	@python=$$(sh scripts/find_python.sh $(PYTHON)) && "$$python" scripts/check_port.py "$(PORT)" "$(HOST)"

tools: $(TESTS_INSTALLED)

lint:
	$(BIN)/ruff check

format:
	$(BIN)/ruff format --check

types:
	$(BIN)/mypy

layers:
	$(BIN)/lint-imports

ifeq ($(BROWSER),0)
pytest:
	@echo "BROWSER=0: the browser tests are left out"
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not browser"
else
pytest:
	@chromium=$$($(BIN)/python scripts/chromium.py) && set -x && \
	CHROMIUM="$$chromium" $(BIN)/python -m pytest -n 2 --dist loadgroup
endif

$(BIN)/python:
	@python=$$(sh scripts/find_python.sh $(PYTHON)) && set -x && "$$python" -m venv --clear $(VENV)

$(APP_INSTALLED): requirements.txt | $(BIN)/python
	@echo "Installing into $(VENV); the first time takes some minutes, torch is large"
	$(PIP_INSTALL) -r requirements.txt
	@touch $@

$(TESTS_INSTALLED): requirements-test.txt $(APP_INSTALLED)
	$(PIP_INSTALL) -r requirements-test.txt
	@touch $@
