/* SPDX-License-Identifier: Apache-2.0 */
/* From a client's slot to a transfer and back. The client may write to its slots at any time. */
#include "servers/blk/client.h"
#include "servers/lib/copy_once.h"
#include "servers/rt/rt.h"
#include "servers/rt/syscall.h"

/* What stands before a request's segments. */
struct slot_head {
	uint32_t operation;
	uint32_t count;
	uint64_t sector;
} __attribute__((may_alias));

_Static_assert(sizeof(struct slot_head) == offsetof(struct block_request, segment), "block.idl");

static void slot_complete(struct clients *clients, uint32_t number, uint32_t slot,
			  enum block_result result)
{
	struct client *client = &clients->client[number];

	client->queue->result[slot] = result;
	client->completed ^= UINT64_C(1) << slot;
	client->busy &= ~(UINT64_C(1) << slot);
	clients->signal |= UINT32_C(1) << number;
	/* Release: the result, and the data before it, are written before the word. */
	__atomic_store_n(&client->queue->completed, client->completed, __ATOMIC_RELEASE);
}

/*
 * Copies a slot's segments into descriptors from number `next` on, each checked against the guest's
 * memory. False if one lies outside, or the whole is not sectors of the client's region.
 */
static bool segments_copy(const struct client *client, const struct block_segment *segments,
			  const struct slot_head *head, struct virtio_descriptor *descriptor,
			  uint16_t next)
{
	const uint16_t flags = head->operation == BLOCK_OPERATION_READ
				       ? VIRTIO_DESCRIPTOR_NEXT | VIRTIO_DESCRIPTOR_WRITE
				       : VIRTIO_DESCRIPTOR_NEXT;
	uint64_t total = 0;
	uint32_t index;

	if (head->count == 0 || head->count > BLOCK_SEGMENTS)
		return false;
	for (index = 0; index < head->count; index++) {
		struct block_segment segment;

		COPY_ONCE(&segment, &segments[index]);
		if (segment.length == 0 || segment.offset > client->size ||
		    segment.length > client->size - segment.offset)
			return false;
		descriptor[index] = (struct virtio_descriptor){
			client->physical + segment.offset, segment.length, flags, ++next
		};
		total += segment.length;
	}
	return total % BLOCK_SECTOR_SIZE == 0 && head->sector <= client->sectors &&
	       total / BLOCK_SECTOR_SIZE <= client->sectors - head->sector;
}

/* Reads a slot, once, and puts it on the ring, or completes it; a transfer is free. */
static void slot_begin(struct clients *clients, uint32_t number, uint32_t slot)
{
	const struct client *client = &clients->client[number];
	const uint32_t owner = owner_make(number, slot, !(client->completed >> slot & 1));
	const struct block_request *request = &client->queue->request[slot];
	struct disk *disk = &clients->disk;
	enum virtio_block_type type;
	struct slot_head head;
	struct virtio_descriptor *data;
	uint16_t first;

	COPY_ONCE(&head, (const struct slot_head *)request);
	if (head.operation == BLOCK_OPERATION_FLUSH && head.count == 0) {
		if (!disk->flush) /* no volatile cache (5.2.5.2): nothing to do */
			slot_complete(clients, number, slot, BLOCK_RESULT_OK);
		else
			disk_submit(disk, VIRTIO_BLOCK_FLUSH, 0, 0, owner);
		return;
	}
	data = disk_data(disk, &first);
	if (head.operation > BLOCK_OPERATION_WRITE ||
	    !segments_copy(client, request->segment, &head, data, first)) {
		slot_complete(clients, number, slot, BLOCK_RESULT_BAD_REQUEST);
		return;
	}
	type = head.operation == BLOCK_OPERATION_READ ? VIRTIO_BLOCK_IN : VIRTIO_BLOCK_OUT;
	disk_submit(disk, type, client->start + head.sector, head.count, owner);
}

/* Starts waiting slots while there are transfers for them: one of each client in turn. */
static void pending_begin(struct clients *clients)
{
	while (clients->pending && clients->disk.free_count) {
		const uint32_t number = clients->turn;
		struct client *client = &clients->client[number];
		uint64_t rotated;
		uint32_t slot;

		clients->turn = number + 1 < clients->count ? number + 1 : 0;
		if (!(clients->pending >> number & 1))
			continue;
		rotated = client->pending >> client->turn |
			  client->pending << (-client->turn % BLOCK_SLOTS);
		slot = (client->turn + __builtin_ctzll(rotated)) % BLOCK_SLOTS;
		client->turn = (slot + 1) % BLOCK_SLOTS;
		client->pending &= ~(UINT64_C(1) << slot);
		if (!client->pending)
			clients->pending &= ~(UINT32_C(1) << number);
		slot_begin(clients, number, slot);
	}
}

static void signals_send(struct clients *clients)
{
	while (clients->signal) {
		rt_signal(clients->client[__builtin_ctz(clients->signal)].signal);
		clients->signal &= clients->signal - 1;
	}
}

/* Sees what a client has in flight that this life did not see yet. */
static void client_look(struct clients *clients, uint32_t number)
{
	struct client *client = &clients->client[number];
	/* Acquire: slots are read after the word that gives them. */
	uint64_t flight = __atomic_load_n(&client->queue->submitted, __ATOMIC_ACQUIRE) ^
			  client->completed;

	client->pending |= flight & ~client->busy;
	client->busy |= flight;
	if (client->pending)
		clients->pending |= UINT32_C(1) << number;
}

static void clients_begin(struct clients *clients)
{
	if (clients->pending && clients->disk.free_count) {
		pending_begin(clients);
		disk_notify(&clients->disk);
	}
	signals_send(clients);
}

status_t client_submit(struct clients *clients, uint64_t badge)
{
	if (badge >= clients->count)
		return STATUS_BAD_ARGUMENT;
	client_look(clients, (uint32_t)badge);
	clients_begin(clients);
	return STATUS_OK;
}

status_t client_capacity(const struct clients *clients, uint64_t badge, uint64_t *sectors)
{
	if (badge >= clients->count)
		return STATUS_BAD_ARGUMENT;
	*sectors = clients->client[badge].sectors;
	return STATUS_OK;
}

status_t client_quiesce(struct clients *clients, uint64_t badge)
{
	if (badge >= clients->count)
		return STATUS_BAD_ARGUMENT;
	client_look(clients, (uint32_t)badge);
	clients_drain(clients);
	return clients->client[badge].busy ? STATUS_AGAIN : STATUS_OK;
}

void clients_drain(struct clients *clients)
{
	uint16_t transfer;

	do {
		while (disk_take(&clients->disk, &transfer)) {
			const uint32_t owner = clients->disk.owner[transfer];

			slot_complete(clients, owner_client(owner), owner_slot(owner),
				      disk_status(&clients->disk, transfer) == VIRTIO_BLOCK_OK
					      ? BLOCK_RESULT_OK
					      : BLOCK_RESULT_IO_ERROR);
			disk_free(&clients->disk, transfer);
		}
	} while (disk_arm(&clients->disk));
	clients_begin(clients);
}

/*
 * A transfer's record is of a request still in flight if that has not been completed: it is taken
 * back before anything else is begun for its slot, here too.
 */
static void transfer_recover(struct clients *clients, uint16_t transfer)
{
	const uint32_t owner = disk_finished(&clients->disk, transfer);
	const uint32_t number = owner_client(owner), slot = owner_slot(owner);

	if (owner && number < clients->count && slot < BLOCK_SLOTS &&
	    (clients->client[number].completed >> slot & 1) != owner_completed(owner))
		slot_complete(clients, number, slot, BLOCK_RESULT_OK);
	disk_forget(&clients->disk, transfer);
}

void clients_recover(struct clients *clients)
{
	uint32_t number;
	uint16_t transfer;

	for (number = 0; number < clients->count; number++) {
		struct client *client = &clients->client[number];

		client->completed = __atomic_load_n(&client->queue->completed, __ATOMIC_RELAXED);
		clients->signal |= UINT32_C(1) << number;
	}
	for (transfer = 0; transfer < clients->disk.transfers; transfer++)
		transfer_recover(clients, transfer);
	for (number = 0; number < clients->count; number++)
		client_look(clients, number);
	clients_begin(clients);
}
