/* Killed again and again in the middle of a load. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "store_fixture.h"
#include "support/suite.h"

enum { KILLS = 100, MAX_CALLS = 4000000, REPEATED = 50 };

/* What the process that is killed has done, in memory that outlives it. */
struct progress {
	volatile uint64_t count;   // of calls that were put, with ids from 0
	volatile uint64_t written; // facts of the process at work that are in the file
	uint64_t facts[MAX_CALLS]; // that it had put with this call
};

/* Returns how many facts that were. */
static uint64_t put(struct store *s, uint64_t id)
{
	uint64_t facts = 1;
	const struct session *session = fixture_session((char)('a' + id % 5));
	struct session_call call = fixture_call(session, id);
	store_put_call(s, &call, FIXTURE_NOW_MS);
	if (id % 3 == 0) {
		call.corrects = true;
		call.cost = SESSION_COST_ESTIMATED;
		call.usage.cost_nano_usd = 11;
		store_put_call(s, &call, FIXTURE_NOW_MS);
		facts++;
	}
	if (id % 10 == 0) {
		struct session_span turn = fixture_span(session, SESSION_SPAN_TURN, id);
		store_put_span(s, &turn, FIXTURE_NOW_MS);
		facts++;
	}
	return facts;
}

/* Never returns. The last calls of the process before are told again, as a client does. */
static void load(struct progress *p)
{
	struct store_settings settings = fixture_settings();
	settings.collect_ms = 10;
	struct store *s = store_open(&settings);
	uint64_t id = p->count > REPEATED ? p->count - REPEATED : 0, facts = 0;
	for (;; id++) {
		facts += put(s, id);
		p->written = store_state(s).written;
		if (id >= p->count) {
			p->facts[id % MAX_CALLS] = facts;
			p->count = id + 1;
		}
		if (id % 16 == 0) {
			fixture_sleep(1);
		}
	}
}

static pid_t start_load(struct progress *p)
{
	p->written = 0;
	pid_t pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		load(p);
	}
	return pid;
}

static void end_load(pid_t pid)
{
	kill(pid, SIGKILL);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
}

static void await_write(const struct progress *p)
{
	for (unsigned i = 0; i < 10000 && p->written == 0; i++) {
		fixture_sleep(1);
	}
	ck_assert_uint_gt(p->written, 0);
}

static struct progress *create_progress(void)
{
	const int flags = MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE;
	// cppcheck-suppress invalidFunctionArg; there is no file
	struct progress *p = mmap(NULL, sizeof(*p), PROT_READ | PROT_WRITE, flags, -1, 0);
	ck_assert_ptr_ne(p, MAP_FAILED);
	return p;
}

static void assert_has_calls(struct store *s, uint64_t from, uint64_t to)
{
	char sql[128];
	(void)snprintf(sql, sizeof(sql), "SELECT count(*) FROM call WHERE id >= %llu AND id < %llu",
		(unsigned long long)from, (unsigned long long)to);
	ck_assert_int_eq(fixture_number(s, sql), (int64_t)(to - from));
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
			"SELECT sum(count) FROM latency_month WHERE what = 'call'"},
		{"SELECT count(*) FROM turn", "SELECT sum(turns) FROM daily"},
		{"SELECT count(*) FROM call", "SELECT count(DISTINCT id) FROM call"},
	};
	ck_assert_str_eq(fixture_text(s, "PRAGMA quick_check"), "ok");
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		ck_assert_int_eq(fixture_number(s, pairs[i][0]), fixture_number(s, pairs[i][1]));
	}
}

START_TEST(a_kill_loses_nothing_that_was_written)
{
	struct progress *p = create_progress();
	uint64_t lost = 0; // by the kills before; the repeated ones are not
	for (unsigned i = 0; i < KILLS; i++) {
		uint64_t before = p->count;
		pid_t pid = start_load(p);
		if (i % 2 == 0) { // the others may be killed while they open the file
			await_write(p);
		}
		fixture_sleep(5 + i * 37 % 100);
		end_load(pid);
		uint64_t safe = before;
		while (safe < p->count && p->facts[safe] <= p->written) {
			safe++;
		}
		ck_assert_uint_lt(p->count, MAX_CALLS);
		struct store *s = fixture_open();
		ck_assert_int_eq(fixture_flush(s), 0);
		assert_sound(s);
		assert_has_calls(s, before, safe);
		lost += p->count - safe;
		fixture_close(s);
	}
	ck_assert_uint_gt(p->count - lost, 0); // something was at stake
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
	tcase_add_test(tests, a_kill_loses_nothing_that_was_written);
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
