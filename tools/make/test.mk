# SPDX-License-Identifier: Apache-2.0
# Everything that has to hold, in one command; it needs nothing to be there before.

TEST_SYSTEMS := $(wildcard configs/*.dts tests/systems/*.dts)
TEST_BUNDLES := $(patsubst %,test-bundle-%,$(TEST_SYSTEMS))
# The slow ones first, so that the last minute has work for both CPUs.
TEST_PROGRAMS := $(wildcard tests/linux/test_*.py tests/guests/test_*.py tests/servers/test_*.py \
		   tests/boot/test_*.py tests/images/test_*.py \
		   tests/bench/test_*.py) \
		 $(wildcard tests/configuration/test_*.py tests/gen/test_*.py tests/structure/test_*.py) \
		 $(addprefix $(BUILD)/host/,$(HOST_TESTS))

.PHONY: test test-inputs
test:
	@tools/packages
	@$(MAKE) --no-print-directory test-inputs
	@$(PYTHON) tests/run $(TEST_PROGRAMS)

test-inputs: system images bench-inputs $(addprefix $(BUILD)/host/,$(HOST_TESTS)) $(TEST_BUNDLES)

# The rules of a bundle belong to one configuration, so each is a make of its own.
.PHONY: $(TEST_BUNDLES)
$(TEST_BUNDLES): test-bundle-%: system images test-programs
	@$(MAKE) -s --no-print-directory bundle CONFIG=$*

# Servers that only tests have.
TEST_SERVERS := $(basename $(notdir $(wildcard tests/servers/*.c)))

$(OUT)/tests/servers/%.o: tests/servers/%.c $(GEN_STAMP)
	@mkdir -p $(@D)
	@echo "  CC      $<"
	@$(TARGET_CC) $(TARGET_CFLAGS) $($*_CFLAGS) -MMD -MP -c -o $@ $<

.PHONY: test-programs
test-programs: $(TEST_SERVERS:%=$(OUT)/servers/%.elf)

define test_server
$(OUT)/servers/$(1).elf: $(OUT)/tests/servers/$(1).o $(OUT)/servers/rt.a servers/rt/server.lds
	@echo "  LD      $$@"
	@$(SERVER_LINK) -o $$@ $(OUT)/tests/servers/$(1).o $(OUT)/servers/rt.a
endef
$(foreach name,$(TEST_SERVERS),$(eval $(call test_server,$(name))))

.PHONY: test-structure
test-structure: $(GEN_STAMP) $(LIBFDT)
	@$(PYTHON) tests/structure/test_structure.py
