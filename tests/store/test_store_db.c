#include "store/store_db.h"

#include <errno.h>
#include <stdio.h>

#include "store/store_file.h"
#include "store_fixture.h"
#include "support/suite.h"

static struct store_db *db;

static void setup(void)
{
	fixture_setup();
	ck_assert_int_eq(store_file_make(fixture_path), 0);
	ck_assert_int_eq(store_db_open(fixture_path, STORE_DB_WRITE, &db), 0);
	ck_assert_int_eq(
		store_db_execute(db, "CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT) STRICT"), 0);
}

static void teardown(void)
{
	store_db_close(db, false);
	fixture_teardown();
}

static int add(int64_t a, struct str b)
{
	struct store_query *q = store_db_query(db, "INSERT INTO t VALUES(?1, ?2)");
	store_db_bind_int(q, 1, a);
	store_db_bind_text(q, 2, b);
	return store_db_run(q);
}

START_TEST(values_go_in_and_come_out)
{
	ck_assert_int_eq(add(INT64_MIN, STR("a\0b")), 0);
	ck_assert_int_eq(add(2, STR("")), 0);
	struct store_query *q = store_db_query(db, "SELECT a, b, NULL FROM t ORDER BY a");
	ck_assert(store_db_step(q));
	ck_assert(store_db_int(q, 0) == INT64_MIN);
	ck_assert(str_equal(store_db_text(q, 1), STR("a\0b")));
	ck_assert(store_db_is_null(q, 2));
	ck_assert_int_eq(store_db_int(q, 2), 0);
	ck_assert_uint_eq(store_db_text(q, 2).size, 0);
	ck_assert(store_db_step(q));
	ck_assert(!store_db_is_null(q, 1));
	ck_assert(!store_db_step(q));
	ck_assert_int_eq(store_db_end(q), 0);
}
END_TEST

START_TEST(an_error_sticks_until_the_end)
{
	ck_assert_int_eq(add(1, STR("x")), 0);
	ck_assert_int_eq(add(1, STR("y")), -EEXIST);
	ck_assert_int_eq(add(2, STR("y")), 0); // and not beyond
	struct store_query *q = store_db_query(db, "SELECT nothing FROM nowhere");
	store_db_bind_int(q, 1, 5);
	ck_assert(!store_db_step(q));
	ck_assert_int_eq(store_db_end(q), -EINVAL);
	q = store_db_query(db, "SELECT a FROM t WHERE a = ?1");
	store_db_bind_int(q, 2, 5); // there is no second one
	store_db_bind_int(q, 1, 1);
	ck_assert(!store_db_step(q));
	ck_assert_int_eq(store_db_end(q), -EINVAL);
}
END_TEST

START_TEST(what_is_not_bound_is_null)
{
	ck_assert_int_eq(add(1, STR("x")), 0);
	struct store_query *q = store_db_query(db, "INSERT INTO t VALUES(?1, ?2)");
	store_db_bind_int(q, 1, 2);
	ck_assert_int_eq(store_db_run(q), 0);
	int64_t nulls = 0;
	ck_assert_int_eq(
		store_db_number(db, "SELECT count(*) FROM t WHERE b IS NULL", 0, &nulls), 0);
	ck_assert_int_eq(nulls, 1);
	ck_assert_int_eq(store_db_number(db, "SELECT a FROM t WHERE a = 77", -1, &nulls), 0);
	ck_assert_int_eq(nulls, -1);
}
END_TEST

START_TEST(a_statement_may_be_used_within_itself)
{
	for (int64_t i = 0; i < 3; i++) {
		ck_assert_int_eq(add(i, STR("x")), 0);
	}
	static const char sql[] = "SELECT a FROM t ORDER BY a";
	unsigned pairs = 0;
	struct store_query *outer = store_db_query(db, sql);
	while (store_db_step(outer)) {
		struct store_query *inner = store_db_query(db, sql);
		while (store_db_step(inner)) {
			pairs++;
		}
		ck_assert_int_eq(store_db_end(inner), 0);
	}
	ck_assert_int_eq(store_db_end(outer), 0);
	ck_assert_uint_eq(pairs, 9);
}
END_TEST

START_TEST(many_statements_are_not_too_many)
{
	static char texts[200][64];
	for (unsigned round = 0; round < 2; round++) {
		for (int i = 0; i < 200; i++) {
			int64_t n = 0;
			(void)snprintf(texts[i], sizeof(texts[i]), "SELECT %d", i);
			ck_assert_int_eq(store_db_number(db, texts[i], 0, &n), 0);
			ck_assert_int_eq(n, i);
		}
	}
}
END_TEST

static bool stop_at_once(void *data)
{
	(void)data;
	return true;
}

START_TEST(a_statement_can_be_interrupted)
{
	store_db_set_stop(db, stop_at_once, NULL);
	int64_t n = 0;
	ck_assert_int_eq(
		store_db_number(db,
			"WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 100000000)"
			" SELECT count(*) FROM c",
			0, &n),
		-EINTR);
}
END_TEST

START_TEST(a_reader_cannot_write)
{
	struct store_db *reader;
	ck_assert_int_eq(store_db_open(fixture_path, STORE_DB_READ, &reader), 0);
	ck_assert_int_eq(store_db_execute(reader, "INSERT INTO t VALUES(5, 'x')"), -EROFS);
	store_db_close(reader, false);
	ck_assert_int_eq(store_db_open("/nowhere/at/all", STORE_DB_READ, &reader), -ENOENT);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("store db");
	TCase *tests = tcase_create("db");
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, values_go_in_and_come_out);
	tcase_add_test(tests, an_error_sticks_until_the_end);
	tcase_add_test(tests, what_is_not_bound_is_null);
	tcase_add_test(tests, a_statement_may_be_used_within_itself);
	tcase_add_test(tests, many_statements_are_not_too_many);
	tcase_add_test(tests, a_statement_can_be_interrupted);
	tcase_add_test(tests, a_reader_cannot_write);
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
