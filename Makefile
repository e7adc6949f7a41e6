# One word per job. Each job installs what it lacks by itself (tools/setup), so `make demo` and `make test` work on a
# fresh Debian 12 machine; CMakePresets.json says how things are built.
ARGS ?=
JOBS ?= $(shell nproc)

.PHONY: help setup build demo test asan tsan gcc bench check format fuzz torture sbom compat test-postgres clean
help:            ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

setup:           ## install everything, for every job below
	@tools/setup all

build:           ## the program: build/release/tidewire
	@tools/setup build
	@cmake --preset release >/dev/null
	@cmake --build --preset release -j $(JOBS)

demo: build      ## the whole road on this machine; ARGS=--once verifies and ends
	@build/release/tidewire demo $(ARGS)

test:            ## unit, integration and house tests under clang-19
	@tools/setup test
	@cmake --preset dev >/dev/null
	@cmake --build --preset dev -j $(JOBS)
	@ctest --preset dev -j $(JOBS) $(ARGS)

asan tsan gcc:   ## the same tests under AddressSanitizer and UBSan, ThreadSanitizer, or gcc 12
	@tools/setup all
	@cmake --preset $@ >/dev/null
	@cmake --build --preset $@ -j $(JOBS)
	@ctest --preset $@ -j $(JOBS) $(ARGS)

bench:           ## the benchmarks of the rooms
	@tools/setup all
	@bench/run_all $(ARGS)

compat:          ## a real Debezium Server beside tidewire, and taking turns (needs a JDK and Maven)
	@tools/setup test
	@$(MAKE) --no-print-directory build
	@tests/compat/debezium_server $(ARGS)
	@tests/compat/hand_over $(ARGS)

VERSION ?= 17
test-postgres:   ## integration tests, golden types and (16, 17) a standby against PostgreSQL VERSION (14, 16, 17, 18)
	@tools/setup test
	@cmake --preset dev >/dev/null
	@cmake --build --preset dev -j $(JOBS) --target tidewire tidewire_postgres_tests tidewire_app_tests
	@tests/compat/postgres_version $(VERSION) $(ARGS)
	@$(if $(filter 16 17,$(VERSION)),TIDEWIRE=$(CURDIR)/build/dev/tidewire tests/compat/standby $(VERSION))

check: format-check tidy test ## what a change passes before review

.PHONY: format-check tidy
SOURCES = $(shell git ls-files 'engine/*.[ch]pp' 'tests/*.[ch]pp' 'bench/*.[ch]pp')
format:          ## clang-format in place
	@tools/setup all
	@clang-format-19 -i $(SOURCES)

format-check:
	@tools/setup all
	@clang-format-19 --dry-run --Werror $(SOURCES)

tidy:
	@tools/setup all
	@cmake --preset dev >/dev/null
	@git ls-files 'engine/*.cpp' | xargs -P $(JOBS) -n 4 clang-tidy-19 -quiet -p build/dev

torture:         ## a random workload under kills, cuts and faults, verified; SEEDS=200, SEED=7 replays one, SANITIZER=asan or tsan
	@tools/setup $(if $(SANITIZER),all,test)
	@$(if $(SANITIZER),cmake --preset $(SANITIZER) >/dev/null,true)
	@$(if $(SANITIZER),cmake --build --preset $(SANITIZER) -j $(JOBS) --target tidewire,true)
	@$(if $(SANITIZER),true,$(MAKE) --no-print-directory build)
	@TSAN_OPTIONS="$$TSAN_OPTIONS halt_on_error=1" TIDEWIRE=$(CURDIR)/build/$(or $(SANITIZER),release)/tidewire tests/torture/torture.py $(if $(SANITIZER),--patience 4) \
	  $(if $(SEED),--seed $(SEED),$(if $(SEEDS),--seeds $(SEEDS),--minutes 8)) $(ARGS)
	@$(if $(SEED)$(SANITIZER),true,tests/torture/signals_kill 3)
	@$(if $(SEED)$(SANITIZER),true,tests/torture/snapshot_kill 3)

sbom: build      ## build/sbom.json: what is in the program (CycloneDX)
	@tools/sbom build/release/tidewire >build/sbom.json && echo build/sbom.json

fuzz:            ## build the fuzz targets and run each for 60 seconds; ARGS="600 pgoutput numeric": so long, and these
	@tools/setup all
	@cmake --preset fuzz >/dev/null
	@cmake --build --preset fuzz -j $(JOBS)
	@tools/fuzz build/fuzz $(or $(ARGS),60)

clean:           ## remove every build
	@rm -rf build
