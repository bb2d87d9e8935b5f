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
$(TEST_BUNDLES): test-bundle-%: system images
	@$(MAKE) -s --no-print-directory bundle CONFIG=$*

.PHONY: test-structure
test-structure: $(GEN_STAMP) $(LIBFDT)
	@$(PYTHON) tests/structure/test_structure.py
