/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/crash/block_guest.h"

#include <string.h>

#include "gen/mmio.h"

#define DESCRIPTORS 0x000u
#define AVAILABLE 0x200u
#define USED 0x400u
#define SLOT(slot) (0x1000u + 0x800u * (slot)) /* header, table, status, data */
#define TABLE 0x40u
#define STATUS 0x100u
#define DATA 0x200u
#define NOBODY 0xffff
#define UNTOUCHED 0x5a

static void *at(uint32_t offset)
{
	return guest_disk->memory + offset;
}

static uint16_t *half(uint32_t offset)
{
	return at(offset);
}

static void set(uint64_t offset, uint32_t value)
{
	struct message message = { .label = MMIO_LABEL_WRITE, .words = { offset, 4, value } };

	if (place_send(GUEST_VBLK, 0, &message) != STATUS_OK)
		crash_fail("a write to register %lx is refused", (unsigned long)offset);
}

uint32_t guest_get(uint64_t offset)
{
	struct message message = { .label = MMIO_LABEL_READ, .words = { offset, 4 } };

	if (place_send(GUEST_VBLK, 0, &message) != STATUS_OK)
		crash_fail("a read of register %lx is refused", (unsigned long)offset);
	return (uint32_t)message.words[0];
}

void guest_start(uint64_t features)
{
	set(VIRTIO_MMIO_STATUS, 3);
	set(VIRTIO_MMIO_DRIVER_FEATURES_SELECT, 0);
	set(VIRTIO_MMIO_DRIVER_FEATURES, (uint32_t)features);
	set(VIRTIO_MMIO_DRIVER_FEATURES_SELECT, 1);
	set(VIRTIO_MMIO_DRIVER_FEATURES, (uint32_t)((features | VIRTIO_FEATURE_VERSION_1) >> 32));
	set(VIRTIO_MMIO_STATUS, 11);
	memset(guest_disk->memory, 0, SLOT(0));
	guest_disk->available = guest_disk->used = guest_disk->notified = 0;
	guest_disk->event_index = features & VIRTIO_FEATURE_EVENT_INDEX;
	guest_disk->indirect = features & VIRTIO_FEATURE_INDIRECT;
	set(VIRTIO_MMIO_QUEUE_SELECT, 0);
	set(VIRTIO_MMIO_QUEUE_SIZE, GUEST_RING);
	set(VIRTIO_MMIO_DESCRIPTORS_LOW, GUEST_BASE + DESCRIPTORS);
	set(VIRTIO_MMIO_AVAILABLE_LOW, GUEST_BASE + AVAILABLE);
	set(VIRTIO_MMIO_USED_LOW, GUEST_BASE + USED);
	set(VIRTIO_MMIO_QUEUE_READY, 1);
	set(VIRTIO_MMIO_STATUS, 15);
	crash_record("device status", guest_get(VIRTIO_MMIO_STATUS));
}

/* --- What may be on the disk ------------------------------------------------------------------ */

static void last_add(uint16_t *last, uint16_t id)
{
	uint32_t index = 0;

	while (last[index] != NOBODY)
		if (++index == GUEST_LASTS - 1)
			crash_fail("too many writes at a time");
	last[index] = id;
	last[index + 1] = NOBODY;
}

static bool last_has(const uint16_t *last, uint16_t id)
{
	while (*last != NOBODY && *last != id)
		last++;
	return *last == id;
}

/* The write is over: what was over before it began was not the last. A failed one never was. */
static void last_over(uint16_t *last, uint16_t id)
{
	const struct guest_write *write = &guest_disk->write[id];
	uint16_t *to = last;

	for (; *last != NOBODY; last++) {
		const struct guest_write *other = &guest_disk->write[*last];

		if (write->failed ? *last == id : other->until && other->until < write->since)
			continue;
		*to++ = *last;
	}
	*to = NOBODY;
}

/* The sector is whole, and of a write that may be there. */
static void content_check(const char *what, const uint32_t *words, uint32_t sector,
			  const uint16_t *allowed, uint32_t since)
{
	uint16_t id = words[0] >> 16;
	uint32_t index;

	for (index = 0; index < BLOCK_SECTOR_SIZE / 4; index++)
		if (words[index] != (words[0] ? DISK_WORD(id, sector) : 0))
			crash_fail("%s: sector %u is torn", what, sector);
	if (!last_has(allowed, id) && !last_has(guest_disk->last[sector], id) &&
	    !(since && guest_disk->write[id].since > since))
		crash_fail("%s: sector %u has write %u, which cannot be", what, sector, id);
}

bool disk_write_is_over(uint32_t id)
{
	return guest_disk->write[id].until;
}

/* --- Requests --------------------------------------------------------------------------------- */

static void describe(uint32_t table, uint16_t index, uint32_t offset, uint32_t length,
		     uint16_t flags, uint16_t next)
{
	*(struct virtio_descriptor *)at(table + 16 * index) =
		(struct virtio_descriptor){ GUEST_BASE + offset, length, flags, next };
}

static void data_prepare(const struct guest_request *request, uint32_t base, uint16_t id)
{
	uint32_t *words = at(base), index;

	for (index = 0; index < request->sectors * BLOCK_SECTOR_SIZE / 4; index++)
		words[index] = DISK_WORD(id, request->sector + 4 * index / BLOCK_SECTOR_SIZE);
}

/* What this request may change or find. */
static void request_remember(struct guest_request *request)
{
	uint32_t index;

	for (index = 0; index < request->sectors && request->sector + index < GUEST_SECTORS; index++) {
		uint16_t *last = guest_disk->last[request->sector + index];

		if (request->type == VIRTIO_BLOCK_OUT)
			last_add(last, guest_disk->writes);
		else
			memcpy(request->allowed[index], last, sizeof(request->allowed[index]));
	}
}

static void write_over(struct guest_request *request, uint32_t base, uint8_t status)
{
	uint16_t id = *(uint32_t *)at(base + DATA) >> 16;
	uint32_t index;

	guest_disk->write[id].until = ++guest_disk->time;
	guest_disk->write[id].failed = status != VIRTIO_BLOCK_OK;
	for (index = 0; index < request->sectors && request->sector + index < GUEST_SECTORS; index++)
		last_over(guest_disk->last[request->sector + index], id);
}

static void completion(const struct virtio_used_element *element)
{
	uint32_t slot = element->id / 4, base = SLOT(slot), index;
	struct guest_request *request = &guest_disk->slot[slot];
	uint8_t status = *(uint8_t *)at(base + STATUS);

	if (slot >= GUEST_SLOTS || !request->flies)
		crash_fail("a completion of %u, which is not in flight", element->id);
	if (status == UNTOUCHED)
		crash_fail("request %u is complete and has no status", request->id);
	request->flies = false;
	guest_disk->status[request->id] = status;
	if (request->type == VIRTIO_BLOCK_OUT)
		write_over(request, base, status);
	if (status != VIRTIO_BLOCK_OK)
		return;
	if (request->type == VIRTIO_BLOCK_FLUSH && disk_model->flushes == request->flushes)
		crash_fail("flush %u never reached the disk", request->id);
	for (index = 0; request->type == VIRTIO_BLOCK_IN && index < request->sectors; index++)
		content_check("read", at(base + DATA + index * BLOCK_SECTOR_SIZE),
			      request->sector + index, request->allowed[index], request->since);
}

static bool reap(void)
{
	struct virtio_used_element element;
	bool some = false;

	while (*half(USED + VIRTIO_RING_INDEX) != guest_disk->used) {
		memcpy(&element, at(USED + VIRTIO_RING_ENTRIES + 8 * (guest_disk->used++ % GUEST_RING)),
		       sizeof(element));
		completion(&element);
		some = true;
	}
	*half(AVAILABLE + VIRTIO_AVAILABLE_EVENT(GUEST_RING)) = guest_disk->used;
	return some;
}

void guest_interrupted(void)
{
	uint32_t status;

	while (guest_disk->pulses) {
		guest_disk->pulses = 0;
		status = guest_get(VIRTIO_MMIO_INTERRUPT_STATUS);
		set(VIRTIO_MMIO_INTERRUPT_ACK, status);
		guest_disk->spurious += !reap();
	}
}

static void go_on(uint32_t seed)
{
	disk_work(2, seed);
	machine_run();
	guest_interrupted();
}

/* Of which there will be one. */
static uint16_t slot_free(void)
{
	uint32_t turn;

	for (turn = 0; turn < 100 * GUEST_SLOTS; turn++) {
		if (!guest_disk->slot[turn % GUEST_SLOTS].flies)
			return turn % GUEST_SLOTS;
		if (turn % GUEST_SLOTS == GUEST_SLOTS - 1) {
			guest_notify();
			go_on(turn);
		}
	}
	crash_fail("no request ends");
}

void guest_request(uint8_t type, uint32_t sector, uint32_t sectors, bool indirect)
{
	const uint16_t slot = slot_free(), way = type == VIRTIO_BLOCK_OUT ? 0 : VIRTIO_DESCRIPTOR_WRITE;
	struct guest_request *request = &guest_disk->slot[slot];
	uint32_t base = SLOT(slot), table, bytes = sectors * BLOCK_SECTOR_SIZE;
	uint16_t first, next, head = slot * 4;

	if (guest_disk->requests == DISK_WRITES || guest_disk->writes + 1 == DISK_WRITES)
		crash_fail("too many requests");
	*request = (struct guest_request){ true, type, guest_disk->requests++, sector, sectors,
					   ++guest_disk->time, disk_model->flushes, { { 0 } } };
	memset(at(base), 0, 0x800);
	if (type == VIRTIO_BLOCK_OUT) {
		guest_disk->write[++guest_disk->writes].since = guest_disk->time;
		data_prepare(request, base + DATA, guest_disk->writes);
	}
	request_remember(request);
	*(struct virtio_block_header *)at(base) = (struct virtio_block_header){ type, 0, sector };
	*(uint8_t *)at(base + STATUS) = UNTOUCHED;
	indirect = indirect && guest_disk->indirect;
	table = indirect ? base + TABLE : DESCRIPTORS;
	first = indirect ? 0 : head;
	next = first;
	describe(table, next, base, 16, VIRTIO_DESCRIPTOR_NEXT, next + 1);
	next++;
	if (bytes) { /* in two pieces, cut anywhere */
		uint32_t piece = 4 + 4 * (guest_disk->requests * 29 % (bytes / 4 - 1));

		describe(table, next, base + DATA, piece, VIRTIO_DESCRIPTOR_NEXT | way, next + 1);
		next++;
		describe(table, next, base + DATA + piece, bytes - piece,
			 VIRTIO_DESCRIPTOR_NEXT | way, next + 1);
		next++;
	}
	describe(table, next, base + STATUS, 1, VIRTIO_DESCRIPTOR_WRITE, 0);
	if (indirect)
		describe(DESCRIPTORS, head, table, 16 * (next + 1), VIRTIO_DESCRIPTOR_INDIRECT, 0);
	*half(AVAILABLE + VIRTIO_RING_ENTRIES + 2 * (guest_disk->available % GUEST_RING)) = head;
	*half(AVAILABLE + VIRTIO_RING_INDEX) = ++guest_disk->available;
}

void guest_notify(void)
{
	uint16_t event = *half(USED + VIRTIO_USED_EVENT(GUEST_RING)), old = guest_disk->notified;

	guest_disk->notified = guest_disk->available;
	if (guest_disk->event_index ? virtio_event_passed(event, guest_disk->available, old)
				    : !(*half(USED) & VIRTIO_USED_NO_NOTIFY))
		set(VIRTIO_MMIO_QUEUE_NOTIFY, 0);
}

void guest_forget(void)
{
	uint32_t slot;

	guest_disk->time++;
	for (slot = 0; slot < GUEST_SLOTS; slot++) {
		struct guest_request *request = &guest_disk->slot[slot];
		uint16_t id = *(uint32_t *)at(SLOT(slot) + DATA) >> 16;

		if (request->flies && request->type == VIRTIO_BLOCK_OUT)
			guest_disk->write[id].until = guest_disk->time;
		if (request->flies)
			guest_disk->status[request->id] = 0xff;
		request->flies = false;
	}
	/* From here on this is other memory of the guest's. */
	memset(guest_disk->memory, UNTOUCHED, GUEST_BYTES);
	guest_disk->pulses = 0;
	guest_disk->recorded = guest_disk->requests; /* how far they got is chance */
}

void guest_reset(void)
{
	uint32_t turn = 0;

	set(VIRTIO_MMIO_STATUS, 0);
	while (guest_get(VIRTIO_MMIO_STATUS)) {
		disk_work(1, turn);
		machine_run();
		if (turn++ == 1000)
			crash_fail("a reset that does not end");
	}
	guest_forget();
}

void guest_finish(uint32_t seed)
{
	uint32_t turn, index, slot;

	guest_notify();
	for (turn = 0; turn < 4 * GUEST_SLOTS; turn++)
		go_on(seed + turn);
	for (slot = 0; slot < GUEST_SLOTS; slot++)
		if (guest_disk->slot[slot].flies)
			crash_fail("request %u never ends", guest_disk->slot[slot].id);
	for (index = 0; index < GUEST_SECTORS; index++)
		content_check("disk", disk_model->sector[GUEST_FIRST + index], index,
			      guest_disk->last[index], 0);
	for (; guest_disk->recorded < guest_disk->requests; guest_disk->recorded++)
		crash_record("request's status", guest_disk->status[guest_disk->recorded]);
	if (guest_disk->spurious > 2 * machine.cuts)
		crash_fail("%u spurious interrupts", guest_disk->spurious);
}
