# paperchat: `make chat` and `make test` do all the set-up that they need.
#   make chat                        the chat page with the demo collection, on http://127.0.0.1:7860
#   make chat PAPERS=path/to/file    … with your papers (a file or folder)
#   make chat LLM=local              … with a local language model (downloads 1.1 GB once)
#   make test                        every test; make check: lint and types
#   make eval                        ask the cases that ship, write the report, run the gate
#   make eval CASES=collection PAPERS=path/to/file   … other cases, about other papers
PYTHON ?= python3
PAPERS ?=
LLM ?=
CASES ?= demo
BIN = .venv/bin

.PHONY: chat test eval check format setup setup-dev
.DEFAULT_GOAL := chat

setup:
	@$(PYTHON) scripts/setup_env.py --extras local

setup-dev:
	@$(PYTHON) scripts/setup_env.py --extras local,anthropic,evals,dev

chat: setup
	@if [ "$(LLM)" = local ]; then $(BIN)/paperchat models pull local; fi
	@$(BIN)/paperchat serve --demo --open $(if $(PAPERS),--papers "$(PAPERS)") $(if $(LLM),--llm "$(LLM)")

test: setup-dev
	@$(BIN)/python scripts/ensure_browser.py
	$(BIN)/pytest $(ARGS)

eval: export PAPERCHAT_RUNS = build/eval
eval: setup-dev
	$(BIN)/paperchat eval run $(CASES) $(if $(PAPERS),--papers "$(PAPERS)") --llm "$(or $(LLM),none)" --fresh --out build/eval/$(CASES)
	$(BIN)/paperchat eval report build/eval/$(CASES)
	$(BIN)/paperchat eval gate build/eval/$(CASES) $(addprefix --baseline ,$(wildcard evals/baselines/$(CASES).json))

check: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/hadolint Dockerfile

format: setup-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
