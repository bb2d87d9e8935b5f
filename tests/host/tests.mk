# Host tests: one line each, the sources a test links beside tests/host/<name>.c itself.
HOST_TESTS :=

HOST_TESTS += virtqueue
virtqueue_SOURCES := servers/lib/virtqueue.c

# Calls through the golden headers of the generator's tests.
HOST_TESTS += idl_layout
idl_layout_CFLAGS := -Itests/gen/golden
VGIC_SOURCES := servers/vgic/bank.c servers/vgic/deliver.c servers/vgic/frame.c servers/vgic/source.c
HOST_TESTS += vgic_deliver vgic_registers vgic_sgi vgic_wild
vgic_deliver_SOURCES := $(VGIC_SOURCES)
vgic_registers_SOURCES := $(VGIC_SOURCES)
vgic_sgi_SOURCES := $(VGIC_SOURCES)
vgic_wild_SOURCES := $(VGIC_SOURCES)

HOST_TESTS += vuart_model
vuart_model_SOURCES := servers/vuart/model.c

HOST_TESTS += console_mux
console_mux_SOURCES := servers/uart/mux.c servers/uart/mux_input.c

HOST_TESTS += virtio_mmio
virtio_mmio_SOURCES := servers/lib/virtio_mmio.c servers/lib/virtqueue.c

HOST_TESTS += virtio_blk_device
virtio_blk_device_SOURCES := servers/virtio_blk/device.c servers/virtio_blk/request.c \
	servers/lib/virtio_mmio.c servers/lib/virtqueue.c

HOST_TESTS += blk_driver
