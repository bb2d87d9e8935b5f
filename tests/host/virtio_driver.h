/* SPDX-License-Identifier: Apache-2.0 */
/* A model of a guest: memory that sanitizers watch, and a driver's side of one split ring in it. */
#ifndef TESTS_HOST_VIRTIO_DRIVER_H
#define TESTS_HOST_VIRTIO_DRIVER_H

#include <stdlib.h>
#include <string.h>

#include "servers/lib/virtqueue.h"

#define DRIVER_BASE UINT64_C(0x40000000)
#define DRIVER_BYTES UINT64_C(0x40000)
#define DRIVER_DESCRIPTORS (DRIVER_BASE + 0x1000)
#define DRIVER_AVAILABLE (DRIVER_BASE + 0x3000)
#define DRIVER_USED (DRIVER_BASE + 0x4000)
#define DRIVER_TABLES (DRIVER_BASE + 0x10000) /* free for indirect tables */
#define DRIVER_DATA (DRIVER_BASE + 0x20000)   /* free for buffers */

struct driver {
	struct guest_memory memory;
	uint16_t size;
	uint16_t available;
	uint16_t used; /* seen */
};

static inline void driver_open(struct driver *driver, uint16_t size)
{
	memset(driver, 0, sizeof(*driver));
	driver->size = size;
	driver->memory.base = aligned_alloc(4096, DRIVER_BYTES);
	driver->memory.guest_base = DRIVER_BASE;
	driver->memory.size = DRIVER_BYTES;
	memset(driver->memory.base, 0, DRIVER_BYTES);
}

static inline void driver_close(struct driver *driver)
{
	free(driver->memory.base);
}

static inline void *driver_at(struct driver *driver, uint64_t address)
{
	return driver->memory.base + (address - DRIVER_BASE);
}

static inline uint16_t *driver_half(struct driver *driver, uint64_t address)
{
	return driver_at(driver, address);
}

/* Writes entry `index` of the ring's table, or of an indirect one. */
static inline void driver_describe(struct driver *driver, uint64_t table, uint16_t index,
				   uint64_t address, uint32_t length, uint16_t flags, uint16_t next)
{
	const struct virtio_descriptor descriptor = { address, length, flags, next };

	memcpy(driver_at(driver, table + 16 * index), &descriptor, sizeof(descriptor));
}

static inline void driver_expose(struct driver *driver, uint16_t head)
{
	*driver_half(driver, DRIVER_AVAILABLE + 4 + 2 * (driver->available % driver->size)) = head;
	driver->available++;
	*driver_half(driver, DRIVER_AVAILABLE + 2) = driver->available;
}

/* The next used element, if the index shows one. */
static inline bool driver_reap(struct driver *driver, struct virtio_used_element *element)
{
	if (*driver_half(driver, DRIVER_USED + 2) == driver->used)
		return false;
	memcpy(element, driver_at(driver, DRIVER_USED + 4 + 8 * (driver->used % driver->size)),
	       sizeof(*element));
	driver->used++;
	return true;
}

#endif
