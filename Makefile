# What one does every day; each line is a command that also works by itself.
PYTHON ?= python

.PHONY: install app test check screenshots report lock

install: ## packages, exactly as requirements.lock has them
	$(PYTHON) -m pip install torch=="$$(sed -n 's/^torch==\([^ ]*\).*/\1/p' requirements.lock)"
	$(PYTHON) -m pip install --no-deps --require-hashes -r requirements.lock

app: ## the app in a browser
	$(PYTHON) -m streamlit run app.py

test: ## all tests, two at a time
	$(PYTHON) -m pytest -n 2

check: ## style, types, imports, what others made and its known weaknesses
	ruff check .
	ruff format --check .
	mypy
	lint-imports
	$(PYTHON) tools/third_party.py --check
	$(PYTHON) tools/advisories.py

screenshots: ## the pictures of README.md
	$(PYTHON) tools/screenshots.py

report: ## the figures of README.md and docs/
	$(PYTHON) -m mvae report

lock: ## requirements.lock, NOTICE and the bill of materials
	$(PYTHON) tools/lock.py
	$(PYTHON) tools/third_party.py
