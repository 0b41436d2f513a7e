# The verbs of this repository; `make` alone prints them. What is longer than a few lines is a script in tools/.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Outside the clone, so that clones share it: the cluster's binary, images, tools, and what cargo builds.
export CACHE ?= $(HOME)/.cache/shopkeeper
export CARGO_TARGET_DIR ?= $(CACHE)/target
export PATH := $(CACHE)/bin:$(PATH)
# A cluster of our own making; yours is never touched.
export KUBECONFIG := $(CACHE)/kubeconfig
export PORT ?= 3000

STAGES_OF_TEST := setup lint deny build test-pure loom cluster images test-backends install test-cluster

##@ First
.PHONY: help demo test
help: ## this list
	@awk -F ':.*## ' '/^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' Makefile
demo: ## a running shop, and one order followed from placing to mail (sets up all it needs)
	@tools/demo
test: ## all tests, with real MongoDB, RabbitMQ and Kubernetes (sets up all it needs)
	@tools/stage --targets $(STAGES_OF_TEST)

##@ While working
.PHONY: setup fmt lint deny check build crds test-pure simulate loom bench test-backends test-cluster
setup: ## installs what is missing on this machine: Debian packages, helm
	@tools/setup
fmt: ## formats the code
	cargo fmt --all
lint: ## formatting, clippy, scripts, chart
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --release -- -D warnings
	tools/lint
deny: ## licences, sources and layering of dependencies
	tools/deny
check: lint deny test-pure ## what needs no cluster
build: ## the services and the operator, static
	cargo build --workspace --release
crds: build ## writes crds/ from the operator's types
	tools/crds
test-pure: ## tests that need nothing but this machine
	cargo test --workspace --release --exclude e2e --lib --tests
simulate: ## many simulated shops (SEEDS=10000, or SEED=7 for one of them)
	cargo test --workspace --release --test simulation -- --nocapture every
loom: ## circuit breaker and retry budget, with every order in which threads can meet
	RUSTFLAGS='--cfg loom' CARGO_TARGET_DIR=$(CARGO_TARGET_DIR)/loom cargo test --package resilience --release interleavings
bench: setup build ## measures the gateway beside nginx, some minutes; keep the machine quiet
	@tools/bench
test-backends: cluster ## tests of store, bus and all queries with the real MongoDB and RabbitMQ
	tools/images/build third-party
	tools/backends/run bash -c 'tools/cargo-test store bus && \
	  tools/cargo-test products orders customers payments inventory shipping email -- --quiet scan'
test-cluster: install ## the whole shop in the cluster (FILTER=name runs only some)
	tools/cargo-test e2e -- --test-threads=1 --nocapture $(FILTER)

##@ The cluster
.PHONY: cluster images install kubeconfig url logs cluster-down down clean
cluster: setup ## starts or mends the cluster (NODES=3, PORT=3001)
	@tools/cluster/up
images: build cluster ## builds all images and brings them to the nodes
	@tools/images/build
install: images ## installs or updates the operator by Helm
	@tools/install
kubeconfig: ## prints the path of the cluster's kubeconfig
	@echo $(KUBECONFIG)
url: ## prints the gateway's address
	@echo http://localhost:$(PORT)
logs: ## follows the logs of the demo's shop
	@kubectl --namespace shop logs --follow --prefix --tail=20 --max-log-requests=50 --selector=app.kubernetes.io/managed-by=shopkeeper
cluster-down: ## stops the cluster; `make cluster` starts it again with all that was in it
	@tools/cluster/down
down: ## removes the cluster and all that was in it
	@tools/cluster/down --purge
clean: ## removes what cargo built
	cargo clean
