# make serve     set up what is missing, build the index, serve http://127.0.0.1:8000
# make test      set up what is missing, run everything CI runs
# make fuzz      send 20,000 requests made from the document of the API
# make test-all  the same, then what takes long, then once more over PostgreSQL
# make soak      what runs for hours, before a release
# make assurance  run every check of docs/assurance.md and write down what it showed
# make lock      write requirements.lock: the constraints with the digest of every file
# make audit     ask for known flaws of what the constraints pin (needs a network)
# make bom       write clausier.cdx.json, the bill of materials
# make bench     measure against peers and limits
# make test-llm  ask the model that CLAUSIER_LLM names sixty questions

PYTHON ?= python3.11
# Another constraint for other machines: make serve CONSTRAINT=my-constraints.txt
CONSTRAINT ?= constraints.txt
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000

export HF_HUB_OFFLINE ?= 1
export HF_HUB_DISABLE_TELEMETRY = 1
export ANONYMIZED_TELEMETRY = False
export ORT_DISABLE_TELEMETRY = 1
export TOKENIZERS_PARALLELISM = false

.DEFAULT_GOAL := help
.PHONY: help setup model serve test test-all test-fast soak assurance lock audit bom fuzz lint bench calibrate eval test-llm clean

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

# torch first: alone it takes the build without a GPU where the index offers one
$(VENV)/.installed: pyproject.toml $(CONSTRAINT)
	@echo "Setting up $(VENV) (some minutes, once)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	@echo "  torch"
	@$(BIN)/python -m pip install --quiet --constraint $(CONSTRAINT) torch
	@echo "  everything else"
	@$(BIN)/python -m pip install --quiet --constraint $(CONSTRAINT) --group dev --editable .
	@touch $@

setup: $(VENV)/.installed

model: setup
	@$(BIN)/python -m knowledge.convert

serve: model
	@$(BIN)/clausier serve --port $(PORT)

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

test: lint model
	@bash tests/system-packages.sh
	@$(BIN)/clausier library check
	@$(BIN)/pytest

fuzz: model
	@FUZZ_CASES=20000 $(BIN)/pytest tests/web/test_document.py -q

test-all: test
	@$(BIN)/pytest --tiers 2
	@TEST_DATABASE=postgres $(BIN)/pytest -m "not slow" tests/knowledge tests/assistant tests/ingest tests/web

soak: model
	@$(BIN)/pytest --tiers 3

assurance: model
	@$(BIN)/pytest -m check --tiers 1,2 --record tests/assurance/results.json
	@$(BIN)/python tests/assurance/catalogue.py

lock: setup
	@$(BIN)/uv pip compile constraints.txt --no-deps --generate-hashes --no-header --no-annotate --no-emit-package torch \
		--python-version 3.11.7 --quiet --output-file requirements.lock

audit: setup
	@$(BIN)/uv tool run pip-audit --disable-pip --no-deps --requirement constraints.txt \
		$$($(BIN)/python -m tests.assurance.advisories)

bom: setup
	@$(BIN)/python -m tests.assurance.bill > clausier.cdx.json

test-fast: setup
	@$(BIN)/pytest -m "not slow"

bench: model
	@$(BIN)/python -m bench

test-llm: model
	@$(BIN)/python -m bench.llm

eval: model
	@$(BIN)/clausier eval answers tests/golden/questions_held_out.jsonl
	@$(BIN)/pytest tests/assistant/proof -q --tiers 1,2 --record .pytest_cache/proof.json
	@$(BIN)/clausier eval card tests/golden/questions_held_out.jsonl --proof .pytest_cache/proof.json

calibrate: model
	@$(BIN)/python -m bench.calibrate

clean:
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
