# Inlet's targets. `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PY := .venv/bin/python
DEMO_ARGS ?=
PYTEST_ARGS ?=
BENCH_ARGS ?=

.PHONY: help
help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup:  ## Set up what running Inlet needs; leaves the command at .venv/bin/inlet
	@.ci/setup run

.PHONY: setup-dev
setup-dev:  ## Set up what tests and checks need too (Chromium, compilers for the test phone line)
	@.ci/setup dev

.PHONY: demo
demo: setup  ## Run the sample faxes and mails through Inlet, print what became of them, serve the desk
	@.venv/bin/inlet demo $(DEMO_ARGS)

.PHONY: serve
serve: setup  ## Serve with ./inlet.toml, or the embedded defaults without one
	@.venv/bin/inlet serve

.PHONY: test
test: setup-dev check  ## Set up, check, and run every test that CI runs
	@$(PY) -m pytest -m "not slow and not chaos" -n 2 --dist loadgroup $(PYTEST_ARGS)
	@$(PY) -m pytest -m "chaos and not slow" $(PYTEST_ARGS)

.PHONY: test-all
test-all: setup-dev  ## Run every test, the slow ones too
	@$(PY) -m pytest $(PYTEST_ARGS)

.PHONY: test-cases
test-cases: setup-dev  ## The 25 hard cases, each from a drawn fax or mail to its outcome in the records
	@$(PY) -m pytest tests/cases -n 2 --timeout 300 $(PYTEST_ARGS)

.PHONY: test-faxline
test-faxline: setup-dev  ## A call comes in and is answered by fax: HylaFAX, two soft modems, real time (root, some minutes)
	@$(PY) -m pytest tests/faxline -s $(PYTEST_ARGS)

.PHONY: test-chaos
test-chaos: setup-dev  ## Kill the service at random moments and prove that nothing is lost or done twice
	@$(PY) -m pytest -m chaos $(PYTEST_ARGS)

.PHONY: bench-reading
bench-reading:  ## Measure reading beside ocrmypdf and Tesseract (BENCH_ARGS="--count 20"; goes on where it stopped)
	@.ci/setup bench
	@$(PY) -m bench.reading $(BENCH_ARGS)

.PHONY: bench-known
bench-known:  ## Known forms beside ocrmypdf and Tesseract: pages a CPU second, values right (BENCH_ARGS="--count 10 --seed 7")
	@.ci/setup bench
	@$(PY) -m bench.known $(BENCH_ARGS)

.PHONY: test-corpus
test-corpus: setup-dev  ## Throw every sample, a thousand damaged files and bombs at the running service (long)
	@CORPUS_OUT=bench/out $(PY) -m pytest tests/corpus $(PYTEST_ARGS)

.PHONY: soak
soak: setup-dev  ## Two thousand arrivals over every way in, with kills, cuts and full disks (long; root for the disk)
	@SOAK_ARRIVALS=$${SOAK_ARRIVALS:-2000} SOAK_OUT=bench/out $(PY) -m pytest tests/chaos/test_soak.py $(PYTEST_ARGS)

.PHONY: bench-nightly
bench-nightly: setup-dev  ## How long a night's report and the board take (BENCH_ARGS="--requests 20000")
	@$(PY) -m bench.nightly $(BENCH_ARGS)

.PHONY: test-api
test-api: setup-dev  ## Schemathesis against the whole interface, a hundred calls for each operation (long)
	@$(PY) -m pytest tests/desk/api -m slow $(PYTEST_ARGS)

.PHONY: test-clerk
test-clerk: setup-dev  ## A clerk in Chromium clears 20 faxes by keyboard at the running service; prints keys and seconds
	@CLERK_FAXES=20 $(PY) -m pytest tests/desk/review/test_at_the_service.py -s $(PYTEST_ARGS)

.PHONY: bench-resends
bench-resends: setup-dev  ## How well faxes that are sent again are recognised
	@$(PY) -m bench.resends $(BENCH_ARGS)

.PHONY: check
check: setup-dev  ## Lint, format, types, import contract, licences
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@$(PY) .ci/licences.py

LOAD_ARGS ?=
.PHONY: bench-desk
bench-desk: setup-dev  ## Latency of the desk with 100,000 requests under 20 clerks, on SQLite and on PostgreSQL
	@$(PY) -m bench.desk_load $(LOAD_ARGS)
	@$(PY) -m bench.desk_load --database postgresql $(LOAD_ARGS)

.PHONY: fuzz
fuzz: setup-dev  ## Feed broken bytes to all readers of strangers' files, guided by coverage (FUZZ_ARGS="mime --seconds 600")
	@$(PY) -m bench.fuzz $(FUZZ_ARGS)

.PHONY: check-fresh
check-fresh:  ## Prove make demo and make test in an empty Debian 12 (root; debootstrap and chroot)
	@.ci/check-fresh

.PHONY: format
format: setup-dev  ## Format the code
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

.PHONY: docs
docs: setup  ## Write the pages of docs/ that are made from the code
	@$(PY) -m desk.settings_page

.PHONY: lock
lock: setup-dev  ## Resolve requirements/*.in into locked files with hashes
	@cd requirements && for name in run dev; do \
	  ../.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	    --overrides overrides.txt $$name.in -o $$name.txt || exit 1; done; \
	  ../.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header bench.in -o bench.txt

.PHONY: clean
clean:  ## Remove the environment and everything built (not var/, where the data is)
	@rm -rf .venv .venv-bench build bench/out *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
