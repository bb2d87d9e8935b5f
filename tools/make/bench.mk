# SPDX-License-Identifier: Apache-2.0
# Benchmarks: a flat guest, two servers and a system of their own; see tests/bench/.

BENCH := $(OUT)/systems/bench
BENCH_SYSTEMS := $(wildcard tests/bench/*.dts tests/bench/$(ARCH)/*.dts)
BENCH_BUNDLES := $(patsubst %.dts,$(BENCH)-%/bundle.cpio,$(notdir $(BENCH_SYSTEMS)))
BENCH_GUEST  := $(OUT)/guests/bench.bin
BENCH_PLUGIN := $(OUT)/count.so

# Files of these names: those of every architecture and the architecture's own.
bench_files = $(wildcard $(foreach file,$(2),$(addprefix tests/bench/$(1)/,$(file) $(ARCH)/$(file))))

# Guests that are measured by their marks: one C file each, and what they share.
MEASURED_SHARED := $(call bench_files,guest,enter.S measured.c disk.c machine.c) tests/guests/queue.c
MEASURED_GUESTS := realtime load idle ipi call leave spin progress clock reset begin off
BENCH_SERVERS := $(patsubst %,$(OUT)/servers/%.elf,bench bench_echo bench_count bench_count_durable)

bench_sources  := $(call bench_files,server,bench.c child.c stamped.S)
bench_echo_sources := tests/bench/server/echo.c
bench_count_sources := tests/bench/server/count.c
bench_count_durable_sources := tests/bench/server/count_durable.c
bench_objects   = $(patsubst %,$(OUT)/%.o,$(basename $(1)))

BENCH_CFLAGS := -Itests/bench/guest/$(ARCH) -Itests/bench/server/$(ARCH)

$(OUT)/tests/bench/%.o: tests/bench/%.c $(GEN_STAMP)
	@mkdir -p $(@D)
	@echo "  CC      $<"
	@$(TARGET_CC) $(GUEST_CFLAGS) $(BENCH_CFLAGS) -MMD -MP -c -o $@ $<

$(OUT)/tests/bench/%.o: tests/bench/%.S
	@mkdir -p $(@D)
	@echo "  CC      $<"
	@$(TARGET_CC) $(TARGET_CFLAGS) -MMD -MP -c -o $@ $<

define bench_server
$(OUT)/servers/$(1).elf: $(call bench_objects,$($(1)_sources)) $(OUT)/servers/rt.a servers/rt/server.lds
	@echo "  LD      $$@"
	@$(SERVER_LINK) -o $$@ $(call bench_objects,$($(1)_sources)) $(OUT)/servers/rt.a
endef
$(foreach name,bench bench_echo bench_count bench_count_durable,$(eval $(call bench_server,$(name))))

BENCH_SHARED := $(call bench_files,guest,machine.c paths.c start.S)

$(OUT)/guests/bench.elf: $(call bench_objects,tests/bench/guest/bench.c $(BENCH_SHARED))

$(MEASURED_GUESTS:%=$(OUT)/guests/%.elf): $(OUT)/guests/%.elf: \
		$(OUT)/tests/bench/guest/%.o $(call bench_objects,$(MEASURED_SHARED))

FLAT_GUESTS := $(addprefix $(OUT)/guests/,bench $(MEASURED_GUESTS))

$(FLAT_GUESTS:%=%.elf): tests/bench/guest/guest.lds
	@mkdir -p $(@D)
	@echo "  LD      $@"
	@$(TARGET_CC) -nostdlib -static -Wl,--build-id=none -Wl,-z,noexecstack \
		-Wl,--no-warn-rwx-segments -Wl,--defsym=GUEST_BASE=$(GUEST_BASE) \
		-T tests/bench/guest/guest.lds -o $@ $(filter %.o,$^)

$(FLAT_GUESTS:%=%.bin): %.bin: %.elf
	@echo "  IMAGE   $@"
	@$(OBJCOPY) -O binary $< $@

$(BENCH)-flat/bundle.cpio $(BENCH)-aia/bundle.cpio: $(BENCH_GUEST) $(BENCH_SERVERS)
$(filter-out $(BENCH)-linux/%,$(BENCH_BUNDLES)): $(MEASURED_GUESTS:%=$(OUT)/guests/%.bin) \
		$(wildcard tests/bench/*.dtsi) $(BENCH_SERVERS)
$(BENCH)-linux/bundle.cpio $(BENCH)-kills/bundle.cpio: $(IMAGES)/vmlinuz \
		$(IMAGES)/initrd.img
$(BENCH)-kills/bundle.cpio $(BENCH)-regrow/bundle.cpio: $(OUT)/servers/killer.elf \
		$(OUT)/guests/sweep.bin $(wildcard tests/systems/*.dtsi)

define bench_bundle
$(BENCH)-$(basename $(notdir $(1)))/bundle.cpio: $(1) $(CONFIGURE_SOURCES) $(SERVER_FILES)
	@mkdir -p $$(@D)
	@echo "  BUNDLE  $$@"
	@$(CONFIGURE) bundle $$< -o $$@ $(CONFIGURE_FLAGS)
endef
$(foreach system,$(BENCH_SYSTEMS),$(eval $(call bench_bundle,$(system))))

$(BENCH_BUNDLES): $(wildcard configs/$(ARCH)/*.dtsi tests/systems/*.dtsi)

# Instructions, counted by CPU: a plugin of QEMU's.
$(BENCH_PLUGIN): tests/bench/plugin/count.c tests/bench/plugin/qemu.h \
		 tests/bench/plugin/$(ARCH)/arch_code.h
	@mkdir -p $(@D)
	@echo "  HOSTCC  $@"
	@$(HOST_CC) -std=gnu11 -O2 $(WARNINGS) -fPIC -shared -fvisibility=hidden -I. \
		-Itests/bench/plugin/$(ARCH) -o $@ $<

.PHONY: bench.ready
bench.ready: bench-inputs
	@tests/bench/run --build $(BUILD)

.PHONY: size.ready
size.ready: system
	@tools/size --build $(BUILD) --arch $(ARCH)

bench-inputs: $(OUT)/guests/begin.bin $(OUT)/coppice.img $(BENCH_BUNDLES) $(BENCH_PLUGIN) system

.PHONY: bench-inputs test-bench
test-bench: bench-inputs
	@$(PYTHON) tests/bench/test_bench.py
