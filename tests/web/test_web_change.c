/* Long changes of the history, called without a server. */
#include "web/web_change.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/instant.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "http/http_json.h"
#include "http/http_response.h"
#include "store/store_db.h"
#include "support/suite.h"
#include "web/web_history.h"

struct state {
	int steps, left, error;
	bool is_finished;
	int result;
};

static struct store *store;
static struct web_history history;
static struct http_response res;
static struct http_peer peer;
static struct http_request req;
static char directory[] = "/tmp/test-web-change-XXXXXX";
static char path[64];

static int step(struct store_db *db, void *arg)
{
	struct state *s = arg;
	(void)db;
	s->steps++;
	return s->left-- > 1 ? STORE_MORE : s->error;
}

static void write_state(struct json_writer *j, void *state)
{
	const struct state *s = state;
	json_name_int(j, "steps", s->steps);
}

static void finish(int r, void *state)
{
	struct state *s = state;
	ck_assert(!s->is_finished);
	s->is_finished = true;
	s->result = r;
}

static const struct web_change_kind changes = {"a test", step, false, write_state, finish};
static const struct web_change_kind asks = {"a test", step, true, write_state, finish};

static void setup(void)
{
	ck_assert_ptr_nonnull(mkdtemp(directory));
	(void)snprintf(path, sizeof(path), "%s/t.db", directory);
	struct store_settings settings = store_settings_default();
	settings.path = store_db_is_built() ? path : NULL;
	store = store_open(&settings);
	history = (struct web_history){.store = store};
	http_response_init(&res);
	res.may_wait = true;
	peer = (struct http_peer){.is_unix = true};
	req = (struct http_request){.method = HTTP_POST, .peer = &peer, .now = instant_now()};
}

static void teardown(void)
{
	static const char *const ends[] = {"", "-wal", "-shm"};
	store_close(store, 5000);
	http_response_finish(&res);
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		char name[80];
		(void)snprintf(name, sizeof(name), "%s%s", path, ends[i]);
		(void)unlink(name);
	}
	(void)rmdir(directory);
	memcpy(strrchr(directory, '-') + 1, "XXXXXX", 6);
}

static void run(const struct web_change_kind *kind, struct state *state)
{
	web_change_begin(&history, kind, state, &req, &res);
	for (unsigned i = 0; i < 100 && !state->is_finished; i++) {
		(void)store_wait(store, 1000);
	}
	ck_assert(state->is_finished);
	ck_assert_ptr_null(history.changing);
}

static bool answer_is(const char *text)
{
	return str_equal(http_response_bytes(&res), str_from(text));
}

START_TEST(a_short_change_is_answered_once_it_is_done)
{
	const struct web_change_kind *const kinds[] = {&changes, &asks};
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct state state = {.left = 3};
		http_response_reset(&res);
		res.may_wait = true;
		run(kinds[i], &state);
		ck_assert_int_eq(state.result, 0);
		ck_assert_int_eq(res.status, 200);
		ck_assert_str_eq(res.type, "application/json");
		ck_assert(answer_is("{\"steps\":3,\"done\":true}\n"));
	}
}
END_TEST

START_TEST(a_fault_is_an_answer)
{
	struct state state = {.left = 2, .error = -ENOSPC};
	run(&changes, &state);
	ck_assert_int_eq(state.result, -ENOSPC);
	ck_assert_int_eq(res.status, 503);
}
END_TEST

/* Takes longer than a slice, then once more. */
static int slow_step(struct store_db *db, void *arg)
{
	struct state *s = arg;
	if (s->steps == 0) {
		nanosleep(&(struct timespec){.tv_nsec = 400000000}, NULL);
	}
	return step(db, arg);
}

/* Here five seconds of patience were over when it began. */
START_TEST(a_long_change_becomes_a_stream_and_goes_on_without_a_reader)
{
	static const struct web_change_kind slow = {
		"a test", slow_step, false, write_state, finish};
	struct state state = {.left = 2};
	req.now.mono_ms -= 6000;
	run(&slow, &state);
	ck_assert_int_eq(state.result, 0);
	ck_assert_int_eq(state.steps, 2);
	ck_assert_int_eq(res.kind, HTTP_RESPONSE_STREAM);
	ck_assert_str_eq(res.type, "application/x-ndjson");
}
END_TEST

START_TEST(there_is_one_at_a_time)
{
	struct state first = {.left = 2}, second = {.left = 1};
	struct http_response other;
	http_response_init(&other);
	other.may_wait = true;
	web_change_begin(&history, &changes, &first, &req, &res);
	web_change_begin(&history, &changes, &second, &req, &other);
	ck_assert(second.is_finished);
	ck_assert_int_eq(second.steps, 0);
	ck_assert_int_eq(other.status, 503);
	while (!first.is_finished) {
		(void)store_wait(store, 1000);
	}
	ck_assert_int_eq(res.status, 200);
	http_response_finish(&other);
}
END_TEST

START_TEST(a_store_that_closes_ends_it)
{
	struct state state = {.left = 1 << 30};
	web_change_begin(&history, &changes, &state, &req, &res);
	store_close(store, 5000);
	ck_assert(state.is_finished);
	ck_assert_int_eq(state.result, -ECANCELED);
	store = NULL;
}
END_TEST

START_TEST(without_history_there_is_nothing_to_change)
{
	struct state state = {.left = 1};
	history.store = store_open(&(struct store_settings){.path = NULL});
	web_change_begin(&history, &changes, &state, &req, &res);
	ck_assert(state.is_finished);
	ck_assert_int_eq(res.status, 404);
	store_close(history.store, 0);
}
END_TEST

START_TEST(too_many_that_wait_leave_no_room)
{
	struct state state = {.left = 1};
	res.may_wait = false;
	web_change_begin(&history, &changes, &state, &req, &res);
	ck_assert(state.is_finished);
	ck_assert_int_eq(res.kind, HTTP_RESPONSE_BUSY);
	ck_assert_ptr_null(history.changing);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("web_change");
	TCase *tests = tcase_create("change");
	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, without_history_there_is_nothing_to_change);
	tcase_add_test(tests, too_many_that_wait_leave_no_room);
	if (store_db_is_built()) {
		tcase_add_test(tests, a_short_change_is_answered_once_it_is_done);
		tcase_add_test(tests, a_fault_is_an_answer);
		tcase_add_test(tests, a_long_change_becomes_a_stream_and_goes_on_without_a_reader);
		tcase_add_test(tests, there_is_one_at_a_time);
		tcase_add_test(tests, a_store_that_closes_ends_it);
	}
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
