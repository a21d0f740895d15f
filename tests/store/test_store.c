#include "store/store.h"

#include <dirent.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/store_db.h"
#include "store_fixture.h"
#include "support/suite.h"

START_TEST(a_call_becomes_a_row)
{
	struct store *s = fixture_open();
	struct session_call call = fixture_call(fixture_session('a'), 7);
	call.usage.tokens[USAGE_CACHE_READ] = 1000;
	store_put_call(s, &call, FIXTURE_NOW_MS);
	ck_assert_int_eq(fixture_flush(s), 0);
	ck_assert_int_eq(fixture_number(s, "SELECT count(*) FROM call"), 1);
	ck_assert_int_eq(fixture_number(s, "SELECT cost_nano_usd FROM call"), 10000000);
	ck_assert_int_eq(fixture_number(s, "SELECT day FROM call"), FIXTURE_DAY);
	ck_assert_int_eq(fixture_number(s, "SELECT estimate_nano_usd IS NULL FROM call"), 1);
	ck_assert_str_eq(fixture_text(s, "SELECT cost_source FROM call"), "r");
	ck_assert_str_eq(fixture_text(s, "SELECT model FROM call"), "claude-opus-4-1");
	ck_assert_str_eq(fixture_text(s, "SELECT host FROM session"), "desk");
	ck_assert_int_eq(fixture_number(s, "SELECT cache_read_tokens FROM session"), 1000);
	fixture_close(s);
}
END_TEST

START_TEST(the_file_is_for_its_user_alone)
{
	struct stat st;
	struct store *s = fixture_open();
	ck_assert_int_eq(fixture_flush(s), 0);
	ck_assert_int_eq(stat(fixture_path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0600);
	fixture_await(s, STORE_OK);
	fixture_close(s);
}
END_TEST

START_TEST(the_end_writes_what_is_left)
{
	struct store_settings settings = fixture_settings();
	settings.collect_ms = 60000;
	struct store *s = store_open(&settings);
	struct session_call call = fixture_call(fixture_session('a'), 7);
	store_put_call(s, &call, FIXTURE_NOW_MS);
	fixture_close(s);
	ck_assert_int_eq(fixture_number_in(fixture_path, "SELECT count(*) FROM call"), 1);
}
END_TEST

START_TEST(without_a_path_nothing_is_kept)
{
	struct store_settings settings = store_settings_default();
	struct store *s = store_open(&settings);
	struct session_call call = fixture_call(fixture_session('a'), 7);
	store_put_call(s, &call, FIXTURE_NOW_MS);
	ck_assert_uint_eq(store_state(s).status, STORE_OFF);
	ck_assert_int_eq(store_ask(s, NULL, NULL, NULL), -ENOTSUP);
	store_close(s, 1000);
	store_close(NULL, 1000);
}
END_TEST

/* ---- questions and changes */

static int count_for_ever(struct store_db *db, void *arg)
{
	(void)arg;
	int64_t n;
	return store_db_number(db,
		"WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)"
		" SELECT count(*) FROM c",
		0, &n);
}

START_TEST(a_question_that_takes_too_long_is_ended)
{
	struct store_settings settings = fixture_settings();
	settings.question_ms = 50;
	struct store *s = store_open(&settings);
	ck_assert_int_eq(fixture_ask(s, count_for_ever, NULL), -ETIMEDOUT);
	ck_assert_int_eq(fixture_number(s, "SELECT count(*) FROM call"), 0); // the next one is fine
	fixture_close(s);
}
END_TEST

static void count_cancelled(int r, void *arg)
{
	unsigned *count = arg;
	*count += r == -ECANCELED;
}

START_TEST(the_end_answers_every_question)
{
	unsigned cancelled = 0, asked = 0;
	struct store *s = fixture_open();
	ck_assert_int_eq(fixture_flush(s), 0);
	while (store_ask(s, count_for_ever, count_cancelled, &cancelled) == 0) {
		asked++;
		ck_assert_uint_lt(asked, 1000);
	}
	ck_assert_uint_ge(asked, 64); // then there were too many
	ck_assert_uint_eq(cancelled, 0);
	fixture_close(s);
	ck_assert_uint_eq(cancelled, asked);
}
END_TEST

static int write_in_question(struct store_db *db, void *arg)
{
	(void)arg;
	return store_db_execute(db, "DELETE FROM session");
}

START_TEST(a_question_cannot_change_anything)
{
	struct store *s = fixture_open();
	store_put_session(s, fixture_session('a'), FIXTURE_NOW_MS);
	ck_assert_int_eq(fixture_flush(s), 0);
	ck_assert_int_eq(fixture_ask(s, write_in_question, NULL), -EROFS);
	ck_assert_int_eq(fixture_number(s, "SELECT count(*) FROM session"), 1);
	ck_assert_uint_eq(store_state(s).status, STORE_OK);
	fixture_close(s);
}
END_TEST

/* Adds one session in each of three steps, and fails in the fourth if it is asked to. */
struct steps {
	unsigned taken;
	int at_the_end;
};

static int take_step(struct store_db *db, void *arg)
{
	struct steps *steps = arg;
	struct store_query *q = store_db_query(db,
		"INSERT INTO session(id, tool, first_seen_ms, last_seen_ms) VALUES(?1, 'x', 0, 0)");
	store_db_bind_int(q, 1, steps->taken);
	int r = store_db_run(q);
	steps->taken++;
	return r < 0 ? r : steps->taken < 4 ? STORE_MORE : steps->at_the_end;
}

START_TEST(a_change_is_made_in_steps)
{
	struct store *s = fixture_open();
	struct steps fine = {0}, failing = {.at_the_end = -EINVAL};
	ck_assert_int_eq(fixture_change(s, take_step, &fine), 0);
	ck_assert_int_eq(fixture_number(s, "SELECT count(*) FROM session"), 4);
	ck_assert_int_eq(fixture_change(s, write_in_question, NULL), 0);
	ck_assert_int_eq(fixture_change(s, take_step, &failing), -EINVAL);
	ck_assert_int_eq(fixture_number(s, "SELECT count(*) FROM session"), 3);
	ck_assert_uint_eq(store_state(s).status, STORE_OK);
	fixture_close(s);
}
END_TEST

static void wake(void *data)
{
	(*(atomic_uint *)data)++;
}

START_TEST(the_loop_is_woken_for_answers_only)
{
	atomic_uint woken = 0;
	struct store_settings settings = fixture_settings();
	settings.wake = wake;
	settings.data = &woken;
	struct store *s = store_open(&settings);
	ck_assert_int_eq(fixture_flush(s), 0);
	unsigned before = woken;
	ck_assert_uint_ge(before, 1);
	for (uint64_t id = 0; id < 100; id++) {
		struct session_call call = fixture_call(fixture_session('a'), id);
		store_put_call(s, &call, FIXTURE_NOW_MS);
	}
	while (store_state(s).written < 100) {
		fixture_sleep(1);
	}
	ck_assert_uint_eq(woken, before);
	ck_assert_int_eq(fixture_number(s, "SELECT count(*) FROM call"), 100);
	ck_assert_uint_ge(woken, before + 1);
	fixture_close(s);
}
END_TEST

/* How often a thread of the store's has given the processor up. */
static unsigned long switches_of(const char *task)
{
	char path[256], line[256];
	unsigned long count = 0;
	bool is_ours = false;
	(void)snprintf(path, sizeof(path), "/proc/self/task/%s/status", task);
	FILE *status = fopen(path, "re");
	while (status != NULL && fgets(line, sizeof(line), status) != NULL) {
		is_ours = is_ours || strncmp(line, "Name:\thistory-", 14) == 0;
		(void)sscanf(line, "voluntary_ctxt_switches: %lu", &count);
	}
	if (status != NULL) {
		(void)fclose(status);
	}
	return is_ours ? count : 0;
}

static unsigned long switches(void)
{
	unsigned long count = 0;
	DIR *tasks = opendir("/proc/self/task");
	for (struct dirent *e = readdir(tasks); e != NULL; e = readdir(tasks)) {
		count += switches_of(e->d_name);
	}
	closedir(tasks);
	ck_assert_uint_gt(count, 0);
	return count;
}

START_TEST(nothing_wakes_up_while_nothing_happens)
{
	struct store *s = fixture_open();
	struct session_call call = fixture_call(fixture_session('a'), 1);
	store_put_call(s, &call, FIXTURE_NOW_MS);
	ck_assert_int_eq(fixture_number(s, "SELECT 1"), 1);
	ck_assert_int_eq(fixture_flush(s), 0);
	fixture_sleep(50);
	unsigned long before = switches();
	fixture_sleep(1000);
	ck_assert_uint_eq(switches(), before);
	fixture_close(s);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("store");
	TCase *tests = tcase_create("store");
	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
	tcase_add_test(tests, a_call_becomes_a_row);
	tcase_add_test(tests, the_file_is_for_its_user_alone);
	tcase_add_test(tests, the_end_writes_what_is_left);
	tcase_add_test(tests, without_a_path_nothing_is_kept);
	tcase_add_test(tests, a_question_that_takes_too_long_is_ended);
	tcase_add_test(tests, the_end_answers_every_question);
	tcase_add_test(tests, a_question_cannot_change_anything);
	tcase_add_test(tests, a_change_is_made_in_steps);
	tcase_add_test(tests, the_loop_is_woken_for_answers_only);
	tcase_add_test(tests, nothing_wakes_up_while_nothing_happens);
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
