# SPDX-License-Identifier: Apache-2.0
# Crash campaigns: servers as images that can be cut before each store; see tests/crash/crash.h.
#
# A new server: a line in CRASH_IMAGES, a line in CRASH_WORLDS with the images it is made of, and
# tests/crash/world_<world>.c; or the name of the file that has more than one world.

CRASH := $(BUILD)/crash
CRASH_IMAGES := blk supervisor uart vaia vgic virtio_blk vmm_aarch64 vmm_riscv64 vplic vuart
CRASH_WORLDS := block uart uart_ns16550 vaia vgic vmm_aarch64 vmm_riscv64 vplic vuart vuart_ns16550
crash_block_images := blk virtio_blk
crash_block_files := block_guest disk
crash_uart_images := uart
crash_uart_ns16550_images := uart
crash_uart_ns16550_world := world_uart
define crash_controller
crash_$(1)_images := $(1)
crash_$(1)_files := wires
crash_$(1)_architecture := servers/controller/server.c
endef
$(foreach controller,vaia vgic vplic,$(eval $(call crash_controller,$(controller))))
define crash_vmm
crash_vmm_$(1)_images := vmm_$(1)
crash_vmm_$(1)_server := vmm
crash_vmm_$(1)_files := vcpus vm_script
crash_vmm_$(1)_architecture := $(filter-out %/cache.c,$(wildcard servers/vmm/$(1)/*.c))
crash_vmm_$(1)_libs := -lfdt
endef
$(foreach arch,aarch64 riscv64,$(eval $(call crash_vmm,$(arch))))
crash_vuart_images := vuart
crash_vuart_ns16550_images := vuart
crash_vuart_ns16550_world := world_vuart
crash_vuart_architecture := servers/vuart/riscv64/firmware.c

# As for the target, but that each store and each copy calls first.
CRASH_CFLAGS := -std=gnu11 -O2 -g -ffreestanding -fno-builtin -fno-common -fno-pic -fno-pie \
		-fno-stack-protector -mgeneral-regs-only -fno-tree-loop-distribute-patterns \
		-fsanitize=thread --param tsan-instrument-func-entry-exit=0 -Wno-tsan -Wall -Werror \
		-D__builtin_memcpy=memcpy -D__builtin_memset=memset -include servers/rt/string.h \
		-Wno-unused -Itests/crash/fake -I. -I$(BUILD)
CRASH_HOST_CFLAGS := -std=gnu11 -O2 -g -fno-pie -U_FORTIFY_SOURCE -Wall -Wextra -Werror -I. -I$(BUILD)
CRASH_HOST := $(addprefix $(CRASH)/host/,campaign.o hooks.o machine.o)
CRASH_RT := $(addprefix servers/rt/,durable.c format.c log.c serve.c start.c string.c) \
	    $(wildcard servers/lib/*.c)

# The supervisor begins otherwise, and writes its log itself.
crash_supervisor_architecture := $(wildcard servers/supervisor/aarch64/*.c) servers/rt/log_ring.c

# The sources of an image's server; its own, if it says nothing of durable state, and rt/plain.c.
crash_own = $(wildcard servers/$(or $(crash_$(1)_server),$(1))/*.c)
crash_plain = $(if $(shell grep -l DURABLE_KIND $(crash_own)),,servers/rt/plain.c)
crash_sources = $(if $(filter supervisor,$(1)),$(filter-out %/start.c,$(CRASH_RT)),$(CRASH_RT)) $(crash_own) $(crash_$(1)_architecture) $(crash_plain)
crash_objects = $(patsubst %.c,$(CRASH)/%.o,$(1))

# Reads are no points: their calls are taken out again.
define crash_compile
mkdir -p $(@D) && $(HOST_CC) $(CRASH_CFLAGS) -MMD -MP -MF $(@:.o=.d) -MT $@ -S -o $(@:.o=.s) $< && \
sed -i -E '/call\t__tsan_(unaligned_)?read/d' $(@:.o=.s) && \
$(HOST_CC) -g -c -o $@ $(@:.o=.s)
endef

$(CRASH)/%.o: %.c tests/crash/crash.mk $(GEN_STAMP)
	@$(crash_compile)

include tests/crash/mutants.mk

$(CRASH)/servers/rt/start.o $(CRASH)/servers/supervisor/main.o \
$(CRASH_BOOT_MUTANTS:%=$(CRASH)/broken/%/servers/supervisor/main.o): \
	CRASH_CFLAGS += -Drt_durable_open=crash_durable_open

$(CRASH)/host/%.o: tests/crash/%.c $(GEN_STAMP)
	@mkdir -p $(@D)
	@$(HOST_CC) $(CRASH_HOST_CFLAGS) -MMD -MP -c -o $@ $<

# $(1): the image's name, $(2): its objects. All names but the image's own become its own.
define crash_image
$(CRASH)/images/$(1).o: $(2) tests/crash/image.c tests/crash/image.lds
	@mkdir -p $$(@D)
	@echo "  IMAGE   $$@"
	@$(HOST_CC) $(CRASH_HOST_CFLAGS) -DIMAGE=image_$(subst -,_,$(1)) -MMD -MP -MF $$@.d -MT $$@ \
		-c -o $$@.glue tests/crash/image.c
	@ld -r -T tests/crash/image.lds -o $$@ $(2) $$@.glue
	@objcopy --keep-global-symbol=image_$(subst -,_,$(1)) $$@
endef
$(foreach image,$(CRASH_IMAGES),$(eval $(call crash_image,$(image),$(call crash_objects,$(call \
	crash_sources,$(image))))))

crash_world_files = $(or $(crash_$(1)_world),world_$(1)) $(crash_$(1)_files)

define crash_world
$(CRASH)/$(1): $(CRASH_HOST) $(patsubst %,$(CRASH)/host/%.o,$(crash_world_files)) $(crash_$(1)_images:%=$(CRASH)/images/%.o) \
		tests/crash/main.c
	@echo "  HOSTCC  $$@"
	@$(HOST_CC) $(CRASH_HOST_CFLAGS) -DWORLD=world_$(1) -MMD -MP -MF $$@.d -no-pie -o $$@ \
		$$(filter %.o %.c,$$^) $(crash_$(1)_libs)
endef
$(foreach world,$(CRASH_WORLDS),$(eval $(call crash_world,$(world))))

# Broken servers, which the campaign has to find: name, image it is made of, file, what sed changes.
# Each has a line in tests/crash/mutants.c.
define crash_mutant
$(CRASH)/broken/$(1)/%.c: %.c tests/crash/mutants.mk
	@mkdir -p $$(@D)
	@sed -e '$$(crash_$(1)_sed)' $$< > $$@
	@! cmp -s $$< $$@ || { echo "mutant $(1): sed changes nothing"; rm $$@; exit 1; }
$(CRASH)/broken/$(1)/%.o: $(CRASH)/broken/$(1)/%.c
	@$$(crash_compile)
$(call crash_image,$(1),$(call crash_objects,$(filter-out $(3),$(call crash_sources,$(2)))) \
	$(CRASH)/broken/$(1)/$(3:.c=.o))
endef
$(foreach mutant,$(CRASH_MUTANTS) $(CRASH_BOOT_MUTANTS),$(eval $(call crash_mutant,$(mutant),$(crash_$(mutant)_of),$(crash_$(mutant)_file))))

$(CRASH)/mutants: $(CRASH_HOST) $(patsubst %,$(CRASH)/host/%.o,$(sort \
		$(foreach world,$(CRASH_WORLDS),$(call crash_world_files,$(world))))) \
		$(addprefix $(CRASH)/images/,$(addsuffix .o,$(CRASH_IMAGES) $(CRASH_MUTANTS))) \
		tests/crash/mutants.c
	@echo "  HOSTCC  $@"
	@$(HOST_CC) $(CRASH_HOST_CFLAGS) -MMD -MP -MF $@.d -no-pie -o $@ $(filter %.o %.c,$^) \
		$(foreach world,$(CRASH_WORLDS),$(crash_$(world)_libs))

$(CRASH)/boot: $(addprefix $(CRASH)/host/,boot.o boot_plan.o hooks.o machine.o) \
		$(addprefix $(CRASH)/images/,$(addsuffix .o,supervisor $(CRASH_BOOT_MUTANTS)))
	@echo "  HOSTCC  $@"
	@$(HOST_CC) $(CRASH_HOST_CFLAGS) -no-pie -o $@ $^ -lfdt

CRASH_TESTS := $(CRASH_WORLDS:%=$(CRASH)/%) $(CRASH)/boot $(CRASH)/mutants
-include $(shell find $(CRASH) -name '*.d' 2>/dev/null)

.PHONY: test-crash test-crash-all
test-crash: $(CRASH_TESTS)
	@$(PYTHON) tests/run $^

test-crash-all: $(CRASH_TESTS)
	@for test in $^; do $$test all || exit 1; done
