.POSIX:
.PHONY: help run test faults setup bench check lock audit package pictures references fuzz

help:
	@echo "make run       open the workstation on a throw-away home with a generated sample batch"
	@echo "make test      run every test: rules of the house, units, windows, stories"
	@echo "make faults    kill, cut and fail at every single step, 1,000 kills; make test does a part of it"
	@echo "make setup     make .venv and install what run and test need, and nothing else"
	@echo "make bench     take the measures and write docs/measures.md"
	@echo "make check     lint, format, types and import contracts only, in seconds"
	@echo "make lock      resolve .ci/requirements*.in again into hash-locked files"
	@echo "make audit     look every locked package up among known vulnerabilities"
	@echo "make package   a stand-alone build for this Linux in dist, which needs no Python"
	@echo "make fuzz      look for inputs that break our own parsers, ten minutes long; SECONDS=60 for less"
	@echo "make pictures  take the pictures of the real window in docs/pictures"
	@echo "make references  take anew the pictures that tests compare every room with"
	@echo
	@echo "Python 3.11, 3.12 or 3.13 is found by itself; PYTHON=/path/to/python names another."

run:
	@.ci/setup run
	@.venv/bin/python main.py demo

test:
	@.ci/setup test
	.venv/bin/python -m pytest -n auto --maxprocesses 8 --dist worksteal

faults:
	@.ci/setup test
	DEEP=1 .venv/bin/python -m pytest -n auto --maxprocesses 8 tests/faults tests/unit/app/test_resuming.py

setup:
	@.ci/setup test

bench:
	@.ci/setup test
	@.ci/bench

check:
	@.ci/setup test
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

lock:
	@.ci/lock

audit:
	@.ci/setup test
	@.ci/audit

package:
	@.ci/setup test
	@.ci/package

pictures:
	@.ci/setup test
	.venv/bin/python -m tests.pictures

references:
	@.ci/setup test
	RENEW_PICTURES=1 .venv/bin/python -m pytest tests/widgets/test_every_place.py

fuzz:
	@.ci/setup test
	@.ci/fuzz $${SECONDS:-600}
