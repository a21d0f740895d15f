#include "base/sha1.h"

#include <string.h>

enum { BLOCK_BYTES = 64, LENGTH_BYTES = 8, ROUNDS = 80 };

static uint32_t rotate(uint32_t x, unsigned n)
{
	return x << n | x >> (32 - n);
}

static uint32_t read_be32(const unsigned char *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* The function and constant for each twenty rounds. */
static uint32_t mix(unsigned round, uint32_t b, uint32_t c, uint32_t d)
{
	switch (round / 20) {
	case 0: return ((b & c) | (~b & d)) + 0x5a827999;
	case 1: return (b ^ c ^ d) + 0x6ed9eba1;
	case 2: return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
	default: return (b ^ c ^ d) + 0xca62c1d6;
	}
}

static void take_block(uint32_t h[5], const unsigned char *block)
{
	uint32_t w[ROUNDS], v[5];
	for (unsigned i = 0; i < ROUNDS; i++) {
		w[i] = i < 16 ? read_be32(block + (size_t)i * 4)
			      : rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
	}
	memcpy(v, h, sizeof(v));
	for (unsigned i = 0; i < ROUNDS; i++) {
		uint32_t next = rotate(v[0], 5) + mix(i, v[1], v[2], v[3]) + v[4] + w[i];
		v[4] = v[3];
		v[3] = v[2];
		v[2] = rotate(v[1], 30);
		v[1] = v[0];
		v[0] = next;
	}
	for (unsigned i = 0; i < 5; i++) {
		h[i] += v[i];
	}
}

/* The remainder, a 1 bit, zeros, and the length in bits: one block or two. */
static void take_end(uint32_t h[5], struct str rest, uint64_t bits)
{
	unsigned char end[2 * BLOCK_BYTES] = {0};
	size_t size = rest.size + 1 + LENGTH_BYTES > BLOCK_BYTES ? 2 * BLOCK_BYTES : BLOCK_BYTES;
	if (rest.size > 0) {
		memcpy(end, rest.data, rest.size);
	}
	end[rest.size] = 0x80;
	for (size_t i = 0; i < LENGTH_BYTES; i++) {
		end[size - 1 - i] = (unsigned char)(bits >> (8 * i));
	}
	for (size_t at = 0; at < size; at += BLOCK_BYTES) {
		take_block(h, end + at);
	}
}

void sha1(struct str text, unsigned char ret[SHA1_BYTES])
{
	uint32_t h[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
	uint64_t bits = (uint64_t)text.size * 8;
	while (text.size >= BLOCK_BYTES) {
		take_block(h, (const unsigned char *)text.data);
		text = str_skip(text, BLOCK_BYTES);
	}
	take_end(h, text, bits);
	for (unsigned i = 0; i < SHA1_BYTES; i++) {
		ret[i] = (unsigned char)(h[i / 4] >> (24 - 8 * (i % 4)));
	}
}
