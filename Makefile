# Needs python3 and make; everything else goes into .venv/.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
STAMP := $(VENV)/.installed

.PHONY: demo demo-data test bench clean

$(STAMP): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable ".[test]"
	touch $@

test: $(STAMP)
	$(BIN)/python -m pytest -W error -m "not browser and not full"

clean:
	rm -rf $(VENV) .venvs build dist *.egg-info
