# SPDX-License-Identifier: Apache-2.0
# Host tests: one line each, the sources a test links beside tests/host/<name>.c, or <name>_MAIN.
HOST_TESTS :=

# Lives that end at commits.
COMMITS_SOURCES := tests/host/commits.c servers/rt/serve.c servers/rt/durable.c
COMMITS_LIBS := -Wl,--wrap=rt_commit_touched,--wrap=rt_commit_reply

HOST_TESTS += durable
durable_SOURCES := servers/rt/durable.c

HOST_TESTS += virtqueue
virtqueue_SOURCES := servers/lib/virtqueue.c tests/host/durable_stub.c
VMM_FAKE := tests/host/vmm_fake.c servers/rt/durable.c servers/lib/random.c

# The VM manager with each architecture's part: <arch>_vmm_<test>, from a file of that architecture or
# of all.
VMM_TESTS := description fault firmware image nodes restart server tree
define vmm_test
HOST_TESTS += $(1)_vmm_$(2)
$(1)_vmm_$(2)_MAIN := $$(firstword $$(wildcard tests/host/$(1)/vmm_$(2).c tests/host/vmm_$(2).c))
$(1)_vmm_$(2)_CFLAGS := -iquote tests/host/$(1)
$(1)_vmm_$(2)_LIBS := -lfdt
$(1)_vmm_$(2)_SOURCES := $$(VMM_FAKE) $$(filter-out %/server.c %/cache.c,$$(wildcard servers/vmm/*.c \
			 servers/vmm/$(1)/*.c))
endef
define vmm_tests
$(foreach test,$(VMM_TESTS),$(eval $(call vmm_test,$(1),$(test))))
$(1)_vmm_firmware_SOURCES += tests/host/vmm_whole.c
$(1)_vmm_server_SOURCES += tests/host/vmm_whole.c
$(1)_vmm_restart_SOURCES += servers/rt/serve.c tests/host/commits.c
$(1)_vmm_restart_LIBS += $$(COMMITS_LIBS)
endef
$(foreach arch,aarch64 riscv64,$(eval $(call vmm_tests,$(arch))))
# What is trapped is answered by one of them alone.
$(eval $(call vmm_test,aarch64,register))
aarch64_vmm_register_SOURCES := $(VMM_FAKE)

# Calls through the golden headers of the generator's tests.
HOST_TESTS += idl_layout
idl_layout_CFLAGS := -Itests/gen/golden

# Servers with the runtime's own loop and transactions.
LIFE_SOURCES := tests/host/life.c $(COMMITS_SOURCES)
LIFE_LIBS := $(COMMITS_LIBS)
CONTROLLER_LIFE := servers/controller/server.c $(LIFE_SOURCES)

VGIC_SOURCES := $(addprefix servers/vgic/,banked.c check.c deliver.c frame.c rebuild.c source.c)
HOST_TESTS += vgic_compete vgic_deliver vgic_registers vgic_restart vgic_sgi vgic_wild
vgic_compete_SOURCES := $(VGIC_SOURCES)
vgic_deliver_SOURCES := $(VGIC_SOURCES)
vgic_registers_SOURCES := $(VGIC_SOURCES)
vgic_restart_SOURCES := $(VGIC_SOURCES) $(CONTROLLER_LIFE)
vgic_restart_LIBS := $(LIFE_LIBS)
vgic_sgi_SOURCES := $(VGIC_SOURCES)
vgic_wild_SOURCES := $(VGIC_SOURCES)

VPLIC_SOURCES := $(addprefix servers/vplic/,check.c deliver.c frame.c gateway.c rebuild.c)
HOST_TESTS += vplic_deliver vplic_ipi vplic_registers vplic_restart vplic_wild
vplic_deliver_SOURCES := $(VPLIC_SOURCES)
vplic_ipi_SOURCES := $(VPLIC_SOURCES)
vplic_registers_SOURCES := $(VPLIC_SOURCES)
vplic_restart_SOURCES := $(VPLIC_SOURCES) $(CONTROLLER_LIFE)
vplic_restart_LIBS := $(LIFE_LIBS)
vplic_wild_SOURCES := $(VPLIC_SOURCES)
VAIA_SOURCES := $(addprefix servers/vaia/,aplic.c check.c csr.c imsic.c page.c rebuild.c)
VAIA_TESTS := vaia_aplic vaia_flow vaia_imsic vaia_wild
HOST_TESTS += $(VAIA_TESTS)
$(foreach test,$(VAIA_TESTS),$(eval $(test)_SOURCES := $(VAIA_SOURCES)))
HOST_TESTS += vaia_restart
vaia_restart_SOURCES := $(VAIA_SOURCES) $(CONTROLLER_LIFE)
vaia_restart_LIBS := $(LIFE_LIBS)

VUART_SOURCES := $(addprefix servers/vuart/,fifo.c model.c ns16550.c pl011.c)
VUART_MODEL := vuart_firmware vuart_hostile vuart_model vuart_ns16550 vuart_transmit
HOST_TESTS += $(VUART_MODEL) vuart_restart
$(foreach test,$(VUART_MODEL),$(eval $(test)_SOURCES := $(VUART_SOURCES) tests/host/durable_stub.c))
vuart_firmware_SOURCES += servers/vuart/riscv64/firmware.c
vuart_restart_SOURCES := $(VUART_SOURCES) servers/vuart/riscv64/firmware.c $(LIFE_SOURCES)
vuart_restart_LIBS := $(LIFE_LIBS)

HOST_TESTS += console_mux console_hostile console_restart
console_mux_SOURCES := servers/uart/mux.c servers/uart/mux_input.c servers/uart/mux_source.c servers/rt/durable.c
console_hostile_SOURCES := $(console_mux_SOURCES)
console_restart_CFLAGS := -iquote tests/crash/fake
console_restart_SOURCES := $(addprefix servers/uart/,mux.c mux_input.c mux_source.c ns16550.c pl011.c) \
			   $(COMMITS_SOURCES)
console_restart_LIBS := $(COMMITS_LIBS)

HOST_TESTS += uart_device
uart_device_CFLAGS := -iquote tests/crash/fake
uart_device_SOURCES := servers/uart/ns16550.c servers/uart/pl011.c

HOST_TESTS += virtio_mmio
virtio_mmio_SOURCES := servers/lib/virtio_mmio.c servers/lib/virtqueue.c tests/host/durable_stub.c

# Its state is really durable here: what changes without having been touched fails the test.
HOST_TESTS += virtio_blk_device virtio_blk_life virtio_blk_reset
virtio_blk_device_SOURCES := $(addprefix servers/virtio_blk/,device.c life.c request.c) \
	servers/lib/virtio_mmio.c servers/lib/virtqueue.c servers/rt/durable.c
virtio_blk_life_SOURCES := $(virtio_blk_device_SOURCES)
virtio_blk_reset_SOURCES := $(virtio_blk_device_SOURCES)

HOST_TESTS += blk_driver blk_life

# The kernel itself, on the fake architecture; built once for all of its tests.
KERNEL_TESTS := kernel_balance kernel_boot kernel_budget kernel_endpoint kernel_hold kernel_kick \
		kernel_object kernel_restart kernel_rights kernel_schedule kernel_smp kernel_space kernel_stop \
		kernel_supervisor kernel_timer kernel_vcpu kernel_walk
KERNEL_HOST_SOURCES := $(filter-out kernel/string.c kernel/boot_%,$(wildcard kernel/*.c)) \
		       tests/host/arch/fake.c tests/host/kernel_harness.c tests/host/kernel_check.c
KERNEL_HOST_OBJECTS := $(KERNEL_HOST_SOURCES:%.c=$(BUILD)/host/kernel/%.o)
KERNEL_HOST := $(BUILD)/host/kernel.a

$(BUILD)/host/kernel/%.o: %.c $(GEN_STAMP)
	@mkdir -p $(@D)
	@echo "  HOSTCC  $<"
	@$(HOST_CC) $(HOST_CFLAGS) -Itests/host/arch -MMD -MP -c -o $@ $<

$(KERNEL_HOST): $(KERNEL_HOST_OBJECTS)
	@echo "  AR      $@"
	@ar rcs $@ $^

HOST_TESTS += $(KERNEL_TESTS)
$(foreach test,$(KERNEL_TESTS),$(eval $(test)_CFLAGS := -Itests/host/arch))
$(foreach test,$(KERNEL_TESTS),$(eval $(test)_SOURCES := $(KERNEL_HOST)))
-include $(KERNEL_HOST_OBJECTS:.o=.d)
HOST_TESTS += random
random_SOURCES := servers/lib/random.c

# What the supervisor reads, and the runtime's text.
HOST_TESTS += supervisor_bundle supervisor_elf rt_format
supervisor_bundle_SOURCES := servers/supervisor/bundle.c
supervisor_elf_SOURCES := servers/supervisor/elf.c servers/supervisor/aarch64/machine.c
rt_format_SOURCES := servers/rt/format.c
HOST_TESTS += supervisor_overrun
supervisor_overrun_SOURCES := servers/supervisor/overrun.c
HOST_TESTS += supervisor_schedule
supervisor_schedule_LIBS := -lfdt
supervisor_schedule_SOURCES := servers/supervisor/schedule.c servers/supervisor/tree.c
# aarch64's own files, with the system registers as variables.
HOST_TESTS += aarch64_guest
aarch64_guest_CFLAGS := -iquote tests/host/aarch64 -Iarch/aarch64
aarch64_guest_SOURCES := tests/host/switching.c tests/host/aarch64/variables.c arch/aarch64/vcpu.c arch/aarch64/fp.c kernel/timer.c
HOST_TESTS += aarch64_trap
aarch64_trap_CFLAGS := -iquote tests/host/aarch64 -Iarch/aarch64
aarch64_trap_SOURCES := tests/host/exits.c tests/host/aarch64/variables.c arch/aarch64/trap.c
# So are riscv64's.
RISCV64_TESTS := riscv64_asked riscv64_controller riscv64_decode riscv64_guest riscv64_trap
HOST_TESTS += $(RISCV64_TESTS)
$(foreach test,$(RISCV64_TESTS),$(eval $(test)_CFLAGS := -iquote tests/host/riscv64 -Iarch/riscv64))
riscv64_controller_SOURCES := tests/host/riscv64/variables.c arch/riscv64/controller.c
riscv64_decode_SOURCES := arch/riscv64/decode.c
riscv64_guest_SOURCES := tests/host/switching.c tests/host/riscv64/variables.c \
			 $(addprefix arch/riscv64/,fp.c space.c vcpu.c) kernel/timer.c
riscv64_trap_SOURCES := tests/host/exits.c $(addprefix tests/host/riscv64/,told.c variables.c) \
			$(addprefix arch/riscv64/,decode.c fence.c trap.c)
riscv64_asked_SOURCES := $(riscv64_trap_SOURCES)

HOST_TESTS += count
count_SOURCES := tests/bench/plugin/count.c
count_CFLAGS := -Itests/bench/plugin/aarch64
