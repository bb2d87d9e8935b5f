/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a descriptor chain to a slot (virtio 1.2, 5.2.6). Header, data and status byte may be cut
 * into descriptors anywhere (2.7.4): only their order counts.
 */
#include "servers/rt/durable.h"
#include "servers/virtio_blk/device.h"

#define REQUEST_PENDING (-1)

/* A part of a chain's pieces: `length` bytes, `skip` bytes behind the start of `piece`. */
struct span {
	const struct virtqueue_piece *piece;
	uint32_t skip;
	uint32_t length;
};

/* The next contiguous part of the span; the span must not be empty. */
static struct virtqueue_piece span_next(struct span *span)
{
	struct virtqueue_piece part;

	while (span->skip >= span->piece->length)
		span->skip -= span->piece++->length;
	part.offset = span->piece->offset + span->skip;
	part.length = span->piece->length - span->skip;
	if (part.length > span->length)
		part.length = span->length;
	span->skip += part.length;
	span->length -= part.length;
	return part;
}

static bool header_read(const struct guest_memory *memory, const struct virtqueue_chain *chain,
			struct virtio_block_header *header)
{
	struct span span = { chain->piece, 0, sizeof(*header) };
	unsigned char *next = (unsigned char *)header;

	if (chain->piece[0].length >= sizeof(*header))
		return guest_memory_read(memory, chain->piece[0].offset, header, sizeof(*header));
	while (span.length) {
		const struct virtqueue_piece part = span_next(&span);

		if (!guest_memory_read(memory, part.offset, next, part.length))
			return false;
		next += part.length;
	}
	return true;
}

/* Writes the slot's segments, neighbours merged; 0 if there are too many. */
static uint32_t segments_write(struct block_segment *segment, struct span span)
{
	struct virtqueue_piece run = span_next(&span);
	uint32_t count = 0;

	for (;;) {
		struct virtqueue_piece part = { 0, 0 };

		if (span.length) {
			part = span_next(&span);
			if (part.offset == run.offset + run.length) {
				run.length += part.length; /* a chain has less than 2^32 bytes */
				continue;
			}
		}
		if (count == BLOCK_SEGMENTS)
			return 0;
		segment[count].offset = run.offset;
		segment[count++].length = run.length;
		if (part.length == 0)
			return count;
		run = part;
	}
}

/* Fills a free slot, of which there is one; the driver sees it after the commit. */
static int request_submit(struct virtio_blk_state *device, const struct surroundings *around,
			  enum block_operation operation, uint64_t sector, struct span data,
			  const struct virtio_blk_flight *flight)
{
	const unsigned int slot = __builtin_ctzll(~device_busy(device));
	struct block_request *request = &around->queue->request[slot];
	uint32_t count = 0;

	if (operation != BLOCK_OPERATION_FLUSH) {
		const uint64_t sectors = data.length / BLOCK_SECTOR_SIZE;

		if (sectors == 0 || data.length % BLOCK_SECTOR_SIZE != 0 ||
		    sector > around->sectors || sectors > around->sectors - sector)
			return VIRTIO_BLOCK_IO_ERROR;
		count = segments_write(request->segment, data);
		if (count == 0)
			return VIRTIO_BLOCK_IO_ERROR;
	}
	request->operation = operation;
	request->count = count;
	request->sector = sector;
	RT_TOUCH(device->flight[slot]);
	device->flight[slot] = *flight;
	RT_TOUCH(device->words);
	device->words.submitted ^= UINT64_C(1) << slot;
	return REQUEST_PENDING;
}

static int identity_write(const struct guest_memory *memory, struct span data, uint32_t *written)
{
	static const char identity[VIRTIO_BLOCK_ID_BYTES] = "coppice";
	const char *next = identity;

	if (data.length < sizeof(identity))
		return VIRTIO_BLOCK_IO_ERROR;
	*written = data.length == sizeof(identity) ? sizeof(identity) + 1 : sizeof(identity);
	data.length = sizeof(identity);
	while (data.length) {
		const struct virtqueue_piece part = span_next(&data);

		if (!guest_memory_write(memory, part.offset, next, part.length))
			return VIRTIO_BLOCK_IO_ERROR;
		next += part.length;
	}
	return VIRTIO_BLOCK_OK;
}

bool request_begin(struct virtio_blk_state *device, const struct surroundings *around,
		   const struct virtqueue_chain *chain)
{
	const struct virtqueue_piece *last = &chain->piece[chain->count - 1];
	const struct span in = { chain->piece + chain->readable, 0, chain->writable_length - 1 };
	const struct span out = { chain->piece, sizeof(struct virtio_block_header),
				  chain->readable_length - sizeof(struct virtio_block_header) };
	struct virtio_blk_flight flight = {
		.status = last->offset + last->length - 1,
		.written = 1,
		.head = chain->head,
	};
	struct virtio_block_header header;
	uint8_t status;
	int result;

	if (chain->readable_length < sizeof(header) || chain->writable_length < 1 ||
	    !header_read(&around->memory, chain, &header))
		return false;
	switch (header.type) {
	case VIRTIO_BLOCK_IN:
		flight.written = chain->writable_length;
		result = request_submit(device, around, BLOCK_OPERATION_READ, header.sector, in,
					&flight);
		break;
	case VIRTIO_BLOCK_OUT:
		result = request_submit(device, around, BLOCK_OPERATION_WRITE, header.sector, out,
					&flight);
		break;
	case VIRTIO_BLOCK_FLUSH:
		result = request_submit(device, around, BLOCK_OPERATION_FLUSH, 0, out, &flight);
		break;
	case VIRTIO_BLOCK_GET_ID:
		result = identity_write(&around->memory, in, &flight.written);
		break;
	default:
		result = VIRTIO_BLOCK_UNSUPPORTED;
	}
	if (result == REQUEST_PENDING)
		return true;
	status = result;
	if (status != VIRTIO_BLOCK_OK)
		flight.written = in.length == 0;
	virtqueue_put(&device->mmio.queue[0], &around->memory, chain->head, flight.written);
	return guest_memory_write(&around->memory, flight.status, &status, 1);
}
