# Needs python3 and make; everything else goes into .venv/.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev

.PHONY: demo demo-data test bench clean

$(STAMP): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable ".[test]"
	touch $@

$(DEV_STAMP): $(STAMP)
	$(BIN)/python -m pip install --quiet --editable ".[dev]"
	touch $@

test: $(STAMP)
	$(BIN)/python -m pytest -n 2 --dist loadfile \
		-m "not browser and not full and not wheel and not postgresql and not mariadb"

# Serves the example site until it is interrupted.
demo: demo-data
	@echo "The example site: http://127.0.0.1:$(PORT)/ (the admin: /admin/)"
	BASE_URL=http://127.0.0.1:$(PORT) \
		$(BIN)/python example_site/manage.py runserver --noreload 127.0.0.1:$(PORT)

# Everything but serve. DATABASE_URL, DATA_DIR and DEMO_PASSWORD are heeded.
demo-data: $(STAMP)
	$(BIN)/python example_site/manage.py migrate --verbosity 0
	BASE_URL=http://127.0.0.1:$(PORT) $(BIN)/python example_site/manage.py load_demo

# ONLY=id measures one item.
bench: $(DEV_STAMP)
	$(BIN)/python -m bench $(if $(ONLY),--only $(ONLY))

clean:
	rm -rf $(VENV) .venvs build dist *.egg-info
