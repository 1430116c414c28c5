# Every target does the set-up it needs; the second time that costs nothing.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help
.PHONY: help setup demo test lint format serve env lock clean

VENV := .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.9
# uv from PATH, else the one that is put here
UV_HOME := .uv
UV = $(shell command -v uv || echo $(UV_HOME)/bin/uv)
# processes that run tests; 0: this one, so that a debugger and -s work
WORKERS := 2
JDK := openjdk-17-jdk-headless
LOCK := --generate-hashes --no-header --universal --python-version 3.11

# apt_install PACKAGE...: as root, or with sudo where that asks for no password; fails without a word where neither is
define APT
apt_install() {
	command -v apt-get >/dev/null || return 1
	local as=()
	if [ "$$(id -u)" != 0 ]; then
		sudo -n true 2>/dev/null || return 1
		as=(sudo -n)
	fi
	echo "installing with apt-get: $$*"
	"$${as[@]}" apt-get update -qq
	"$${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$$@" >/dev/null
}
endef

help: ## show this list
	@echo "Standpoint: who stands where on whom, out of the press and into Elasticsearch."
	echo
	awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/.ready $(VENV)/.jdk ## install everything into .venv (other targets do it by themselves)

demo: setup ## take the sample press through Airflow into Elasticsearch (EXIT=1: check the result and stop)
	@$(BIN)/standpoint demo $(if $(EXIT),--exit)

test: setup $(VENV)/.redis ## run the tests (ARGS=... for pytest, WORKERS=0 for one process)
	@$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

lint: $(VENV)/.ready ## check style, types and who imports whom
	@$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.ready ## write the code in the one format
	@$(BIN)/ruff check --fix
	$(BIN)/ruff format

serve: setup ## watch the sources of config/sources.yml: servers and Airflow up until Ctrl-C
	@$(BIN)/standpoint serve

env: ## write .env with random secrets, for docker compose
	@sh config/deploy/make-env.sh

lock: $(VENV)/.ready ## choose the versions of all dependencies anew
	@$(UV) pip compile pyproject.toml $(LOCK) --upgrade -o requirements.lock
	$(UV) pip compile pyproject.toml --group dev $(LOCK) -c requirements.lock -o requirements-dev.lock

clean: ## stop the local servers and remove what was installed here
	@[ ! -x $(BIN)/standpoint ] || $(BIN)/standpoint local down
	rm -rf $(VENV) $(UV_HOME)

# ------------------------------------------------------------------------------------------------------------------

$(VENV)/.ready: requirements-dev.lock pyproject.toml
	@$(APT)
	uv=$$(command -v uv || true)
	if [ -z "$$uv" ]; then
		uv=$(UV_HOME)/bin/uv
		if [ ! -x "$$uv" ]; then
			command -v python3 >/dev/null || apt_install python3 python3-venv || {
				echo "There is no python3. Type: sudo apt-get install -y python3 python3-venv" >&2
				exit 1
			}
			# Debian's python3 may come without venv's pip (package python3-venv) and without pip itself (python3-pip).
			if ! python3 -c 'import ensurepip, venv' 2>/dev/null && ! python3 -m pip --version >/dev/null 2>&1; then
				apt_install python3-venv || {
					echo "python3 can make no virtual environment. Type: sudo apt-get install -y python3-venv" >&2
					exit 1
				}
			fi
			echo "getting uv $(UV_VERSION)"
			rm -rf $(UV_HOME)
			if python3 -c 'import ensurepip, venv' 2>/dev/null; then
				python3 -m venv $(UV_HOME)
				$(UV_HOME)/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
			else
				python3 -m pip install --quiet --disable-pip-version-check --target $(UV_HOME) uv==$(UV_VERSION)
			fi
		fi
	fi
	if ! $(BIN)/python -c '' 2>/dev/null; then
		# one that is there, else one that uv gets
		"$$uv" venv --quiet --clear --no-python-downloads --python '>=3.11,<3.15' $(VENV) 2>/dev/null ||
			"$$uv" venv --quiet --clear --python 3.11 $(VENV)
	fi
	echo "installing what requirements-dev.lock names into $(VENV)"
	export VIRTUAL_ENV=$(CURDIR)/$(VENV)
	"$$uv" pip install --quiet --require-hashes -r requirements-dev.lock
	"$$uv" pip install --quiet --no-deps -e .
	touch $@

# Elasticsearch runs on a full JDK, version 17 or newer.
$(VENV)/.jdk: $(VENV)/.ready
	@$(APT)
	find_jdk() { $(BIN)/python -c 'from pipeline.local.java import main; main()'; }
	find_jdk >/dev/null 2>&1 || apt_install $(JDK) || apt_install default-jdk-headless || true
	find_jdk
	touch $@

# The tests run Celery on a Redis of their own; where there is none, they are skipped.
$(VENV)/.redis: $(VENV)/.ready
	@$(APT)
	command -v redis-server >/dev/null || apt_install redis-server ||
		echo "There is no redis-server: the test of the Celery topology is skipped. Type: sudo apt-get install -y redis-server" >&2
	touch $@
