/* Ids, dependencies and circles. */
#include <check.h>

#include "base/mem.h"
#include "board/board.h"
#include "board/board_index.h"
#include "board/board_write.h"
#include "support/suite.h"

static struct board board;

static void setup(void)
{
	board_init(&board);
	board.is_silent = true;
}

static void teardown(void)
{
	board_finish(&board);
}

static struct board_shown put(const char *path, const char *text)
{
	const struct board_place place = {0, str_from(path)};
	const struct board_stat stat = {0};
	struct board_facts *f = board_facts_read(str_from(text), NULL, false);
	return board_shown_of(board_put(&board, &place, f, &stat, 0, (struct instant){0}));
}

static void assert_next(struct board_needs *n, const char *wanted)
{
	struct str id = board_needs_next(n);
	ck_assert(str_equal(id, str_from(wanted)) && (id.data == NULL) == (wanted == NULL));
}

START_TEST(an_id_is_done_when_all_its_cards_are)
{
	struct board_shown waits = put("inbox/w.yaml", "id: w\ndependencies: [x, y, z]\n");
	put("done/me/x.yaml", "id: x\n");
	put("archive/y.yaml", "id: y\n");
	put("done/me/z.yaml", "id: z\n");
	ck_assert(!board_waits_for(&board, &waits, STR("z")));
	put("inbox/z.yaml", "id: z\n");
	ck_assert(!board_waits_for(&board, &waits, STR("x")));
	ck_assert(!board_waits_for(&board, &waits, STR("y")));
	ck_assert(board_waits_for(&board, &waits, STR("z")));
	ck_assert(board_waits_for(&board, &waits, STR("nobody")));
	ck_assert_uint_eq(board_index_of(&board)->counts.duplicates, 1);
	ck_assert_str_eq(board_id_card(board_index_find(board_index_of(&board), STR("z")))->path,
		"inbox/z.yaml");
}
END_TEST

START_TEST(who_blocks_is_waited_for)
{
	put("inbox/b1.yaml", "id: b1\nblocks: [a, nobody]\n");
	put("inbox/b2.yaml", "id: b2\nblocks: a\n");
	struct board_shown a = put("inbox/a.yaml", "id: a\ndependencies: [d, b2]\n");
	struct board_needs needs = board_needs_of(&board, &a);
	assert_next(&needs, "d");
	assert_next(&needs, "b2");
	assert_next(&needs, "b1");
	assert_next(&needs, NULL);
	ck_assert_ptr_null(board_index_find(board_index_of(&board), STR("nobody")));
}
END_TEST

START_TEST(circles)
{
	put("inbox/a.yaml", "id: c\ndependencies: b\n");
	put("inbox/b.yaml", "id: b\ndependencies: [a, end]\n");
	put("inbox/c.yaml", "id: a\ndependencies: c\n");
	put("inbox/d.yaml", "id: before\ndependencies: a\n");
	put("inbox/e.yaml", "id: 0\ndependencies: 0\n");
	const struct board_index *ix = board_index_of(&board);
	ck_assert_uint_eq(ix->cycle_count, 2);
	ck_assert_uint_eq(ix->cycles[0].count, 1);
	ck_assert(str_equal(ix->ids[ix->cycles[0].ids[0]].id, STR("0")));
	ck_assert_uint_eq(ix->cycles[1].count, 3);
	ck_assert(str_equal(ix->ids[ix->cycles[1].ids[0]].id, STR("a")));
	ck_assert(board_index_find(ix, STR("b"))->is_cycle);
	ck_assert(!board_index_find(ix, STR("before"))->is_cycle);
	ck_assert(!board_index_find(ix, STR("end"))->is_cycle);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("board_index");
	TCase *tcase = tcase_create("board_index");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, an_id_is_done_when_all_its_cards_are);
	tcase_add_test(tcase, who_blocks_is_waited_for);
	tcase_add_test(tcase, circles);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
