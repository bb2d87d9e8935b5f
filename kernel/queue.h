/* SPDX-License-Identifier: Apache-2.0 */
/* Doubly linked queues, with the links in the elements. */
#ifndef KERNEL_QUEUE_H
#define KERNEL_QUEUE_H

#include <stdbool.h>

struct queue {
	struct queue *next, *previous;
};

static inline void queue_init(struct queue *queue)
{
	queue->next = queue->previous = queue;
}

static inline bool queue_empty(const struct queue *queue)
{
	return queue->next == queue;
}

static inline void queue_insert(struct queue *before, struct queue *element)
{
	element->next = before;
	element->previous = before->previous;
	before->previous->next = element;
	before->previous = element;
}

static inline void queue_remove(struct queue *element)
{
	element->next->previous = element->previous;
	element->previous->next = element->next;
	queue_init(element);
}

#endif
