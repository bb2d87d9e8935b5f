/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A split virtqueue in hostile memory. virtqueue_start checks that the three areas lie inside the
 * window for their whole length; from then on an access to them is safe because its index is masked
 * with, or compared to, the size right where it is made. Buffers are checked one by one, on a copy
 * of their descriptor.
 */
#include "servers/lib/virtqueue.h"

#include "servers/rt/durable.h"

static uint16_t *ring_half(const struct virtio_queue *queue, const struct guest_memory *memory,
			   enum virtqueue_area area, uint64_t at)
{
	return (uint16_t *)(memory->base + queue->offset[area] + at);
}

/* Where the areas lie in the window; false if they cannot lie there. */
static bool areas_find(const struct virtio_queue *queue, const struct guest_memory *memory,
		       uint64_t offset[VIRTIO_AREAS])
{
	const uint64_t size = queue->size;
	const uint64_t bytes[VIRTIO_AREAS] = {
		VIRTIO_DESCRIPTORS_BYTES(size),
		VIRTIO_AVAILABLE_BYTES(size),
		VIRTIO_USED_BYTES(size),
	};
	static const uint64_t alignment[VIRTIO_AREAS] = { 16, 2, 4 };
	unsigned int area;

	if (size == 0 || size > VIRTQUEUE_SIZE_MAX || (size & (size - 1)) != 0)
		return false;
	for (area = 0; area < VIRTIO_AREAS; area++)
		if (!guest_memory_offset(memory, queue->address[area], bytes[area],
					 &offset[area]) ||
		    offset[area] % alignment[area] != 0)
			return false;
	return true;
}

bool virtqueue_start(struct virtio_queue *queue, const struct guest_memory *memory,
		     uint64_t features)
{
	RT_TOUCH(*queue);
	queue->started = areas_find(queue, memory, queue->offset);
	queue->indirect = !!(features & VIRTIO_FEATURE_INDIRECT);
	queue->event_index = !!(features & VIRTIO_FEATURE_EVENT_INDEX);
	queue->available_next = queue->used_next = 0;
	return queue->started;
}

bool virtqueue_check(const struct virtio_queue *queue, const struct guest_memory *memory)
{
	uint64_t offset[VIRTIO_AREAS];

	if (!queue->started)
		return true;
	return queue->started == 1 && queue->indirect <= 1 && queue->event_index <= 1 &&
	       areas_find(queue, memory, offset) &&
	       offset[VIRTQUEUE_DESCRIPTORS] == queue->offset[VIRTQUEUE_DESCRIPTORS] &&
	       offset[VIRTQUEUE_AVAILABLE] == queue->offset[VIRTQUEUE_AVAILABLE] &&
	       offset[VIRTQUEUE_USED] == queue->offset[VIRTQUEUE_USED];
}

/*
 * Walks a chain from `head`: descriptors of the ring, the last of which may name an indirect table
 * (2.7.5.3). At most `size` buffers and one table: the walk ends, whatever `next` says.
 */
static bool chain_walk(const struct virtio_queue *queue, const struct guest_memory *memory,
		       uint16_t head, struct virtqueue_chain *chain)
{
	uint64_t table = queue->offset[VIRTQUEUE_DESCRIPTORS];
	uint64_t entries = queue->size;
	uint64_t readable = 0, total = 0;
	uint32_t count = 0;
	bool nested = false, written = false;
	uint16_t index = head;

	chain->readable = 0;
	for (;;) {
		struct virtio_descriptor descriptor;
		uint64_t offset;

		if (index >= entries)
			return false;
		copy_once(&descriptor, memory->base + table + 16 * (uint64_t)index, 16);
		if (!guest_memory_offset(memory, descriptor.address, descriptor.length, &offset))
			return false;
		if (descriptor.flags & VIRTIO_DESCRIPTOR_INDIRECT) {
			if (!queue->indirect || nested || descriptor.length % 16 != 0 ||
			    (descriptor.flags & VIRTIO_DESCRIPTOR_NEXT))
				return false;
			nested = true;
			table = offset;
			entries = descriptor.length / 16;
			index = 0;
			continue;
		}
		if (count == queue->size)
			return false;
		if (descriptor.flags & VIRTIO_DESCRIPTOR_WRITE) {
			written = true;
		} else {
			if (written)
				return false; /* 2.7.4.2: what the device writes comes last */
			chain->readable = count + 1;
			readable += descriptor.length;
		}
		total += descriptor.length;
		chain->piece[count].offset = offset;
		chain->piece[count++].length = descriptor.length;
		if (!(descriptor.flags & VIRTIO_DESCRIPTOR_NEXT))
			break;
		index = descriptor.next;
	}
	chain->head = head;
	chain->count = count;
	chain->readable_length = readable;
	chain->writable_length = total - readable;
	return total <= UINT32_MAX; /* 2.7.5.2 */
}

enum virtqueue_result virtqueue_take(struct virtio_queue *queue, const struct guest_memory *memory,
				     struct virtqueue_chain *chain)
{
	/* Acquire: entries and descriptors are read after the index that shows them. */
	const uint16_t end = __atomic_load_n(ring_half(queue, memory, VIRTQUEUE_AVAILABLE,
						       VIRTIO_RING_INDEX), __ATOMIC_ACQUIRE);
	const uint16_t next = queue->available_next;
	uint16_t head;

	if (end == next)
		return VIRTQUEUE_EMPTY;
	/* An honest driver has at most `size` chains that were not put back. */
	if ((uint16_t)(end - next) > queue->size ||
	    (uint16_t)(end - queue->used_next) > queue->size)
		return VIRTQUEUE_BROKEN;
	head = __atomic_load_n(ring_half(queue, memory, VIRTQUEUE_AVAILABLE, VIRTIO_RING_ENTRIES +
					 2 * (next & (queue->size - 1))), __ATOMIC_RELAXED);
	if (!chain_walk(queue, memory, head, chain))
		return VIRTQUEUE_BROKEN;
	RT_TOUCH(*queue);
	queue->available_next = next + 1;
	return VIRTQUEUE_TAKEN;
}

/* The driver sees the wish before the commit; if that does not come, the next life looks itself. */
bool virtqueue_arm(const struct virtio_queue *queue, const struct guest_memory *memory)
{
	if (queue->event_index)
		__atomic_store_n(ring_half(queue, memory, VIRTQUEUE_USED,
					   VIRTIO_USED_EVENT(queue->size)),
				 queue->available_next, __ATOMIC_RELAXED);
	/*
	 * Full barrier: the event is written before the index is read. The driver does it the other
	 * way round, so one of the two sees the other's. Without the feature the flag that would
	 * silence the driver is never set, and it notifies always.
	 */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return __atomic_load_n(ring_half(queue, memory, VIRTQUEUE_AVAILABLE, VIRTIO_RING_INDEX),
			       __ATOMIC_RELAXED) != queue->available_next;
}

void virtqueue_put(struct virtio_queue *queue, const struct guest_memory *memory, uint16_t head,
		   uint32_t written)
{
	const struct virtio_used_element element = { .id = head, .length = written };

	__builtin_memcpy(memory->base + queue->offset[VIRTQUEUE_USED] + VIRTIO_RING_ENTRIES +
			 8 * (queue->used_next & (queue->size - 1)), &element, sizeof(element));
	RT_TOUCH(*queue);
	queue->used_next++;
}

bool virtqueue_publish(const struct virtio_queue *queue, const struct guest_memory *memory,
		       uint16_t *published)
{
	const uint16_t now = queue->used_next;
	const uint16_t old = *published;
	const uint64_t wish = queue->event_index ? VIRTIO_AVAILABLE_EVENT(queue->size) : 0;
	uint16_t event;

	if (now == old)
		return false;
	/* Release: data, status and elements are written before the index that shows them. */
	__atomic_store_n(ring_half(queue, memory, VIRTQUEUE_USED, VIRTIO_RING_INDEX), now,
			 __ATOMIC_RELEASE);
	*published = now;
	/* Full barrier: index written before the driver's wish is read, see virtqueue_arm. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	event = __atomic_load_n(ring_half(queue, memory, VIRTQUEUE_AVAILABLE, wish),
				__ATOMIC_RELAXED);
	if (queue->event_index)
		return virtio_event_passed(event, now, old);
	return !(event & VIRTIO_AVAILABLE_NO_INTERRUPT);
}
