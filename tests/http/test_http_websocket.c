#include "http/http_websocket.h"

#include "base/mem.h"
#include "http/http_request.h"
#include "support/suite.h"

#define KEY "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define ASK "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
#define V13 "Sec-WebSocket-Version: 13\r\n"

static struct http_request request(const char *fields)
{
	return (struct http_request){
		.method = HTTP_GET, .minor_version = 1, .fields = str_from(fields)};
}

START_TEST(what_a_request_lacks_is_found)
{
	static const struct {
		const char *fields;
		enum http_websocket_lack lack;
	} rows[] = {
		{ASK V13 KEY, HTTP_WEBSOCKET_OK},
		{V13 KEY, HTTP_WEBSOCKET_NO_UPGRADE},
		{ASK KEY, HTTP_WEBSOCKET_VERSION},
		{ASK "Sec-WebSocket-Version: 8\r\n" KEY, HTTP_WEBSOCKET_VERSION},
		{ASK V13, HTTP_WEBSOCKET_KEY},
		{ASK V13 "Sec-WebSocket-Key: c2hvcnQ=\r\n", HTTP_WEBSOCKET_KEY},
		{ASK V13 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZSE=\r\n", HTTP_WEBSOCKET_KEY},
		{ASK V13 "Sec-WebSocket-Key: dGhlIHNhbXBsZ-Bub25jZQ==\r\n", HTTP_WEBSOCKET_KEY},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct http_request req = request(rows[i].fields);
		ck_assert_msg(http_websocket_check(&req) == rows[i].lack, "row %zu", i);
	}
}
END_TEST

static void opened(struct http_stream *stream, const struct http_request *req, void *data)
{
	(void)stream;
	(void)req;
	(void)data;
}

START_TEST(answer_has_the_hash_of_the_key)
{
	struct http_request req = request(ASK V13 KEY);
	struct http_response res;
	http_response_init(&res);
	http_websocket_accept(&req, &res, "otel-ai-monitor", opened, NULL);
	ck_assert_int_eq(res.status, 101);
	ck_assert_str_eq(res.protocol, "websocket");
	ck_assert(str_equal(
		buf_str(&res.fields), STR("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
					  "Sec-WebSocket-Protocol: otel-ai-monitor\r\n")));
	http_response_finish(&res);
}
END_TEST

START_TEST(offers_are_a_list)
{
	struct http_request req = request("Sec-WebSocket-Protocol: a, bearer.x.y ,b\r\n");
	ck_assert(http_websocket_offers(&req, STR("a")));
	ck_assert(http_websocket_offers(&req, STR("b")));
	ck_assert(!http_websocket_offers(&req, STR("c")));
	ck_assert(!http_websocket_offers(&req, STR("")));
	ck_assert(str_equal(http_websocket_token(&req), STR("x.y")));
	req = request("Sec-WebSocket-Protocol: a, bearer\r\n");
	ck_assert_ptr_null(http_websocket_token(&req).data);
	req = request("");
	ck_assert(!http_websocket_offers(&req, STR("a")));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("http_websocket");
	TCase *tests = tcase_create("all");
	tcase_add_test(tests, what_a_request_lacks_is_found);
	tcase_add_test(tests, answer_has_the_hash_of_the_key);
	tcase_add_test(tests, offers_are_a_list);
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
