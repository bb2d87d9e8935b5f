/* SPDX-License-Identifier: Apache-2.0 */
/* The virtio block device's two sides: a model of a guest and a model of the disk's driver. */
#ifndef TESTS_HOST_VIRTIO_BLK_GUEST_H
#define TESTS_HOST_VIRTIO_BLK_GUEST_H

#include "gen/line.h"
#include "servers/rt/rt.h"
#include "servers/rt/syscall.h"
#include "servers/virtio_blk/device.h"
#include "tests/host/suite.h"
#include "tests/host/virtio_driver.h"

#define NEXT VIRTIO_DESCRIPTOR_NEXT
#define WRITE VIRTIO_DESCRIPTOR_WRITE
#define BLOCK_HANDLE 5
#define LINE_HANDLE 6
#define SECTORS 1000
#define FEATURES                                                                                   \
	(VIRTIO_FEATURE_VERSION_1 | VIRTIO_FEATURE_INDIRECT | VIRTIO_BLOCK_FEATURE_FLUSH)

static struct driver driver;
static struct device device;
static struct surroundings around;

/* The other side of the handles: what the device asked for, what it is answered. */
static struct {
	unsigned int submitted[70000];
	unsigned int submits;
	unsigned int pulses;
	status_t submit_answer;
	status_t quiesce_answer;
	bool quiesce_completes;
	uint64_t clock;
} backend;

static inline void complete(uint32_t slot, uint32_t result);

status_t rt_call(handle_t endpoint, struct message *message)
{
	if (endpoint == LINE_HANDLE && message->label == LINE_LABEL_PULSE) {
		backend.pulses++;
		return STATUS_OK;
	}
	CU_ASSERT_EQUAL_FATAL(endpoint, BLOCK_HANDLE);
	if (message->label == BLOCK_LABEL_SUBMIT) {
		if (backend.submit_answer == STATUS_OK)
			backend.submitted[backend.submits++ % 70000] = message->words[0];
		return backend.submit_answer;
	}
	CU_ASSERT_EQUAL_FATAL(message->label, BLOCK_LABEL_QUIESCE);
	if (backend.quiesce_completes) {
		unsigned int slot;

		for (slot = 0; slot < BLOCK_SLOTS; slot++)
			if (device.busy >> slot & 1)
				complete(slot, BLOCK_RESULT_OK);
		return STATUS_OK;
	}
	return backend.quiesce_answer;
}

status_t rt_syscall(enum syscall number, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3,
		    uint64_t a4, uint64_t a5, uint64_t result[3])
{
	(void)a0, (void)a1, (void)a2, (void)a3, (void)a4, (void)a5;
	CU_ASSERT_EQUAL_FATAL(number, SYSCALL_CLOCK);
	result[0] = backend.clock += 10;
	result[1] = 1000;
	return STATUS_OK;
}

void rt_log(const char *format, ...)
{
	(void)format;
}

static inline void complete(uint32_t slot, uint32_t result)
{
	around.queue->completion[around.queue->head % BLOCK_SLOTS] =
		(struct block_completion){ slot, result };
	around.queue->head++;
}

static inline void set(uint64_t offset, uint32_t value)
{
	device_write(&device, &around, offset, 4, value);
}

static inline uint64_t get(uint64_t offset)
{
	return device_read(&device, offset, 4);
}

static inline void bring_up(uint64_t features)
{
	set(VIRTIO_MMIO_STATUS, 0);
	set(VIRTIO_MMIO_STATUS, 3);
	set(VIRTIO_MMIO_DRIVER_FEATURES_SELECT, 0);
	set(VIRTIO_MMIO_DRIVER_FEATURES, (uint32_t)features);
	set(VIRTIO_MMIO_DRIVER_FEATURES_SELECT, 1);
	set(VIRTIO_MMIO_DRIVER_FEATURES, features >> 32);
	set(VIRTIO_MMIO_STATUS, 11);
	set(VIRTIO_MMIO_QUEUE_SELECT, 0);
	set(VIRTIO_MMIO_QUEUE_SIZE, driver.size);
	set(VIRTIO_MMIO_DESCRIPTORS_LOW, DRIVER_DESCRIPTORS);
	set(VIRTIO_MMIO_AVAILABLE_LOW, DRIVER_AVAILABLE);
	set(VIRTIO_MMIO_USED_LOW, DRIVER_USED);
	memset(driver_at(&driver, DRIVER_AVAILABLE), 0, VIRTIO_AVAILABLE_BYTES(driver.size));
	memset(driver_at(&driver, DRIVER_USED), 0, VIRTIO_USED_BYTES(driver.size));
	driver.available = driver.used = 0;
	set(VIRTIO_MMIO_QUEUE_READY, 1);
	set(VIRTIO_MMIO_STATUS, 15);
}

static inline void begin(uint16_t size, uint64_t features)
{
	driver_open(&driver, size);
	memset(&backend, 0, sizeof(backend));
	around = (struct surroundings){
		.memory = driver.memory,
		.queue = calloc(1, sizeof(struct block_queue)),
		.block = BLOCK_HANDLE,
		.line = LINE_HANDLE,
	};
	device_start(&device, SECTORS);
	bring_up(features);
}

static inline void end(void)
{
	free(around.queue);
	driver_close(&driver);
}

static inline void kick(void)
{
	set(VIRTIO_MMIO_QUEUE_NOTIFY, 0);
}

static inline bool needs_reset(void)
{
	return get(VIRTIO_MMIO_STATUS) & VIRTIO_STATUS_NEEDS_RESET;
}

/* A request in three descriptors from `index` on; its buffers lie in page `index` of the data. */
static inline uint64_t request(uint16_t index, uint32_t type, uint64_t sector, uint32_t length)
{
	const uint64_t page = DRIVER_DATA + 0x1000 * (index / 3);
	const struct virtio_block_header header = { type, 0, sector };

	memcpy(driver_at(&driver, page), &header, sizeof(header));
	*(unsigned char *)driver_at(&driver, page + 0xfff) = 0xee;
	driver_describe(&driver, DRIVER_DESCRIPTORS, index, page, 16, NEXT, index + 1);
	driver_describe(&driver, DRIVER_DESCRIPTORS, index + 1, page + 0x200, length,
			NEXT | (type == VIRTIO_BLOCK_OUT ? 0 : WRITE), index + 2);
	driver_describe(&driver, DRIVER_DESCRIPTORS, index + 2, page + 0xfff, 1, WRITE, 0);
	driver_expose(&driver, index);
	return page;
}

static inline unsigned int status_of(uint64_t page)
{
	return *(unsigned char *)driver_at(&driver, page + 0xfff);
}

/* Whether the next completion is this one. */
static inline bool reaped(uint16_t head, uint32_t length)
{
	struct virtio_used_element element;

	return driver_reap(&driver, &element) && element.id == head && element.length == length;
}

#endif
