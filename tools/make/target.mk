# SPDX-License-Identifier: Apache-2.0
# The kernel and the servers, for ARCH.

# Of each architecture: its compiler's name, flags, servers that only it has. The last one counts.
$(foreach file,$(wildcard tools/make/arch/*.mk),$(eval include $(file))\
	$(eval ARCH_SERVERS_OF_ALL += $(ARCH_SERVERS)))
include tools/make/arch/$(ARCH).mk

CROSS   ?= $(TRIPLET)-
TARGET_CC := $(CROSS)gcc
OBJCOPY   := $(CROSS)objcopy
SYSROOT   := $(OUT)/sysroot
LIBFDT    := $(SYSROOT)/usr/lib/$(TRIPLET)/libfdt.a

LINK := -nostdlib -static -Wl,--build-id=none -Wl,-z,noexecstack
WARNINGS := -Wall -Wextra -Werror -Wmissing-prototypes -Wstrict-prototypes
TARGET_CFLAGS := -std=gnu11 -O2 -g -ffreestanding -fno-common -fno-pic -fno-stack-protector \
		 $(ARCH_CFLAGS) -fno-omit-frame-pointer \
		 -fno-asynchronous-unwind-tables -fno-tree-loop-distribute-patterns $(WARNINGS) \
		 -I. -I$(BUILD)

# --- Kernel -----------------------------------------------------------------------------------

KERNEL_SOURCES := $(wildcard kernel/*.c arch/$(ARCH)/*.c) $(wildcard arch/$(ARCH)/*.S)
KERNEL_OBJECTS := $(patsubst %,$(OUT)/%.o,$(basename $(KERNEL_SOURCES)))
KERNEL_CFLAGS  := $(TARGET_CFLAGS) -fomit-frame-pointer -flto -Iarch/$(ARCH) \
		  -isystem $(SYSROOT)/usr/include

$(LIBFDT): $(SYSROOT)/.unpacked

$(OUT)/kernel/%.o: kernel/%.c $(GEN_STAMP) | $(LIBFDT)
	@mkdir -p $(@D)
	@echo "  CC      $<"
	@$(TARGET_CC) $(KERNEL_CFLAGS) -MMD -MP -c -o $@ $<

$(OUT)/arch/%.o: arch/%.c $(GEN_STAMP) | $(LIBFDT)
	@mkdir -p $(@D)
	@echo "  CC      $<"
	@$(TARGET_CC) $(KERNEL_CFLAGS) -MMD -MP -c -o $@ $<

$(OUT)/arch/%.o: arch/%.S
	@mkdir -p $(@D)
	@echo "  CC      $<"
	@$(TARGET_CC) $(KERNEL_CFLAGS) -D__ASSEMBLY__ -MMD -MP -c -o $@ $<

# The compiler calls these by itself, after the link-time optimizer has looked for callers.
$(OUT)/kernel/string.o $(OUT)/kernel/boot_library.o: KERNEL_CFLAGS += -fno-lto

$(OUT)/kernel.elf: $(KERNEL_OBJECTS) kernel/kernel.lds $(LIBFDT)
	@echo "  LD      $@"
	@$(TARGET_CC) $(LINK) -Wl,--no-warn-rwx-segments $(KERNEL_CFLAGS) \
		-Wl,--defsym=KERNEL_ADDRESS=$(KERNEL_ADDRESS) -T kernel/kernel.lds -o $@ $(KERNEL_OBJECTS) $(LIBFDT)

$(OUT)/coppice.img: $(OUT)/kernel.elf
	@echo "  IMAGE   $@"
	@$(OBJCOPY) -O binary $< $@

# --- Servers ----------------------------------------------------------------------------------

SERVERS := $(filter-out rt lib controller $(filter-out $(ARCH_SERVERS),$(ARCH_SERVERS_OF_ALL)),\
	   $(notdir $(patsubst %/,%,$(wildcard servers/*/))))
SERVER_CFLAGS = $(TARGET_CFLAGS) -flto -isystem $(SYSROOT)/usr/include

RT_SOURCES := $(wildcard servers/rt/*.c servers/rt/$(ARCH)/*.c servers/rt/$(ARCH)/*.S)
LIB_SOURCES := $(wildcard servers/lib/*.c)
RT_OBJECTS  := $(patsubst %,$(OUT)/%.o,$(basename $(RT_SOURCES) $(LIB_SOURCES)))
# Those that an architecture has alone are its interrupt controllers, which have their life in common.
server_sources = $(wildcard servers/$(1)/*.c servers/$(1)/$(ARCH)/*.c \
		 $(if $(filter $(ARCH_SERVERS),$(1)),servers/controller/*.c))
server_objects = $(patsubst %.c,$(OUT)/%.o,$(call server_sources,$(1)))

$(OUT)/servers/%.o: servers/%.c $(GEN_STAMP) | $(LIBFDT)
	@mkdir -p $(@D)
	@echo "  CC      $<"
	@$(TARGET_CC) $(SERVER_CFLAGS) -MMD -MP -c -o $@ $<

$(OUT)/servers/%.o: servers/%.S
	@mkdir -p $(@D)
	@echo "  CC      $<"
	@$(TARGET_CC) $(SERVER_CFLAGS) -MMD -MP -c -o $@ $<

$(OUT)/servers/rt.a: $(RT_OBJECTS)
	@echo "  AR      $@"
	@$(CROSS)gcc-ar rcs $@ $^

# As in the kernel.
$(OUT)/servers/rt/string.o: SERVER_CFLAGS += -fno-lto

SERVER_LINK := $(TARGET_CC) $(LINK) $(SERVER_CFLAGS) -Wl,-z,max-page-size=4096 -Wl,--gc-sections \
	       -T servers/rt/server.lds
# libfdt is called by the runtime's users and calls the runtime itself.
server_parts = $(call server_objects,$(1)) $(OUT)/servers/rt.a $(LIBFDT) $(OUT)/servers/rt.a

define server
$(OUT)/servers/$(1).elf: $(call server_objects,$(1)) $(OUT)/servers/rt.a servers/rt/server.lds
	@echo "  LD      $$@"
	@$(SERVER_LINK) -o $$@ $(call server_parts,$(1))
endef
$(foreach name,$(filter-out supervisor,$(SERVERS)),$(eval $(call server,$(name))))

$(OUT)/servers/supervisor.elf: $(call server_objects,supervisor) $(OUT)/servers/rt.a \
			       servers/supervisor/supervisor.lds
	@echo "  LD      $@"
	@$(TARGET_CC) $(LINK) $(SERVER_CFLAGS) -Wl,--no-warn-rwx-segments -T servers/supervisor/supervisor.lds -o $@ \
		$(call server_parts,supervisor)

$(OUT)/servers/supervisor.bin: $(OUT)/servers/supervisor.elf tools/seal
	@echo "  IMAGE   $@"
	@$(OBJCOPY) -O binary $< $@
	@$(PYTHON) tools/seal $@

SERVER_FILES := $(patsubst %,$(OUT)/servers/%.elf,$(filter-out supervisor,$(SERVERS))) \
		$(OUT)/servers/supervisor.bin

.PHONY: system
system: $(OUT)/coppice.img $(SERVER_FILES)

-include $(shell find $(OUT) -name '*.d' 2>/dev/null)
