/* Killed again and again in the middle of a load. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "store_fixture.h"
#include "support/suite.h"

enum { KILLS = 100, MAX_CALLS = 4000000, REPEATED = 50 };

/* What the process that is killed has done, in memory that outlives it. */
struct progress {
	volatile uint64_t count;   // of calls that were put, with ids from 0
	int64_t put_ms[MAX_CALLS]; // monotonic: when
};

static int64_t mono_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void put(struct store *s, uint64_t id)
{
	const struct session *session = fixture_session((char)('a' + id % 5));
	struct session_call call = fixture_call(session, id);
	store_put_call(s, &call, FIXTURE_NOW_MS);
	if (id % 3 == 0) {
		call.corrects = true;
		call.cost = SESSION_COST_ESTIMATED;
		call.usage.cost_nano_usd = 11;
		store_put_call(s, &call, FIXTURE_NOW_MS);
	}
	if (id % 10 == 0) {
		struct session_span turn = fixture_span(session, SESSION_SPAN_TURN, id);
		store_put_span(s, &turn, FIXTURE_NOW_MS);
	}
}

/* Never returns. The last calls of the process before are told again, as a client does. */
static void load(struct progress *p)
{
	struct store_settings settings = fixture_settings();
	settings.collect_ms = store_settings_default().collect_ms;
	struct store *s = store_open(&settings);
	uint64_t id = p->count > REPEATED ? p->count - REPEATED : 0;
	for (;; id++) {
		put(s, id);
		if (id >= p->count) {
			p->put_ms[id % MAX_CALLS] = mono_ms();
			p->count = id + 1;
		}
		if (id % 16 == 0) {
			usleep(1000);
		}
	}
}

/* When it was killed, monotonic ms. */
static int64_t run_and_kill(struct progress *p, unsigned after_ms)
{
	pid_t pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		load(p);
	}
	usleep(after_ms * 1000);
	int64_t killed_ms = mono_ms();
	kill(pid, SIGKILL);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	return killed_ms;
}

static void assert_sound(struct store *s)
{
	static const char *const pairs[][2] = {
		{"SELECT sum(calls) FROM call", "SELECT sum(calls) FROM daily"},
		{"SELECT sum(cost_nano_usd) FROM call",
			"SELECT sum(reported_nano_usd + estimated_nano_usd) FROM daily"},
		{"SELECT sum(cost_nano_usd) FROM call",
			"SELECT sum(reported_nano_usd + estimated_nano_usd) FROM session"},
		{"SELECT sum(calls) FROM call",
			"SELECT sum(count) FROM latency WHERE what = 'call' AND day % 100 = 0"},
		{"SELECT count(*) FROM turn", "SELECT sum(turns) FROM daily"},
		{"SELECT count(*) FROM turn",
			"SELECT sum(value) FROM counter WHERE name = 'turns_total'"},
		{"SELECT count(*) FROM call", "SELECT count(DISTINCT id) FROM call"},
	};
	ck_assert_str_eq(fixture_text(s, "PRAGMA quick_check"), "ok");
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		ck_assert_int_eq(fixture_number(s, pairs[i][0]), fixture_number(s, pairs[i][1]));
	}
}

START_TEST(a_kill_loses_the_last_second_at_most)
{
	struct progress *p = mmap(NULL, sizeof(*p), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	ck_assert_ptr_ne(p, MAP_FAILED);
	uint64_t lost = 0; // by the kills before; the repeated ones are not
	srand(1);
	for (unsigned i = 0; i < KILLS; i++) {
		uint64_t before = p->count;
		unsigned after_ms = i % 5 == 4 ? 1100 + rand() % 400 : 20 + rand() % 350;
		int64_t killed_ms = run_and_kill(p, after_ms);
		uint64_t safe = before; // what was put a second ago or earlier
		while (safe < p->count && p->put_ms[safe] < killed_ms - 1000) {
			safe++;
		}
		ck_assert_uint_lt(p->count, MAX_CALLS);
		struct store *s = fixture_open();
		ck_assert_int_eq(fixture_flush(s), 0);
		assert_sound(s);
		char sql[128];
		(void)snprintf(sql, sizeof(sql),
			"SELECT count(*) FROM call WHERE id >= %llu AND id < %llu",
			(unsigned long long)before, (unsigned long long)safe);
		ck_assert_int_eq(fixture_number(s, sql), (int64_t)(safe - before));
		lost += p->count - safe;
		fixture_close(s);
	}
	ck_assert_uint_gt(p->count - lost, 1000); // something was at stake
	ck_assert_uint_eq(fixture_logged("warning"), 0);
	munmap(p, sizeof(*p));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("store kill");
	TCase *tests = tcase_create("kill");
	tcase_set_timeout(tests, 280);
	tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
	tcase_add_test(tests, a_kill_loses_the_last_second_at_most);
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
