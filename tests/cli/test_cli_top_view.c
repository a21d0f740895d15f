#include "cli/cli_top_view.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "cli/cli_style.h"
#include "support/suite.h"

static const char text[] =
	"{\"sessions\":["
	"{\"session_id\":\"a\",\"tool\":\"codex\",\"project\":\"api\",\"state\":\"idle\"},"
	"{\"session_id\":\"b\",\"tool\":\"qwen\",\"project\":\"web\",\"state\":\"working\"},"
	"{\"session_id\":\"c\",\"tool\":\"codex\",\"project\":\"docs\","
	"\"state\":\"completed\",\"attention\":\"permission\"}]}";

static struct cli_top_view view;
static struct buf out;
static char *lines[2]; // those of the last two lists

static void take(const char *list_text)
{
	struct cli_list list;
	free(lines[0]);
	lines[0] = lines[1];
	lines[1] = strdup(list_text);
	ck_assert_int_eq(cli_list_read(lines[1], strlen(lines[1]), &list), 0);
	cli_top_view_take(&view, &list);
	cli_list_finish(&list);
}

static void setup(void)
{
	buf_init(&out, 1 << 20);
	cli_top_view_init(&view);
	take(text);
}

static void teardown(void)
{
	cli_top_view_finish(&view);
	buf_finish(&out);
	free(lines[0]);
	free(lines[1]);
	lines[0] = lines[1] = NULL;
}

/* The last action. */
static enum cli_top_action press(const char *keys)
{
	struct str rest = str_from(keys);
	enum cli_top_action action = CLI_TOP_NOTHING;
	while (rest.size > 0) {
		action = cli_top_view_press(&view, cli_top_view_key(&rest));
	}
	return action;
}

static void assert_chosen(const char *id)
{
	const struct cli_session *s = cli_top_view_chosen(&view);
	if (id == NULL) {
		ck_assert_ptr_null(s);
	} else {
		ck_assert_ptr_nonnull(s);
		ck_assert(str_equal(s->id, str_from(id)));
	}
}

START_TEST(the_most_urgent_is_chosen_and_arrows_move)
{
	assert_chosen("c");
	press("\x1b[B");
	assert_chosen("b");
	press("jjj");
	assert_chosen("a");
	press("\x1bOAk\x1b[Ak");
	assert_chosen("c");
	ck_assert_int_eq(press("\r"), CLI_TOP_FOCUS);
	ck_assert_int_eq(press("a"), CLI_TOP_ACK);
	ck_assert_int_eq(press("q"), CLI_TOP_QUIT);
}
END_TEST

START_TEST(the_chosen_session_stays_chosen_where_it_goes)
{
	press("j");
	assert_chosen("b");
	take("{\"sessions\":[{\"session_id\":\"a\",\"state\":\"working\",\"since\":9},"
	     "{\"session_id\":\"b\",\"state\":\"idle\"}]}");
	assert_chosen("b");
	take("{\"sessions\":[{\"session_id\":\"a\",\"state\":\"working\"}]}");
	assert_chosen("a");
	take("{\"sessions\":[]}");
	assert_chosen(NULL);
	ck_assert_int_eq(press("\r"), CLI_TOP_NOTHING);
	ck_assert_int_eq(press("a"), CLI_TOP_NOTHING);
	ck_assert_int_eq(press("jk"), CLI_TOP_NOTHING);
}
END_TEST

START_TEST(the_filter_is_typed_kept_and_dropped)
{
	press("/CODq");
	ck_assert_uint_eq(view.shown.count, 0);
	press("\x7f");
	ck_assert_uint_eq(view.shown.count, 2);
	ck_assert_int_eq(press("\r"), CLI_TOP_NOTHING); // ends typing, and does nothing else
	ck_assert_int_eq(press("q"), CLI_TOP_QUIT);
	ck_assert_uint_eq(view.shown.count, 2);
	press("\x1b");
	ck_assert_uint_eq(view.shown.count, 3);
	press("/\xc3\xbc");
	press("\x7f"); // the whole letter
	ck_assert_str_eq(view.filter, "");
	for (int i = 0; i < 200; i++) {
		press("x");
	}
	ck_assert_uint_lt(strlen(view.filter), CLI_TOP_FILTER_BYTES);
}
END_TEST

START_TEST(other_sequences_are_no_keys)
{
	ck_assert_int_eq(press("\x1b[1;5q"), CLI_TOP_NOTHING);
	ck_assert_int_eq(press("\x1b[200~\x1b["), CLI_TOP_NOTHING);
	assert_chosen("c");
}
END_TEST

static size_t count_lines(const struct buf *screen)
{
	size_t count = 1;
	for (size_t i = 0; i < screen->size; i++) {
		count += screen->data[i] == '\n';
	}
	return count;
}

/* As many lines as there are on the terminal, so that nothing scrolls; the
 * chosen one among them. */
START_TEST(the_screen_is_as_high_as_the_terminal)
{
	press("jj");
	for (size_t height = 4; height < 12; height++) {
		struct cli_style style = {.width = 60, .height = height, .is_terminal = true};
		buf_clear(&out);
		cli_top_view_draw(&out, &view, &style, 0);
		ck_assert_uint_eq(count_lines(&out), height);
		ck_assert_ptr_nonnull(memmem(out.data, out.size, "\x1b[7m", 4));
		ck_assert_ptr_nonnull(memmem(out.data, out.size, "api", 3));
	}
}
END_TEST

START_TEST(what_is_away_and_what_went_wrong_is_said)
{
	struct cli_style style = {.width = 60, .height = 5, .ascii = true};
	strcpy(view.message, "no matching window");
	cli_top_view_draw(&out, &view, &style, 0);
	ck_assert_ptr_nonnull(memmem(out.data, out.size, "no matching window", 18));
	press("j");
	view.is_away = true;
	buf_clear(&out);
	cli_top_view_draw(&out, &view, &style, 0);
	ck_assert_ptr_null(memmem(out.data, out.size, "no matching window", 18));
	ck_assert_ptr_nonnull(memmem(out.data, out.size, "the daemon is not running", 25));
	ck_assert_ptr_nonnull(memmem(out.data, out.size, "Up/Down", 7));
}
END_TEST

static Suite *cli_top_view_suite(void)
{
	Suite *suite = suite_create("cli_top_view");
	TCase *tc = tcase_create("all");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, the_most_urgent_is_chosen_and_arrows_move);
	tcase_add_test(tc, the_chosen_session_stays_chosen_where_it_goes);
	tcase_add_test(tc, the_filter_is_typed_kept_and_dropped);
	tcase_add_test(tc, other_sequences_are_no_keys);
	tcase_add_test(tc, the_screen_is_as_high_as_the_terminal);
	tcase_add_test(tc, what_is_away_and_what_went_wrong_is_said);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(cli_top_view_suite());
}
