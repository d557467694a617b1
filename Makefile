# Two commands do all the set-up: `make demo` and `make test`. `make help` lists the rest.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
STAMP = $(VENV)/.installed
JOBS ?= auto

.DEFAULT_GOAL := help
.PHONY: help demo test lint format check bench docs snapshots clean

help: ## list what make can do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing the pinned dependencies into $(VENV) (a minute or so, once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --group dev --editable '.[all]'
	@touch $@

demo: $(STAMP) ## run the registration demo: real broker, real services, one broken consumer
	@$(BIN)/tracer demo registration

test: $(STAMP) ## run every test
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup

lint: $(STAMP) ## ruff, strict types, import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(STAMP) ## format the code and mend what ruff can
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

check: test lint ## what CI runs

bench: $(STAMP) ## measure ourselves (benchmarks/, minutes)
	@$(BIN)/python benchmarks/ingest.py
	@$(BIN)/python benchmarks/flows.py

docs: $(STAMP) ## make the generated parts of the docs again: pictures, command help
	@$(BIN)/python docs/generate.py

snapshots: $(STAMP) ## accept the screens as they are now, after you looked at them
	@$(BIN)/python -m pytest tests/tui --snapshot-update -q

clean: ## remove the environment, the demo's store and every cache
	rm -rf $(VENV) .demo build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
