#include "store_fixture.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "event/assistant.h"
#include "store/store_db.h"

char fixture_directory[256], fixture_path[512];

static int stderr_before = -1;

/* ---- the directory; what the store logs goes into a file beside it */

static void log_path(char path[512])
{
	(void)snprintf(path, 512, "%s.log", fixture_directory);
}

void fixture_setup(void)
{
	char path[512];
	setenv("TZ", "UTC", 1);
	const char *parent = getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp";
	(void)snprintf(fixture_directory, 256, "%s/store-XXXXXX", parent);
	ck_assert_ptr_nonnull(mkdtemp(fixture_directory));
	(void)snprintf(fixture_path, 512, "%s/telemetry.db", fixture_directory);
	log_path(path);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
	ck_assert_int_ge(fd, 0);
	stderr_before = dup(STDERR_FILENO);
	dup2(fd, STDERR_FILENO);
	close(fd);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	(void)remove(path);
	return 0;
}

void fixture_teardown(void)
{
	char path[512];
	dup2(stderr_before, STDERR_FILENO);
	close(stderr_before);
	log_path(path);
	if (getenv("STORE_TEST_LOG") == NULL) {
		unlink(path);
	}
	(void)umount2(fixture_directory, MNT_DETACH); // if the test has mounted something there
	nftw(fixture_directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

unsigned fixture_logged(const char *text)
{
	char path[512], line[2048];
	unsigned count = 0;
	log_path(path);
	FILE *log = fopen(path, "re");
	ck_assert_ptr_nonnull(log);
	while (fgets(line, sizeof(line), log) != NULL) {
		count += strstr(line, text) != NULL;
	}
	(void)fclose(log);
	return count;
}

/* ---- the store */

struct store_settings fixture_settings(void)
{
	struct store_settings settings = store_settings_default();
	settings.path = fixture_path;
	settings.host = "desk";
	settings.collect_ms = 1;
	settings.retention_days = 0;
	return settings;
}

struct store *fixture_open(void)
{
	struct store_settings settings = fixture_settings();
	return store_open(&settings);
}

void fixture_close(struct store *s)
{
	store_close(s, 5000);
}

struct answer {
	bool is_there;
	int result;
};

struct job {
	store_work *work;
	void *arg;
	struct answer *answer;
};

static int work(struct store_db *db, void *arg)
{
	const struct job *job = arg;
	return job->work(db, job->arg);
}

static void on_answer(int r, void *arg)
{
	const struct job *job = arg;
	*job->answer = (struct answer){.is_there = true, .result = r};
}

static void wait_for_answer(struct store *s, const struct answer *a)
{
	for (unsigned i = 0; i < 300 && !a->is_there; i++) {
		(void)store_wait(s, 100);
	}
	ck_assert_msg(a->is_there, "no answer");
}

static int change_nothing(struct store_db *db, void *arg)
{
	(void)db;
	(void)arg;
	return 0;
}

int fixture_ask(struct store *s, store_work *query, void *arg)
{
	struct answer a = {0};
	struct job job = {query, arg, &a};
	ck_assert_int_eq(store_ask(s, work, on_answer, &job), 0);
	wait_for_answer(s, &a);
	return a.result;
}

int fixture_change(struct store *s, store_work *change, void *arg)
{
	struct answer a = {0};
	struct job job = {change, arg, &a};
	ck_assert_int_eq(store_change(s, work, on_answer, &job), 0);
	wait_for_answer(s, &a);
	return a.result;
}

int fixture_flush(struct store *s)
{
	return fixture_change(s, change_nothing, NULL);
}

void fixture_await(struct store *s, enum store_status status)
{
	for (unsigned i = 0; i < 1000 && store_state(s).status != status; i++) {
		(void)store_wait(s, 10);
	}
	struct store_state state = store_state(s);
	ck_assert_msg(state.status == status, "it is %s (%s), not %s",
		store_status_name(state.status), state.reason, store_status_name(status));
	store_dispatch(s);
}

struct value {
	const char *sql;
	int64_t number;
	char text[65536];
	char error[256];
};

static int query(struct store_db *db, void *arg)
{
	struct value *v = arg;
	struct store_query *q = store_db_query(db, v->sql);
	if (store_db_step(q)) {
		v->number = store_db_int(q, 0);
		(void)snprintf(v->text, sizeof(v->text), "%.*s", STR_ARG(store_db_text(q, 0)));
	}
	(void)snprintf(v->error, sizeof(v->error), "%s", store_db_error(db));
	return store_db_end(q);
}

static const struct value *ask(struct store *s, const char *sql)
{
	static struct value v;
	v.sql = sql;
	v.number = 0;
	v.text[0] = '\0';
	int r = fixture_ask(s, query, &v);
	ck_assert_msg(r == 0, "%s: %s: %s", sql, strerror(-r), v.error);
	return &v;
}

int64_t fixture_number(struct store *s, const char *sql)
{
	return ask(s, sql)->number;
}

const char *fixture_text(struct store *s, const char *sql)
{
	return ask(s, sql)->text;
}

int64_t fixture_number_in(const char *path, const char *sql)
{
	struct store_db *db;
	int64_t number = -1;
	ck_assert_int_eq(store_db_open(path, STORE_DB_READ, &db), 0);
	int r = store_db_number(db, sql, -1, &number);
	ck_assert_msg(r == 0, "%s: %s", sql, store_db_error(db));
	store_db_close(db, false);
	return number;
}

/* ---- facts */

struct session *fixture_session(char id)
{
	static struct session sessions[26];
	static char ids[26][2];
	size_t i = (size_t)(id - 'a');
	ids[i][0] = id;
	sessions[i] = (struct session){
		.id = ids[i],
		.assistant_name = (char *)"claude-code",
		.assistant = &assistant_claude,
		.project = (char *)"project",
		.cwd = (char *)"/home/me/project",
		.model = (char *)"claude-opus-4-1",
		.turn = 1,
	};
	return &sessions[i];
}

struct session_call fixture_call(const struct session *session, uint64_t id)
{
	return (struct session_call){
		.session = session,
		.calls = 1,
		.id = id,
		.model = str_from(session->model),
		.turn = session->turn,
		.end_ms = FIXTURE_NOW_MS,
		.duration_ms = 1500,
		.ttft_ms = 300,
		.usage = {.tokens = {[USAGE_INPUT] = 100, [USAGE_OUTPUT] = 10},
			.cost_nano_usd = 10000000,
			.has_cost = true},
		.cost = SESSION_COST_REPORTED,
		.estimate_nano_usd = -1,
	};
}

struct session_span fixture_span(
	const struct session *session, enum session_span_kind kind, uint64_t id)
{
	return (struct session_span){
		.session = session,
		.kind = kind,
		.id = id,
		.turn = session->turn,
		.name = kind == SESSION_SPAN_TOOL_CALL ? STR("Bash") : STR(""),
		.begin_ms = FIXTURE_NOW_MS - 5000,
		.end_ms = FIXTURE_NOW_MS - 2000,
		.outcome = SESSION_OUTCOME_OK,
		.reason = kind == SESSION_SPAN_TURN ? SESSION_REASON_TURN_END : SESSION_REASON_NONE,
		.worked_ms = kind == SESSION_SPAN_TURN ? 3000 : -1,
		.attention = kind == SESSION_SPAN_WAIT ? SESSION_ATTENTION_PERMISSION
						       : SESSION_ATTENTION_NONE,
	};
}

void fixture_sleep(unsigned ms)
{
	const struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};
	(void)nanosleep(&time, NULL);
}

void fixture_put_of_all_kinds(struct store *s, char session, int64_t end_ms)
{
	struct session *x = fixture_session(session);
	struct session_call call = fixture_call(x, (uint64_t)end_ms);
	call.end_ms = end_ms;
	store_put_call(s, &call, FIXTURE_NOW_MS);
	for (unsigned kind = 0; kind < SESSION_SPAN_KIND_COUNT; kind++) {
		struct session_span span = fixture_span(x, kind, (uint64_t)end_ms);
		span.end_ms = end_ms;
		span.begin_ms = end_ms - 10;
		store_put_span(s, &span, FIXTURE_NOW_MS);
	}
	store_put_event(s, &(struct store_event){.kind = STR("done"), .session = x}, end_ms);
}

int64_t fixture_all_rows(struct store *s)
{
	return fixture_number(s,
		"SELECT (SELECT count(*) FROM call) + (SELECT count(*) FROM turn) +"
		" (SELECT count(*) FROM tool_call) + (SELECT count(*) FROM wait) +"
		" (SELECT count(*) FROM agent) + (SELECT count(*) FROM event)");
}
