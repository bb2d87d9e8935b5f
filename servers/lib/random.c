/* SPDX-License-Identifier: Apache-2.0 */
#include "servers/lib/random.h"

#include "servers/rt/string.h"

#define ROUNDS 20
#define BLOCK_WORDS 16

static inline uint32_t rotate(uint32_t value, unsigned int by)
{
	return value << by | value >> (32 - by);
}

static void quarter_round(uint32_t *s, unsigned int a, unsigned int b, unsigned int c,
			  unsigned int d)
{
	s[a] += s[b];
	s[d] = rotate(s[d] ^ s[a], 16);
	s[c] += s[d];
	s[b] = rotate(s[b] ^ s[c], 12);
	s[a] += s[b];
	s[d] = rotate(s[d] ^ s[a], 8);
	s[c] += s[d];
	s[b] = rotate(s[b] ^ s[c], 7);
}

static void block(struct random *random, uint32_t out[BLOCK_WORDS])
{
	uint32_t start[BLOCK_WORDS] = { 0x61707865, 0x3320646e, 0x79622d32, 0x6b206574 };
	unsigned int index, round;

	memcpy(&start[4], random->key, sizeof(random->key));
	start[12] = random->counter++;
	memcpy(&start[13], random->nonce, sizeof(random->nonce));
	memcpy(out, start, sizeof(start));
	for (round = 0; round < ROUNDS; round += 2) {
		for (index = 0; index < 4; index++)
			quarter_round(out, index, 4 + index, 8 + index, 12 + index);
		for (index = 0; index < 4; index++)
			quarter_round(out, index, 4 + (index + 1) % 4, 8 + (index + 2) % 4,
				      12 + (index + 3) % 4);
	}
	for (index = 0; index < BLOCK_WORDS; index++)
		out[index] += start[index];
}

void random_start(struct random *random, const void *key, uint64_t nonce)
{
	memcpy(random->key, key, sizeof(random->key));
	random->counter = 0;
	random->nonce[0] = 0;
	random->nonce[1] = (uint32_t)nonce;
	random->nonce[2] = (uint32_t)(nonce >> 32);
}

void random_fill(struct random *random, void *to, size_t size)
{
	uint32_t words[BLOCK_WORDS];
	uint8_t *at = to;

	while (size) {
		size_t part = size < sizeof(words) ? size : sizeof(words);

		block(random, words);
		memcpy(at, words, part);
		at += part;
		size -= part;
	}
}
