# Host tests: one line each, the sources a test links beside tests/host/<name>.c itself.
HOST_TESTS :=

HOST_TESTS += virtqueue
virtqueue_SOURCES := servers/lib/virtqueue.c

# Calls through the golden headers of the generator's tests.
HOST_TESTS += idl_layout
idl_layout_CFLAGS := -Itests/gen/golden

HOST_TESTS += virtio_mmio
virtio_mmio_SOURCES := servers/lib/virtio_mmio.c servers/lib/virtqueue.c

HOST_TESTS += virtio_blk_device
virtio_blk_device_SOURCES := servers/virtio_blk/device.c servers/virtio_blk/request.c \
	servers/lib/virtio_mmio.c servers/lib/virtqueue.c

HOST_TESTS += blk_driver
