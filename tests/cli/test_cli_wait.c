#include "cli/cli_wait.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/cli_list.h"
#include "config/config.h"
#include "support/suite.h"

/* A list of one session "a", or none: state, attention and since when. */
struct shown {
	const char *state, *attention;
	int since;
};

static struct cli_list list_of(const struct shown *s, char **ret_text)
{
	struct cli_list list;
	*ret_text = s->state == NULL
			    ? xstrdup("{\"sessions\":[]}")
			    : xasprintf("{\"sessions\":[{\"session_id\":\"a\",\"state\":\"%s\","
					"\"attention\":%s%s%s,\"since\":%d}]}",
				      s->state, s->attention != NULL ? "\"" : "",
				      s->attention != NULL ? s->attention : "null",
				      s->attention != NULL ? "\"" : "", s->since);
	ck_assert_int_eq(cli_list_read(*ret_text, strlen(*ret_text), &list), 0);
	return list;
}

static const struct {
	const char *id, *things;
	struct shown before, now;
	enum cli_wait_verdict verdict;
} cases[] = {
	{"a", NULL, {"working", NULL, 1}, {"working", NULL, 1}, CLI_WAIT_ON},
	{"a", NULL, {"working", NULL, 1}, {"completed", "done", 2}, CLI_WAIT_CAME},
	{"a", NULL, {"completed", "done", 1}, {"completed", "done", 1}, CLI_WAIT_CAME},
	{"a", NULL, {"idle", "done", 1}, {"idle", "done", 1}, CLI_WAIT_CAME},
	{"a", NULL, {"working", NULL, 1}, {"working", "stalled", 1}, CLI_WAIT_CAME},
	{"a", NULL, {"idle", NULL, 1}, {"idle", NULL, 1}, CLI_WAIT_ON},
	{"a", NULL, {"working", NULL, 1}, {NULL, NULL, 0}, CLI_WAIT_GONE},
	{"b", NULL, {"working", NULL, 1}, {"working", NULL, 1}, CLI_WAIT_GONE},
	{"a", "permission", {"working", NULL, 1}, {"completed", "done", 2}, CLI_WAIT_ON},
	{"a", "permission", {"working", NULL, 1}, {"completed", "permission", 2}, CLI_WAIT_CAME},
	{"a", "done", {"working", NULL, 1}, {"completed", "permission", 2}, CLI_WAIT_ON},
	{"a", "done", {"working", NULL, 1}, {"completed", NULL, 2}, CLI_WAIT_CAME},
	{"a", "working", {"idle", NULL, 1}, {"working", NULL, 2}, CLI_WAIT_CAME},
	{NULL, NULL, {"completed", "done", 1}, {"completed", "done", 1}, CLI_WAIT_ON},
	{NULL, NULL, {"working", NULL, 1}, {"completed", "done", 2}, CLI_WAIT_CAME},
	{NULL, NULL, {"completed", "done", 1}, {"completed", "done", 2}, CLI_WAIT_CAME},
	{NULL, NULL, {NULL, NULL, 0}, {"completed", "error", 2}, CLI_WAIT_CAME},
	{NULL, NULL, {"working", NULL, 1}, {NULL, NULL, 0}, CLI_WAIT_ON},
};

START_TEST(what_comes_is_judged_by_the_list_before)
{
	char *texts[2], *thing = cases[_i].things != NULL ? xstrdup(cases[_i].things) : NULL;
	struct config_list things = {.items = &thing, .count = thing != NULL};
	struct cli_list before = list_of(&cases[_i].before, &texts[0]);
	struct cli_list now = list_of(&cases[_i].now, &texts[1]);
	const struct cli_session *s = NULL;
	ck_assert_int_eq(cli_wait_judge(&now, &before, str_from(cases[_i].id), &things, &s),
		cases[_i].verdict);
	ck_assert(cases[_i].verdict != CLI_WAIT_CAME || s != NULL);
	cli_list_finish(&before);
	cli_list_finish(&now);
	free(texts[0]);
	free(texts[1]);
	free(thing);
}
END_TEST

START_TEST(any_session_counts_from_the_first_list_on)
{
	const struct shown done = {"completed", "done", 1};
	const struct config_list things = {0};
	const struct cli_session *s = NULL;
	char *text;
	struct cli_list list = list_of(&done, &text);
	ck_assert_int_eq(cli_wait_judge(&list, NULL, (struct str){0}, &things, &s), CLI_WAIT_ON);
	cli_list_finish(&list);
	free(text);
}
END_TEST

static const struct {
	const char *state, *attention;
	enum cli_outcome outcome;
} outcomes[] = {
	{"idle", NULL, CLI_OUTCOME_IDLE},
	{"working", NULL, CLI_OUTCOME_WORKING},
	{"completed", NULL, CLI_OUTCOME_DONE},
	{"idle", "done", CLI_OUTCOME_DONE},
	{"completed", "permission", CLI_OUTCOME_PERMISSION},
	{"completed", "question", CLI_OUTCOME_QUESTION},
	{"idle", "error", CLI_OUTCOME_ERROR},
	{"idle", "limit", CLI_OUTCOME_LIMIT},
	{"working", "stalled", CLI_OUTCOME_STALLED},
	{"working", "something-new", CLI_OUTCOME_STALLED},
	{"something-new", NULL, CLI_OUTCOME_IDLE},
};

START_TEST(outcomes_are_what_it_wants_before_what_it_does)
{
	const struct cli_session s = {
		.state = str_from(outcomes[_i].state),
		.attention = str_from(outcomes[_i].attention),
	};
	ck_assert_int_eq(cli_list_outcome(&s), outcomes[_i].outcome);
}
END_TEST

static Suite *cli_wait_suite(void)
{
	Suite *suite = suite_create("cli_wait");
	TCase *tc = tcase_create("all");
	tcase_add_loop_test(tc, what_comes_is_judged_by_the_list_before, 0, (int)ARRAY_SIZE(cases));
	tcase_add_test(tc, any_session_counts_from_the_first_list_on);
	tcase_add_loop_test(
		tc, outcomes_are_what_it_wants_before_what_it_does, 0, (int)ARRAY_SIZE(outcomes));
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(cli_wait_suite());
}
