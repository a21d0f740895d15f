#include "sink/socketio_packet.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "support/suite.h"

START_TEST(packets_are_read)
{
	static const struct {
		const char *text;
		enum socketio_packet_type type;
		const char *name_space, *ack, *data;
	} rows[] = {
		{"", SOCKETIO_BAD, "", "", ""},
		{"0", SOCKETIO_BAD, "", "", ""},
		{"1", SOCKETIO_END, "", "", ""},
		{"2probe", SOCKETIO_BAD, "", "", ""},
		{"3", SOCKETIO_PONG, "", "", ""},
		{"6", SOCKETIO_NOTHING, "", "", ""},
		{"7", SOCKETIO_BAD, "", "", ""},
		{"hello", SOCKETIO_BAD, "", "", ""},
		{"4", SOCKETIO_BAD, "", "", ""},
		{"49", SOCKETIO_BAD, "", "", ""},
		{"40", SOCKETIO_CONNECT, "/", "", ""},
		{"40{}", SOCKETIO_CONNECT, "/", "", "{}"},
		{"40/dashboard,", SOCKETIO_CONNECT, "/dashboard", "", ""},
		{"40/dashboard", SOCKETIO_CONNECT, "/dashboard", "", ""},
		{"40/dashboard,{}", SOCKETIO_CONNECT, "/dashboard", "", "{}"},
		{"40/dashboard?token=x,{}", SOCKETIO_CONNECT, "/dashboard", "", "{}"},
		{"41/dashboard,", SOCKETIO_DISCONNECT, "/dashboard", "", ""},
		{"42[\"a\"]", SOCKETIO_EVENT, "/", "", "[\"a\"]"},
		{"42/dashboard,7[\"a\"]", SOCKETIO_EVENT, "/dashboard", "7", "[\"a\"]"},
		{"421234567890123456[]", SOCKETIO_EVENT, "/", "1234567890123456", "[]"},
		{"4212345678901234567[]", SOCKETIO_BAD, "/", "12345678901234567", "[]"},
		{"43/dashboard,7[]", SOCKETIO_NOTHING, "/dashboard", "7", "[]"},
		{"44", SOCKETIO_BAD, "/", "", ""},
		{"451-[\"a\",{\"_placeholder\":true,\"num\":0}]", SOCKETIO_BINARY, "/", "1",
			"-[\"a\",{\"_placeholder\":true,\"num\":0}]"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct socketio_packet p = socketio_packet_read(str_from(rows[i].text));
		ck_assert_msg(p.type == rows[i].type, "%s", rows[i].text);
		ck_assert_msg(
			str_equal(p.name_space, str_from(rows[i].name_space)), "%s", rows[i].text);
		ck_assert_msg(str_equal(p.ack, str_from(rows[i].ack)), "%s", rows[i].text);
		ck_assert_msg(str_equal(p.data, str_from(rows[i].data)), "%s", rows[i].text);
	}
}
END_TEST

START_TEST(name_of_an_event_is_its_first_item)
{
	static const struct {
		const char *data, *name;
	} rows[] = {
		{"[\"ping\"]", "ping"},
		{"[\"p\\u0069ng\", {\"a\": [1]}, 2]", "ping"},
		{"[\"\"]", ""},
		{"[1,\"ping\"]", ""},
		{"[]", ""},
		{"", ""},
		{"\"ping\"", ""},
		{"[\"ping\"", ""},
		{"[\"ping\"] x", ""},
		{"[\"0123456789012345678901234567890123456789012345678901234567890123\"]",
			"0123456789012345678901234567890123456789012345678901234567890123"},
		{"[\"01234567890123456789012345678901234567890123456789012345678901234\"]", ""},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char name[SOCKETIO_NAME_BYTES];
		struct str got = socketio_packet_event(str_from(rows[i].data), name);
		ck_assert_msg(str_equal(got, str_from(rows[i].name)), "row %zu", i);
	}
}
END_TEST

START_TEST(token_is_a_member)
{
	char token[SOCKETIO_TOKEN_BYTES];
	ck_assert(str_equal(
		socketio_packet_token(STR("{\"token\":\"s\\\"x\",\"a\":{}}"), token), STR("s\"x")));
	ck_assert_uint_eq(socketio_packet_token(STR("{\"token\":1}"), token).size, 0);
	ck_assert_uint_eq(socketio_packet_token(STR("{}"), token).size, 0);
	ck_assert_uint_eq(socketio_packet_token(STR(""), token).size, 0);
	ck_assert_uint_eq(socketio_packet_token(STR("[\"token\"]"), token).size, 0);
}
END_TEST

static struct buf out;

static void check(const char *expected)
{
	ck_assert_msg(str_equal(buf_str(&out), str_from(expected)), "%.*s", STR_ARG(buf_str(&out)));
	buf_clear(&out);
}

START_TEST(packets_are_written)
{
	buf_init(&out, 1 << 10);
	socketio_write_open(&out, &(const struct socketio_opening){STR("abc"), 5000, 10000, 16384});
	check("0{\"sid\":\"abc\",\"upgrades\":[],\"pingInterval\":5000,\"pingTimeout\":10000,"
	      "\"maxPayload\":16384}");
	socketio_write_ping(&out);
	check("2");
	socketio_write_connected(&out, STR("/dashboard"), STR("abc"));
	check("40/dashboard,{\"sid\":\"abc\"}");
	socketio_write_connected(&out, STR("/"), STR("abc"));
	check("40{\"sid\":\"abc\"}");
	socketio_write_refused(&out, STR("/x"), "Invalid namespace");
	check("44/x,{\"message\":\"Invalid namespace\"}");
	socketio_write_ack(&out, STR("/dashboard"), STR("7"));
	check("43/dashboard,7[]");
	socketio_write_event(&out, STR("/dashboard"), "stats", STR("{\"a\":1}\n"), 12);
	check("42/dashboard,[\"stats\",{\"a\":1,\"seq\":12}]");
	socketio_write_event(&out, STR("/"), "x", STR("{}"), UINT64_MAX);
	check("42[\"x\",{\"seq\":18446744073709551615}]");
	buf_finish(&out);
}
END_TEST

static Suite *socketio_packet_suite(void)
{
	Suite *suite = suite_create("socketio_packet");
	TCase *tc = tcase_create("all");
	tcase_add_test(tc, packets_are_read);
	tcase_add_test(tc, name_of_an_event_is_its_first_item);
	tcase_add_test(tc, token_is_a_member);
	tcase_add_test(tc, packets_are_written);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(socketio_packet_suite());
}
