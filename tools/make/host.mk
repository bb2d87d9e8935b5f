# SPDX-License-Identifier: Apache-2.0
# Tests of pure logic on the build machine, with the sanitizers on.

include tests/host/tests.mk

HOST_CC     ?= gcc
HOST_CFLAGS := -std=gnu11 -g -O1 -Wall -Wextra -Werror -fsanitize=address,undefined \
	       -fno-sanitize-recover=all -I. -I$(BUILD)

# What a test includes is written down in a run of its own: compiling several files at once, the
# compiler would keep that of the last one only.
host_main = $(or $($(1)_MAIN),tests/host/$(1).c)
define host_test
$(BUILD)/host/$(1): $(host_main) $($(1)_SOURCES) $(GEN_STAMP)
	@mkdir -p $$(@D)
	@echo "  HOSTCC  $$@"
	@$(HOST_CC) $(HOST_CFLAGS) $($(1)_CFLAGS) -MM -MP -MT $$@ \
		$(host_main) $(filter %.c,$($(1)_SOURCES)) > $$@.d
	@$(HOST_CC) $(HOST_CFLAGS) $($(1)_CFLAGS) -o $$@ \
		$(host_main) $($(1)_SOURCES) -lcunit $($(1)_LIBS)
-include $(BUILD)/host/$(1).d
endef
$(foreach test,$(HOST_TESTS),$(eval $(call host_test,$(test))))

.PHONY: test-host
test-host: $(addprefix $(BUILD)/host/,$(HOST_TESTS))
	@for test in $^; do $$test || exit 1; done
