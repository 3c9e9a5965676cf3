# 津暖: `make help` lists the targets.
SHELL := /bin/sh
.DEFAULT_GOAL := help
PY := .venv/bin/python
TRAIN := nlu/.venv/bin/python nlu/train.py

.PHONY: help run test setup check train bench bench-full trust demo clean

help: ## list these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  \1\t\2/' | expand -t 14

run: ## set up what is missing, then start everything (port 8000 or JINNUAN_PORT)
	@sh ops/setup.sh run
	@$(TRAIN) || test -f var/models/current.txt
	@exec .venv/bin/jinnuan run

demo: ## the same, with 300 invented cases in all districts and states, marked 示例
	@sh ops/setup.sh run
	@$(TRAIN) || test -f var/models/current.txt
	@JINNUAN_DEMO=1 JINNUAN_DATA=$${JINNUAN_DATA:-var/demo} exec .venv/bin/jinnuan run

setup: ## make both environments (.venv, nlu/.venv) for development
	@sh ops/setup.sh dev

train: ## check the sentences, train, evaluate, and put the model in service if it is no worse
	@sh ops/setup.sh run
	@$(TRAIN) --force

check: setup ## ruff, mypy --strict, import rules, and all policy files
	@$(PY) -m ruff check bot tests nlu
	@$(PY) -m mypy
	@.venv/bin/lint-imports
	@.venv/bin/jinnuan policies check

# The browser tests run apart: Playwright leaves an event loop running in its process.
test: setup ## every test: unit, dialogs, real Rasa, real browser, real PostgreSQL, Telegram stand-in
	@$(TRAIN)
	@JINNUAN_CHROMIUM="$$(sh ops/browser.sh)" && export JINNUAN_CHROMIUM && $(PY) -m pytest tests/browser
	@$(PY) -m pytest -n 2 --ignore tests/browser

bench: setup ## measure speed, memory and accuracy (ECDT=dir adds the public benchmark)
	@$(TRAIN)
	@nlu/.venv/bin/python nlu/benchmark.py $(if $(ECDT),--ecdt $(ECDT))
	@$(PY) -m tests.bench.measure
	@$(PY) -m tests.bench.publishing

bench-full: setup ## the same, and trains Rasa's own pipeline on the public data too (ECDT=dir; half an hour)
	@test -d "$(ECDT)" || { echo "请写明公开数据的文件夹：make bench-full ECDT=文件夹"; exit 1; }
	@$(TRAIN)
	@nlu/.venv/bin/python nlu/benchmark.py --ecdt $(ECDT) --stock
	@$(PY) -m tests.bench.measure

trust: setup ## crashes, outages, hostile messages and every address at full length; writes docs/trust.md
	@JINNUAN_TRUST=full nice -n 5 $(PY) -m pytest tests/trust
	@$(PY) -m tests.trust.report

clean: ## remove environments, models and everything written at run time
	rm -rf .venv nlu/.venv nlu/models nlu/results var .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
