/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One direction of a console channel (idl/console.idl) as its reader or its writer handles it.
 *
 * The other side is not trusted: heads and tails are read once, an index is always masked, and a
 * distance that cannot be is told apart. The reader repairs such a ring by dropping what it holds.
 *
 * Whoever sleeps on a ring looks at it again after its own last store, and the other side looks at
 * that store after its own: the fences here are each other's partners, so one of both sees it.
 * A reader that waits for whole lines leaves half ones in the ring, so that none is lost with it.
 */
#ifndef LIB_CONSOLE_RING_H
#define LIB_CONSOLE_RING_H

#include <stdbool.h>
#include <stdint.h>

#include "gen/console.h"

struct console_ring {
	uint32_t *head; /* the writer's */
	uint32_t *tail; /* the reader's */
	uint8_t *bytes;
	uint32_t size; /* a power of two */
};

static inline struct console_ring console_output(struct console_channel *channel)
{
	return (struct console_ring){ &channel->output_head, &channel->output_tail,
				      channel->output, CONSOLE_OUTPUT_SIZE };
}

static inline struct console_ring console_input(struct console_channel *channel)
{
	return (struct console_ring){ &channel->input_head, &channel->input_tail, channel->input,
				      CONSOLE_INPUT_SIZE };
}

/* Bytes in the ring; more than its size: somebody wrote nonsense. */
static inline uint32_t console_ring_used(struct console_ring ring)
{
	uint32_t tail = __atomic_load_n(ring.tail, __ATOMIC_ACQUIRE);

	return __atomic_load_n(ring.head, __ATOMIC_ACQUIRE) - tail;
}

/*
 * Writer: put one byte down if there is room. *wake: the reader may sleep and wants this one: it
 * had read all, or it waits for the end of a line, or for more room than there is.
 */
static inline bool console_ring_put(struct console_ring ring, uint8_t byte, bool *wake)
{
	uint32_t head = __atomic_load_n(ring.head, __ATOMIC_RELAXED), used;

	*wake = true;
	if (head - __atomic_load_n(ring.tail, __ATOMIC_ACQUIRE) >= ring.size)
		return false;
	ring.bytes[head % ring.size] = byte;
	__atomic_store_n(ring.head, head + 1, __ATOMIC_RELEASE);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	used = head - __atomic_load_n(ring.tail, __ATOMIC_RELAXED);
	*wake = used == 0 || byte == '\n' || used + 1 >= ring.size;
	return true;
}

/* Reader: copy up to `most` of `used` bytes (as checked by the caller) and leave them there. */
static inline uint32_t console_ring_peek(struct console_ring ring, uint32_t used, uint8_t *bytes,
					 uint32_t most)
{
	uint32_t tail = __atomic_load_n(ring.tail, __ATOMIC_RELAXED);
	uint32_t count = used < most ? used : most, place;

	for (place = 0; place < count; place++)
		bytes[place] = __atomic_load_n(&ring.bytes[(tail + place) % ring.size],
					       __ATOMIC_RELAXED);
	return count;
}

/* Reader: take `count` bytes off. */
static inline void console_ring_take(struct console_ring ring, uint32_t count)
{
	uint32_t tail = __atomic_load_n(ring.tail, __ATOMIC_RELAXED);

	__atomic_store_n(ring.tail, tail + count, __ATOMIC_RELEASE);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/* Reader: drop all there is, whatever the indices say. */
static inline void console_ring_drop(struct console_ring ring)
{
	__atomic_store_n(ring.tail, __atomic_load_n(ring.head, __ATOMIC_ACQUIRE),
			 __ATOMIC_RELEASE);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/* The writer's last bytes of a full ring, in which a UART's model sees its transmit FIFO. */
#define CONSOLE_OUTPUT_FIFO 16u

#endif
