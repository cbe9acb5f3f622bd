# Everything one does with this project. `make` alone lists it.
#
# Set-up is a chain of stamps in .venv, each made when its step is done: a second call skips what is done, an
# interrupted one goes on where it stopped. torch comes first and by hand, since the right build depends on the
# machine; all else comes from requirements.lock, every file checked against its hash.

PYTHON ?= python3
TORCH  := 2.13.0
VENV   := .venv
BIN    := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
PIP    := $(BIN)/python -m pip --disable-pip-version-check --no-input
READY  := $(VENV)/.ready

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help chat test lint eval accept bench soak lock clean chromium

help: ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "ARGS=...              is passed on:       make test ARGS='-k index'"
	@echo "TORCH_INDEX=...       where torch is from: make chat TORCH_INDEX=https://download.pytorch.org/whl/cpu"
	@echo "                      (Linux without an NVIDIA GPU: 0.2 GB instead of 3 GB; asked for at the first set-up only)"
	@echo "BRIEFS_ORIGINALS=...  a folder of originals: tests run over them too"

chat: $(READY) ## Set up what is missing, build the index, open the chat in the browser
	@$(BIN)/rag index
	@$(BIN)/python app.py $(ARGS)

test: export HF_HUB_OFFLINE = 1
test: lint ## All checks and tests
	@$(BIN)/python -m pytest $(ARGS)

lint: $(READY) ## Style, format and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

eval accept: export HF_HUB_OFFLINE = 1
eval: $(READY) ## How well the question set is answered; fails where a figure fell by more than one question
	@$(call evaluate,digests,build/eval/corpus) --gate $(ARGS)
	@$(if $(BRIEFS_ORIGINALS),$(call evaluate,originals,"$(BRIEFS_ORIGINALS)") --gate $(ARGS))

accept: $(READY) ## Accept how it is answered now, and write the figures in README and docs anew
	@$(call evaluate,digests,build/eval/corpus) --accept
	@$(if $(BRIEFS_ORIGINALS),$(call evaluate,originals,"$(BRIEFS_ORIGINALS)") --accept)
	@$(BIN)/python -m rag.evaluation.publish --corpus build/eval/corpus --embeddings build/eval/digests

# $(call evaluate,edition,corpus): in a folder of its own, so that what lies in corpus/originals changes no figure; the
# encoder is the one exported already, where it is
evaluate = rm -rf build/eval/corpus && mkdir -p build/eval/corpus build/eval/$(1) && cp corpus/*.md build/eval/corpus && \
	for file in $(wildcard embeddings/encoder-*); do ln -f $$file build/eval/$(1); done && \
	$(BIN)/rag eval --corpus $(2) --embeddings build/eval/$(1) --questions corpus/questions.jsonl

bench: export HF_HUB_OFFLINE = 1
bench: $(READY) ## Start-up, search, 20 people at once, and what a model's answer costs, beside what cannot be faster
	@$(BIN)/python -m benchmarks.speed $(ARGS)
	@$(BIN)/python -m benchmarks.crowd
	@$(BIN)/python -m benchmarks.model

soak: export HF_HUB_OFFLINE = 1
soak: $(READY) ## The tests that take minutes: hundreds of killed builds
	@SOAK=1 $(BIN)/python -m pytest -m soak --timeout=0 $(ARGS)

lock: $(READY) ## Pin every version anew where pyproject.toml asks for it; all of them with UPGRADE=1
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --group dev --custom-compile-command "make lock" \
		$(if $(UPGRADE),--upgrade) --output-file requirements.lock pyproject.toml
	@echo "requirements.lock is up to date; the next call of make installs what changed."

clean: ## Remove what was generated: .venv, index, caches; what readers said, and the page's seal, stay
	@rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	@find embeddings -mindepth 1 ! -name README.md ! -name feedback.jsonl ! -name .seal -delete
	@find app.py benchmarks rag tests -name __pycache__ -prune -exec rm -rf {} +

chromium: ## How to get the browser that the tests of the page drive
	@echo "Debian, Ubuntu:  sudo apt-get install chromium fonts-noto-cjk"
	@echo "macOS:           brew install --cask chromium"
	@echo "elsewhere:       any Chromium or Chrome; CHROMIUM=/path/to/it make test"

# --- set-up -------------------------------------------------------------------------------------------------------

$(VENV)/.made:
	@$(PYTHON) -c "import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))" || { echo \
		"$$($(PYTHON) --version 2>&1): this needs Python 3.11 to 3.14. Name one: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "Set-up 1/4: a virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.torch-$(TORCH): $(VENV)/.made
	@echo "Set-up 2/4: torch $(TORCH); one to ten minutes, by the speed of your line"
	@$(PIP) install torch==$(TORCH) $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX))
	@touch $@

$(VENV)/.lock: requirements.lock $(VENV)/.torch-$(TORCH)
	@echo "Set-up 3/4: everything else, as pinned in requirements.lock; about two minutes"
	@$(PIP) install --quiet --require-hashes --no-deps -r requirements.lock
	@touch $@

$(READY): pyproject.toml $(VENV)/.lock
	@echo "Set-up 4/4: this project"
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@$(PIP) check
	@touch $@
