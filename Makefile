# Sightglass - one non-recursive Makefile; everything it makes is under build/.
#
#   make demo     install what is missing, build, open the console on a living plant
#   make test     the same set-up, then every test
#   make help     the other targets
#
# Layers: DEPS_x names every module that module x may include and link. Unit tests
# link against exactly these, and tests/lint/layers holds the includes against them.

B      ?= build
CC     := gcc
AR     := gcc-ar
SAN    ?=
CSTD   := -std=c11 -D_GNU_SOURCE
WARN   := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla \
	  -Wwrite-strings -Wconversion -Wformat=2 -Wundef -Werror
HARDEN := $(if $(SAN),,-fstack-protector-strong -D_FORTIFY_SOURCE=2)
CFLAGS ?= -O2 -g
ALLFLAGS = $(CSTD) $(WARN) $(HARDEN) $(CFLAGS) $(SAN:%=-fsanitize=%) -Isrc
LDFLAGS ?=
VERSION := 0.1.0
Q       := $(if $(V),,@) # make V=1 shows the commands
say      = $(if $(V),,@printf '  %-5s %s\n' $(1) $(2))

# --- modules and what each may use (transitive) ---------------------------------
PURE := util config tag wire expr alarm audit access write screen driver station
DEPS_util    :=
DEPS_wall    := util
DEPS_config  := util
DEPS_tag     := util
DEPS_wire    := tag util
DEPS_expr    := tag util
DEPS_alarm   := tag util
DEPS_audit   := util
DEPS_access  := util
DEPS_write   := access audit expr driver wall wire tag util
DEPS_screen  := expr config tag util
DEPS_driver  := wall tag util
DEPS_station := write access audit alarm screen expr driver wall config wire tag util
DEPS_store   := alarm audit tag util
DEPS_server  := station store $(DEPS_station)
DEPS_console := alarm wire screen expr wall config tag util
DEPS_cli     := console store station $(DEPS_station)
DEPS_drivers/modbus := driver wall tag util
DEPS_drivers/mqtt   := driver wall tag util
DEPS_plantsim       := util
MODULES := $(PURE) wall store server console cli drivers/modbus drivers/mqtt plantsim

# --- third-party libraries, asked of pkg-config once, when first used ------------
pkg = $(eval PKG_$(1)_$(2) := $$(shell pkg-config --$(1) $(2)))$(PKG_$(1)_$(2))
USES_util    :=
USES_wall    := libseccomp
USES_config  := libconfig
USES_screen  := libconfig
USES_audit   := libsodium
USES_access  := libsodium liboath
USES_store   := sqlite3
USES_server  := libuv
USES_console := ncursesw
USES_cli     := jansson libqrencode
USES_driver  := jansson
USES_drivers/modbus := libmodbus jansson
USES_drivers/mqtt   := libmosquitto jansson
USES_plantsim       := libmodbus libmosquitto jansson
# PAM=1: accounts may leave their password to PAM (docs/security.md); libpam0g-dev
PAM    ?=
ifneq ($(PAM),)
ALLFLAGS += -DSIGHTGLASS_PAM
endif
LINK_server  := -pthread $(if $(PAM),-lpam)
LINK_drivers/modbus := -pthread
LINK_drivers/mqtt   := -pthread -lm
LINK_plantsim       := -pthread -lm
LINK_cli := -lm -pthread

sources = $(sort $(wildcard src/$(1)/*.c src/$(1)/*/*.c))
objects = $(patsubst src/%.c,$(B)/obj/%.o,$(filter-out src/$(1)/main.c,$(call sources,$(1))))
archive = $(B)/lib/$(subst /,_,$(1)).a
uses    = $(sort $(foreach m,$(1),$(USES_$(m))))
cflags_of = $(foreach p,$(1),$(call pkg,cflags,$(p)))
libs_of = $(foreach p,$(1),$(call pkg,libs,$(p)))
# libraries for a program made of these modules
link_of = -Wl,--start-group $(foreach m,$(1),$(call archive,$(m))) -Wl,--end-group \
	  $(call libs_of,$(call uses,$(1))) $(sort $(foreach m,$(1),$(LINK_$(m)))) -lm

PROGRAMS := sightglassd sightglass sightglass-modbus sightglass-mqtt plantsim
MAIN_sightglassd       := server
MAIN_sightglass        := cli
MAIN_sightglass-modbus := drivers/modbus
MAIN_sightglass-mqtt   := drivers/mqtt
MAIN_plantsim          := plantsim

.PHONY: fuzz fuzz-built all help deps deps-test deps-lint demo test test-run soak bench bench-built lint check-asan check-tsan \
	check-fresh mutants install uninstall clean programs requirements
all: programs

help:
	@sed -n 's/^#: //p' Makefile

programs: $(PROGRAMS:%=$(B)/bin/%)

define module_rules
$(call archive,$(1)): $(call objects,$(1))
	@mkdir -p $$(@D)
	$$(call say,ar,$$@)
	$$(Q)rm -f $$@ && $(AR) rcs $$@ $$^
$(patsubst src/%.c,$(B)/obj/%.o,$(call sources,$(1))): EXTRA = $$(call cflags_of,$$(USES_$(1)))
endef
$(foreach m,$(MODULES),$(eval $(call module_rules,$(m))))

$(B)/obj/%.o: src/%.c
	@mkdir -p $(@D)
	$(call say,cc,$<)
	$(Q)$(CC) $(ALLFLAGS) -DSIGHTGLASS_VERSION='"$(VERSION)"' $(EXTRA) -MMD -MP -c $< -o $@

define program_rules
$(B)/bin/$(1): $(B)/obj/$(MAIN_$(1))/main.o \
		$(foreach m,$(MAIN_$(1)) $(DEPS_$(MAIN_$(1))),$(call archive,$(m)))
	@mkdir -p $$(@D)
	$$(call say,ld,$$@)
	$$(Q)$(CC) $(ALLFLAGS) $$< $$(call link_of,$(MAIN_$(1)) $(DEPS_$(MAIN_$(1)))) $(LDFLAGS) -o $$@
endef
$(foreach p,$(PROGRAMS),$(eval $(call program_rules,$(p))))

# --- tests ------------------------------------------------------------------------
# tests/unit/MODULE/test_x.c links MODULE and what it may use; the other kinds of test
# link everything. tests/support is linked into all.
SUPPORT := $(patsubst tests/%.c,$(B)/test/%.o,$(wildcard tests/support/*.c))
test_objs = $(patsubst tests/%.c,$(B)/test/%.o,$(1))
TEST_SOURCES := $(sort $(wildcard tests/*/test_*.c tests/*/*/test_*.c tests/*/*/*/test_*.c))
TESTS := $(TEST_SOURCES:tests/%.c=$(B)/test/%)
TEST_LIBS = $(call pkg,libs,cmocka) $(call pkg,libs,vterm) -lutil -pthread
# helpers of one kind of test: tests/KIND/*.c that are not test_*.c
HELPERS_sim         := $(filter-out tests/sim/test_%,$(wildcard tests/sim/*.c)) \
		       tests/unit/station/rig_def.c
HELPERS_integration := $(filter-out tests/integration/test_%,$(wildcard tests/integration/*.c))
HELPERS_fault       := $(filter-out tests/fault/test_%,$(wildcard tests/fault/*.c)) \
		       tests/integration/driver_harness.c tests/integration/modbus_rig.c
HELPERS_screen      := $(filter-out tests/screen/test_%,$(wildcard tests/screen/*.c)) \
		       tests/integration/own_station.c
HELPERS_fuzz        := $(filter-out tests/fuzz/test_% tests/fuzz/libfuzzer.c,$(wildcard tests/fuzz/*.c)) \
		       $(filter-out tests/unit/station/test_%,$(wildcard tests/unit/station/*.c))
PEERS := $(patsubst tests/%.c,$(B)/test/%,$(wildcard tests/peers/*.c)) $(B)/test/peers/chaos_proxy \
	 $(patsubst tests/%.c,$(B)/test/%.so,$(wildcard tests/shims/*.c))

# a server that may ask PAM, where its header is: tests/integration/test_pam_server.c
ifneq ($(wildcard /usr/include/security/pam_appl.h),)
PEERS += $(B)/test/pam/sightglassd
endif
$(B)/test/pam/pam.o: src/server/pam.c
	@mkdir -p $(@D)
	$(call say,cc,$@)
	$(Q)$(CC) $(ALLFLAGS) -DSIGHTGLASS_PAM -MMD -MP -c $< -o $@
$(B)/test/pam/sightglassd: $(B)/test/pam/pam.o $(B)/obj/server/main.o \
		$(foreach m,server $(DEPS_server),$(call archive,$(m)))
	$(call say,ld,$@)
	$(Q)$(CC) $(ALLFLAGS) $(filter %.o,$^) $(call link_of,server $(DEPS_server)) -lpam $(LDFLAGS) -o $@

$(B)/test/%.o: tests/%.c
	@mkdir -p $(@D)
	$(call say,cc,$<)
	$(Q)$(CC) $(ALLFLAGS) -Itests $(call cflags_of,cmocka vterm libuv sqlite3 libmodbus libmosquitto) \
		-MMD -MP -c $< -o $@

unit_module = $(patsubst tests/unit/%/,%,$(dir $(1)))
unit_helpers = $(call test_objs,$(filter-out $(dir $(1))test_%,$(wildcard $(dir $(1))*.c)))
define unit_rules
$(1:tests/%.c=$(B)/test/%): $(1:tests/%.c=$(B)/test/%.o) $(SUPPORT) $(call unit_helpers,$(1)) \
		$(foreach m,$(call unit_module,$(1)) $(DEPS_$(call unit_module,$(1))) util,$(call archive,$(m)))
	$$(call say,ld,$$@)
	$$(Q)$(CC) $(ALLFLAGS) $$(filter %.o,$$^) \
		$$(call link_of,$(sort $(call unit_module,$(1)) $(DEPS_$(call unit_module,$(1))) util)) \
		$$(TEST_LIBS) $(LDFLAGS) -o $$@
endef
$(foreach t,$(filter tests/unit/%,$(TEST_SOURCES)),$(eval $(call unit_rules,$(t))))

EVERYTHING := cli $(DEPS_cli) server drivers/modbus drivers/mqtt plantsim
define other_rules
$(1:tests/%.c=$(B)/test/%): $(1:tests/%.c=$(B)/test/%.o) $(SUPPORT) \
		$(call test_objs,$(HELPERS_$(word 2,$(subst /, ,$(1))))) \
		$(foreach m,$(EVERYTHING),$(call archive,$(m))) | $(PEERS)
	$$(call say,ld,$$@)
	$$(Q)$(CC) $(ALLFLAGS) $$(filter %.o,$$^) $$(call link_of,$(EVERYTHING)) $$(TEST_LIBS) \
		$(LDFLAGS) -o $$@
endef
$(foreach t,$(filter-out tests/unit/%,$(TEST_SOURCES)),$(eval $(call other_rules,$(t))))

# to be preloaded by tests
$(B)/test/shims/%.so: tests/shims/%.c
	@mkdir -p $(@D)
	$(call say,ld,$@)
	$(Q)$(CC) $(CSTD) $(WARN) -O2 -shared -fPIC $< -o $@

$(B)/test/peers/chaos_proxy: $(call test_objs,$(wildcard tests/peers/chaos/*.c) \
		tests/support/listen.c)
	$(call say,ld,$@)
	$(Q)$(CC) $(ALLFLAGS) $^ $(LDFLAGS) -pthread -o $@

$(B)/test/peers/%: $(B)/test/peers/%.o $(B)/test/support/stall.o $(B)/test/support/listen.o \
		$(call archive,util)
	$(call say,ld,$@)
	$(Q)$(CC) $(ALLFLAGS) $^ $(call libs_of,libmodbus libmosquitto) $(LDFLAGS) -pthread -lm -o $@

# benchmarks: never linked with drivers/modbus, which takes libmodbus's send and recv over
BENCHES := $(patsubst tests/%.c,$(B)/test/%,$(wildcard tests/bench/bench_*.c))
BENCH_USES := server $(DEPS_server)
BENCH_PARTS := $(call test_objs,$(filter-out tests/bench/bench_%,$(wildcard tests/bench/*.c)) \
	       $(wildcard tests/bench/bare/*.c))
$(BENCHES): %: %.o $(BENCH_PARTS) $(foreach m,$(BENCH_USES),$(call archive,$(m)))
	$(call say,ld,$@)
	$(Q)$(CC) $(ALLFLAGS) $(filter %.o,$^) $(call link_of,$(BENCH_USES)) \
		$(call libs_of,libmodbus ncursesw) -lutil $(LDFLAGS) -o $@
bench-built: programs $(BENCHES)

tests-built: programs $(TESTS) $(PEERS)

#: make demo         install what is missing, build, open the console on a living plant
demo: deps
	@$(MAKE) --no-print-directory -j2 programs
	@$(B)/bin/sightglass demo

#: make test         the same set-up, then every test
test: deps deps-test
	@$(MAKE) --no-print-directory -j2 tests-built
	@$(MAKE) --no-print-directory test-run

# tests find the programs in SIGHTGLASS_BIN
test-run: tests-built
	@SIGHTGLASS_BIN=$(abspath $(B)/bin) SIGHTGLASS_TOP=$(CURDIR) \
		/usr/bin/python3 tests/run.py --build $(B) $(if $(ONLY),--only $(ONLY)) $(TESTS)

#: make soak         the long forms of tests that have one: a thousand kill -9, a million
#:                   values through chaos,
#:                   ten million rows in the alarm journal
SOAKS := fault/test_kill fault/test_kill_points unit/store/test_kill unit/store/test_reserve \
	 unit/store/test_every_change \
	 fault/test_chaos integration/test_station_reload unit/alarm/test_model \
	 screen/test_escape_oracle
soak: deps deps-test
	@$(MAKE) --no-print-directory -j2 programs $(SOAKS:%=$(B)/test/%)
	@SIGHTGLASS_SOAK=1 SIGHTGLASS_BIN=$(abspath $(B)/bin) SIGHTGLASS_TOP=$(CURDIR) \
		/usr/bin/python3 tests/run.py --build $(B) --only /test/ $(SOAKS:%=$(B)/test/%)
	@$(MAKE) --no-print-directory $(B)/test/bench/bench_journal
	@SIGHTGLASS_JOURNAL_ROWS=10000000 SIGHTGLASS_JOURNAL_DIR=$(abspath $(B))/journal \
		tests/bench/run.sh $(B) journal

#: make deps         install what build and demo need (deps-test, deps-lint: the rest)
deps:
	@packaging/deps.sh build
deps-test:
	@packaging/deps.sh test
deps-lint:
	@packaging/deps.sh lint

#: make lint         format, layers, headers, banned calls, cppcheck, sizes
lint: deps deps-test deps-lint
	@tests/lint/run.sh

#: make bench        speed as ratios against peers measured in the same run
bench: deps deps-test
	@packaging/deps.sh bench
	@$(MAKE) --no-print-directory -j2 bench-built
	@tests/bench/run.sh $(B)

#: make check-asan   every test under AddressSanitizer and UBSan (check-tsan: threads)
check-asan: deps deps-test
	@$(MAKE) --no-print-directory -j2 B=build/asan SAN=address,undefined CFLAGS="-O1 -g \
		-fno-omit-frame-pointer -fno-sanitize-recover=all" test-run
check-tsan: deps deps-test
	@$(MAKE) --no-print-directory -j2 B=build/tsan SAN=thread CFLAGS="-O1 -g" test-run

#: make check-fresh  both commands of the README in a bare Debian 12 chroot (root)
check-fresh:
	@tests/fresh/run.sh

#: make mutants      each planted fault of tests/mutants must turn its test red
mutants: deps deps-test
	@tests/mutants/run.py

#: make requirements write docs/requirements.md from the last test run
requirements:
	@/usr/bin/python3 tests/requirements.py --build $(B) --write

#: make install      programs, man pages, service and demo station under PREFIX (/usr/local);
#:                   make uninstall takes them away again, and nothing else
PREFIX ?= /usr/local
TO = $(DESTDIR)$(PREFIX)
OWN_FOLDERS := libexec/sightglass share/sightglass
UNITS := sightglassd sightglass-console@
# a manual page says its section with its ending
pages = $(notdir $(wildcard docs/man/*.$(1)))
install: programs
	install -d $(addprefix $(TO)/,bin sbin libexec/sightglass share/sightglass/demo \
		share/sightglass/ssh share/man/man1 share/man/man5 share/man/man8 \
		lib/systemd/system share/bash-completion/completions)
	install $(B)/bin/sightglass $(TO)/bin
	install $(B)/bin/sightglassd packaging/ssh/sightglass-account $(TO)/sbin
	install $(B)/bin/sightglass-modbus $(B)/bin/sightglass-mqtt $(B)/bin/plantsim \
		$(TO)/libexec/sightglass
	cp -R config alarms screens $(TO)/share/sightglass/demo
	chmod -R u=rwX,go=rX $(TO)/share/sightglass
	for section in 1 5 8; do \
		install -m 644 docs/man/*.$$section $(TO)/share/man/man$$section || exit 1; \
	done
	install -m 644 packaging/completion/sightglass $(TO)/share/bash-completion/completions
	sed 's,/usr/local/,$(PREFIX)/,' packaging/ssh/sightglass.conf | \
		install -m 644 /dev/stdin $(TO)/share/sightglass/ssh/sightglass.conf
	for unit in $(UNITS); do \
		sed 's,/usr/local/,$(PREFIX)/,' packaging/systemd/$$unit.service | \
			install -m 644 /dev/stdin $(TO)/lib/systemd/system/$$unit.service || exit 1; \
	done
uninstall:
	rm -f $(TO)/bin/sightglass $(TO)/sbin/sightglassd $(TO)/sbin/sightglass-account \
		$(foreach s,1 5 8,$(addprefix $(TO)/share/man/man$(s)/,$(call pages,$(s)))) \
		$(TO)/share/bash-completion/completions/sightglass \
		$(UNITS:%=$(TO)/lib/systemd/system/%.service)
	rm -rf $(OWN_FOLDERS:%=$(TO)/%)

#: make fuzz         each target of tests/fuzz under clang's libFuzzer, FUZZ_S seconds (60)
#:                   each; what is found goes to build/fuzz/found (FUZZ=name: only that)
FUZZ_S ?= 60
FUZZERS := audit config driver expr keys modbus payload screen station wire
fuzz: deps deps-test
	@packaging/deps.sh fuzz
	@$(MAKE) --no-print-directory -j2 B=build/fuzz CC=clang-14 WARN=-w \
		SAN=fuzzer-no-link,address,undefined \
		CFLAGS="-O1 -g -fno-sanitize-recover=undefined" fuzz-built
	@tests/fuzz/run.sh build/fuzz $(FUZZ_S) $(if $(FUZZ),$(FUZZ),$(FUZZERS))
fuzz-built: $(FUZZERS:%=$(B)/fuzz/%) $(B)/test/fuzz/test_fuzz_targets
FUZZ_OBJECTS = $(call test_objs,$(HELPERS_fuzz)) $(SUPPORT)
$(B)/fuzz/%: tests/fuzz/libfuzzer.c $(FUZZ_OBJECTS) $(foreach m,$(EVERYTHING),$(call archive,$(m)))
	@mkdir -p $(@D)
	$(call say,ld,$@)
	$(Q)$(CC) $(ALLFLAGS) -Itests -DFUZZ_NAME='"$*"' -fsanitize=fuzzer $< $(filter %.o,$^) \
		$(call link_of,$(EVERYTHING)) $(TEST_LIBS) $(LDFLAGS) -o $@

#: make clean        remove build/
clean:
	rm -rf build

.SECONDARY:
-include $(shell find $(B) -name '*.d' 2>/dev/null)
