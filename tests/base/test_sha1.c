#include "base/sha1.h"

#include <stdio.h>
#include <string.h>

#include "support/suite.h"

static void check(struct str text, const char *expected)
{
	unsigned char hash[SHA1_BYTES];
	char hex[SHA1_BYTES * 2 + 1];
	sha1(text, hash);
	for (size_t i = 0; i < SHA1_BYTES; i++) {
		(void)snprintf(hex + i * 2, 3, "%02x", hash[i]);
	}
	ck_assert_str_eq(hex, expected);
}

START_TEST(known_hashes) // of RFC 3174, FIPS 180-1, and RFC 6455 section 1.3
{
	check(STR(""), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
	check(STR("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
	check(STR("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
		"84983e441c3bd26ebaae4aa1f95129e5e54670f1");
	check(STR("dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11"),
		"b37a4f2cc0624f1690f64606cf385945b2bec4ea");
}
END_TEST

START_TEST(every_length_around_a_block)
{
	char text[130];
	memset(text, 'a', sizeof(text));
	check((struct str){text, 55}, "c1c8bbdc22796e28c0e15163d20899b65621d65a");
	check((struct str){text, 56}, "c2db330f6083854c99d4b5bfb6e8f29f201be699");
	check((struct str){text, 63}, "03f09f5b158a7a8cdad920bddc29b81c18a551f5");
	check((struct str){text, 64}, "0098ba824b5c16427bd7a1122a5a442a25ec644d");
	check((struct str){text, 65}, "11655326c708d70319be2610e8a57d9a5b959d3b");
	check((struct str){text, 128}, "ad5b3fdbcb526778c2839d2f151ea753995e26a0");
}
END_TEST

static Suite *sha1_suite(void)
{
	Suite *suite = suite_create("sha1");
	TCase *tc = tcase_create("all");
	tcase_add_test(tc, known_hashes);
	tcase_add_test(tc, every_length_around_a_block);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(sha1_suite());
}
