#include "store/store_migrate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/fd.h"
#include "base/mem.h"
#include "store/store_db.h"
#include "store/store_file.h"
#include "store/store_schema.h"
#include "store_fixture.h"
#include "support/suite.h"

static struct store_db *open_file(void)
{
	struct store_db *db;
	ck_assert_int_eq(store_file_make(fixture_path), 0);
	ck_assert_int_eq(store_db_open(fixture_path, STORE_DB_WRITE, &db), 0);
	return db;
}

static int64_t number(struct store_db *db, const char *sql)
{
	int64_t n = -1;
	int r = store_db_number(db, sql, -1, &n);
	ck_assert_msg(r == 0, "%s: %s", sql, store_db_error(db));
	return n;
}

static void execute(const char *sql)
{
	struct store_db *db = open_file();
	int r = store_db_execute(db, sql);
	ck_assert_msg(r == 0, "%s", store_db_error(db));
	store_db_close(db, false);
}

/* ---- the machinery, with steps of its own */

static struct str step(int64_t version)
{
	static const struct str steps[] = {
		STR_INIT("CREATE TABLE t(a INTEGER) STRICT; INSERT INTO t VALUES(1);"),
		STR_INIT("ALTER TABLE t ADD COLUMN b INTEGER NOT NULL DEFAULT 7;"
			 "CREATE INDEX t_b ON t(b);"),
		STR_INIT("DELETE FROM t; ALTER TABLE nowhere ADD COLUMN c;"),
	};
	return steps[version];
}

START_TEST(each_version_is_made_of_the_one_before)
{
	struct store_db *db = open_file();
	int64_t found = -1;
	ck_assert_int_eq(store_migrate(db, step, 1, &found), 0);
	ck_assert_int_eq(found, 0);
	ck_assert_int_eq(number(db, "PRAGMA user_version"), 1);
	ck_assert_int_eq(store_db_execute(db, "INSERT INTO t VALUES(2)"), 0);
	ck_assert_int_eq(store_migrate(db, step, 1, &found), 0); // nothing to do
	ck_assert_int_eq(store_migrate(db, step, 2, &found), 0);
	ck_assert_int_eq(found, 1);
	ck_assert_int_eq(number(db, "PRAGMA user_version"), 2);
	ck_assert_int_eq(number(db, "SELECT sum(a * b) FROM t"), 21);
	store_db_close(db, false);
}
END_TEST

START_TEST(two_steps_are_taken_at_once)
{
	struct store_db *db = open_file();
	int64_t found = -1;
	ck_assert_int_eq(store_migrate(db, step, 2, &found), 0);
	ck_assert_int_eq(number(db, "SELECT sum(a * b) FROM t"), 7);
	store_db_close(db, false);
}
END_TEST

START_TEST(a_step_that_fails_changes_nothing)
{
	struct store_db *db = open_file();
	int64_t found = -1;
	ck_assert_int_eq(store_migrate(db, step, 1, &found), 0);
	ck_assert_int_eq(store_migrate(db, step, 3, &found), -EINVAL);
	ck_assert_int_eq(number(db, "PRAGMA user_version"), 1);
	ck_assert_int_eq(number(db, "SELECT count(*) FROM t"), 1);
	ck_assert_int_eq(number(db, "SELECT count(*) FROM pragma_table_info('t')"), 1);
	store_db_close(db, false);
}
END_TEST

/* ---- files that are none of ours */

START_TEST(a_newer_version_is_left_alone)
{
	struct store *s = fixture_open();
	ck_assert_int_eq(fixture_flush(s), 0);
	fixture_close(s);
	execute("PRAGMA user_version = 99");
	s = fixture_open();
	fixture_await(s, STORE_NEWER);
	ck_assert_str_eq(store_state(s).reason,
		"a newer version of this program made it (99, this one knows 2)");
	struct session_call call = fixture_call(fixture_session('a'), 1);
	store_put_call(s, &call, FIXTURE_NOW_MS);
	ck_assert_int_eq(fixture_flush(s), -ENOTSUP);
	(void)store_wait(s, 200); // the thread that writes has nothing to do any more
	ck_assert_int_eq(fixture_flush(s), -ENOTSUP);
	int64_t unused = 0;
	ck_assert_int_eq(fixture_ask(s, NULL, &unused), -ENOTSUP);
	ck_assert_uint_eq(store_state(s).queued_bytes, 0);
	fixture_close(s);
	ck_assert_uint_eq(fixture_logged("no history is kept"), 1);
	ck_assert_int_eq(fixture_number_in(fixture_path, "SELECT count(*) FROM call"), 0);
}
END_TEST

START_TEST(another_programs_database_is_left_alone)
{
	execute("CREATE TABLE bookmark(url TEXT)");
	struct store *s = fixture_open();
	fixture_await(s, STORE_FOREIGN);
	fixture_close(s);
	ck_assert_uint_eq(fixture_logged("another program's database"), 1);
	ck_assert_int_eq(fixture_number_in(fixture_path, "SELECT count(*) FROM sqlite_schema"), 1);
}
END_TEST

/* ---- files of before */

START_TEST(an_empty_file_becomes_one)
{
	ck_assert_int_eq(store_file_make(fixture_path), 0);
	struct store *s = fixture_open();
	ck_assert_int_eq(fixture_flush(s), 0);
	ck_assert_int_eq(fixture_number(s, "PRAGMA user_version"), store_schema_version);
	ck_assert_int_eq(fixture_number(s, "PRAGMA application_id"), STORE_APPLICATION_ID);
	ck_assert_str_eq(fixture_text(s, "PRAGMA journal_mode"), "wal");
	ck_assert_int_eq(fixture_number(s, "PRAGMA auto_vacuum"), 2);
	fixture_close(s);
}
END_TEST

/* Tables, indexes, triggers and views in one text. */
static void read_schema(struct store *s, char ret[65536])
{
	static const char sql[] =
		"SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_schema"
		" WHERE sql IS NOT NULL ORDER BY type, name)";
	(void)snprintf(ret, 65536, "%s", fixture_text(s, sql));
}

static void load_dump(const char *name)
{
	struct buf sql;
	buf_init(&sql, 1 << 20);
	cleanup_free char *path = xasprintf("%s/%s", getenv("STORE_DUMPS"), name);
	FILE *file = fopen(path, "re");
	ck_assert_msg(file != NULL, "%s: %s", path, strerror(errno));
	ck_assert_int_eq(fd_read_all(fileno(file), &sql), 0);
	(void)fclose(file);
	buf_append_char(&sql, '\0');
	execute(sql.data);
	buf_finish(&sql);
}

START_TEST(a_file_of_version_1_is_read_and_written)
{
	static char made[65536], read[65536];
	load_dump("version-1.sql");
	execute("UPDATE call SET actor = 'main', plan = 'subscription';"
		"INSERT INTO tool_call(session, id, turn, actor, name, begin_ms, end_ms, outcome,"
		" decision, decided_by) VALUES(1, 9, 1, 'agent', 'mcp__db__ask', 1773050400000,"
		" 1773050401500, 'error', 'accept', 'config')");
	struct store *s = fixture_open();
	struct session_call call = fixture_call(fixture_session('a'), 1); // it has that one
	store_put_call(s, &call, FIXTURE_NOW_MS);
	call.id = 1000;
	store_put_call(s, &call, FIXTURE_NOW_MS);
	ck_assert_int_eq(fixture_flush(s), 0);
	ck_assert_int_eq(fixture_number(s, "PRAGMA user_version"), store_schema_version);
	ck_assert_int_eq(fixture_number(s, "SELECT count(*) FROM call"), 3);
	ck_assert_int_eq(fixture_number(s, "SELECT sum(calls) FROM daily"), 3);
	ck_assert_int_eq(fixture_number(s, "SELECT sum(turns) FROM daily"), 1);
	ck_assert_int_eq(fixture_number(s, "SELECT count(*) FROM event"), 1);
	ck_assert_int_eq(
		fixture_number(s, "SELECT printf('%.0f', SUM(cost) * 100) FROM invocations"), 2);
	ck_assert_str_eq(fixture_text(s, "SELECT group_concat(actor || plan || cost_source)"
					 " FROM (SELECT * FROM call WHERE id < 1000 ORDER BY row)"),
		"msr,msu");
	ck_assert_str_eq(
		fixture_text(s, "SELECT low_ms || server || errors FROM mcp_daily"), "1500db1");
	ck_assert_int_eq(fixture_number(s, "SELECT sum(count) FROM recent_decision"), 1);
	ck_assert_int_eq(fixture_number(s, "SELECT sum(calls) FROM recent"), 3);
	ck_assert_int_eq(fixture_number(s, "SELECT sum(sum_ms) FROM latency"),
		fixture_number(s, "SELECT sum(sum_ms) FROM latency_month"));
	read_schema(s, read);
	fixture_close(s);

	remove(fixture_path);
	s = fixture_open();
	ck_assert_int_eq(fixture_flush(s), 0);
	read_schema(s, made);
	fixture_close(s);
	ck_assert_str_eq(read, made);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("store migrate");
	TCase *tests = tcase_create("migrate");
	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
	tcase_add_test(tests, each_version_is_made_of_the_one_before);
	tcase_add_test(tests, two_steps_are_taken_at_once);
	tcase_add_test(tests, a_step_that_fails_changes_nothing);
	tcase_add_test(tests, a_newer_version_is_left_alone);
	tcase_add_test(tests, another_programs_database_is_left_alone);
	tcase_add_test(tests, an_empty_file_becomes_one);
	tcase_add_test(tests, a_file_of_version_1_is_read_and_written);
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
