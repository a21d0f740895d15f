#include "otlp/otlp_wire_value.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "otlp/otlp_testing.h"
#include "otlp/otlp_wire.h"
#include "support/suite.h"

static struct buf work, out;

static void setup(void)
{
	buf_init(&work, 1 << 28);
	buf_init(&out, 1 << 28);
}

static void teardown(void)
{
	buf_finish(&work);
	buf_finish(&out);
}

static void wrap_record(void)
{
	wrap_bytes(&out, (const unsigned[]){2, 2, 1}, 3);
}

/* AnyValue of every kind, as value of an attribute each. */
START_TEST(every_kind_of_value_arrives)
{
	struct buf any, pair, list;
	buf_init(&any, 4096);
	buf_init(&pair, 4096);
	buf_init(&list, 4096);
	for (unsigned kind = 1; kind <= 8; kind++) {
		switch (kind) {
		case 1: put_text(&any, 1, "s"); break;
		case 2: put_number(&any, 2, 1); break;
		case 3: put_number(&any, 3, (uint64_t)-5); break;
		case 4: put_double(&any, 4, 0.5); break;
		case 5:
			put_number(&any, 3, 1);
			put_message(&list, 1, &any);
			put_text(&any, 1, "first");
			put_message(&list, 1, &any);
			put_text(&any, 1, "second");
			put_message(&list, 1, &any);
			put_text(&any, 1, "third");
			put_message(&list, 1, &any);
			put_message(&any, 5, &list);
			break;
		case 6:
			put_attribute(&list, 1, "inner", "x");
			put_message(&any, 6, &list);
			break;
		case 7: put_text(&any, 7, "bytes"); break;
		default: break; // empty
		}
		put_text(&pair, 1, "k");
		put_message(&pair, 2, &any);
		put_message(&out, 6, &pair);
	}
	buf_finish(&any);
	buf_finish(&pair);
	buf_finish(&list);
	expect_records(see_wire_record(OTLP_LOGS, &out),
		"log empty attributes{ key=1:k string is=1:s key=1:k bool=1 key=1:k int=-5 key=1:k "
		"double=0.5 key=1:k array first=5:first second=6:second key=1:k kvlist key=1:k "
		"bytes key=1:k "
		"empty}\n");
}
END_TEST

/* As an attribute and on its own, which are read by different code. */
START_TEST(whole_numbers_of_every_length_arrive)
{
	static const uint64_t numbers[] = {0, 1, 127, 128, 16383, 16384, UINT32_MAX,
		(uint64_t)1 << 55, (uint64_t)1 << 56, INT64_MAX, (uint64_t)1 << 63, UINT64_MAX};
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		char expected[128];
		struct buf any, pair;
		buf_init(&any, 64);
		buf_init(&pair, 64);
		put_number(&any, 3, numbers[i]);
		buf_append(&work, any.data, any.size);
		put_message(&out, 5, &work);
		put_text(&pair, 1, "k");
		put_message(&pair, 2, &any);
		put_message(&out, 6, &pair);
		snprintf(expected, sizeof(expected),
			"log int=%" PRId64 " attributes{ key=1:k int=%" PRId64 "}\n",
			(int64_t)numbers[i], (int64_t)numbers[i]);
		expect_records(see_wire_record(OTLP_LOGS, &out), expected);
		buf_finish(&any);
		buf_finish(&pair);
		buf_clear(&out);
		buf_clear(&work);
	}
}
END_TEST

/* A varint of two numbers' worth, one too short for its field, and one that needs no second byte.
 */
START_TEST(odd_whole_numbers_are_read_as_ever)
{
	buf_append_str(&out, STR("\x32\x09\x0a\x01k\x12\x04\x18\x01\x18\x02"));
	expect_records(see_wire_record(OTLP_LOGS, &out), "log empty attributes{ key=1:k int=2}\n");
	buf_clear(&out);
	buf_append_str(&out, STR("\x32\x08\x0a\x01k\x12\x03\x18\x85\x00"));
	expect_records(see_wire_record(OTLP_LOGS, &out), "log empty attributes{ key=1:k int=5}\n");
	buf_clear(&out);
	buf_append_str(&out, STR("\x32\x08\x0a\x01k\x12\x03\x18\x85\x80"));
	expect_fault(see_wire_record(OTLP_LOGS, &out), OTLP_BAD_DATA, "a number");
}
END_TEST

START_TEST(long_texts_take_the_long_way_with_the_same_result)
{
	char text[300];
	memset(text, 'x', sizeof(text));
	for (size_t size = 120; size < sizeof(text); size++) {
		struct buf expected;
		struct str s = {text, size};
		buf_init(&expected, 4096);
		buf_clear(&out);
		buf_clear(&work);
		put_bytes(&out, 1, s);
		wrap_bytes(&out, (const unsigned[]){2}, 1);
		put_bytes(&out, 1, s); // the key after the value
		wrap_bytes(&out, (const unsigned[]){6}, 1);
		buf_printf(&expected, "log empty attributes{");
		dump_str(&expected, "key", s);
		buf_printf(&expected, " string");
		dump_str(&expected, "is", s);
		buf_append(&expected, "}\n", 3);
		expect_records(see_wire_record(OTLP_LOGS, &out), expected.data);
		buf_finish(&expected);
	}
}
END_TEST

/* The first byte of a longer length, and as many bytes in the value as that
 * byte alone would say. */
START_TEST(a_long_length_is_not_taken_for_a_short_one)
{
	struct buf any;
	char filler[125] = {0};
	buf_init(&any, 4096);
	buf_append_str(&any, STR("\x0a\x83\x00"
				 "abc"));
	put_bytes(&any, 9, (struct str){filler, sizeof(filler)});
	ck_assert_uint_eq(any.size - 2, 0x83);
	put_message(&out, 5, &any);
	expect_records(see_wire_record(OTLP_LOGS, &out), "log string is=3:abc\n");
	buf_finish(&any);
}
END_TEST

START_TEST(the_last_member_of_a_value_counts)
{
	struct buf any;
	buf_init(&any, 4096);
	put_text(&any, 1, "text");
	put_number(&any, 3, 7);
	put_message(&out, 5, &any);
	expect_records(see_wire_record(OTLP_LOGS, &out), "log int=7\n");
	buf_clear(&out);
	put_number(&any, 3, 7);
	put_text(&any, 5, "");
	put_message(&out, 5, &any);
	expect_records(see_wire_record(OTLP_LOGS, &out), "log array\n");
	buf_finish(&any);
}
END_TEST

START_TEST(strings_keep_nul_and_bad_utf8_is_counted)
{
	put_bytes(&out, 12, STR("a\0b"));
	put_attribute(&out, 6, "bad\xff", "caf\xc3");
	put_attribute(&out, 6, "good", "\xc3\xa4");
	wrap_record();
	struct seen seen = see(OTLP_LOGS, false, buf_str(&out));
	ck_assert_int_eq(seen.result.fault, OTLP_OK);
	ck_assert_uint_eq(seen.result.repaired, 2);
	ck_assert_uint_eq(seen.result.rejected, 0);
	ck_assert_str_eq(
		seen.result.warning, "2 strings were not valid UTF-8 and have been repaired");
	ck_assert_ptr_nonnull(memmem(seen.text.data, seen.text.size, "name=3:a\0b", 10));
	ck_assert_ptr_nonnull(memmem(seen.text.data, seen.text.size, "key=4:bad\xff", 10));
	seen_finish(&seen);
}
END_TEST

START_TEST(string_indexes_are_read_as_empty_with_a_warning)
{
	struct buf any;
	buf_init(&any, 4096);
	put_number(&any, 8, 3);
	put_message(&out, 5, &any);
	put_number(&any, 3, 4); // key_strindex
	put_message(&out, 6, &any);
	wrap_record();
	struct seen seen = see(OTLP_LOGS, false, buf_str(&out));
	ck_assert_str_eq(
		seen.result.warning, "2 string indexes outside profiles were read as empty");
	expect_records(seen, "log empty attributes{ empty}\n");
	buf_finish(&any);
}
END_TEST

/* An attribute value that is an array (5) or map (6) in itself that many times. */
static void put_nested(unsigned field, unsigned depth)
{
	buf_clear(&out);
	put_number(&out, 2, 1);
	for (unsigned i = 0; i < depth; i++) {
		if (field == 6) {
			wrap_bytes(&out, (const unsigned[]){2}, 1); // KeyValue.value
		}
		wrap_bytes(&out, (const unsigned[]){1, field}, 2);
	}
	wrap_bytes(&out, (const unsigned[]){2, 6}, 2);
}

START_TEST(values_may_be_nested_a_hundred_deep)
{
	for (unsigned field = 5; field <= 6; field++) {
		put_nested(field, 64);
		expect_records(see_wire_record(OTLP_LOGS, &out),
			field == 5 ? "log empty attributes{ array}\n"
				   : "log empty attributes{ kvlist}\n");
		put_nested(field, 100);
		struct seen seen = see_wire_record(OTLP_LOGS, &out);
		ck_assert_int_eq(seen.result.fault, OTLP_OK);
		seen_finish(&seen);
		put_nested(field, 101);
		expect_fault(see_wire_record(OTLP_LOGS, &out), OTLP_BAD_DATA,
			"nested deeper than 100 levels");
		put_nested(field, 5000);
		expect_fault(see_wire_record(OTLP_LOGS, &out), OTLP_BAD_DATA,
			"nested deeper than 100 levels");
	}
}
END_TEST

static Suite *otlp_wire_value_suite(void)
{
	Suite *suite = suite_create("otlp_wire_value");
	TCase *tcase = tcase_create("wire_value");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, every_kind_of_value_arrives);
	tcase_add_test(tcase, whole_numbers_of_every_length_arrive);
	tcase_add_test(tcase, odd_whole_numbers_are_read_as_ever);
	tcase_add_test(tcase, long_texts_take_the_long_way_with_the_same_result);
	tcase_add_test(tcase, a_long_length_is_not_taken_for_a_short_one);
	tcase_add_test(tcase, the_last_member_of_a_value_counts);
	tcase_add_test(tcase, strings_keep_nul_and_bad_utf8_is_counted);
	tcase_add_test(tcase, string_indexes_are_read_as_empty_with_a_warning);
	tcase_add_test(tcase, values_may_be_nested_a_hundred_deep);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(otlp_wire_value_suite());
}
