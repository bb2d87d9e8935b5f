# SPDX-License-Identifier: Apache-2.0
# Campaigns against the servers' lives: guests of their own; see tests/restart/.

.PHONY: demo-restart.ready test-restart-all
demo-restart.ready: system images test-programs
	@$(MAKE) -s --no-print-directory bundle CONFIG=tests/systems/restart.dts
	@$(PYTHON) tests/restart/demo.py

test-restart-all: test-inputs
	@$(PYTHON) tests/restart/test_sweep.py all

RESTART_GUESTS := sweep deaths upgrade held operator starved urgent
RESTART_SHARED := $(patsubst %,$(OUT)/tests/restart/guest/%.o,cut disk)

$(OUT)/guests/test-sweep.elf: $(OUT)/tests/restart/guest/$(ARCH)/controller.o

$(OUT)/tests/restart/%.o: tests/restart/%.c $(GEN_STAMP)
	@mkdir -p $(@D)
	@$(TARGET_CC) $(GUEST_CFLAGS) -Itests/restart/guest/$(ARCH) -MMD -MP -c -o $@ $<

$(RESTART_GUESTS:%=$(OUT)/guests/test-%.elf): $(OUT)/guests/test-%.elf: \
		$(OUT)/tests/restart/guest/%.o $(RESTART_SHARED) $(GUEST_OBJECTS) \
		tests/guests/$(ARCH)/guest.lds
	@mkdir -p $(@D)
	@$(GUEST_LINK)
