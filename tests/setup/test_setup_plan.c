#include "setup/setup_plan.h"

#include "base/buf.h"
#include "base/mem.h"
#include "setup/setup_client.h"
#include "support/suite.h"

enum { TEXT_BYTES = 1 << 20 };

static const struct setup_settings plain = {
	.port = 4318, .command = "otel-ai-monitor", .version = SETUP_VERSION(2, 1, 329)};

static struct buf text_of(const char *s)
{
	struct buf text;
	buf_init(&text, TEXT_BYTES);
	buf_append_str(&text, str_from(s));
	return text;
}

/* Applies to the n-th file of a client. */
static struct setup_outcome apply(
	const char *client, int n, const struct setup_settings *settings, struct buf *text)
{
	const struct setup_client *c = setup_client_find(str_from(client));
	struct buf notes;
	buf_init(&notes, TEXT_BYTES);
	struct setup_outcome outcome = setup_plan_apply(c, c->files[n], settings, text, &notes);
	ck_assert_int_eq(outcome.elsewhere, notes.size > 0);
	buf_finish(&notes);
	return outcome;
}

static bool undo(const char *client, int n, const char *base, struct buf *text)
{
	const struct setup_client *c = setup_client_find(str_from(client));
	struct buf before = text_of(base);
	bool read = setup_plan_undo(c, c->files[n], &before, text);
	buf_finish(&before);
	return read;
}

static const char with_hook[] =
	"{\n  \"hooks\": {\n    \"Stop\": [\n      {\n        \"hooks\": [\n          {\n"
	"            \"type\": \"command\",\n            \"command\": \"mine\"\n          }\n"
	"        ]\n      }\n    ]\n  },\n  \"telemetry\": {\n    \"logPrompts\": true\n  }\n}\n";

static const char *const befores[] = {"", "{}\n", "{\n    \"model\": \"x\"\n}\n",
	"{\"env\":{\"A\":\"1\"},\"hooks\":{\"Stop\":[{\"hooks\":[]}]}}", with_hook};

START_TEST(a_second_time_there_is_nothing_to_do_and_undo_leaves_no_trace)
{
	const struct setup_settings all = {
		.port = 4319, .command = "otel-ai-monitor", .traces = true, .fast = true};
	for (size_t c = 0; c < setup_client_count; c++) {
		const char *word = setup_clients[c].word;
		for (int n = 0; n < 2 && setup_clients[c].files[n] != NULL; n++) {
			bool is_json = setup_clients[c].files[n]->format == SETUP_JSON;
			for (size_t i = 0; i < (is_json ? ARRAY_SIZE(befores) : 1); i++) {
				struct buf text = text_of(befores[i]);
				struct setup_outcome first = apply(word, n, &plain, &text);
				ck_assert(!first.unclear && !first.elsewhere);
				ck_assert_uint_gt(first.members + first.hooks, 0);
				struct setup_outcome second = apply(word, n, &plain, &text);
				ck_assert_uint_eq(second.members + second.hooks, 0);
				ck_assert(!second.unclear && !second.elsewhere);
				ck_assert(undo(word, n, befores[i], &text));
				ck_assert_msg(str_equal(buf_str(&text), str_from(befores[i])),
					"%s %d %zu: %.*s", word, n, i, STR_ARG(buf_str(&text)));
				buf_clear(&text);
				buf_append_str(&text, str_from(befores[i]));
				apply(word, n, &all, &text);
				undo(word, n, befores[i], &text);
				ck_assert(str_equal(buf_str(&text), str_from(befores[i])));
				buf_finish(&text);
			}
		}
	}
}
END_TEST

START_TEST(what_its_user_had_stays)
{
	static const char before[] = "{\"env\": {\"OTEL_LOGS_EXPORTER\": \"otlp\"}}";
	struct buf text = text_of(before);
	apply("claude-code", 0, &plain, &text);
	ck_assert(undo("claude-code", 0, before, &text));
	ck_assert(str_equal(buf_str(&text), STR("{\"env\": {\"OTEL_LOGS_EXPORTER\": \"otlp\"}}")));
	buf_finish(&text);
}
END_TEST

START_TEST(what_was_added_since_stays)
{
	struct buf text = text_of("");
	apply("codex", 0, &plain, &text);
	buf_append_str(&text, STR("[tui]\ntheme = 1\n"));
	ck_assert(undo("codex", 0, "", &text));
	ck_assert(str_equal(buf_str(&text), STR("[tui]\ntheme = 1\n")));
	buf_finish(&text);
}
END_TEST

START_TEST(another_collector_is_not_overwritten)
{
	static const struct {
		const char *client;
		const char *text;
		size_t hooks;
	} cases[] = {
		{"claude-code",
			"{\"env\": {\"OTEL_EXPORTER_OTLP_ENDPOINT\": \"https://otel.example\"}}",
			13},
		{"claude-code",
			"{\"env\": {\"OTEL_EXPORTER_OTLP_LOGS_ENDPOINT\": "
			"\"https://otel.example\"}}",
			13},
		{"claude-code", "{\"env\": {\"OTEL_EXPORTER_OTLP_PROTOCOL\": \"grpc\"}}", 13},
		{"gemini", "{\"telemetry\": {\"enabled\": false}}", 7},
		{"gemini", "{\"telemetry\": {\"outfile\": \"/tmp/x\"}}", 7},
		{"codex", "[otel]\nexporter = \"none\"\n", 0},
		{"codex",
			"[otel]\nexporter = { otlp-grpc = { endpoint = "
			"\"https://otel.example:4317\" } "
			"}\n",
			0},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct buf text = text_of(cases[i].text);
		struct setup_outcome outcome = apply(cases[i].client, 0, &plain, &text);
		ck_assert(outcome.elsewhere && !outcome.unclear);
		ck_assert_uint_eq(outcome.members, 0);
		ck_assert_uint_eq(outcome.hooks, cases[i].hooks);
		buf_finish(&text);
	}
	struct setup_settings elsewhere = plain;
	struct buf text = text_of("");
	elsewhere.environment_url = "https://otel.example";
	ck_assert(apply("copilot", 0, &elsewhere, &text).elsewhere);
	ck_assert_uint_eq(text.size, 0);
	elsewhere.environment_url = "http://localhost:4318/";
	ck_assert(!apply("copilot", 0, &elsewhere, &text).elsewhere);
	buf_finish(&text);
}
END_TEST

START_TEST(what_points_here_in_other_words_is_fine)
{
	struct buf text = text_of("[otel]\nexporter = { otlp-http = { protocol = \"json\", "
				  "endpoint = \"http://localhost:4318/v1/logs\" } }\n"
				  "trace_exporter = { otlp-http = { protocol = \"json\", "
				  "endpoint = \"http://localhost:4318/v1/traces\" } }\n");
	struct setup_outcome outcome = apply("codex", 0, &plain, &text);
	ck_assert(!outcome.elsewhere && outcome.members == 0);
	buf_finish(&text);
	text = text_of("{\"hooks\": {\"Stop\": [{\"hooks\": [{\"type\": \"http\", \"url\": "
		       "\"http://127.0.0.1:4318/hooks/claude-code\"}]}]}}");
	ck_assert_uint_eq(apply("claude-code", 0, &plain, &text).hooks, 12);
	buf_finish(&text);
}
END_TEST

START_TEST(what_cannot_be_read_is_left_alone)
{
	static const struct {
		const char *client, *text;
	} cases[] = {
		{"claude-code", "{ // mine\n}"},
		{"claude-code", "{\"hooks\": []}"},
		{"claude-code", "{\"env\": 1}"},
		{"claude-code", "{\"hooks\": {\"Stop\": {}}}"},
		{"codex", "[otel.exporter.otlp-http]\nendpoint = \"x\"\n"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct buf text = text_of(cases[i].text);
		ck_assert(apply(cases[i].client, 0, &plain, &text).unclear);
		ck_assert(str_equal(buf_str(&text), str_from(cases[i].text)));
		buf_finish(&text);
	}
}
END_TEST

START_TEST(a_program_with_odd_letters_in_its_path_is_quoted)
{
	static const struct {
		const char *command, *line;
	} cases[] = {
		{"/opt/a-b_c/otel-ai-monitor", "\"/opt/a-b_c/otel-ai-monitor hook codex\""},
		{"/home/a b/otel-ai-monitor", "\"'/home/a b/otel-ai-monitor' hook codex\""},
		{"/#/otel-ai-monitor", "\"'/#/otel-ai-monitor' hook codex\""},
		{"/it's;x/otel-ai-monitor", "\"'/it'\\\\''s;x/otel-ai-monitor' hook codex\""},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct setup_settings odd = plain;
		struct buf text = text_of("");
		odd.command = cases[i].command;
		apply("codex", 1, &odd, &text);
		ck_assert_msg(str_contains(buf_str(&text), str_from(cases[i].line)), "%.*s",
			STR_ARG(buf_str(&text)));
		ck_assert_uint_eq(apply("codex", 1, &odd, &text).hooks, 0);
		ck_assert(undo("codex", 1, "", &text));
		ck_assert_uint_eq(text.size, 0);
		buf_finish(&text);
	}
}
END_TEST

START_TEST(old_clients_are_not_given_events_they_do_not_know)
{
	static const struct {
		const char *says;
		size_t hooks;
	} cases[] = {{"1.0.128 (Claude Code)", 8}, {"2.0.50 (Claude Code)", 10}, {"v2.1.197", 13},
		{"3.0.0", 13}, {"2.1", 8}, {"", 8}};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct setup_settings settings = plain;
		struct buf text = text_of("");
		settings.version = setup_client_version(cases[i].says);
		ck_assert_uint_eq(apply("claude-code", 0, &settings, &text).hooks, cases[i].hooks);
		buf_finish(&text);
	}
}
END_TEST

static Suite *setup_plan_suite(void)
{
	Suite *suite = suite_create("setup_plan");
	TCase *tcase = tcase_create("setup_plan");
	tcase_add_test(tcase, a_second_time_there_is_nothing_to_do_and_undo_leaves_no_trace);
	tcase_add_test(tcase, what_its_user_had_stays);
	tcase_add_test(tcase, what_was_added_since_stays);
	tcase_add_test(tcase, another_collector_is_not_overwritten);
	tcase_add_test(tcase, what_points_here_in_other_words_is_fine);
	tcase_add_test(tcase, what_cannot_be_read_is_left_alone);
	tcase_add_test(tcase, a_program_with_odd_letters_in_its_path_is_quoted);
	tcase_add_test(tcase, old_clients_are_not_given_events_they_do_not_know);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(setup_plan_suite());
}
