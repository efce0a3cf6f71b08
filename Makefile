# Needs make and Python 3.11 or newer. With uv on the PATH, installing takes seconds.

VENV := .venv
BIN := $(VENV)/bin
FOUND_PYTHON = $(firstword $(foreach python,$(PYTHON) python3 python3.14 python3.13 python3.12 python3.11,\
	$(shell $(python) -c 'import sys; sys.version_info >= (3, 11) and print(sys.executable)' 2>/dev/null)))
INSTALL = $(if $(shell command -v uv),uv pip install --quiet --python $(BIN)/python,$(BIN)/python -m pip install --quiet --no-compile)
COMPILE = uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header pyproject.toml

.PHONY: help run test check format golden agent lock clean

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/installed-run ## Run everything on this machine; ARGS="--port 8080" and the like go to cmdb up
	@exec $(BIN)/cmdb up $(ARGS)

test: check ## Check everything and run the whole suite, two files at a time, each process with a Neo4j of its own
	$(BIN)/pytest $(if $(CMDB_TEST_GRAPH_URI),,--numprocesses 2 --dist loadfile --no-loadscope-reorder)

check: $(VENV)/installed-dev ## The static part: style, types, boundaries, generated files
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/basedpyright
	$(BIN)/lint-imports
	$(BIN)/pytest -q tests/contract/test_generated_reference.py tests/docs tests/architecture

format: $(VENV)/installed-dev ## Bring the code into shape
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

golden: $(VENV)/installed-dev ## Write anew what is generated: schemas, reference, statements
	$(BIN)/python -m cmdb.model.reference
	$(BIN)/python -m cmdb.observation.schema
	$(BIN)/python -m cmdb_api.openapi
	$(BIN)/python -m tests.store.test_statements
	$(BIN)/python -m tests.collectors.snmp.profiles_page

agent: | $(BIN)/python ## Build dist/cmdb-agent.pyz, the agent as one file
	@$(BIN)/python agents/build_pyz.py dist/cmdb-agent.pyz

lock: ## Pin what pyproject.toml asks for; UPGRADE=--upgrade takes the newest (needs uv)
	$(COMPILE) $(UPGRADE) --output-file requirements/run.txt
	$(COMPILE) $(UPGRADE) --output-file requirements/dev.txt --all-extras --group dev

clean: ## Remove the virtual environment and caches
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(BIN)/python:
	@test -n "$(FOUND_PYTHON)" || { echo "Python 3.11 or newer is needed, and $$(python3 --version 2>&1 || echo none) is here." \
		"Install it, or say where it is: make PYTHON=/path/to/python3" >&2; exit 1; }
	@if command -v uv >/dev/null; then uv venv --quiet --python $(FOUND_PYTHON) $(VENV); else $(FOUND_PYTHON) -m venv $(VENV); fi

$(VENV)/installed-%: requirements/%.txt pyproject.toml | $(BIN)/python
	@echo "Installing into $(VENV) …"
	@$(INSTALL) --require-hashes -r $<
	@$(INSTALL) --no-deps --editable .
	@touch $@
