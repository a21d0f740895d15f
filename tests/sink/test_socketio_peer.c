#include "sink/socketio_peer.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "support/suite.h"

#define SID "0123456789abcdefghij"

static struct buf frames, texts;
static struct socketio_peer peer;
static struct socketio_now now;

static bool is_token(struct str token, void *data)
{
	ck_assert_ptr_eq(data, &peer);
	return str_equal(token, STR("s3cret"));
}

static void setup(void)
{
	buf_init(&frames, 1 << 20);
	buf_init(&texts, 1 << 20);
	now = (struct socketio_now){
		.time = {.mono_ms = 1000, .wall_ms = 1795838918636},
		.seq = 41,
		.is_token = is_token,
		.data = &peer,
	};
	socketio_peer_init(&peer, SID, false, &frames);
}

static void teardown(void)
{
	buf_finish(&frames);
	buf_finish(&texts);
}

/* The texts that were sent since the last time, each with a line's end. */
static const char *sent(void)
{
	const unsigned char *at = (const unsigned char *)frames.data, *end = at + frames.size;
	buf_clear(&texts);
	while (at < end) {
		ck_assert_uint_eq(at[0], 0x81);
		size_t header = at[1] < 126 ? 2 : 4;
		size_t size = at[1] < 126 ? at[1] : (size_t)at[2] << 8 | at[3];
		buf_append(&texts, at + header, size);
		buf_append_char(&texts, '\n');
		at += header + size;
	}
	buf_append_char(&texts, '\0');
	buf_clear(&frames);
	return texts.data;
}

static unsigned handle(const char *text)
{
	const struct ws_end *end = socketio_peer_handle(
		&peer, WS_TEXT, str_from(text), &now, &frames);
	return end != NULL ? end->code : 0;
}

static unsigned tick(void)
{
	const struct ws_end *end = socketio_peer_tick(&peer, &frames);
	return end != NULL ? end->code : 0;
}

#define ACK                                                                                        \
	"42/dashboard,[\"connection_ack\",{\"message\":\"Connected to dashboard\","                \
	"\"timestamp\":\"2026-11-28T04:08:38.636Z\",\"seq\":41}]\n"

START_TEST(connection_opens_and_joins)
{
	ck_assert_str_eq(sent(), "0{\"sid\":\"" SID "\",\"upgrades\":[],\"pingInterval\":5000,"
				 "\"pingTimeout\":10000,\"maxPayload\":16384}\n");
	ck_assert_uint_eq(handle("40/dashboard,"), 0);
	ck_assert_str_eq(sent(), "40/dashboard,{\"sid\":\"" SID "\"}\n" ACK);
	ck_assert(peer.is_joined);
	ck_assert_uint_eq(handle("40/dashboard,{}"), 0);
	ck_assert_str_eq(sent(), "");
	ck_assert_uint_eq(handle("41/dashboard,"), 0);
	ck_assert(!peer.is_joined);
	ck_assert_uint_eq(handle("1"), WS_CLOSE_NORMAL);
	ck_assert_str_eq(sent(), "");
}
END_TEST

START_TEST(other_namespaces_are_refused_and_the_default_one_is_silent)
{
	sent();
	ck_assert_uint_eq(handle("40/admin,{}"), 0);
	ck_assert_str_eq(sent(), "44/admin,{\"message\":\"Invalid namespace\"}\n");
	ck_assert_uint_eq(handle("40"), 0);
	ck_assert_str_eq(sent(), "40{\"sid\":\"" SID "\"}\n");
	ck_assert(!peer.is_joined);
	ck_assert_uint_eq(handle("42[\"ping\"]"), 0);
	ck_assert_str_eq(sent(), "");
	ck_assert_uint_eq(handle("423[\"ping\"]"), 0);
	ck_assert_str_eq(sent(), "433[]\n");
	ck_assert_uint_eq(handle("41"), 0);
	ck_assert_uint_eq(handle("424[\"ping\"]"), 0);
	ck_assert_str_eq(sent(), "");
}
END_TEST

START_TEST(events_are_answered)
{
	handle("42/dashboard,1[\"ping\"]"); // too early
	handle("40/dashboard,");
	sent();
	ck_assert_uint_eq(handle("42/dashboard,[\"ping\"]"), 0);
	ck_assert_str_eq(sent(), "42/dashboard,[\"pong\","
				 "{\"timestamp\":\"2026-11-28T04:08:38.636Z\",\"seq\":41}]\n");
	ck_assert_uint_eq(handle("42/dashboard,7[\"x\",{\"a\":1}]"), 0);
	ck_assert_str_eq(sent(), "43/dashboard,7[]\n");
	ck_assert_uint_eq(handle("42/dashboard,[\"x\""), 0);
	ck_assert_uint_eq(handle("42/other,8[\"x\"]"), 0);
	ck_assert_uint_eq(handle("43/dashboard,8[]"), 0);
	ck_assert_uint_eq(handle("6"), 0);
	ck_assert_str_eq(sent(), "");
}
END_TEST

START_TEST(what_is_no_packet_ends_it)
{
	ck_assert_uint_eq(handle("hello"), WS_CLOSE_POLICY);
	ck_assert_uint_eq(handle("451-[\"x\"]"), WS_CLOSE_UNSUPPORTED);
	const struct ws_end *end = socketio_peer_handle(&peer, WS_BINARY, STR("x"), &now, &frames);
	ck_assert_uint_eq(end->code, WS_CLOSE_UNSUPPORTED);
	ck_assert_ptr_null(socketio_peer_handle(&peer, WS_PING, STR("x"), &now, &frames));
}
END_TEST

START_TEST(token_is_wanted_until_it_is_given)
{
	socketio_peer_init(&peer, SID, true, &frames);
	sent();
	handle("40/dashboard,");
	handle("40/dashboard,{\"token\":\"wrong\"}");
	ck_assert_str_eq(sent(), "44/dashboard,{\"message\":\"Unauthorized\"}\n"
				 "44/dashboard,{\"message\":\"Unauthorized\"}\n");
	ck_assert(!peer.is_joined);
	handle("40");
	ck_assert_str_eq(sent(), "44{\"message\":\"Unauthorized\"}\n");
	handle("40/dashboard,{\"token\":\"s3cret\"}");
	ck_assert_str_eq(sent(), "40/dashboard,{\"sid\":\"" SID "\"}\n" ACK);
	handle("40");
	ck_assert_str_eq(sent(), "40{\"sid\":\"" SID "\"}\n");
}
END_TEST

START_TEST(fifty_messages_a_second_are_enough)
{
	handle("40/dashboard,");
	for (int i = 0; i < 49; i++) {
		ck_assert_uint_eq(handle("3"), 0);
	}
	now.time.mono_ms += 1000;
	for (int i = 0; i < 50; i++) {
		ck_assert_uint_eq(handle("3"), 0);
	}
	now.time.mono_ms += 999;
	ck_assert_uint_eq(handle("3"), WS_CLOSE_POLICY);
}
END_TEST

START_TEST(silent_client_is_let_go_after_two_pings)
{
	handle("40/dashboard,");
	sent();
	for (int i = 0; i < 3; i++) {
		ck_assert_uint_eq(tick(), 0);
		ck_assert_uint_eq(tick(), 0);
		ck_assert_str_eq(sent(), "2\n2\n");
		handle("3");
	}
	ck_assert_uint_eq(tick(), 0);
	ck_assert_uint_eq(tick(), 0);
	ck_assert_uint_eq(tick(), WS_CLOSE_POLICY);
}
END_TEST

START_TEST(client_without_a_namespace_is_let_go)
{
	for (int i = 0; i < 2; i++) {
		ck_assert_uint_eq(tick(), 0);
		handle("3");
	}
	ck_assert_uint_eq(tick(), WS_CLOSE_POLICY);
}
END_TEST

static Suite *socketio_peer_suite(void)
{
	Suite *suite = suite_create("socketio_peer");
	TCase *tc = tcase_create("all");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, connection_opens_and_joins);
	tcase_add_test(tc, other_namespaces_are_refused_and_the_default_one_is_silent);
	tcase_add_test(tc, events_are_answered);
	tcase_add_test(tc, what_is_no_packet_ends_it);
	tcase_add_test(tc, token_is_wanted_until_it_is_given);
	tcase_add_test(tc, fifty_messages_a_second_are_enough);
	tcase_add_test(tc, silent_client_is_let_go_after_two_pings);
	tcase_add_test(tc, client_without_a_namespace_is_let_go);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(socketio_peer_suite());
}
