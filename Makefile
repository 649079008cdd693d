# Spikepipe's one build file. The targets people use:
#
#   make            build everything into build/
#   make demo       learn handwritten digits in a pipe; prints the accuracy and draws pictures
#   make check      all tests (at most 5 minutes on 2 cores)
#   make install    PREFIX=/usr/local, DESTDIR= for packagers
#   make deps       what is missing; installs it when it may
#   make bench fuzz check-long experiments experiments-full format lint docs clean uninstall
#
# MPI=1 builds spk-simulate-mpi and spk-train-stdp-mpi, for networks past one machine, into build-mpi/
# (deps MPI=1: what that needs). SAN=1 builds with the address and undefined-behaviour sanitizers, TSAN=1
# with the thread sanitizer (clang), each into a directory of its own. CC, CFLAGS, LDFLAGS, PREFIX may be
# set as usual.

VERSION := 0.1.0
PREFIX ?= /usr/local
BUILD ?= build
SPK_DATA ?= ../shared/data
CFLAGS ?= -O3 -g

# A directory never holds objects of two kinds, also where BUILD, CFLAGS or LDFLAGS come from the command line.
ifdef SAN
override BUILD := $(BUILD)-san
CFLAGS := -O1 -g
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
endif
ifdef TSAN
override BUILD := $(BUILD)-tsan
CC := clang
CFLAGS := -O1 -g
SANITIZE := -fsanitize=thread -Wno-pass-failed
endif
# The programs that run a network over several processes, linked with comm_mpi.c instead of comm.c.
MPI_TOOLS := simulate train-stdp
ifdef MPI
override BUILD := $(BUILD)-mpi
MPICC = OMPI_CC="$(CC)" MPICH_CC="$(CC)" mpicc
endif
WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla \
	-Wformat=2 -Wundef -Wcast-align -Wpointer-arith $(if $(WERROR),-Werror)
# No fused multiply-add and no fast-math anywhere: equal bits on every instruction set.
STRICT := -std=c17 -D_POSIX_C_SOURCE=200809L -D_FILE_OFFSET_BITS=64 -ffp-contract=off -fopenmp
ALL_CFLAGS = $(STRICT) $(WARNINGS) -Ilib $(CFLAGS) $(SANITIZE)

ISA_sse2 := -msse2
ISA_avx2 := -mavx2
ISA_avx512 := -mavx2 -mavx512f -mavx512vl -mavx512bw -mavx512dq -mprefer-vector-width=512

LIB_SOURCES := $(filter-out %_kernels.c lib/engine/comm$(if $(MPI),,_mpi).c,$(wildcard lib/*/*.c))
KERNEL_SOURCES := $(wildcard lib/*/*_kernels.c)
LIB_OBJECTS := $(LIB_SOURCES:%.c=$(BUILD)/%.o) \
	$(foreach isa,sse2 avx2 avx512,$(KERNEL_SOURCES:%.c=$(BUILD)/%-$(isa).o))
TOOLS := $(notdir $(patsubst %/main.c,%,$(wildcard tools/*/main.c)))
PROGRAMS := $(if $(MPI),$(MPI_TOOLS:%=$(BUILD)/bin/spk-%-mpi),$(TOOLS:%=$(BUILD)/bin/spk-%))
UNIT_TESTS := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/test_*.c))
UNIT_PROGRAMS := $(filter-out $(UNIT_TESTS),$(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/*.c)))
BENCHES := $(patsubst tests/bench/%.c,$(BUILD)/bench/%,$(wildcard tests/bench/bench_*.c))
FUZZERS := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))

# What every program may need; the linker keeps what each one uses.
LIBS = -Wl,--as-needed -lzstd -lxxhash -lcjson -lpopt -lcsv -lsleef -lz -lm
# spk-plot draws pictures with cairo where there is one (make CAIRO= builds without it), and prints on
# the terminal everywhere.
CAIRO := $(shell pkg-config --exists cairo 2>/dev/null && echo yes)
LIBS_plot = $(if $(CAIRO),$(shell pkg-config --libs cairo))
CFLAGS_plot = $(if $(CAIRO),-DSPK_CAIRO $(shell pkg-config --cflags cairo))
SKIP_plot = $(if $(CAIRO),,tools/plot/page.c $(wildcard tools/plot/*_page.c))

.PHONY: all lib check check-san check-long unit bench fuzz fuzz-run fuzz-replay demo install \
	uninstall deps format lint docs completions clean experiments experiments-full
.DELETE_ON_ERROR:
.SUFFIXES:

all: $(PROGRAMS) $(BUILD)/bin/spk

lib: $(BUILD)/libspk.a

$(BUILD)/libspk.a: $(LIB_OBJECTS)
	@rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/lib/%.o: lib/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# popt does not tell its version itself.
$(BUILD)/lib/cli/program.o: ALL_CFLAGS += -DSPK_POPT_VERSION='"$(shell pkg-config --modversion popt)"'

# Loops begin at a boundary of what processors decode at once: where a short one lay across two of them, a whole
# network took 15 % longer, for a change elsewhere in the file.
define KERNEL_RULE
$(BUILD)/lib/%_kernels-$(1).o: lib/%_kernels.c
	@mkdir -p $$(@D)
	$$(CC) $$(ALL_CFLAGS) $$(ISA_$(1)) -falign-loops=32 -DSPK_ISA=$(1) -DSPK_ISA_$(1) -MMD -MP \
		-c -o $$@ $$<
endef
$(foreach isa,sse2 avx2 avx512,$(eval $(call KERNEL_RULE,$(isa))))

define TOOL_RULE
$(BUILD)/tools/$(1)/%.o: tools/$(1)/%.c
	@mkdir -p $$(@D)
	$$(CC) $$(ALL_CFLAGS) $$(CFLAGS_$(1)) -MMD -MP -c -o $$@ $$<

$(BUILD)/bin/spk-$(1): $(patsubst %.c,$(BUILD)/%.o,$(filter-out $(SKIP_$(1)),$(wildcard tools/$(1)/*.c))) $(BUILD)/libspk.a
	@mkdir -p $$(@D)
	$$(CC) $$(ALL_CFLAGS) $$(LDFLAGS) -o $$@ $$^ $$(LIBS_$(1)) $$(LIBS)
endef
$(foreach tool,$(TOOLS),$(eval $(call TOOL_RULE,$(tool))))

$(BUILD)/lib/engine/comm_mpi.o: lib/engine/comm_mpi.c
	@mkdir -p $(@D)
	$(MPICC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

define MPI_RULE
$(BUILD)/bin/spk-$(1)-mpi: $(patsubst %.c,$(BUILD)/%.o,$(wildcard tools/$(1)/*.c)) $(BUILD)/libspk.a
	@mkdir -p $$(@D)
	$$(MPICC) $$(ALL_CFLAGS) $$(LDFLAGS) -o $$@ $$^ $$(LIBS)
endef
$(foreach tool,$(MPI_TOOLS),$(eval $(call MPI_RULE,$(tool))))

# The dispatcher: spk NAME ... runs spk-NAME ...
$(BUILD)/bin/spk: tools/spk
	@mkdir -p $(@D)
	sed 's/@VERSION@/$(VERSION)/' $< >$@
	chmod 755 $@

$(BUILD)/unit/%: tests/unit/%.c $(BUILD)/libspk.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Itests/unit $(LDFLAGS) -MMD -MP -o $@ $(filter %.c %.o,$^) $(BUILD)/libspk.a \
		-lcmocka $(LIBS)

# A test that looks inside a program links all of it but its main().
TOOL_PARTS = $(patsubst %.c,$(BUILD)/%.o,$(filter-out %/main.c,$(wildcard tools/$(1)/*.c)))
$(BUILD)/unit/test_encode: $(call TOOL_PARTS,encode)
$(BUILD)/unit/test_encode: ALL_CFLAGS += -Itools/encode
$(BUILD)/bench/bench_readout: $(call TOOL_PARTS,train-readout)
$(BUILD)/bench/bench_readout: ALL_CFLAGS += -Itools/train-readout

$(BUILD)/bench/%: tests/bench/%.c $(BUILD)/libspk.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -MMD -MP -o $@ $(filter %.c %.o,$^) $(BUILD)/libspk.a $(LIBS)

# Fuzz targets: with clang's libFuzzer for `make fuzz`, and with a plain driver that replays the
# corpus for CI (any compiler).
$(BUILD)/fuzz/replay_%: tests/fuzz/fuzz_%.c tests/fuzz/replay.c $(BUILD)/libspk.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $(filter %.c,$^) $(FUZZ_SOURCES_$*) $(BUILD)/libspk.a $(LIBS)

FUZZ_SOURCES_idx := $(wildcard tools/encode/input*.c)
FUZZ_SOURCES_csv := $(FUZZ_SOURCES_idx)

# The unit tests, and the programs beside them that bats files run.
unit: $(UNIT_TESTS) $(UNIT_PROGRAMS)

fuzz-replay: $(FUZZERS:fuzz_%=$(BUILD)/fuzz/replay_%)
	@set -e; for t in $(FUZZERS:fuzz_%=%); do $(BUILD)/fuzz/replay_$$t tests/fuzz/corpus/$$t; done

# A minute of fuzzing for each target (FUZZ_SECONDS); new findings land in build-fuzz/.
FUZZ_SECONDS ?= 60
fuzz:
	$(MAKE) CC=clang BUILD=build-fuzz CFLAGS="-O1 -g -fsanitize=fuzzer-no-link,address,undefined -Wno-pass-failed" \
		LDFLAGS="-fsanitize=address,undefined" fuzz-run
fuzz-run: $(FUZZERS:fuzz_%=$(BUILD)/fuzz/%)
	@set -e; for t in $(FUZZERS:fuzz_%=%); do mkdir -p $(BUILD)/corpus/$$t; \
		$(BUILD)/fuzz/$$t -max_total_time=$(FUZZ_SECONDS) -artifact_prefix=$(BUILD)/fuzz/ \
		$(BUILD)/corpus/$$t tests/fuzz/corpus/$$t; done
$(BUILD)/fuzz/%: tests/fuzz/fuzz_%.c $(BUILD)/libspk.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -fsanitize=fuzzer,address,undefined -o $@ $< $(FUZZ_SOURCES_$*) \
		$(BUILD)/libspk.a $(LIBS)

# ---- for people ------------------------------------------------------------------------------

# What is missing is found first, and installed where that is allowed.
deps:
	@MPI=$(MPI) scripts/deps check

demo:
	@scripts/deps build
	@$(MAKE) --no-print-directory -s -j2 all
	@$(MAKE) --no-print-directory BUILD=$(abspath $(BUILD)) \
		-f share/experiments/digits/Makefile OUT=$(BUILD)/demo \
		DIGITS=share/datasets/digits/digits.csv.gz demo

check:
	@scripts/deps check
	@$(MAKE) --no-print-directory -s -j2 all unit
	@BUILD=$(BUILD) SPK_DATA=$(abspath $(SPK_DATA)) tests/run

# The unit tests and the bats tests tagged "san", built with the sanitizers.
check-san:
	@$(MAKE) --no-print-directory -s -j2 SAN=1 all unit
	@BUILD=$(BUILD)-san SPK_DATA=$(abspath $(SPK_DATA)) tests/run --tags san

# What takes too long for every change: a minute of fuzzing each, the unit tests under valgrind, five
# billion spikes, the bytes of four builds (gcc and clang, -O1 and -O3), and (as root, with debootstrap)
# the README's commands on a fresh Debian. The last line says whether the Debian was skipped. What
# OpenMP's waiting threads hold is "possibly lost".
LEAKS = --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite
check-long:
	@scripts/deps long
	@$(MAKE) --no-print-directory -s -j2 all unit
	@$(MAKE) --no-print-directory fuzz
	@set -e; for t in $(UNIT_TESTS); do echo "valgrind $$t"; \
		SPK_SIMD=avx2 valgrind -q --error-exitcode=1 $(LEAKS) $$t >/dev/null; done
	@BUILD=$(BUILD) tests/long/billions
	@tests/long/compilers
	@tests/long/chroot && echo "check-long: passed" || { [ $$? -eq 77 ] && \
		echo "check-long: passed, 1 skipped: the commands on a fresh Debian"; }

# The experiments in their short form, held against what they are known to give: make -j2 experiments. Then the
# published sizes: days of one core. What comes out lands in $(BUILD)/experiments.
EXPERIMENTS := $(patsubst share/experiments/%/Makefile,%,$(wildcard share/experiments/*/Makefile))
experiment = +@SPK_DATA=$(abspath $(SPK_DATA)) $(MAKE) -s --no-print-directory BUILD=$(abspath $(BUILD)) \
	-f share/experiments/$*/Makefile OUT=$(abspath $(BUILD))/experiments/$*
.PHONY: $(EXPERIMENTS:%=experiment/%/short) $(EXPERIMENTS:%=experiment/%/full)
experiments: $(EXPERIMENTS:%=experiment/%/short)
experiments-full: $(EXPERIMENTS:%=experiment/%/full)
$(EXPERIMENTS:%=experiment/%/short): experiment/%/short: all
	$(experiment) short
$(EXPERIMENTS:%=experiment/%/full): experiment/%/full: all
	$(experiment) full

bench: all $(BENCHES)
	@BUILD=$(BUILD) SPK_DATA=$(abspath $(SPK_DATA)) tests/bench/run

format:
	@clang-format -i $(C_FILES)

# What is written from the option tables: run it after changing one.
docs: all $(BUILD)/unit/network_tables
	scripts/man-options $(BUILD)/bin
	scripts/man-network $(BUILD)/unit/network_tables
	scripts/completions $(BUILD)/bin completions

completions: all
	scripts/completions $(BUILD)/bin completions

lint:
	@clang-format --dry-run -Werror $(C_FILES)
	@shellcheck $(SHELL_FILES)
	@cppcheck --quiet --error-exitcode=1 --inline-suppr --std=c11 -Ilib \
		--enable=warning,portability --suppressions-list=scripts/cppcheck.suppressions \
		--suppress=missingIncludeSystem lib tools
	@mandoc -Tlint -Wwarning $(wildcard man/*.[1-9])
	@scripts/check-style

C_FILES = $(shell git ls-files '*.c' '*.h')
SHELL_FILES = $(shell git ls-files ':!*.bats' | xargs grep -lE '^\#!/(bin/sh|usr/bin/env bash)' -- ) \
	$(shell git ls-files 'tests/*.bash')

# Without what experiments made there, or fetched.
SHARED = $(shell find share/datasets share/experiments share/networks share/cluster share/python \
	\( -name out -o -name mnist -o -name __pycache__ \) -prune -o -type f -print)

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/spikepipe
	install -m 755 $(PROGRAMS) $(BUILD)/bin/spk $(DESTDIR)$(PREFIX)/bin
	for page in man/*.[1-9]; do section=$${page##*.}; \
		install -d $(DESTDIR)$(PREFIX)/share/man/man$$section; \
		install -m 644 $$page $(DESTDIR)$(PREFIX)/share/man/man$$section; done
	install -d $(DESTDIR)$(PREFIX)/share/bash-completion/completions \
		$(DESTDIR)$(PREFIX)/share/zsh/site-functions \
		$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	install -m 644 completions/spk.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/spk
	for p in $(TOOLS); do ln -sf spk \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions/spk-$$p; done
	install -m 644 completions/_spk $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_spk
	install -m 644 completions/spk.fish $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/spk.fish
	set -e; for file in $(SHARED); do to=$(DESTDIR)$(PREFIX)/share/spikepipe/$${file#share/}; \
		install -d $${to%/*}; \
		if [ -x $$file ]; then mode=755; else mode=644; fi; install -m $$mode $$file $$to; done

uninstall:
	rm -f $(PROGRAMS:$(BUILD)/bin/%=$(DESTDIR)$(PREFIX)/bin/%) $(DESTDIR)$(PREFIX)/bin/spk
	for page in man/*.[1-9]; do \
		rm -f $(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/$${page#man/}; done
	rm -f $(DESTDIR)$(PREFIX)/share/bash-completion/completions/spk \
		$(TOOLS:%=$(DESTDIR)$(PREFIX)/share/bash-completion/completions/spk-%) \
		$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_spk \
		$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/spk.fish
	rm -rf $(DESTDIR)$(PREFIX)/share/spikepipe

clean:
	rm -rf build build-*

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
