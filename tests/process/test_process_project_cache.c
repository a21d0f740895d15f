#include "process/process_project_cache.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "support/suite.h"

enum { SHORT_MS = 50, LONG_MS = 60000, MANY = 300 };

static uv_loop_t loop;
static struct process_project_cache *cache;
static unsigned told;
static char last_cwd[64], last_name[64], ask_then[64];

/* What the file system does; under lock. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t awoken = PTHREAD_COND_INITIALIZER;
static unsigned looked_up, at_once, max_at_once;
static bool hangs;

static bool hangs_here(const char *cwd)
{
	return hangs && strstr(cwd, "hung") != NULL;
}

/* "/x" is of project "x", "/none…" of none; what is hung waits. */
static int find(const char *cwd, const char *home, struct process_project *ret)
{
	(void)home;
	pthread_mutex_lock(&lock);
	looked_up++;
	at_once++;
	max_at_once = at_once > max_at_once ? at_once : max_at_once;
	while (hangs_here(cwd)) {
		pthread_cond_wait(&awoken, &lock);
	}
	at_once--;
	pthread_mutex_unlock(&lock);
	if (strncmp(cwd, "/none", 5) == 0) {
		return -ENOENT;
	}
	*ret = (struct process_project){.name = xstrdup(cwd + 1), .root = xstrdup(cwd)};
	return 0;
}

static void let_hang(bool value)
{
	pthread_mutex_lock(&lock);
	hangs = value;
	pthread_cond_broadcast(&awoken);
	pthread_mutex_unlock(&lock);
}

static unsigned lookups(void)
{
	pthread_mutex_lock(&lock);
	unsigned count = looked_up;
	pthread_mutex_unlock(&lock);
	return count;
}

static void on_known(struct str cwd, const struct process_project *project, void *data)
{
	ck_assert_ptr_eq(data, &loop);
	told++;
	snprintf(last_cwd, sizeof(last_cwd), "%.*s", STR_ARG(cwd));
	snprintf(last_name, sizeof(last_name), "%s", project->name != NULL ? project->name : "-");
	if (ask_then[0] != '\0') {
		(void)process_project_cache_ask(cache, str_from(ask_then));
		ask_then[0] = '\0';
	}
}

static void create(int grace_ms, int64_t patience_ms, int64_t kept_ms)
{
	struct process_project_cache_settings settings = process_project_cache_settings_default();
	settings.grace_ms = grace_ms;
	settings.patience_ms = patience_ms;
	settings.kept_ms = kept_ms;
	settings.find = find;
	cache = process_project_cache_create(&loop, &settings, on_known, &loop);
}

static void setup(void)
{
	pthread_mutex_lock(&lock);
	looked_up = at_once = max_at_once = 0;
	hangs = false;
	pthread_mutex_unlock(&lock);
	told = 0;
	ask_then[0] = '\0';
	uv_loop_init(&loop);
	create(0, LONG_MS, LONG_MS);
}

static void teardown(void)
{
	process_project_cache_close(cache);
	uv_run(&loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&loop), 0);
	let_hang(false);
}

static const struct process_project *ask(const char *cwd)
{
	return process_project_cache_ask(cache, str_from(cwd));
}

static void wait_for(unsigned count)
{
	while (told < count) {
		uv_run(&loop, UV_RUN_ONCE);
	}
}

START_TEST(a_directory_is_looked_up_once)
{
	for (int i = 0; i < 1000; i++) {
		ck_assert_ptr_null(ask("/shop"));
	}
	wait_for(1);
	ck_assert_str_eq(last_cwd, "/shop");
	ck_assert_str_eq(last_name, "shop");
	for (int i = 0; i < 1000; i++) {
		ck_assert_str_eq(ask("/shop")->name, "shop");
	}
	ck_assert_uint_eq(told, 1);
	ck_assert_uint_eq(lookups(), 1);
}
END_TEST

START_TEST(what_is_near_is_told_at_once)
{
	process_project_cache_close(cache);
	create(LONG_MS, LONG_MS, LONG_MS);
	for (int i = 0; i < 10; i++) {
		ck_assert_str_eq(ask("/shop")->name, "shop");
		ck_assert_str_eq(ask("/garden")->name, "garden");
		ck_assert_ptr_null(ask("/none")->name);
	}
	uv_run(&loop, UV_RUN_NOWAIT);
	ck_assert_uint_eq(told, 0);
	ck_assert_uint_eq(lookups(), 3);
}
END_TEST

START_TEST(what_is_far_is_waited_for_twice)
{
	process_project_cache_close(cache);
	create(20, SHORT_MS, LONG_MS);
	let_hang(true);
	uint64_t began_ns = uv_hrtime();
	for (int i = 0; i < 40; i++) {
		char path[32];
		snprintf(path, sizeof(path), "/hung-%d", i);
		ck_assert_ptr_null(ask(path));
	}
	uint64_t took_ms = (uv_hrtime() - began_ns) / 1000000;
	ck_assert_uint_ge(took_ms, 2 * 20);
	ck_assert_uint_lt(took_ms, 40 * 20);
	wait_for(40);
	ck_assert_str_eq(last_name, "-");
}
END_TEST

START_TEST(what_has_no_project_is_remembered_too)
{
	ck_assert_ptr_null(ask("/none"));
	wait_for(1);
	ck_assert_str_eq(last_name, "-");
	ck_assert_ptr_null(ask("/none")->name);
	ck_assert_uint_eq(lookups(), 1);
}
END_TEST

START_TEST(an_answer_is_looked_up_again_some_day)
{
	process_project_cache_close(cache);
	create(0, LONG_MS, 0);
	for (unsigned i = 1; i <= 3; i++) {
		ck_assert_ptr_null(ask("/shop"));
		wait_for(i);
	}
	ck_assert_uint_eq(lookups(), 3);
}
END_TEST

START_TEST(what_is_no_path_is_not_looked_up)
{
	char large[8000];
	memset(large, 'a', sizeof(large));
	large[0] = '/';
	ck_assert_ptr_null(process_project_cache_ask(cache, (struct str){large, 8000})->name);
	ck_assert_ptr_null(process_project_cache_ask(cache, STR("/a\0b"))->name);
	ck_assert_ptr_null(ask("")->name);
	ck_assert_ptr_null(ask("C:\\shop")->name);
	ck_assert_uint_eq(lookups(), 0);
}
END_TEST

START_TEST(few_threads_look_up_many)
{
	char path[32];
	unsigned asked = 0;
	for (int i = 0; i < MANY; i++) {
		snprintf(path, sizeof(path), "/shop-%d", i);
		asked += ask(path) == NULL;
		if (i % 50 == 49) {
			wait_for(asked);
		}
	}
	wait_for(asked);
	ck_assert_uint_eq(lookups(), MANY);
	ck_assert_uint_le(max_at_once, 2);
	ck_assert_str_eq(ask(path)->name, "shop-299");
	ck_assert_ptr_null(ask("/shop-0")); // forgotten by now
	wait_for(asked + 1);
}
END_TEST

START_TEST(too_many_at_once_are_told_nothing)
{
	char path[32];
	unsigned asked = 0;
	for (int i = 0; i < MANY; i++) {
		snprintf(path, sizeof(path), "/shop-%d", i);
		const struct process_project *project = ask(path);
		asked += project == NULL;
		ck_assert(project == NULL || project->name == NULL);
	}
	ck_assert_uint_ge(asked, 64);
	ck_assert_uint_lt(asked, MANY);
	wait_for(asked);
}
END_TEST

START_TEST(one_may_be_asked_for_from_the_answer)
{
	strcpy(ask_then, "/next");
	ask("/shop");
	wait_for(2);
	ck_assert_str_eq(last_name, "next");
}
END_TEST

START_TEST(a_hung_directory_holds_up_no_other)
{
	process_project_cache_close(cache);
	create(0, SHORT_MS, LONG_MS);
	let_hang(true);
	ask("/hung");
	ask("/shop");
	wait_for(1);
	ck_assert_str_eq(last_name, "shop");
	wait_for(2);
	ck_assert_str_eq(last_cwd, "/hung");
	ck_assert_str_eq(last_name, "-");
	ck_assert_ptr_nonnull(ask("/hung")); // told, and not tried again at once
}
END_TEST

START_TEST(nothing_is_tried_while_every_thread_hangs)
{
	process_project_cache_close(cache);
	create(0, SHORT_MS, LONG_MS);
	let_hang(true);
	ask("/hung-1");
	ask("/hung-2");
	ask("/shop"); // waits in vain
	wait_for(3);
	ck_assert_uint_eq(lookups(), 2);
	ck_assert_ptr_null(ask("/other")->name);
	let_hang(false);
	while (ask("/other") != NULL) { // as they come back
		uv_run(&loop, UV_RUN_NOWAIT);
	}
	wait_for(4);
	ck_assert_str_eq(last_name, "other");
	ck_assert_uint_eq(told, 4);
}
END_TEST

START_TEST(nothing_waits_for_a_hung_thread)
{
	let_hang(true);
	ask("/hung-1");
	ask("/hung-2");
	ask("/hung-3");
	process_project_cache_close(cache);
	uv_run(&loop, UV_RUN_DEFAULT);
	ck_assert_uint_eq(told, 0);
	let_hang(false);
	cache = NULL;
}
END_TEST

static Suite *cache_suite(void)
{
	Suite *suite = suite_create("process_project_cache");
	TCase *tc = tcase_create("all");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_directory_is_looked_up_once);
	tcase_add_test(tc, what_is_near_is_told_at_once);
	tcase_add_test(tc, what_is_far_is_waited_for_twice);
	tcase_add_test(tc, what_has_no_project_is_remembered_too);
	tcase_add_test(tc, an_answer_is_looked_up_again_some_day);
	tcase_add_test(tc, what_is_no_path_is_not_looked_up);
	tcase_add_test(tc, few_threads_look_up_many);
	tcase_add_test(tc, too_many_at_once_are_told_nothing);
	tcase_add_test(tc, one_may_be_asked_for_from_the_answer);
	tcase_add_test(tc, a_hung_directory_holds_up_no_other);
	tcase_add_test(tc, nothing_is_tried_while_every_thread_hangs);
	tcase_add_test(tc, nothing_waits_for_a_hung_thread);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(cache_suite());
}
