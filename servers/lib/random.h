/* SPDX-License-Identifier: Apache-2.0 */
/* Random numbers from one seed: the ChaCha20 block function (RFC 8439 2.3) in counter mode. */
#ifndef LIB_RANDOM_H
#define LIB_RANDOM_H

#include <stddef.h>
#include <stdint.h>

#define RANDOM_KEY_WORDS 8

struct random {
	uint32_t key[RANDOM_KEY_WORDS];
	uint32_t counter;
	uint32_t nonce[3];
};

/* One stream for each (key, nonce); the key is 256 bits that nobody else knows. */
void random_start(struct random *random, const void *key, uint64_t nonce);

/* The next `size` bytes; at most 2^38 of one stream. */
void random_fill(struct random *random, void *to, size_t size);

#endif
