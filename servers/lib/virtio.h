/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers and layouts of the virtio 1.2 specification that a device model and a driver share:
 * status and feature bits (section 2.1, 6), split ring (2.7), MMIO registers (4.2.2), block (5.2).
 */
#ifndef SERVERS_LIB_VIRTIO_H
#define SERVERS_LIB_VIRTIO_H

#include <stdint.h>

/* Device status, 2.1. */
#define VIRTIO_STATUS_ACKNOWLEDGE 1u
#define VIRTIO_STATUS_DRIVER 2u
#define VIRTIO_STATUS_DRIVER_OK 4u
#define VIRTIO_STATUS_FEATURES_OK 8u
#define VIRTIO_STATUS_NEEDS_RESET 64u
#define VIRTIO_STATUS_FAILED 128u

/* Features of every device, 6. */
#define VIRTIO_FEATURE_INDIRECT (UINT64_C(1) << 28)
#define VIRTIO_FEATURE_EVENT_INDEX (UINT64_C(1) << 29)
#define VIRTIO_FEATURE_VERSION_1 (UINT64_C(1) << 32)

/* The split ring, 2.7. */
#define VIRTIO_DESCRIPTOR_NEXT 1u
#define VIRTIO_DESCRIPTOR_WRITE 2u
#define VIRTIO_DESCRIPTOR_INDIRECT 4u
#define VIRTIO_AVAILABLE_NO_INTERRUPT 1u
#define VIRTIO_USED_NO_NOTIFY 1u

struct virtio_descriptor {
	uint64_t address;
	uint32_t length;
	uint16_t flags;
	uint16_t next;
};

struct virtio_used_element {
	uint32_t id;
	uint32_t length;
};

_Static_assert(sizeof(struct virtio_descriptor) == 16, "2.7.5");
_Static_assert(sizeof(struct virtio_used_element) == 8, "2.7.8");

/* Both other areas: flags, index, the entries, and last the other side's event index. */
#define VIRTIO_RING_INDEX 2
#define VIRTIO_RING_ENTRIES 4
#define VIRTIO_AVAILABLE_EVENT(size) (4 + 2 * (uint64_t)(size))
#define VIRTIO_USED_EVENT(size) (4 + 8 * (uint64_t)(size))
#define VIRTIO_DESCRIPTORS_BYTES(size) (16 * (uint64_t)(size))
#define VIRTIO_AVAILABLE_BYTES(size) (6 + 2 * (uint64_t)(size))
#define VIRTIO_USED_BYTES(size) (6 + 8 * (uint64_t)(size))

/* 2.7.7.2 and 2.7.10: does moving an index from `old` to `now` pass the other side's `event`? */
static inline int virtio_event_passed(uint16_t event, uint16_t now, uint16_t old)
{
	return (uint16_t)(now - event - 1) < (uint16_t)(now - old);
}

/* Registers of the MMIO transport, version 2, 4.2.2. */
#define VIRTIO_MMIO_MAGIC_VALUE 0x000
#define VIRTIO_MMIO_VERSION 0x004
#define VIRTIO_MMIO_DEVICE_ID 0x008
#define VIRTIO_MMIO_VENDOR_ID 0x00c
#define VIRTIO_MMIO_DEVICE_FEATURES 0x010
#define VIRTIO_MMIO_DEVICE_FEATURES_SELECT 0x014
#define VIRTIO_MMIO_DRIVER_FEATURES 0x020
#define VIRTIO_MMIO_DRIVER_FEATURES_SELECT 0x024
#define VIRTIO_MMIO_QUEUE_SELECT 0x030
#define VIRTIO_MMIO_QUEUE_SIZE_MAX 0x034
#define VIRTIO_MMIO_QUEUE_SIZE 0x038
#define VIRTIO_MMIO_QUEUE_READY 0x044
#define VIRTIO_MMIO_QUEUE_NOTIFY 0x050
#define VIRTIO_MMIO_INTERRUPT_STATUS 0x060
#define VIRTIO_MMIO_INTERRUPT_ACK 0x064
#define VIRTIO_MMIO_STATUS 0x070
#define VIRTIO_MMIO_DESCRIPTORS_LOW 0x080
#define VIRTIO_MMIO_DESCRIPTORS_HIGH 0x084
#define VIRTIO_MMIO_AVAILABLE_LOW 0x090
#define VIRTIO_MMIO_AVAILABLE_HIGH 0x094
#define VIRTIO_MMIO_USED_LOW 0x0a0
#define VIRTIO_MMIO_USED_HIGH 0x0a4
#define VIRTIO_MMIO_SHARED_LENGTH_LOW 0x0b0
#define VIRTIO_MMIO_SHARED_BASE_HIGH 0x0bc
#define VIRTIO_MMIO_CONFIG_GENERATION 0x0fc
#define VIRTIO_MMIO_CONFIG 0x100

#define VIRTIO_MMIO_MAGIC 0x74726976u /* "virt" */
#define VIRTIO_INTERRUPT_USED 1u
#define VIRTIO_INTERRUPT_CONFIG 2u

/* The block device, 5.2. */
#define VIRTIO_DEVICE_BLOCK 2u
#define VIRTIO_BLOCK_FEATURE_SEGMENTS (UINT64_C(1) << 2)
#define VIRTIO_BLOCK_FEATURE_FLUSH (UINT64_C(1) << 9)

struct virtio_block_config {
	uint64_t capacity; /* sectors of 512 bytes */
	uint32_t size_max;
	uint32_t segments_max;
};

enum virtio_block_type {
	VIRTIO_BLOCK_IN = 0,
	VIRTIO_BLOCK_OUT = 1,
	VIRTIO_BLOCK_FLUSH = 4,
	VIRTIO_BLOCK_GET_ID = 8,
};

#define VIRTIO_BLOCK_ID_BYTES 20

struct virtio_block_header {
	uint32_t type;
	uint32_t reserved;
	uint64_t sector;
};

enum virtio_block_status {
	VIRTIO_BLOCK_OK = 0,
	VIRTIO_BLOCK_IO_ERROR = 1,
	VIRTIO_BLOCK_UNSUPPORTED = 2,
};

#endif
