#include "http/http_access.h"

#include <stdio.h>

#include "base/mem.h"
#include "support/suite.h"

static const struct http_peer local = {.is_loopback = true}, distant = {.is_loopback = false},
			      by_file = {.is_loopback = true, .is_unix = true};
static const struct str hosts[] = {STR_INIT("box.example")};
static const struct str origins[] = {STR_INIT("https://ok.example"), STR_INIT("null")};
static const struct http_access access_with_lists = {.hosts = hosts,
	.host_count = 1,
	.origins = origins,
	.origin_count = 2,
	.token = STR_INIT("s3cret")};

static enum http_fault host(const struct http_peer *peer, const char *authority)
{
	struct http_request req = {.peer = peer, .authority = str_from(authority)};
	return http_access_check_host(&access_with_lists, &req);
}

START_TEST(literal_addresses_and_localhost_are_let_in)
{
	static const char *const allowed[] = {"127.0.0.1", "127.0.0.1:4318", "192.168.1.5", "[::1]",
		"[::1]:4318", "localhost", "LOCALHOST:1", "localhost.", "a.localhost",
		"a.b.localhost:9", "box.example", "BOX.example:80"};
	for (size_t i = 0; i < ARRAY_SIZE(allowed); i++) {
		ck_assert_msg(host(&local, allowed[i]) == HTTP_FAULT_NONE, "%s", allowed[i]);
	}
}
END_TEST

START_TEST(names_bound_anew_are_refused)
{
	static const char *const refused[] = {"evil.example", "evil.example:4318",
		"127.0.0.1.evil.example", "localhost.evil.example", "evillocalhost", ".localhost",
		"a.box.example", "1.2.3", "1.2.3.256", "[::g]", "", ":80"};
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		ck_assert_msg(
			host(&local, refused[i]) == HTTP_FAULT_HOST_REFUSED, "%s", refused[i]);
	}
}
END_TEST

START_TEST(host_of_a_unix_socket_means_nothing)
{
	ck_assert_int_eq(host(&by_file, "evil.example"), HTTP_FAULT_NONE);
}
END_TEST

START_TEST(old_clients_need_no_host)
{
	ck_assert_int_eq(host(&local, NULL), HTTP_FAULT_NONE);
}
END_TEST

static enum http_fault origin(const char *value, const char *authority, bool same)
{
	struct str allowed;
	struct http_request req = {.peer = &local, .authority = str_from(authority)};
	enum http_fault fault = http_access_check_origin(
		&access_with_lists, &req, str_from(value), same, &allowed);
	bool named = fault == HTTP_FAULT_NONE && value != NULL && !same;
	ck_assert_int_eq(allowed.size > 0, named);
	return fault;
}

START_TEST(only_listed_origins_are_let_in)
{
	ck_assert_int_eq(origin(NULL, "localhost", false), HTTP_FAULT_NONE);
	ck_assert_int_eq(origin("https://ok.example", "localhost", false), HTTP_FAULT_NONE);
	ck_assert_int_eq(
		origin("http://ok.example", "localhost", false), HTTP_FAULT_ORIGIN_REFUSED);
	ck_assert_int_eq(
		origin("https://ok.example.evil", "localhost", false), HTTP_FAULT_ORIGIN_REFUSED);
	ck_assert_int_eq(origin("", "localhost", false), HTTP_FAULT_ORIGIN_REFUSED);
}
END_TEST

START_TEST(null_origin_is_refused_even_if_listed)
{
	ck_assert_int_eq(origin("null", "localhost", false), HTTP_FAULT_ORIGIN_REFUSED);
}
END_TEST

START_TEST(own_pages_are_let_in_where_the_route_says_so)
{
	ck_assert_int_eq(origin("http://localhost:1", "localhost:1", true), HTTP_FAULT_NONE);
	ck_assert_int_eq(
		origin("http://localhost:1", "localhost:1", false), HTTP_FAULT_ORIGIN_REFUSED);
	ck_assert_int_eq(
		origin("http://localhost:2", "localhost:1", true), HTTP_FAULT_ORIGIN_REFUSED);
	ck_assert_int_eq(origin("https://"
				"localhost:1",
				 "localhost:1", true),
		HTTP_FAULT_ORIGIN_REFUSED);
	ck_assert_int_eq(origin("http://", "", true), HTTP_FAULT_ORIGIN_REFUSED);
}
END_TEST

static enum http_fault token(const struct http_peer *peer, const char *authorization)
{
	struct http_request req = {.peer = peer};
	return http_access_check_peer(&access_with_lists, &req, str_from(authorization));
}

START_TEST(distant_peers_need_the_token)
{
	ck_assert_int_eq(token(&distant, "Bearer "
					 "s3cret"),
		HTTP_FAULT_NONE);
	ck_assert_int_eq(token(&distant, "bearer  "
					 "s3cret"),
		HTTP_FAULT_NONE);
	ck_assert_int_eq(token(&distant, "Bearer "
					 "s3cre"),
		HTTP_FAULT_TOKEN);
	ck_assert_int_eq(token(&distant, "Bearer "
					 "s3crets"),
		HTTP_FAULT_TOKEN);
	ck_assert_int_eq(token(&distant, "Bearer "), HTTP_FAULT_TOKEN);
	ck_assert_int_eq(token(&distant, "Basic "
					 "s3cret"),
		HTTP_FAULT_TOKEN);
	ck_assert_int_eq(token(&distant, NULL), HTTP_FAULT_TOKEN);
}
END_TEST

START_TEST(local_peers_need_none)
{
	ck_assert_int_eq(token(&local, NULL), HTTP_FAULT_NONE);
	ck_assert_int_eq(token(&by_file, NULL), HTTP_FAULT_NONE);
}
END_TEST

static int64_t owner_of_peer = 1000;

static int64_t owner_of(const struct http_peer *peer)
{
	(void)peer;
	return owner_of_peer;
}

/* Of a peer on loopback that this user has. */
static enum http_fault sender(struct str token, int64_t uid, const char *authorization)
{
	const struct http_access a = {
		.own_user_only = true, .uid = 1000, .owner_of = owner_of, .token = token};
	struct http_peer peer = {.is_loopback = true, .uid = -1};
	struct http_request req = {.peer = &peer};
	owner_of_peer = uid;
	http_access_identify(&a, &peer);
	return http_access_check_peer(&a, &req, str_from(authorization));
}

START_TEST(other_users_are_refused_without_the_token)
{
	struct str none = {NULL, 0}, secret = STR("s3cret");
	ck_assert_int_eq(sender(none, 1000, NULL), HTTP_FAULT_NONE);
	ck_assert_int_eq(sender(none, 0, NULL), HTTP_FAULT_NONE);
	ck_assert_int_eq(sender(none, 1001, NULL), HTTP_FAULT_OTHER_USER);
	ck_assert_int_eq(sender(none, -1, NULL), HTTP_FAULT_OTHER_USER);
	ck_assert_int_eq(sender(none, 1001, "Bearer "), HTTP_FAULT_OTHER_USER);
	ck_assert_int_eq(sender(secret, 1000, NULL), HTTP_FAULT_NONE);
	ck_assert_int_eq(sender(secret, 1001, NULL), HTTP_FAULT_TOKEN);
	ck_assert_int_eq(sender(secret, 1001, "Bearer s3cret"), HTTP_FAULT_NONE);
	ck_assert_int_eq(sender(secret, -1, "Bearer s3cret"), HTTP_FAULT_NONE);
}
END_TEST

/* Of a distant peer; offers: its subprotocols. */
static enum http_fault websocket(const char *authorization, const char *offers, bool *ret_is_due)
{
	char fields[128];
	int size = snprintf(fields, sizeof(fields), "Sec-WebSocket-Protocol: %s\r\n", offers);
	struct http_request req = {
		.peer = &distant, .fields = {fields, offers[0] != '\0' ? (size_t)size : 0}};
	*ret_is_due = false;
	return http_access_check_websocket(
		&access_with_lists, &req, str_from(authorization), ret_is_due);
}

START_TEST(token_of_a_websocket_may_be_a_subprotocol_or_come_later)
{
	static const struct {
		const char *authorization, *offers;
		enum http_fault fault;
		bool is_due;
	} rows[] = {
		{NULL, "", HTTP_FAULT_NONE, true},
		{NULL, "otel-ai-monitor", HTTP_FAULT_NONE, true},
		{"Bearer s3cret", "", HTTP_FAULT_NONE, false},
		{"Bearer wrong", "", HTTP_FAULT_TOKEN, false},
		{NULL, "otel-ai-monitor, bearer.s3cret", HTTP_FAULT_NONE, false},
		{NULL, "otel-ai-monitor, bearer.%733cret", HTTP_FAULT_NONE, false},
		{NULL, "bearer.S3cret", HTTP_FAULT_TOKEN, false},
		{NULL, "bearer.", HTTP_FAULT_TOKEN, false},
		{NULL, "bearer.s3cret%", HTTP_FAULT_TOKEN, false},
		{"Bearer wrong", "bearer.s3cret", HTTP_FAULT_NONE, false},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		bool is_due;
		enum http_fault fault = websocket(rows[i].authorization, rows[i].offers, &is_due);
		ck_assert_msg(fault == rows[i].fault, "row %zu", i);
		ck_assert_msg(is_due == rows[i].is_due, "row %zu", i);
	}
}
END_TEST

START_TEST(other_user_cannot_give_a_token_that_is_not_there)
{
	const struct http_access a = {.own_user_only = true, .uid = 1000};
	const struct http_peer peer = {.is_loopback = true, .uid = 1001};
	const struct http_request req = {.peer = &peer};
	bool is_due = false;
	ck_assert_int_eq(http_access_check_websocket(&a, &req, (struct str){0}, &is_due),
		HTTP_FAULT_OTHER_USER);
	ck_assert(!is_due);
	ck_assert(!http_access_is_token(&a, STR("")));
}
END_TEST

/* The same for what only this user may do, where others are let in. */
static enum http_fault owner(struct str token, int64_t uid, const char *authorization)
{
	const struct http_access a = {.uid = 1000, .owner_of = owner_of, .token = token};
	struct http_peer peer = {.is_loopback = true, .uid = -1};
	struct http_request req = {.peer = &peer};
	owner_of_peer = uid;
	http_access_identify(&a, &peer);
	ck_assert_int_eq(
		http_access_check_peer(&a, &req, str_from(authorization)), HTTP_FAULT_NONE);
	return http_access_check_own_user(&a, &req, str_from(authorization));
}

START_TEST(some_routes_are_for_this_user_alone)
{
	struct str none = {NULL, 0}, secret = STR("s3cret");
	ck_assert_int_eq(owner(none, 1000, NULL), HTTP_FAULT_NONE);
	ck_assert_int_eq(owner(none, 0, NULL), HTTP_FAULT_NONE);
	ck_assert_int_eq(owner(none, 1001, NULL), HTTP_FAULT_OTHER_USER);
	ck_assert_int_eq(owner(none, -1, NULL), HTTP_FAULT_OTHER_USER);
	ck_assert_int_eq(owner(secret, 1001, NULL), HTTP_FAULT_TOKEN);
	ck_assert_int_eq(owner(secret, 1001, "Bearer s3cret"), HTTP_FAULT_NONE);
	const struct http_access a = {.uid = 1000, .owner_of = owner_of};
	struct http_peer elsewhere = {.uid = -1},
			 by_socket = {.is_unix = true, .is_loopback = true, .uid = -1};
	const struct http_request from_afar = {.peer = &elsewhere},
				  over_socket = {.peer = &by_socket};
	ck_assert_int_eq(http_access_check_own_user(&a, &from_afar, none), HTTP_FAULT_OTHER_USER);
	ck_assert_int_eq(http_access_check_own_user(&a, &over_socket, none), HTTP_FAULT_NONE);
}
END_TEST

START_TEST(who_need_not_be_known_is_not_asked)
{
	const struct http_access open = {.own_user_only = false}, closed = {.own_user_only = true};
	struct http_peer on_loopback = {.is_loopback = true, .uid = -1};
	struct http_peer elsewhere = {.uid = -1},
			 unix_peer = {.is_unix = true, .is_loopback = true, .uid = 7};
	http_access_identify(&open, &on_loopback); // or it would call NULL
	http_access_identify(&closed, &elsewhere);
	http_access_identify(&closed, &unix_peer);
	ck_assert_int_eq(on_loopback.uid, -1);
	ck_assert_int_eq(unix_peer.uid, 7);
	const struct http_request req = {.peer = &unix_peer};
	ck_assert_int_eq(
		http_access_check_peer(&closed, &req, (struct str){NULL, 0}), HTTP_FAULT_NONE);
}
END_TEST

static Suite *http_access_suite(void)
{
	Suite *suite = suite_create("ht"
				    "tp"
				    "_a"
				    "cc"
				    "es"
				    "s");
	TCase *tcase = tcase_create("ch"
				    "ec"
				    "k");
	tcase_add_test(tcase, literal_addresses_and_localhost_are_let_in);
	tcase_add_test(tcase, names_bound_anew_are_refused);
	tcase_add_test(tcase, host_of_a_unix_socket_means_nothing);
	tcase_add_test(tcase, old_clients_need_no_host);
	tcase_add_test(tcase, only_listed_origins_are_let_in);
	tcase_add_test(tcase, null_origin_is_refused_even_if_listed);
	tcase_add_test(tcase, own_pages_are_let_in_where_the_route_says_so);
	tcase_add_test(tcase, distant_peers_need_the_token);
	tcase_add_test(tcase, local_peers_need_none);
	tcase_add_test(tcase, other_users_are_refused_without_the_token);
	tcase_add_test(tcase, some_routes_are_for_this_user_alone);
	tcase_add_test(tcase, who_need_not_be_known_is_not_asked);
	tcase_add_test(tcase, token_of_a_websocket_may_be_a_subprotocol_or_come_later);
	tcase_add_test(tcase, other_user_cannot_give_a_token_that_is_not_there);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(http_access_suite());
}
