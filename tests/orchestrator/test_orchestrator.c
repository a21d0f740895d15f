/* What is shown of files that come and go, and the answers made of them. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "orchestrator/orchestrator.h"
#include "orchestrator/orchestrator_news.h"
#include "orchestrator/orchestrator_write.h"
#include "support/suite.h"

static struct orchestrator state;
static struct instant now;
static struct buf out;
static char news[256];

static void setup(void)
{
	orchestrator_init(&state);
	now = (struct instant){.mono_ms = 1000, .wall_ms = 1773050520000};
	buf_init(&out, 1 << 20);
	news[0] = '\0';
}

static void teardown(void)
{
	orchestrator_finish(&state);
	buf_finish(&out);
}

static void on_news(const struct orchestrator_news *n, void *data)
{
	size_t used = strlen(news);
	(void)data;
	(void)snprintf(news + used, sizeof(news) - used, "%s %.*s;", n->is_loop ? "loop" : "gate",
		STR_ARG(n->task_id));
}

static void put(enum orchestrator_file file, const char *text)
{
	struct orchestrator_reading reading;
	char *copy = xstrdup(text);
	orchestrator_read(file, copy, strlen(text), false, &reading);
	free(copy);
	orchestrator_find_news(&state, file, &reading, on_news, NULL);
	orchestrator_put(&state, file, &reading, now);
}

static bool says(enum orchestrator_answer answer, const char *text)
{
	const struct orchestrator_added added = {.cost_usd = NAN, .tasks = NAN};
	struct json_writer j;
	buf_clear(&out);
	json_writer_init(&j, &out);
	orchestrator_write_answer(&j, &state, answer, &added, now);
	return str_contains(buf_str(&out), str_from(text));
}

START_TEST(nothing_is_known_at_first)
{
	ck_assert(says(ORCHESTRATOR_ANSWER_TASKS, "{\"updatedAt\":null,\"running\":null,"));
	ck_assert(says(ORCHESTRATOR_ANSWER_TASKS, "\"drilldown\":{},\"drilldownTotals\":{}"));
	ck_assert(says(ORCHESTRATOR_ANSWER_QUALITY, "\"totalDecisions\":null,\"byType\":{}"));
	ck_assert(says(ORCHESTRATOR_ANSWER_USAGE, "\"providers\":[],\"raw\":null"));
	ck_assert(says(ORCHESTRATOR_ANSWER_RESOURCES, "\"throttle\":{\"level\":null,"));
	ck_assert(says(ORCHESTRATOR_ANSWER_RESOLUTION, "\"attemptHistogram\":{}}"));
}
END_TEST

START_TEST(what_was_good_stays_for_a_minute)
{
	put(ORCHESTRATOR_USAGE, "{\"last_saved\":\"good\"}");
	put(ORCHESTRATOR_USAGE, "{\"last_");
	ck_assert(says(ORCHESTRATOR_ANSWER_USAGE, "\"updatedAt\":\"good\""));
	ck_assert(says(ORCHESTRATOR_ANSWER_USAGE, "\"state\":\"stale\""));
	ck_assert(says(ORCHESTRATOR_ANSWER_USAGE, "\"since\":\"2026-03-09T10:02:00.000Z\""));
	now.mono_ms += ORCHESTRATOR_STALE_MS / 2;
	put(ORCHESTRATOR_USAGE, "");
	now.mono_ms += ORCHESTRATOR_STALE_MS / 2;
	ck_assert(says(ORCHESTRATOR_ANSWER_USAGE, "\"updatedAt\":null"));
	ck_assert(says(ORCHESTRATOR_ANSWER_USAGE, "\"state\":\"broken\",\"error\":\"empty\""));
	put(ORCHESTRATOR_USAGE, "{\"last_saved\":\"new\"}");
	ck_assert(says(ORCHESTRATOR_ANSWER_USAGE, "\"state\":\"ok\",\"error\":null"));
}
END_TEST

static const struct {
	const char *health, *wanted;
} bottlenecks[] = {
	{"\"pendingCount\":2,\"readyCount\":2,\"inProgressCount\":2,\"blockedCount\":2",
		"\"pending\""},
	{"\"pendingCount\":1,\"blockedCount\":9,\"doneCount\":90", "\"blocked\""},
	{"\"pendingCount\":0,\"readyCount\":0", "null"},
	{"\"readyCount\":5", "\"ready\""},
	{"\"doneCount\":5", "null"},
};

START_TEST(the_bottleneck_is_the_fullest_stage)
{
	char text[256];
	(void)snprintf(text, sizeof(text), "{\"metricsHistory\":[{%s}]}", bottlenecks[_i].health);
	put(ORCHESTRATOR_HEALTH, text);
	(void)snprintf(text, sizeof(text), "\"bottleneckStage\":%s,", bottlenecks[_i].wanted);
	ck_assert(says(ORCHESTRATOR_ANSWER_TASKS, text));
}
END_TEST

START_TEST(rates_are_rounded_half_up)
{
	buf_clear(&out);
	for (int i = 0; i < 32; i++) {
		buf_append_str(&out, i == 0 ? STR("{\"decision\":\"APPROVED\"}\n")
					    : STR("{\"decision\":\"REJECTED\"}\n"));
	}
	char *text = str_dup(buf_str(&out));
	put(ORCHESTRATOR_DECISIONS, text);
	free(text);
	put(ORCHESTRATOR_RESOLUTION, "{\"stats\":{\"totalLoops\":80}}");
	ck_assert(says(ORCHESTRATOR_ANSWER_TASKS,
		"\"successRate\":0.0313,\"failureRate\":0.9687,\"retryRate\":2.5,"));
	put(ORCHESTRATOR_DECISIONS, "");
	put(ORCHESTRATOR_ORCHESTRATION, "{\"totalDecisions\":160}");
	ck_assert(says(ORCHESTRATOR_ANSWER_TASKS,
		"\"successRate\":null,\"failureRate\":null,\"retryRate\":0.5,"));
}
END_TEST

START_TEST(costs_need_both_figures)
{
	put(ORCHESTRATOR_USAGE,
		"{\"providers\":{\"a\":{\"usage\":{\"current_day\":{\"tokens\":33000}}},"
		"\"b\":{}}}");
	ck_assert(says(ORCHESTRATOR_ANSWER_RESOURCES, "\"estimatedCostPerTask\":null"));
	put(ORCHESTRATOR_ORCHESTRATION, "{\"totalDecisions\":7}");
	ck_assert(says(ORCHESTRATOR_ANSWER_RESOURCES, "\"estimatedCostPerTask\":0.07071,"));
	put(ORCHESTRATOR_ORCHESTRATION, "{\"totalDecisions\":0}");
	ck_assert(says(ORCHESTRATOR_ANSWER_RESOURCES, "\"estimatedCostPerTask\":null"));
}
END_TEST

START_TEST(pages_and_csv)
{
	put(ORCHESTRATOR_ROADMAP,
		"epics:\n- milestones:\n  - title: M\n    tasks:\n"
		"    - {id: 1, title: 'a, b', status: READY-ish, labels: [x, 2]}\n"
		"    - {id: 2, title: '-b', status: Uncompleted}\n"
		"    - {id: 3, title: c, status: []}\n    - 7\n");
	struct orchestrator_work work;
	struct orchestrator_choice choice = {.form = ORCHESTRATOR_CSV, .has_stage = true};
	ck_assert(orchestrator_stage_read(STR("in_progress"), &choice.stage));
	ck_assert_int_eq(choice.stage, ORCHESTRATOR_IN_PROGRESS);
	ck_assert(!orchestrator_stage_read(STR("Done"), &choice.stage));
	ck_assert(says(ORCHESTRATOR_ANSWER_TASKS, "\"state\":\"wrong\""));
	ck_assert(says(ORCHESTRATOR_ANSWER_TASKS, "\"drilldownTotals\":{\"pending\":1,\"ready\":1,"
						  "\"inProgress\":0,\"blocked\":0,\"done\":1}"));
	orchestrator_work_of(&state, now, &work);
	choice.stage = ORCHESTRATOR_READY;
	buf_clear(&out);
	orchestrator_append_csv(&out, &work, &choice);
	choice.stage = ORCHESTRATOR_DONE;
	orchestrator_append_csv(&out, &work, &choice);
	ck_assert(str_equal(buf_str(&out),
		STR("id,title,status,domain,milestone,labels\n1,\"a, b\",ready-ish,,M,x 2\n"
		    "id,title,status,domain,milestone,labels\n2,'-b,uncompleted,,M,\n")));
}
END_TEST

START_TEST(news_are_what_was_not_there_before)
{
	put(ORCHESTRATOR_DECISIONS, "{\"taskId\":\"a\",\"decision\":\"REJECTED\"}\n");
	put(ORCHESTRATOR_DECISIONS, "{\"taskId\":\"a\",\"decision\":\"REJECTED\"}\n"
				    "{\"taskId\":\"b\",\"decision\":\"APPROVED\"}\n"
				    "{\"taskId\":\"a\",\"decision\":\"REJECTED\"}\n");
	put(ORCHESTRATOR_DECISIONS, "{\"taskId\":\"c\",\"decision\":\"REJECTED\"}\n"); // another
	put(ORCHESTRATOR_RESOLUTION, "{\"activeLoops\":[{\"taskId\":\"d\",\"attempts\":5}]}");
	put(ORCHESTRATOR_RESOLUTION, "{\"activeLoops\":[{\"taskId\":\"d\",\"attempts\":6}]}");
	put(ORCHESTRATOR_RESOLUTION, "{\"activeLoops\":[{\"taskId\":\"d\",\"attempts\":7}]}");
	ck_assert_str_eq(news, "gate a;gate a;loop d;");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("orchestrator");
	TCase *t = tcase_create("state");
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, nothing_is_known_at_first);
	tcase_add_test(t, what_was_good_stays_for_a_minute);
	tcase_add_loop_test(t, the_bottleneck_is_the_fullest_stage, 0, ARRAY_SIZE(bottlenecks));
	tcase_add_test(t, rates_are_rounded_half_up);
	tcase_add_test(t, costs_need_both_figures);
	tcase_add_test(t, pages_and_csv);
	tcase_add_test(t, news_are_what_was_not_there_before);
	suite_add_tcase(suite, t);
	return suite_run(suite);
}
