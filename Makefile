# Needs Python 3.11 or newer with venv, and make; everything else is installed into .venv from the lock files.
PYTHON ?= python3
BIN = .venv/bin

.PHONY: run test lint lock clean benchmark screenshots messages licences sbom

run: .venv/run.stamp  ## prepare and serve on 127.0.0.1:8000 (PORT)
	@$(BIN)/python manage.py run

test: .venv/test.stamp  ## the whole suite, on a throw-away database
	$(BIN)/pytest --numprocesses=logical --maxprocesses=4 --dist=worksteal $(ARGS)

lint: .venv/test.stamp  ## everything that is checked without running the program
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	DATABASE_URL=postgresql://termbase@localhost/termbase ALLOWED_HOSTS=termbase.example \
	  SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(60))') \
	  $(BIN)/python manage.py check --deploy --fail-level WARNING

benchmark: .venv/test.stamp  ## measure look-up over sizes
	$(BIN)/python -m tests.benchmarks.lookup

screenshots: .venv/test.stamp  ## make docs/screenshots again (needs Chromium)
	$(BIN)/python -m tests.browser.screenshots

messages: .venv/run.stamp  ## bring the Chinese catalogue up to date and compile it (needs gettext)
	cd termbase && ../$(BIN)/django-admin makemessages -l zh_Hans --no-obsolete --no-location --no-wrap
	cd termbase && ../$(BIN)/django-admin compilemessages -l zh_Hans

lock:  ## resolve the dependencies of pyproject.toml again (needs uv)
	uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
	  --custom-compile-command "make lock" --quiet --output-file requirements.txt
	uv pip compile pyproject.toml --group dev --constraint requirements.txt --universal --generate-hashes \
	  --no-emit-index-url --python-version 3.11 --custom-compile-command "make lock" --quiet \
	  --output-file requirements-dev.txt

licences: .venv/run.stamp  ## make docs/dependencies.md again
	$(BIN)/python -m tests.dependencies licences > docs/dependencies.md

sbom: .venv/run.stamp  ## write sbom.json, a bill of materials (CycloneDX)
	$(BIN)/python -m tests.dependencies sbom > sbom.json

clean:  ## remove the environment, not the data
	rm -rf .venv

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "termbase needs Python 3.11 or newer; name one with PYTHON=..."; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "On Debian: apt-get install python3-venv"; exit 1; }

.venv/run.stamp: requirements.txt | .venv/bin/python
	@echo "Installing the dependencies"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/test.stamp: requirements-dev.txt | .venv/bin/python
	@echo "Installing the dependencies for tests"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ .venv/run.stamp
