#include "event/hook_reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_write.h"
#include "support/suite.h"

static struct hook_reader reader; // of the last text

static const struct hook_input *read_text(struct str text)
{
	hook_reader_finish(&reader);
	hook_reader_init(&reader);
	(void)hook_reader_feed(&reader, text);
	const char *problem = hook_reader_end(&reader);
	ck_assert_msg(problem == NULL, "%s", problem);
	return &reader.input;
}

#define READ(text) read_text(STR(text))

#define ck_assert_text(s, expected)                                                                \
	ck_assert_msg(str_equal(s, STR(expected)), "\"%.*s\" is not \"%s\"", STR_ARG(s), expected)

START_TEST(members_come_in_any_order)
{
	const struct hook_input *in = READ(
		"{\"tool_response\":{\"cwd\":\"/no\",\"background_tasks\":[{\"id\":\"no\"}]},"
		"\"is_interrupt\":true,\"cwd\":\"/yes\",\"session_id\":\"s\","
		"\"stop_hook_active\":false,\"hook_event_name\":\"Stop\",\"model\":7}");
	ck_assert_text(in->event_name, "Stop");
	ck_assert_text(in->session_id, "s");
	ck_assert_text(in->cwd, "/yes");
	ck_assert_uint_eq(in->model.size, 0);
	ck_assert(in->is_interrupt && !in->stop_hook_active && !in->lists_tasks);
	ck_assert_uint_eq(in->task_count, 0);
}
END_TEST

START_TEST(what_is_given_twice_counts_as_given_last)
{
	const struct hook_input *in = READ(
		"{\"cwd\":\"/a\",\"cwd\":\"/b\",\"model\":\"m\",\"model\":null,"
		"\"is_interrupt\":true,\"is_interrupt\":false,"
		"\"background_tasks\":[{\"id\":\"1\",\"id\":\"2\"}],\"background_tasks\":[]}");
	ck_assert_text(in->cwd, "/b");
	ck_assert_uint_eq(in->model.size, 0);
	ck_assert(!in->is_interrupt && in->lists_tasks);
	ck_assert_uint_eq(in->task_count, 0);
	ck_assert(!READ("{\"background_tasks\":[],\"background_tasks\":{}}")->lists_tasks);
}
END_TEST

START_TEST(names_are_cut_and_ids_are_not)
{
	static char text[32 * 1024];
	char path[5000], id[300];
	memset(path, 'p', sizeof(path));
	memset(id, 'i', sizeof(id));
	int size = snprintf(text, sizeof(text),
		"{\"cwd\":\"%.4095s\xc3\xa4%.900s\",\"session_id\":\"%.256s\",\"agent_id\":\"%."
		"257s\","
		"\"message\":\"%.300s\"}",
		path, path, id, id, id);
	const struct hook_input *in = read_text((struct str){text, (size_t)size});
	ck_assert_uint_eq(in->cwd.size, 4095); // no half of a character
	ck_assert_uint_eq(in->session_id.size, 256);
	ck_assert_uint_eq(in->agent_id.size, 0);
	ck_assert_uint_eq(in->message.size, 256);
}
END_TEST

START_TEST(text_is_repaired)
{
	const struct hook_input *in = READ("{\"cwd\":\"/\xff\\ud83d\",\"tool_name\":\"\xe4\"}");
	ck_assert_text(in->cwd, "/\xef\xbf\xbd\xef\xbf\xbd");
	ck_assert_text(in->assistant_name, "\xef\xbf\xbd");
}
END_TEST

START_TEST(tasks_are_told_apart)
{
	const struct hook_input *in = READ(
		"{\"background_tasks\":[7,[{\"id\":\"no\"}],{\"id\":\"a\",\"type\":\"shell\","
		"\"status\":\"completed\",\"command\":\"x\",\"more\":{\"id\":\"no\"}},"
		"{\"type\":\"subagent\"}],\"id\":\"no\"}");
	ck_assert_uint_eq(in->task_count, 2);
	ck_assert_text(in->tasks[0].id, "a");
	ck_assert_text(in->tasks[0].type, "shell");
	ck_assert_text(in->tasks[0].status, "completed");
	ck_assert(!hook_task_runs(&in->tasks[0]));
	ck_assert_uint_eq(in->tasks[1].id.size, 0);
	ck_assert(hook_task_runs(&in->tasks[1]));
}
END_TEST

START_TEST(tasks_that_run_are_kept_before_those_that_ended)
{
	struct buf text;
	buf_init(&text, 64 * 1024);
	buf_append_str(&text, STR("{\"background_tasks\":["));
	for (int i = 0; i < 3 * HOOK_TASKS; i++) {
		buf_printf(&text, "{\"id\":\"%d\",\"status\":\"%s\"},", i,
			i % 3 == 2 ? "running" : "completed");
	}
	buf_append_str(&text, STR("{}]}"));
	const struct hook_input *in = read_text(buf_str(&text));
	size_t running = 0;
	for (size_t i = 0; i < in->task_count; i++) {
		running += hook_task_runs(&in->tasks[i]);
	}
	ck_assert_uint_eq(in->task_count, HOOK_TASKS);
	ck_assert_uint_eq(running, HOOK_TASKS);
	buf_finish(&text);
}
END_TEST

START_TEST(what_is_no_object_is_told)
{
	static const char *const texts[] = {"[]", "7", "\"x\"", "null", "[{\"session_id\":\"s\"}]"};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		hook_reader_finish(&reader);
		hook_reader_init(&reader);
		(void)hook_reader_feed(&reader, str_from(texts[i]));
		ck_assert_str_eq(hook_reader_end(&reader), "not a JSON object");
		ck_assert_uint_eq(reader.input.session_id.size, 0);
	}
}
END_TEST

START_TEST(it_is_whole_before_its_end)
{
	hook_reader_finish(&reader);
	hook_reader_init(&reader);
	ck_assert(!hook_reader_is_whole(&reader));
	ck_assert(hook_reader_feed(&reader, STR("{\"a\":{}")));
	ck_assert(!hook_reader_is_whole(&reader));
	ck_assert(hook_reader_feed(&reader, STR("}")));
	ck_assert(hook_reader_is_whole(&reader));
	ck_assert(hook_reader_feed(&reader, STR("\n")));
	ck_assert(hook_reader_is_whole(&reader));
	ck_assert(!hook_reader_feed(&reader, STR("x")));
	ck_assert(!hook_reader_is_whole(&reader));
}
END_TEST

START_TEST(what_is_written_is_read_as_the_same)
{
	struct buf out;
	struct json_writer w;
	buf_init(&out, 64 * 1024);
	json_writer_init(&w, &out);
	hook_input_write(
		READ("{\"prompt\":\"secret\",\"background_tasks\":[{\"status\":\"x\",\"n\":1}],"
		     "\"session_id\":\"\\\"\\u0000\",\"is_interrupt\":true,\"trigger\":\"\"}"),
		&w);
	ck_assert(str_equal(
		buf_str(&out), STR("{\"session_id\":\"\\\"\\u0000\",\"is_interrupt\":true,"
				   "\"background_tasks\":[{\"status\":\"x\"}]}")));
	buf_finish(&out);
}
END_TEST

static Suite *hook_reader_suite(void)
{
	Suite *s = suite_create("hook_reader");
	TCase *t = tcase_create("hook_reader");
	tcase_add_test(t, members_come_in_any_order);
	tcase_add_test(t, what_is_given_twice_counts_as_given_last);
	tcase_add_test(t, names_are_cut_and_ids_are_not);
	tcase_add_test(t, text_is_repaired);
	tcase_add_test(t, tasks_are_told_apart);
	tcase_add_test(t, tasks_that_run_are_kept_before_those_that_ended);
	tcase_add_test(t, what_is_no_object_is_told);
	tcase_add_test(t, it_is_whole_before_its_end);
	tcase_add_test(t, what_is_written_is_read_as_the_same);
	suite_add_tcase(s, t);
	return s;
}

int main(void)
{
	return suite_run(hook_reader_suite());
}
