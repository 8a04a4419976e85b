# The front door: a thin face over CMake. `make help` lists what there is.

BUILD ?= build
JOBS ?= $(shell getconf _NPROCESSORS_ONLN)
# Most tests wait for a socket most of the time, so more of them than cores can run at once.
TEST_JOBS ?= $(shell expr 3 \* $(JOBS))
DELAY ?= 0.1

CHAPTERS = chapter01 chapter02 chapter03 chapter04 chapter05

.DEFAULT_GOAL := help
.PHONY: help demo test build $(CHAPTERS) diff debug bench figures sanitize fuzz format tidy clean \
  dependencies compile_commands.json

define HELP
Two commands do everything, on a fresh machine too:

  make demo                 fetch the same poems by every model, live, and draw what happened
  make test                 build everything and test it

Chapter by chapter:

  make chapter01            blocking sockets, and threads
  make chapter02            one thread: select, poll, epoll
  make chapter03            the loop by itself: a reactor, protocols, libevent
  make chapter04            callbacks tamed: Deferred, and coroutines over it
  make chapter05            servers: everybody at once, from one thread
  make diff A=chapter01-blocking B=chapter02-select
                            how get-poetry.cpp changed; any two chapters, rooms or files
  make diff A=chapter04-deferred/net B=chapter05-server/net
                            how a room changed

And:

  make build                build everything into build/
  make debug                build all programs into build-debug/, to step through them
  make compile_commands.json
                            tell your editor how each file is compiled
  make demo DELAY=0.01      the same demonstration in seconds
  make bench                measure clients, reactor, Deferred and servers, as JSON and as tables
  make bench WHAT=servers   measure only these
  make figures              record and draw the pictures of the READMEs anew
  make sanitize             the tests under the address, undefined-behaviour and thread sanitizers
  make fuzz                 the parsers with whatever a fuzzer finds (FUZZ_SECONDS=600 for each)
  make format               lay the sources out (clang-format)
  make tidy                 look for mistakes (clang-tidy)
  make clean                remove the build folders
endef

define CHAPTER01_NEXT

Chapter 1 is built and tested. Now run, in three terminals:

  build/chapter01-blocking/slowpoetry --port 10000 --num-bytes 30 poetry/ecstasy.txt
  build/chapter01-blocking/slowpoetry --port 10001 poetry/fascination.txt
  build/chapter01-blocking/slowpoetry --port 10002 poetry/science.txt

and then, in a fourth:

  build/chapter01-blocking/get-poetry 10000 10001 10002
  build/chapter01-blocking/get-poetry-threads 10000 10001 10002

Read chapter01-blocking/README.md beside the code. The next diffs to read:

  make diff A=chapter01-blocking/get-poetry.cpp B=chapter01-blocking/get-poetry-threads.cpp
  make diff A=chapter01-blocking B=chapter02-select
endef

define CHAPTER02_NEXT

Chapter 2 is built and tested. Now run, in three terminals:

  build/chapter02-select/slowpoetry --port 10000 --num-bytes 30 poetry/ecstasy.txt
  build/chapter02-select/slowpoetry --port 10001 poetry/fascination.txt
  build/chapter02-select/slowpoetry --port 10002 poetry/science.txt

and then, in a fourth:

  build/chapter02-select/get-poetry 10000 10001 10002

Read chapter02-select/README.md beside the code. The next diffs to read:

  make diff A=chapter01-blocking B=chapter02-select
  make diff A=chapter02-select/get-poetry.cpp B=chapter02-select/get-poetry-poll.cpp
  make diff A=chapter02-select/get-poetry-poll.cpp B=chapter02-select/get-poetry-epoll.cpp
endef

define CHAPTER03_NEXT

Chapter 3 is built and tested. Now run, in three terminals:

  build/chapter03-reactor/slowpoetry --port 10000 --num-bytes 30 poetry/ecstasy.txt
  build/chapter03-reactor/slowpoetry --port 10001 poetry/fascination.txt
  build/chapter03-reactor/slowpoetry --port 10002 poetry/science.txt

and then, in a fourth:

  build/chapter03-reactor/get-poetry 10000 10001 10002
  build/chapter03-reactor/get-poetry --reactor select 10000 10001 10002

The small ones need no server:

  build/chapter03-reactor/examples/hello
  build/chapter03-reactor/examples/stack

Read chapter03-reactor/README.md beside the code. The next diffs to read:

  make diff A=chapter02-select/get-poetry.cpp B=chapter03-reactor/get-poetry-1.cpp
  make diff A=chapter03-reactor/get-poetry-1.cpp B=chapter03-reactor/get-poetry-2.cpp
  make diff A=chapter03-reactor/get-poetry-2.cpp B=chapter03-reactor/get-poetry-3.cpp
  make diff A=chapter03-reactor/get-poetry-3.cpp B=chapter03-reactor/get-poetry.cpp
endef

define CHAPTER04_NEXT

Chapter 4 is built and tested. The small ones need no server; begin with:

  build/chapter04-deferred/examples/fire-value
  build/chapter04-deferred/examples/return-and-throw
  build/chapter04-deferred/deferred-simulator

Then run, in four terminals:

  build/chapter04-deferred/slowpoetry --port 10000 --num-bytes 30 poetry/ecstasy.txt
  build/chapter04-deferred/slowpoetry --port 10001 poetry/fascination.txt
  build/chapter04-deferred/slowpoetry --port 10002 poetry/science.txt
  build/chapter04-deferred/transform-server --port 10008

and in a fifth:

  build/chapter04-deferred/get-poetry 10000 10001 10002
  build/chapter04-deferred/get-poetry-3 10000 10001 10002 --transformer 10008
  build/chapter04-deferred/get-poetry-5 10000 10001 10002 --timeout 7

Read chapter04-deferred/README.md beside the code. The next diffs to read:

  make diff A=chapter03-reactor/get-poetry.cpp B=chapter04-deferred/get-poetry-1.cpp
  make diff A=chapter04-deferred/get-poetry-1.cpp B=chapter04-deferred/get-poetry-2.cpp
  make diff A=chapter04-deferred/get-poetry-2.cpp B=chapter04-deferred/get-poetry-3.cpp
  make diff A=chapter04-deferred/get-poetry-3.cpp B=chapter04-deferred/get-poetry-4.cpp
  make diff A=chapter04-deferred/get-poetry-4.cpp B=chapter04-deferred/get-poetry-5.cpp
  make diff A=chapter01-blocking/get-poetry.cpp B=chapter04-deferred/get-poetry.cpp
endef

define CHAPTER05_NEXT

Chapter 5 is built and tested. Now run, in four terminals:

  build/chapter05-server/slowpoetry --port 10000 poetry/science.txt
  build/chapter05-server/fastpoetry --port 10002 poetry/ecstasy.txt
  build/chapter05-server/poetry-proxy --port 10004 10000
  build/chapter05-server/transformpoetry --port 10003

and in a fifth:

  build/chapter05-server/get-poetry 10000 10000 10000
  build/chapter05-server/get-poetry 10002 10004 10004
  printf '11:shout.Roses,' | nc -N 127.0.0.1 10003

Read chapter05-server/README.md beside the code. The next diffs to read:

  make diff A=chapter01-blocking/slowpoetry.cpp B=chapter05-server/servers/slow_protocol.h
  make diff A=chapter04-deferred/net/connection.cpp B=chapter05-server/net/connection.cpp
  make diff A=chapter05-server/poetry-proxy-1.cpp B=chapter05-server/poetry-proxy-2.cpp
  make diff A=chapter05-server/poetry-proxy-2.cpp B=chapter05-server/poetry-proxy.cpp
endef

export HELP CHAPTER01_NEXT CHAPTER02_NEXT CHAPTER03_NEXT CHAPTER04_NEXT CHAPTER05_NEXT

help:
	@echo "$$HELP"

dependencies:
	@tools/install-dependencies

# A first build is waited for, so it is a fast one (see common/fast_build.cmake). FAST=OFF is for a new
# build folder: BUILD=build-slow FAST=OFF.
FAST ?= ON

$(BUILD)/build.ninja: | dependencies
	@cmake --preset release -B $(BUILD) -D LAB_FAST_BUILD=$(FAST)

build: dependencies $(BUILD)/build.ninja
	@cmake --build $(BUILD) -j $(JOBS)

test: build
	@ctest --test-dir $(BUILD) --output-on-failure -j $(TEST_JOBS)

# chapter03 is the folder chapter03-reactor, and CHAPTER03_NEXT says what comes next.
$(CHAPTERS): chapter%: dependencies $(BUILD)/build.ninja
	@cmake --build $(BUILD) -j $(JOBS) --target $(wildcard chapter$*-*)
	@ctest --test-dir $(BUILD)/$(wildcard chapter$*-*) --progress --output-on-failure -j $(TEST_JOBS)
	@echo "$$CHAPTER$*_NEXT"

# Without the tests: a newcomer should not wait for them.
demo: dependencies $(BUILD)/build.ninja
	@cmake --build $(BUILD) -j $(JOBS) --target programs
	@tools/demo $(BUILD) $(DELAY)

diff:
	@tools/stage-diff "$(A)" "$(B)"

BENCHES = clients reactor deferred servers
bench: dependencies $(BUILD)/build.ninja
	@$(if $(filter-out $(BENCHES),$(WHAT)),echo "WHAT is one of: $(BENCHES)" >&2; exit 2,:)
	@cmake --build $(BUILD) -j $(JOBS) --target programs
	@for what in $(or $(WHAT),$(BENCHES)); do \
	  file=$(BUILD)/bench-$$what.json; \
	  tools/bench/bench.py $$what --build $(BUILD) >$$file && \
	  tools/bench/bench.py $$what --table --from $$file || exit 1; \
	done
	@echo "The figures of every round are in $(BUILD)/bench-*.json."

figures: dependencies $(BUILD)/build.ninja
	@cmake --build $(BUILD) -j $(JOBS) --target programs
	@tools/figures $(BUILD)

# For an editor: the command that compiles each file. Nothing is built.
compile_commands.json: dependencies
	@cmake --preset debug >/dev/null
	@ln -sf build-debug/compile_commands.json $@
	@echo "compile_commands.json is there: open a source in your editor."

# For a debugger: all programs, or the target WHAT, into build-debug.
debug: compile_commands.json
	@cmake --build --preset debug -j $(JOBS) --target $(or $(WHAT),programs)

# Every sanitizer has a build folder of its own. Threads appear in one program of chapter 1, and in
# the tests of the reactors. The thread sanitizer may hold a signal back until the next blocking call
# ends, so the tests that end a program by a signal are left to the other one.
sanitize: dependencies
	@cmake --preset asan -D LAB_FAST_BUILD=$(FAST)
	@cmake --build --preset asan -j $(JOBS)
	@ctest --preset asan -j $(TEST_JOBS)
	@cmake --preset tsan -D LAB_FAST_BUILD=$(FAST)
	@cmake --build --preset tsan -j $(JOBS) --target chapter01-blocking chapter03-reactor-reactor_test
	@ctest --test-dir build-tsan/chapter01-blocking --output-on-failure -j $(TEST_JOBS) -R threads \
	  -E 'Signal|CutShort|Greedy|Hangs|Slowly'
	@ctest --test-dir build-tsan/chapter03-reactor --output-on-failure -j $(TEST_JOBS) -R '/Reactor'

# Every fuzzer begins with the inputs that are kept beside it, and writes what it finds into the build
# folder. An input that breaks a rule is left there, and its name printed.
FUZZ_SECONDS ?= 600
fuzz: dependencies
	@tools/install-dependencies --ci
	@cmake -G Ninja -S chapter05-server -B build-fuzz -D CMAKE_CXX_COMPILER=clang++ \
	  -D LAB_SANITIZE=fuzzer-no-link,address,undefined >/dev/null
	@cmake --build build-fuzz -j $(JOBS) \
	  --target chapter05-server-netstring_fuzzer chapter05-server-address_fuzzer
	@for what in netstring address; do \
	  mkdir -p build-fuzz/found-$$what && cd build-fuzz && \
	  ./$${what}_fuzzer -max_total_time=$(FUZZ_SECONDS) -verbosity=0 -print_final_stats=1 -max_len=4096 \
	    found-$$what ../chapter05-server/tests/fuzz/corpus-$$what && cd .. || exit 1; \
	done

SOURCES = $(shell git ls-files '*.cpp' '*.h')

format:
	@clang-format -i $(SOURCES)

# A file that several chapters carry is checked once; files that are wrong on purpose are not.
tidy: dependencies
	@tools/install-dependencies --ci
	@cmake --preset tidy >/dev/null
	@git ls-files -s '*.cpp' | grep -v does_not_compile | sort -u -k 2,2 | cut -f 2 | \
	  xargs -n 4 -P $(JOBS) clang-tidy -quiet -p build-tidy 2>/dev/null

clean:
	rm -rf $(BUILD) build-* compile_commands.json
