/* Frames of WebSocket: those that are sent, and those that are read. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "sink/ws_frame.h"
#include "sink/ws_reader.h"
#include "support/suite.h"

enum { MAX_BYTES = 16384 };

static struct buf in, out, heard;
static struct ws_reader *reader;
static const struct ws_end *answer;

static const struct ws_end *on_message(enum ws_opcode opcode, struct str message, void *data)
{
	ck_assert_ptr_eq(data, &heard);
	buf_printf(&heard, "%u:", (unsigned)opcode);
	buf_append_str(&heard, message);
	buf_append_char(&heard, '|');
	return answer;
}

static void setup(void)
{
	buf_init(&in, 1 << 20);
	buf_init(&out, 1 << 20);
	buf_init(&heard, 1 << 20);
	answer = NULL;
	reader = ws_reader_create(MAX_BYTES, on_message, &heard);
	ck_assert_ptr_nonnull(reader);
}

static void teardown(void)
{
	ws_reader_destroy(reader);
	buf_finish(&in);
	buf_finish(&out);
	buf_finish(&heard);
}

/* Adds a client's frame to in: first is FIN, RSV and opcode. */
static void add(unsigned first, struct str payload)
{
	static const unsigned char mask[4] = {0x12, 0x34, 0x56, 0x78};
	buf_append_char(&in, (char)first);
	if (payload.size < 126) {
		buf_append_char(&in, (char)(0x80 | payload.size));
	} else {
		buf_append_char(&in, (char)(0x80 | 126));
		buf_append_char(&in, (char)(payload.size >> 8));
		buf_append_char(&in, (char)payload.size);
	}
	buf_append(&in, mask, sizeof(mask));
	for (size_t i = 0; i < payload.size; i++) {
		buf_append_char(&in, (char)(payload.data[i] ^ mask[i % 4]));
	}
}

static void check_heard(const char *expected)
{
	ck_assert_msg(str_equal(buf_str(&heard), str_from(expected)), "heard %.*s",
		STR_ARG(buf_str(&heard)));
	buf_clear(&heard);
}

static void check_push(unsigned code)
{
	const struct ws_end *end = ws_reader_push(reader, buf_str(&in), &out);
	ck_assert_uint_eq(end != NULL ? end->code : 0, code);
	buf_clear(&in);
}

/* What was answered last is the frame that ends it. */
static void check_ends_with(unsigned code)
{
	ck_assert_uint_ge(out.size, 4);
	const unsigned char *at = (const unsigned char *)out.data;
	while (at[0] != 0x88) { // pongs may stand before it
		at += 2 + at[1];
	}
	ck_assert_uint_eq((unsigned)at[2] << 8 | at[3], code);
	ck_assert_ptr_eq(at + 2 + at[1], (const unsigned char *)out.data + out.size);
}

START_TEST(frames_have_the_shortest_header)
{
	static const struct {
		size_t size, header;
		const char *bytes;
	} rows[] = {
		{0, 2, "\x81\x00"},
		{125, 2, "\x81\x7d"},
		{126, 4, "\x81\x7e\x00\x7e"},
		{65535, 4, "\x81\x7e\xff\xff"},
		{65536, 10, "\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00"},
	};
	cleanup_free char *payload = xcalloc(1, 65536);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		buf_clear(&out);
		ck_assert_int_eq(
			ws_frame_append(&out, WS_TEXT, (struct str){payload, rows[i].size}), 0);
		ck_assert_uint_eq(out.size, rows[i].header + rows[i].size);
		ck_assert_int_eq(memcmp(out.data, rows[i].bytes, rows[i].header), 0);
	}
}
END_TEST

START_TEST(frame_that_does_not_fit_leaves_nothing)
{
	struct buf small;
	buf_init(&small, 8);
	ck_assert_int_ne(ws_frame_append(&small, WS_TEXT, STR("1234567")), 0);
	ck_assert_uint_eq(small.size, 0);
	buf_finish(&small);
}
END_TEST

START_TEST(close_says_code_and_reason)
{
	char reason[200];
	memset(reason, 'r', sizeof(reason));
	ws_frame_append_close(&out, WS_CLOSE_GOING_AWAY, STR("bye"));
	ck_assert(str_equal(buf_str(&out), STR("\x88\x05\x03\xe9"
					       "bye")));
	buf_clear(&out);
	ws_frame_append_close(&out, WS_CLOSE_POLICY, (struct str){reason, sizeof(reason)});
	ck_assert_uint_eq(out.size, 2 + 125);
}
END_TEST

START_TEST(messages_come_whole_however_they_are_cut)
{
	add(0x81, STR("hello"));
	add(0x01, STR("wor"));
	add(0x89, STR("ping"));
	add(0x00, STR("l"));
	add(0x80, STR("d"));
	add(0x82, STR("\x01\x02"));
	add(0x8a, STR("pong"));
	add(0x81, STR(""));
	const char *expected = "1:hello|9:ping|1:world|2:\x01\x02|10:pong|1:|";
	struct str bytes = buf_str(&in);
	for (size_t i = 0; i < bytes.size; i++) {
		struct str one = {bytes.data + i, 1};
		ck_assert_ptr_null(ws_reader_push(reader, one, &out));
	}
	check_heard(expected);
	ck_assert(str_equal(buf_str(&out), STR("\x8a\x04ping")));
	buf_clear(&out);
	check_push(0); // and once more, in one piece
	check_heard(expected);
	ck_assert(str_equal(buf_str(&out), STR("\x8a\x04ping")));
}
END_TEST

START_TEST(frames_that_are_wrong_end_it)
{
	static const struct {
		struct str bytes;
		unsigned code;
	} rows[] = {
		{STR_INIT("\x81\x02hi"), WS_CLOSE_PROTOCOL},               // not masked
		{STR_INIT("\xc1\x80\x01\x02\x03\x04"), WS_CLOSE_PROTOCOL}, // RSV1
		{STR_INIT("\x91\x80\x01\x02\x03\x04"), WS_CLOSE_PROTOCOL}, // RSV3
		{STR_INIT("\x83\x80\x01\x02\x03\x04"), WS_CLOSE_PROTOCOL}, // opcode
		{STR_INIT("\x8b\x80\x01\x02\x03\x04"), WS_CLOSE_PROTOCOL},
		{STR_INIT("\x80\x80\x01\x02\x03\x04"), WS_CLOSE_PROTOCOL}, // goes on with nothing
		{STR_INIT("\x01\x80\x01\x02\x03\x04\x81\x80\x01\x02\x03\x04"),
			WS_CLOSE_PROTOCOL},                                // begins within another
		{STR_INIT("\x09\x80\x01\x02\x03\x04"), WS_CLOSE_PROTOCOL}, // a ping in fragments
		{STR_INIT("\x89\xfe\x00\x7e"), WS_CLOSE_PROTOCOL},         // a ping of 126 bytes
		{STR_INIT("\x81\xfe\x00\x01\x01\x02\x03\x04!"), WS_CLOSE_PROTOCOL}, // long size
		{STR_INIT("\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x02\x03\x04"),
			WS_CLOSE_PROTOCOL}, // below 0
		{STR_INIT("\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\x01\x02\x03\x04!"),
			WS_CLOSE_TOO_BIG},
		{STR_INIT("\x81\xfe\x40\x01\x01\x02\x03\x04!"), WS_CLOSE_TOO_BIG}, // 16385
		{STR_INIT("\x81\x81\x01\x02\x03\x04\xfe"), WS_CLOSE_NOT_UTF8},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		teardown();
		setup();
		buf_append_str(&in, rows[i].bytes);
		const struct ws_end *end = ws_reader_push(reader, buf_str(&in), &out);
		ck_assert_msg(end != NULL, "row %zu goes on", i);
		ck_assert_msg(end->code == rows[i].code, "row %zu: %u", i, (unsigned)end->code);
		check_ends_with(rows[i].code);
		ck_assert_str_ne(end->reason, "");
	}
}
END_TEST

START_TEST(largest_message_is_read_and_fragments_are_added_up)
{
	cleanup_free char *text = xmalloc(MAX_BYTES);
	memset(text, 'm', MAX_BYTES);
	add(0x81, (struct str){text, MAX_BYTES});
	check_push(0);
	ck_assert_uint_eq(heard.size, MAX_BYTES + 3);
	add(0x01, (struct str){text, MAX_BYTES});
	add(0x80, STR("!"));
	check_push(WS_CLOSE_TOO_BIG);
}
END_TEST

START_TEST(close_of_the_client_is_answered_and_is_the_last)
{
	add(0x88, STR("\x03\xe9"
		      "bye"));
	add(0x81, STR("late"));
	check_push(WS_CLOSE_NORMAL);
	check_ends_with(WS_CLOSE_GOING_AWAY);
	check_heard("");
	teardown();
	setup();
	add(0x88, STR(""));
	check_push(WS_CLOSE_NORMAL);
	ck_assert(str_equal(buf_str(&out), STR("\x88\x00")));
}
END_TEST

START_TEST(whoever_hears_may_end_it)
{
	static const struct ws_end end = {WS_CLOSE_POLICY, "enough"};
	add(0x89, STR(""));
	check_push(0);
	answer = &end;
	add(0x81, STR("a"));
	add(0x81, STR("b"));
	check_push(WS_CLOSE_POLICY);
	check_heard("9:|1:a|");
	check_ends_with(WS_CLOSE_POLICY);
}
END_TEST

START_TEST(answers_have_a_limit)
{
	buf_finish(&out);
	buf_init(&out, 100);
	for (int i = 0; i < 20; i++) {
		add(0x89, STR("12345678"));
	}
	check_push(WS_CLOSE_POLICY);
}
END_TEST

static Suite *ws_suite(void)
{
	Suite *suite = suite_create("ws");
	TCase *tc = tcase_create("all");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, frames_have_the_shortest_header);
	tcase_add_test(tc, frame_that_does_not_fit_leaves_nothing);
	tcase_add_test(tc, close_says_code_and_reason);
	tcase_add_test(tc, messages_come_whole_however_they_are_cut);
	tcase_add_test(tc, frames_that_are_wrong_end_it);
	tcase_add_test(tc, largest_message_is_read_and_fragments_are_added_up);
	tcase_add_test(tc, close_of_the_client_is_answered_and_is_the_last);
	tcase_add_test(tc, whoever_hears_may_end_it);
	tcase_add_test(tc, answers_have_a_limit);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(ws_suite());
}
