# SPDX-License-Identifier: Apache-2.0
# Everything that has to hold, in one command; it needs nothing to be there before.

TEST_SYSTEMS := $(wildcard configs/*.dts tests/systems/*.dts tests/systems/$(ARCH)/*.dts)
TEST_BUNDLES := $(patsubst %,test-bundle-%,$(TEST_SYSTEMS))
# The slow ones first, so that the last minute has work for both CPUs.
TEST_PROGRAMS := $(wildcard tests/servers/test_*.py tests/bench/test_*.py tests/linux/test_*.py \
		   tests/restart/test_*.py tests/guests/test_*.py tests/boot/test_*.py \
		   tests/images/test_*.py tests/kernel/test_*.py)
# What is the same whatever the architecture.
TEST_BINARIES := $(addprefix $(BUILD)/host/,$(HOST_TESTS)) $(CRASH_TESTS)
TEST_COMMON   := $(wildcard tests/models/test_*.py tests/configuration/test_*.py tests/gen/test_*.py \
		   tests/structure/test_*.py) $(TEST_BINARIES)

# An architecture that was asked for is tested alone, without what is the same for all.
ifeq ($(origin ARCH),file)
TESTED := $(ARCHITECTURES)
TESTED_COMMON := $(TEST_COMMON)
else
TESTED := $(ARCH)
TESTED_COMMON :=
endif

.PHONY: test test-inputs test-common-inputs
test:
	@tools/packages
	@$(foreach arch,$(TESTED),$(MAKE) --no-print-directory ARCH=$(arch) test-inputs &&) true
	@$(if $(TESTED_COMMON),$(MAKE) --no-print-directory test-common-inputs)
	@$(PYTHON) tests/run $(foreach arch,$(TESTED),$(TEST_PROGRAMS:%=$(arch):%)) $(TESTED_COMMON)

test-inputs: system images bench-inputs $(TEST_BUNDLES)

test-common-inputs: $(TEST_BINARIES) $(ARCHITECTURES:%=sysroot-%)

# libfdt's headers.
.PHONY: sysroot $(ARCHITECTURES:%=sysroot-%)
sysroot: $(LIBFDT)

$(ARCHITECTURES:%=sysroot-%): sysroot-%:
	@$(MAKE) --no-print-directory ARCH=$* sysroot

# The rules of a bundle belong to one configuration, so each is a make of its own.
.PHONY: $(TEST_BUNDLES)
$(TEST_BUNDLES): test-bundle-%: system images test-programs
	@$(MAKE) -s --no-print-directory bundle CONFIG=$*

.PHONY: test-structure
test-structure: $(GEN_STAMP) $(ARCHITECTURES:%=sysroot-%)
	@$(PYTHON) tests/structure/test_structure.py

.PHONY: test-models
test-models:
	@$(PYTHON) tests/models/test_models.py

# Servers that only tests have, of every architecture or of one.
TEST_SERVER_SOURCES := $(wildcard tests/servers/*.c tests/servers/$(ARCH)/*.c)
TEST_SERVERS := $(basename $(notdir $(TEST_SERVER_SOURCES)))

$(OUT)/tests/servers/%.o: tests/servers/%.c $(GEN_STAMP)
	@mkdir -p $(@D)
	@$(TARGET_CC) $(TARGET_CFLAGS) -Itests/servers/$(ARCH) -MMD -MP -c -o $@ $<

# Guests that only tests have: one C file each, of every architecture or of one. What they share has
# these names; where a file of both kinds has one, both are linked. They run with the MMU off.
GUEST_CFLAGS   = $(TARGET_CFLAGS) $(ARCH_STRICT) -Itests/guests/$(ARCH)
GUEST_LINK     = $(TARGET_CC) -nostdlib -static -Wl,--build-id=none -Wl,-z,noexecstack \
		 -Wl,--no-warn-rwx-segments -T tests/guests/$(ARCH)/guest.lds -o $@ $(filter %.o,$^)
GUEST_SHARED  := start machine runtime processor queue
GUEST_SOURCES := $(wildcard $(foreach ending,c S,$(addsuffix .$(ending),tests/guests/* tests/guests/$(ARCH)/*)))
guest_shared  := $(foreach name,$(GUEST_SHARED),$(filter %/$(name).c %/$(name).S,$(GUEST_SOURCES)))
guest_own     := $(filter-out $(guest_shared),$(GUEST_SOURCES))
TEST_GUESTS   := $(basename $(notdir $(guest_own)))
GUEST_OBJECTS := $(patsubst %,$(OUT)/%.o,$(basename $(guest_shared)))

$(OUT)/tests/guests/%.o: tests/guests/%.c
	@mkdir -p $(@D)
	@$(TARGET_CC) $(GUEST_CFLAGS) -MMD -MP -c -o $@ $<

$(OUT)/tests/guests/%.o: tests/guests/%.S
	@mkdir -p $(@D)
	@$(TARGET_CC) $(GUEST_CFLAGS) -MMD -MP -c -o $@ $<

define test_guest
$(OUT)/guests/test-$(basename $(notdir $(1))).elf: $(OUT)/$(basename $(1)).o $(GUEST_OBJECTS) \
		tests/guests/$(ARCH)/guest.lds
	@mkdir -p $$(@D)
	@$$(GUEST_LINK)
endef
$(foreach source,$(guest_own),$(eval $(call test_guest,$(source))))

include tools/make/restart.mk
TEST_GUESTS += $(RESTART_GUESTS)

$(TEST_GUESTS:%=$(OUT)/guests/%.bin): $(OUT)/guests/%.bin: $(OUT)/guests/test-%.elf
	@$(OBJCOPY) -O binary $< $@

.PHONY: test-programs
test-programs: $(TEST_SERVERS:%=$(OUT)/servers/%.elf) $(TEST_GUESTS:%=$(OUT)/guests/%.bin)

define test_server
$(OUT)/servers/$(basename $(notdir $(1))).elf: $(OUT)/$(basename $(1)).o $(OUT)/servers/rt.a \
		servers/rt/server.lds
	@$(SERVER_LINK) -o $$@ $(OUT)/$(basename $(1)).o $(OUT)/servers/rt.a
endef
$(foreach source,$(TEST_SERVER_SOURCES),$(eval $(call test_server,$(source))))
