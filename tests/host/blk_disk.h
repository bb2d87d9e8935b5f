/* SPDX-License-Identifier: Apache-2.0 */
/* The disk's driver between models of its clients and a model of the machine's virtio device. */
#ifndef TESTS_HOST_BLK_DISK_H
#define TESTS_HOST_BLK_DISK_H

#include "tests/host/suite.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The driver's sources are built here with registers that lead to the model. */
#define SERVERS_BLK_REGISTERS_H
static inline uint32_t register_read(uintptr_t base, uint32_t offset);
static inline void register_write(uintptr_t base, uint32_t offset, uint32_t value);
#include "servers/blk/client.c"
#include "servers/blk/disk.c"
#include "servers/blk/start.c"

#define DMA_PHYSICAL UINT64_C(0x100000)
#define GUEST_PHYSICAL(n) (UINT64_C(0x80000000) + UINT64_C(0x10000000) * (n))
#define GUEST_BYTES UINT64_C(0x100000)
#define SECTORS 10000
#define ALL                                                                                        \
	(VIRTIO_FEATURE_VERSION_1 | VIRTIO_FEATURE_INDIRECT | VIRTIO_FEATURE_EVENT_INDEX |         \
	 VIRTIO_BLOCK_FEATURE_SEGMENTS | VIRTIO_BLOCK_FEATURE_FLUSH)

/* The device. */
static struct {
	uint64_t offered, accepted;
	uint32_t offered_select, accepted_select;
	uint32_t status, ready, size, size_max, version, generation;
	uint64_t address[3];
	unsigned int notified;
	uint16_t available, used;
	bool stubborn; /* never resets */
} model;

static struct clients clients;
static unsigned char *dma;
static uint64_t dma_bytes;
static unsigned int signals[CLIENTS_MAX];

static inline uint32_t register_read(uintptr_t base, uint32_t offset)
{
	(void)base;
	switch (offset) {
	case VIRTIO_MMIO_MAGIC_VALUE:
		return VIRTIO_MMIO_MAGIC;
	case VIRTIO_MMIO_VERSION:
		return model.version;
	case VIRTIO_MMIO_DEVICE_ID:
		return VIRTIO_DEVICE_BLOCK;
	case VIRTIO_MMIO_DEVICE_FEATURES:
		return model.offered >> (32 * model.offered_select);
	case VIRTIO_MMIO_STATUS:
		return model.stubborn ? 15 : model.status;
	case VIRTIO_MMIO_QUEUE_SIZE_MAX:
		return model.size_max;
	case VIRTIO_MMIO_QUEUE_READY:
		return model.ready;
	case VIRTIO_MMIO_CONFIG_GENERATION:
		return model.generation ? model.generation-- : 0; /* changes a few times */
	case VIRTIO_MMIO_CONFIG:
		return SECTORS;
	case VIRTIO_MMIO_CONFIG + 12:
		return 254;
	}
	return 0;
}

static inline void register_write(uintptr_t base, uint32_t offset, uint32_t value)
{
	uint64_t *address;

	(void)base;
	switch (offset) {
	case VIRTIO_MMIO_STATUS:
		if ((value & VIRTIO_STATUS_FEATURES_OK) && (model.accepted & ~model.offered))
			value &= ~VIRTIO_STATUS_FEATURES_OK;
		if (value == 0)
			model.ready = model.available = model.used = 0;
		model.status = value;
		return;
	case VIRTIO_MMIO_DEVICE_FEATURES_SELECT:
		model.offered_select = value;
		return;
	case VIRTIO_MMIO_DRIVER_FEATURES_SELECT:
		model.accepted_select = value;
		return;
	case VIRTIO_MMIO_DRIVER_FEATURES:
		model.accepted |= (uint64_t)value << (32 * model.accepted_select);
		return;
	case VIRTIO_MMIO_QUEUE_SIZE:
		model.size = value;
		return;
	case VIRTIO_MMIO_QUEUE_READY:
		model.ready = value;
		return;
	case VIRTIO_MMIO_QUEUE_NOTIFY:
		CU_ASSERT_EQUAL(model.status, 15);
		model.notified++;
		return;
	}
	if (offset >= VIRTIO_MMIO_DESCRIPTORS_LOW && offset <= VIRTIO_MMIO_USED_HIGH) {
		address = &model.address[(offset - VIRTIO_MMIO_DESCRIPTORS_LOW) / 16];
		*address |= (uint64_t)value << (offset & 4 ? 32 : 0);
	}
}

status_t rt_syscall(enum syscall number, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3,
		    uint64_t a4, uint64_t a5, uint64_t result[3])
{
	(void)a1, (void)a2, (void)a3, (void)a4, (void)a5, (void)result;
	CU_ASSERT_EQUAL_FATAL(number, SYSCALL_SIGNAL);
	signals[a0 - 100]++;
	return STATUS_OK;
}

status_t rt_syscall_one(enum syscall number, uint64_t a0)
{
	return rt_syscall(number, a0, 0, 0, 0, 0, 0, NULL);
}

void rt_log(const char *format, ...)
{
	(void)format;
}

static inline void *dma_at(uint64_t physical)
{
	CU_ASSERT_FATAL(physical >= DMA_PHYSICAL && physical < DMA_PHYSICAL + dma_bytes);
	return dma + (physical - DMA_PHYSICAL);
}

/* A request as the device sees it. */
struct seen {
	uint16_t id;
	struct virtio_block_header header;
	unsigned int count; /* data descriptors */
	struct virtio_descriptor data[DISK_TABLE];
	uint8_t *status;
};

static inline bool model_take(struct seen *seen)
{
	const uint16_t *ring = dma_at(model.address[1]);
	struct virtio_descriptor *table = dma_at(model.address[0]);
	struct virtio_descriptor descriptor;

	if (ring[1] == model.available)
		return false;
	seen->id = ring[2 + model.available++ % model.size];
	seen->count = 0;
	descriptor = table[seen->id];
	if (descriptor.flags & VIRTIO_DESCRIPTOR_INDIRECT) {
		table = dma_at(descriptor.address);
		CU_ASSERT_FATAL(descriptor.length <= sizeof(*table) * DISK_TABLE);
		descriptor = table[0];
	}
	CU_ASSERT_EQUAL_FATAL(descriptor.length, 16);
	memcpy(&seen->header, dma_at(descriptor.address), 16);
	for (;;) {
		CU_ASSERT_FATAL(descriptor.flags & VIRTIO_DESCRIPTOR_NEXT);
		descriptor = table[descriptor.next];
		if (!(descriptor.flags & VIRTIO_DESCRIPTOR_NEXT))
			break;
		CU_ASSERT_EQUAL(!!(descriptor.flags & VIRTIO_DESCRIPTOR_WRITE),
				seen->header.type == VIRTIO_BLOCK_IN);
		seen->data[seen->count++] = descriptor;
	}
	CU_ASSERT_EQUAL(descriptor.length, 1);
	CU_ASSERT_EQUAL(descriptor.flags, VIRTIO_DESCRIPTOR_WRITE);
	seen->status = dma_at(descriptor.address);
	return true;
}

static inline void model_use(uint32_t id)
{
	uint16_t *ring = dma_at(model.address[2]);
	struct virtio_used_element *entry = (void *)(ring + 2);

	entry[model.used++ % model.size] = (struct virtio_used_element){ id, 1 };
	ring[1] = model.used;
}

static inline void model_finish(const struct seen *seen, uint8_t status)
{
	*seen->status = status;
	model_use(seen->id);
}

/* A life's begin: the device is reset, the queues and the DMA memory are as they were. */
static inline bool begin_life(void)
{
	bool up;

	memset(&clients.disk, 0, sizeof(clients.disk));
	clients.pending = clients.signal = clients.turn = 0;
	up = disk_start(&clients.disk, 0, dma, dma_bytes, DMA_PHYSICAL);
	if (up)
		clients_recover(&clients);
	return up;
}

static inline bool begin(uint64_t offered, uint32_t size_max, uint64_t bytes, uint32_t count)
{
	uint32_t number;
	bool up;

	memset(&model, 0, sizeof(model));
	memset(signals, 0, sizeof(signals));
	memset(&clients, 0, sizeof(clients));
	model.offered = offered;
	model.size_max = size_max;
	model.version = 2;
	dma_bytes = bytes;
	dma = aligned_alloc(4096, bytes);
	memset(dma, 0xa5, bytes);
	for (number = 0; number < count; number++)
		clients.client[number] = (struct client){
			.queue = calloc(1, sizeof(struct block_queue)),
			.signal = 100 + number,
			.physical = GUEST_PHYSICAL(number),
			.size = GUEST_BYTES,
			.start = 1000 * number,
			.sectors = 1000,
		};
	clients.count = count;
	up = begin_life();
	memset(signals, 0, sizeof(signals));
	return up;
}

static inline void end(void)
{
	uint32_t number;

	for (number = 0; number < clients.count; number++)
		free(clients.client[number].queue);
	free(dma);
}

static inline struct block_request *slot_fill(uint32_t client, uint32_t slot, uint32_t operation,
				       uint64_t sector, uint64_t offset, uint32_t length)
{
	struct block_request *request = &clients.client[client].queue->request[slot];

	request->operation = operation;
	request->count = operation == BLOCK_OPERATION_FLUSH ? 0 : 1;
	request->sector = sector;
	request->segment[0] = (struct block_segment){ .offset = offset, .length = length };
	return request;
}

static inline bool completed(uint32_t client, uint32_t slot, uint32_t result)
{
	const struct block_queue *queue = clients.client[client].queue;

	return !((queue->submitted ^ queue->completed) >> slot & 1) && queue->result[slot] == result;
}

/* What a client does with a slot that it has filled. */
static inline void submit(uint32_t client, uint32_t slot)
{
	struct block_queue *queue = clients.client[client].queue;

	CU_ASSERT(!((queue->submitted ^ queue->completed) >> slot & 1));
	queue->result[slot] = 77;
	queue->submitted ^= UINT64_C(1) << slot;
	CU_ASSERT_EQUAL(client_submit(&clients, client), STATUS_OK);
}

#endif
