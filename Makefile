# Trefoil. `make run` and `make test` do everything on a fresh Debian machine with Rust.
SHELL := /bin/bash
.DEFAULT_GOAL := help
CARGO ?= cargo
# Where cargo builds: a folder that several checkouts share, if there is one.
TARGET := $(or $(CARGO_TARGET_DIR),./target)
CALLS ?=
SECS ?=
SERVER ?=
STORY ?=
STEPS ?=
SEED ?=
ARGS ?=
# Where scripts/install.sh puts a newer Node when the system's is too old.
export PATH := $(CURDIR)/.tools/node_modules/node/bin:$(PATH)

help: ## show the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

run: build-tools ## build and start the server with demo agents and pages
	@echo "Building Trefoil (optimised; the first build takes some minutes) ..."
	$(CARGO) build --locked --release --package trefoil
	$(TARGET)/release/trefoil serve --demo $(ARGS)

test: build-tools browser-tools ## install what the tests need and run them all
	bash scripts/test.sh

e2e: build-tools browser-tools ## browser stories only; STORY=name runs one
	$(CARGO) build --locked --package trefoil
	cd tests/browser && STORY="$(STORY)" node run.mjs

bench: build-tools ## measure; each figure is one line of JSON
	$(CARGO) build --locked --release --package trefoil-bench --package trefoil
	$(TARGET)/release/trefoil-bench $(ARGS)

load: build-tools ## scripted calls on a server: CALLS=50 STORY=two_party SECS=20, SERVER=host:port
	@echo "Building the load generator$(if $(SERVER),, and the server) (optimised; the first build takes minutes) ..."
	$(if $(SERVER),,$(CARGO) build --locked --release --package trefoil)
	$(CARGO) build --locked --profile load --package trefoil-loadtest --bin trefoil-load
	$(TARGET)/load/trefoil-load --calls $(or $(CALLS),50) --story $(or $(STORY),two_party) \
	  --secs $(or $(SECS),20) $(if $(SERVER),--server $(SERVER),--program $(TARGET)/release/trefoil) $(ARGS)

attack: build-tools ## every attack on a server with calls in progress; ATTACK=name plays one
	@echo "Building the server and the attacker (optimised; the first build takes minutes) ..."
	$(CARGO) build --locked --release --package trefoil
	$(CARGO) build --locked --profile load --package trefoil-loadtest --bin trefoil-attack
	$(TARGET)/load/trefoil-attack --server-binary $(TARGET)/release/trefoil $(if $(ATTACK),--only $(ATTACK)) $(ARGS)

model: ## a long walk of the model of calls: STEPS=1000000 SEED=number; without a seed, a fresh one
	MODEL_KEEP=1 MODEL_STEPS=$(or $(STEPS),1000000) \
	  MODEL_SEED=$(or $(SEED),$(shell od -An -N4 -tu4 /dev/urandom | tr -d ' ')) \
	  $(CARGO) test --locked --package trefoil-call-core --test model -- --nocapture

lint: build-tools web-tools ## formatting, clippy, docs, types of the pages
	$(CARGO) fmt --all --check
	$(CARGO) clippy --locked --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --workspace --no-deps --document-private-items
	cd web && npm run --silent check

deny: ## advisories, licences and sources of the dependencies
	command -v cargo-deny >/dev/null || $(CARGO) install --locked cargo-deny
	cargo deny check

build-tools: ## install the C tools the build needs (cmake, a C compiler)
	@bash scripts/install.sh build

web-tools: build-tools ## install the type checker of the pages
	@bash scripts/install.sh web

browser-tools: web-tools ## install Chromium and the driver of the browser tests
	@bash scripts/install.sh browser

.PHONY: help run test e2e bench load attack model lint deny build-tools web-tools browser-tools
