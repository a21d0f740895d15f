#include "cli/cli_cost.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "cli/cli_style.h"
#include "support/suite.h"

static struct buf out;
static struct cli_style style;

static void setup(void)
{
	style = (struct cli_style){0};
	buf_init(&out, 1 << 20);
}

static void teardown(void)
{
	buf_finish(&out);
}

static const char stats[] =
	"{\"month\":{\"cost_usd\":3.805,\"cost\":{\"reported\":3.4,\"estimated\":0.405,\"free\":0},"
	"\"unpriced_calls\":0,\"tokens\":{\"input\":1,\"total\":1250000},\"calls\":15},"
	"\"by_model\":["
	"{\"model\":\"claude-opus-5-5\",\"cost_usd\":3.4,\"cost\":{\"estimated\":0},"
	"\"tokens\":{\"total\":1200000},\"calls\":12},"
	"{\"model\":\"gpt-5.1-codex\",\"cost_usd\":0.4,\"cost\":{\"estimated\":0.4},"
	"\"tokens\":{\"total\":49000},\"calls\":2},"
	"{\"model\":null,\"cost_usd\":0.005,\"cost\":{\"estimated\":0.005},"
	"\"tokens\":{\"total\":1000},\"calls\":1}],"
	"\"by_day\":[{\"date\":\"2026-11-28\",\"cost_usd\":3.805,\"unpriced_calls\":2}],"
	"\"budgets\":[{\"period\":\"day\",\"limit_usd\":10,\"spent_usd\":8.5},"
	"{\"period\":\"session\",\"limit_usd\":2}],\"plan\":\"api\"}";

static const char *table_of(const char *json, enum cli_cost_by by)
{
	struct cli_cost cost;
	cleanup_free char *text = xstrdup(json);
	ck_assert_int_eq(cli_cost_read(text, strlen(text), by, "month", &cost), 0);
	cli_cost_append(&out, &cost, by, "this month", &style);
	buf_append_char(&out, '\0');
	cli_cost_finish(&cost);
	return out.data;
}

START_TEST(a_line_for_each_model_and_the_total)
{
	ck_assert_str_eq(table_of(stats, CLI_COST_BY_MODEL),
		"Cost of this month, by model\n\n"
		"MODEL            CALLS  TOKENS    COST\n"
		"claude-opus-5-5     12    1.2M   $3.40  ████████████████████████\n"
		"gpt-5.1-codex        2   49.0k  ≈$0.40  ███\n"
		"-                    1    1.0k  <$0.01  █\n"
		"total               15    1.2M  ≈$3.81\n\n"
		"≈  $0.41 of it estimated from list prices\n"
		"budget of today: $8.50 of $10.00 spent (85 %)\n"
		"budget of a session: $2.00\n");
}
END_TEST

START_TEST(sums_without_unpriced_calls_are_a_least)
{
	ck_assert_ptr_nonnull(
		strstr(table_of(stats, CLI_COST_BY_DAY), "2026-11-28      0       0  ≥$3.81  █"));
}
END_TEST

START_TEST(a_terminal_without_unicode_has_ascii_bars)
{
	style.ascii = true;
	const char *table = table_of(stats, CLI_COST_BY_MODEL);
	ck_assert_ptr_nonnull(strstr(table, "~$0.40  ###\n"));
	ck_assert(utf8_is_ascii(str_from(table)));
}
END_TEST

START_TEST(no_line_of_the_table_is_wider_than_the_terminal)
{
	for (style.width = 30; style.width < 90; style.width++) {
		buf_clear(&out);
		table_of(stats, CLI_COST_BY_MODEL);
		char *end = strstr(out.data, "total");
		*end = '\0';
		for (char *rest = strstr(out.data, "MODEL"), *row;
			(row = strsep(&rest, "\n")) != NULL;) {
			ck_assert_msg(utf8_width(str_from(row)) <= style.width, "%zu: %s",
				style.width, row);
		}
	}
}
END_TEST

START_TEST(a_subscription_is_called_api_equivalent)
{
	const char *table = table_of(
		"{\"month\":{},\"by_model\":[],\"plan\":\"subscription\"}", CLI_COST_BY_MODEL);
	ck_assert_str_eq(table, "API-equivalent cost of this month, by model\n\nNo model calls.\n");
}
END_TEST

START_TEST(sessions_are_added_up)
{
	char text[] = "{\"plan\":\"api\"}";
	char sessions[] = "{\"sessions\":[{\"session_id\":\"5f0c\",\"project\":\"webshop\","
			  "\"calls\":3,\"cost_usd\":1.5,\"cost\":{\"estimated\":0}},"
			  "{\"session_id\":\"77ab\",\"project\":null,\"calls\":1,\"cost_usd\":0.5,"
			  "\"cost\":{\"estimated\":0}}],\"total\":7}";
	struct cli_cost cost;
	ck_assert_int_eq(cli_cost_read(text, strlen(text), CLI_COST_BY_SESSION, "month", &cost), 0);
	ck_assert_int_eq(cli_cost_read_sessions(sessions, strlen(sessions), &cost), 0);
	cli_cost_append(&out, &cost, CLI_COST_BY_SESSION, "this month", &style);
	buf_append_char(&out, '\0');
	ck_assert_ptr_nonnull(strstr(out.data, "5f0c     webshop      3       0  $1.50"));
	ck_assert_ptr_nonnull(strstr(out.data, "total                 4       0  $2.00"));
	ck_assert_ptr_nonnull(strstr(out.data, "and 5 more"));
	cli_cost_finish(&cost);
}
END_TEST

static const struct {
	int64_t tokens;
	const char *shown;
} counts[] = {{0, "0"}, {999, "999"}, {1000, "1.0k"}, {999949, "999.9k"}, {999950, "1.0M"},
	{1234567, "1.2M"}, {2500000000, "2.5B"}};

START_TEST(tokens_are_short)
{
	cli_cost_append_tokens(&out, counts[_i].tokens);
	ck_assert(str_equal(buf_str(&out), str_from(counts[_i].shown)));
}
END_TEST

START_TEST(a_budget_is_used_up_at_its_limit)
{
	char below[] = "{\"budgets\":[{\"period\":\"day\",\"limit_usd\":1,\"spent_usd\":0.99}]}";
	char at[] = "{\"budgets\":[{\"period\":\"day\",\"limit_usd\":1,\"spent_usd\":1},"
		    "{\"period\":\"session\",\"limit_usd\":3}]}";
	struct cli_cost cost;
	ck_assert_int_eq(cli_cost_read(below, strlen(below), 0, "month", &cost), 0);
	ck_assert(!cli_cost_is_exceeded(&cost));
	cli_cost_finish(&cost);
	ck_assert_int_eq(cli_cost_read(at, strlen(at), 0, "month", &cost), 0);
	ck_assert(cli_cost_is_exceeded(&cost));
	ck_assert(cli_cost_session_limit(&cost) > 2.9);
	cli_cost_finish(&cost);
}
END_TEST

START_TEST(anything_else_is_no_answer)
{
	static const char *const texts[] = {
		"", "[]", "{", "{\"by_model\":[1]}", "{\"budgets\":{}} x", "{\"by_model\":[{]}"};
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct cli_cost cost;
		cleanup_free char *text = xstrdup(texts[i]);
		ck_assert_int_eq(
			cli_cost_read(text, strlen(text), CLI_COST_BY_MODEL, "month", &cost),
			-EPROTO);
	}
}
END_TEST

int main(void)
{
	TCase *cases = tcase_create("cost");
	tcase_add_checked_fixture(cases, setup, teardown);
	tcase_add_test(cases, a_line_for_each_model_and_the_total);
	tcase_add_test(cases, sums_without_unpriced_calls_are_a_least);
	tcase_add_test(cases, a_terminal_without_unicode_has_ascii_bars);
	tcase_add_test(cases, no_line_of_the_table_is_wider_than_the_terminal);
	tcase_add_test(cases, a_subscription_is_called_api_equivalent);
	tcase_add_test(cases, sessions_are_added_up);
	tcase_add_loop_test(cases, tokens_are_short, 0, (int)ARRAY_SIZE(counts));
	tcase_add_test(cases, a_budget_is_used_up_at_its_limit);
	tcase_add_test(cases, anything_else_is_no_answer);
	Suite *suite = suite_create("cli_cost");
	suite_add_tcase(suite, cases);
	return suite_run(suite);
}
