/* SPDX-License-Identifier: Apache-2.0 */
/* The virtio block device's two sides: a model of a guest and a model of the disk's driver. */
#ifndef TESTS_HOST_VIRTIO_BLK_GUEST_H
#define TESTS_HOST_VIRTIO_BLK_GUEST_H

#include <setjmp.h>

#include "gen/line.h"
#include "servers/rt/durable.h"
#include "servers/rt/rt.h"
#include "servers/rt/syscall.h"
#include "servers/virtio_blk/device.h"
#include "tests/host/commits.h"
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
static struct durable durable;
static struct surroundings around;
static unsigned int rebuilt;

#define device (*(struct virtio_blk_state *)durable.state)

/* The other side of the handles: what the device asked for, what it is answered. */
static struct {
	unsigned int submitted[70000]; /* slots, in the order in which the driver sees them */
	unsigned int submits;
	unsigned int pulses;
	uint64_t seen; /* slots in flight that stand in submitted[] */
	status_t quiesce_answer;
	bool quiesce_completes;
	void (*point)(void); /* between two steps; may not come back */
} backend;

static inline void complete(uint32_t slot, uint32_t result);

static inline void point(void)
{
	if (backend.point)
		backend.point();
}

static inline void backend_look(void)
{
	uint64_t fresh = (around.queue->submitted ^ around.queue->completed) & ~backend.seen;

	backend.seen |= fresh;
	for (; fresh; fresh &= fresh - 1)
		backend.submitted[backend.submits++ % 70000] = __builtin_ctzll(fresh);
}

static inline status_t backend_quiesce(void)
{
	unsigned int slot;

	for (slot = 0; slot < BLOCK_SLOTS && backend.quiesce_completes; slot++)
		if (backend.seen >> slot & 1)
			complete(slot, BLOCK_RESULT_OK);
	return backend.quiesce_completes || !backend.seen ? STATUS_OK : backend.quiesce_answer;
}

status_t rt_call(handle_t endpoint, struct message *message)
{
	status_t status = STATUS_OK;

	point();
	if (endpoint == LINE_HANDLE && message->label == LINE_LABEL_PULSE) {
		backend.pulses++;
	} else {
		CU_ASSERT_EQUAL_FATAL(endpoint, BLOCK_HANDLE);
		backend_look();
		if (message->label == BLOCK_LABEL_QUIESCE)
			status = backend_quiesce();
		else
			CU_ASSERT_EQUAL_FATAL(message->label, BLOCK_LABEL_SUBMIT);
	}
	point();
	return status;
}

_Noreturn void rt_fail(const char *format, ...)
{
	(void)format;
	abort();
}

void rt_log(const char *format, ...)
{
	(void)format;
}

static inline void complete(uint32_t slot, uint32_t result)
{
	around.queue->result[slot] = result;
	around.queue->completed ^= UINT64_C(1) << slot;
	backend.seen &= ~(UINT64_C(1) << slot);
}

static void state_create(void *state)
{
	device_create(state);
}

static bool state_check(const void *state)
{
	return device_check(state, &around);
}

static void state_rebuild(void *state)
{
	rebuilt++;
	device_rebuild(state, &around);
}

static const struct durable_kind kind = {
	.magic = DURABLE_MAGIC,
	.version = VIRTIO_BLK_STATE_VERSION,
	.oldest = 1,
	.size = sizeof(struct virtio_blk_state),
	.create = state_create,
	.check = state_check,
	.rebuild = state_rebuild,
};

/* A life's begin: nothing is left of a former one but the durable state. */
static inline void begin_life(void)
{
	around.published = 0;
	around.interrupt = (struct virtio_interrupt){ 0 };
	around.settled = false;
	commits_forget();
	rt_durable_open(&durable, &kind);
	device_look(&device, &around);
	rt_commit(NULL, STATUS_OK);
	point();
	device_settle(&device, &around);
	point();
	rt_commit(NULL, STATUS_OK);
}

static jmp_buf cut; /* where a life ends that is cut at some point */
static struct message in_hand;
static struct {
	uint64_t offset, value;
	status_t status;
} access;

/*
 * One event, as in servers/rt/serve.c: a message comes again to the next life, signals do not. After
 * it the state is right, and all of it is sealed: what was not touched has not changed.
 */
static inline void event(void (*handle)(void), bool again)
{
	status_t status;

	in_hand.sequence++;
	if (setjmp(cut) == 0 || (begin_life(), again)) {
		if (!rt_committed(&in_hand, &status)) {
			handle();
			point();
			rt_commit(&in_hand, STATUS_OK);
		}
		point();
		device_settle(&device, &around);
		point();
		rt_commit(NULL, STATUS_OK);
	}
	rt_durable_open(&durable, &kind);
	CU_ASSERT_EQUAL(rebuilt, 0);
}

static inline void handle_write(void)
{
	device_write(&device, &around, access.offset, 4, access.value);
}

static inline void set(uint64_t offset, uint32_t value)
{
	access.offset = offset;
	access.value = value;
	event(handle_write, true);
}

static inline void handle_read(void)
{
	access.value = device_read(&device, &around, access.offset, 4);
}

static inline uint64_t get(uint64_t offset)
{
	access.offset = offset;
	event(handle_read, true);
	return access.value;
}

static inline void handle_look(void)
{
	device_complete(&device, &around);
}

/* The driver's signal. */
static inline void look(void)
{
	event(handle_look, false);
}

static inline void handle_reset(void)
{
	access.status = device_reset(&device, &around);
}

static inline status_t machine_reset(void)
{
	event(handle_reset, true);
	return access.status;
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
		.sectors = SECTORS,
	};
	memset(&durable, 0, sizeof(durable));
	rebuilt = 0;
	in_hand.sequence = 0;
	begin_life();
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
