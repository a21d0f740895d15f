/* Which events changes come to, with a clock that the test sets. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "board/board.h"
#include "board/board_write.h"
#include "support/suite.h"

static struct board board;
static int64_t now_ms;

static struct instant now(void)
{
	return (struct instant){.mono_ms = now_ms, .wall_ms = 1700000000000 + now_ms};
}

static void setup(void)
{
	board_init(&board);
	now_ms = 1000;
}

static void teardown(void)
{
	board_finish(&board);
}

static void put_moved(const char *path, const char *text, uint32_t cookie)
{
	const struct board_place place = {0, str_from(path)};
	struct board_stat stat = {.size = (int64_t)strlen(text)};
	const struct board_card *c = board_find(&board, &place);
	struct board_facts *f = board_facts_read(str_from(text), c != NULL ? c->told : NULL, false);
	ck_assert_ptr_nonnull(board_put(&board, &place, f, &stat, cookie, now()));
}

static void put(const char *path, const char *text)
{
	put_moved(path, text, 0);
}

static void drop(const char *path, uint32_t cookie)
{
	board_drop(&board, &(const struct board_place){0, str_from(path)}, cookie, now());
}

static void pass(int64_t ms)
{
	now_ms += ms;
	board_tick(&board, now());
}

/* "created inbox/a.yaml" for each event; of a move where from, of a change what. */
static const char *events(void)
{
	static char text[1024];
	struct board_event e;
	text[0] = '\0';
	while (board_take_event(&board, &e)) {
		const struct board_writing how = {.board = &board};
		struct buf payload;
		buf_init(&payload, 1 << 20);
		if (board_write_event(&payload, &how, &e)) {
			size_t size = strlen(text);
			(void)snprintf(text + size, sizeof(text) - size, "%s%s %s%s%s",
				size > 0 ? ", " : "", board_event_name(e.kind) + 5, e.path,
				e.old_path != NULL ? " < " : "",
				e.old_path != NULL ? e.old_path : "");
			ck_assert(str_ends_with(buf_str(&payload), STR("}")));
		}
		buf_finish(&payload);
		board_event_finish(&e);
	}
	return text;
}

#define A  "id: a\nstatus: new\n"
#define A2 "id: a\nstatus: blocked\n"
#define A3 "id: a\nstatus: error\n"
#define B  "id: b\n"

START_TEST(first_walk_is_silent)
{
	board.is_silent = true;
	put("inbox/a.yaml", A);
	board.is_silent = false;
	put("inbox/a.yaml", A);
	ck_assert_str_eq(events(), "");
	ck_assert_int_eq(board_next_deadline(&board), INT64_MAX);
	put("inbox/a.yaml", A2);
	ck_assert_str_eq(events(), "updated inbox/a.yaml");
}
END_TEST

START_TEST(changes_within_the_window_are_one)
{
	put("inbox/a.yaml", A);
	ck_assert_str_eq(events(), "created inbox/a.yaml");
	pass(50);
	put("inbox/a.yaml", A2);
	pass(20);
	put("inbox/a.yaml", A3);
	ck_assert_str_eq(events(), "");
	ck_assert_int_eq(board_next_deadline(&board), 1100);
	pass(30);
	ck_assert_str_eq(events(), "updated inbox/a.yaml");
	pass(50);
	put("inbox/a.yaml", A2);
	put("inbox/a.yaml", A3); // as before: nothing is left to tell
	pass(200);
	ck_assert_str_eq(events(), "");
	ck_assert_int_eq(board_next_deadline(&board), INT64_MAX);
}
END_TEST

START_TEST(comments_are_no_change)
{
	put("inbox/a.yaml", A);
	(void)events();
	pass(200);
	put("inbox/a.yaml", "# why\n" A);
	ck_assert_str_eq(events(), "");
}
END_TEST

START_TEST(moves)
{
	put("inbox/a.yaml", A);
	(void)events();
	drop("inbox/a.yaml", 7);
	put_moved("assigned/me/a.yaml", A, 7);
	drop("assigned/me/a.yaml", 8);
	put_moved("done/me/a.yaml", A2, 8);
	drop("done/me/a.yaml", 9);
	put_moved("done/me/b.yaml", A2, 9);
	ck_assert_str_eq(events(), "assigned assigned/me/a.yaml < inbox/a.yaml, "
				   "completed done/me/a.yaml < assigned/me/a.yaml, "
				   "moved done/me/b.yaml < done/me/a.yaml");
	pass(1000);
	ck_assert_str_eq(events(), "");
}
END_TEST

START_TEST(copy_and_delete_is_a_move_in_either_order)
{
	put("inbox/a.yaml", A);
	(void)events();
	put("done/me/a.yaml", A);
	pass(100);
	ck_assert_str_eq(events(), "");
	drop("inbox/a.yaml", 0);
	ck_assert_str_eq(events(), "completed done/me/a.yaml < inbox/a.yaml");
	drop("done/me/a.yaml", 0);
	pass(499);
	ck_assert_str_eq(events(), "");
	put("inbox/other.yaml", A);
	ck_assert_str_eq(events(), "moved inbox/other.yaml < done/me/a.yaml");
}
END_TEST

START_TEST(what_is_held_back_is_told_in_the_end)
{
	put("inbox/a.yaml", A);
	(void)events();
	put("done/me/a.yaml", A);
	ck_assert_int_eq(board_next_deadline(&board), 1500);
	pass(500);
	ck_assert_str_eq(events(), "created done/me/a.yaml");
	drop("done/me/a.yaml", 0);
	pass(500);
	ck_assert_str_eq(events(), "deleted done/me/a.yaml");
	ck_assert_uint_eq(board.count, 1);
}
END_TEST

START_TEST(gone_and_back_at_its_place_is_a_change)
{
	put("inbox/a.yaml", A);
	(void)events();
	pass(200);
	drop("inbox/a.yaml", 3);
	put("inbox/a.yaml", A2);
	pass(1000);
	ck_assert_str_eq(events(), "updated inbox/a.yaml");
}
END_TEST

START_TEST(another_task_in_its_place)
{
	put("inbox/a.yaml", A);
	put("inbox/b.yaml", B);
	(void)events();
	drop("inbox/b.yaml", 5);
	put_moved("inbox/a.yaml", B, 5);
	ck_assert_str_eq(events(), "deleted inbox/a.yaml, moved inbox/a.yaml < inbox/b.yaml");
}
END_TEST

START_TEST(errors_come_and_go)
{
	put("inbox/x.yaml", "[");
	ck_assert_str_eq(events(), "error inbox/x.yaml");
	pass(200);
	put("inbox/x.yaml", A);
	ck_assert_str_eq(events(), "created inbox/x.yaml");
	pass(200);
	put("inbox/x.yaml", "id: \"");
	ck_assert_str_eq(events(), "error inbox/x.yaml");
	pass(200);
	put("inbox/x.yaml", A);
	ck_assert_str_eq(events(), "updated inbox/x.yaml");
}
END_TEST

START_TEST(directories_move_file_by_file)
{
	put("assigned/me/b.yaml", B);
	put("assigned/me/a.yaml", A);
	put("assigned/meat.yaml", "id: c\n");
	(void)events();
	board_move_directory(&board, &(const struct board_place){0, STR("assigned/me/")},
		STR("done/you/"), now());
	ck_assert_str_eq(events(), "completed done/you/a.yaml < assigned/me/a.yaml, "
				   "completed done/you/b.yaml < assigned/me/b.yaml");
	pass(1000);
	ck_assert_str_eq(events(), "");
	ck_assert_uint_eq(board.count, 3);
}
END_TEST

START_TEST(there_is_a_limit)
{
	char path[64], text[64];
	board.is_silent = true;
	for (int i = 0; i < BOARD_FILES; i++) {
		(void)snprintf(path, sizeof(path), "inbox/%05d.yaml", i);
		(void)snprintf(text, sizeof(text), "id: t%d\n", i);
		put(path, text);
	}
	const struct board_place place = {0, STR("inbox/more.yaml")};
	const struct board_stat stat = {0};
	ck_assert_ptr_null(
		board_put(&board, &place, board_facts_read(STR(A), NULL, false), &stat, 0, now()));
	ck_assert(board.is_truncated);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("board_events");
	TCase *tcase = tcase_create("board_events");
	tcase_set_timeout(tcase, 60);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, first_walk_is_silent);
	tcase_add_test(tcase, changes_within_the_window_are_one);
	tcase_add_test(tcase, comments_are_no_change);
	tcase_add_test(tcase, moves);
	tcase_add_test(tcase, copy_and_delete_is_a_move_in_either_order);
	tcase_add_test(tcase, what_is_held_back_is_told_in_the_end);
	tcase_add_test(tcase, gone_and_back_at_its_place_is_a_change);
	tcase_add_test(tcase, another_task_in_its_place);
	tcase_add_test(tcase, errors_come_and_go);
	tcase_add_test(tcase, directories_move_file_by_file);
	tcase_add_test(tcase, there_is_a_limit);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
