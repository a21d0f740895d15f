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
	struct setup_outcome outcome = setup_plan_apply(
		c, c->files[n], settings, NULL, text, &notes);
	ck_assert_int_eq(outcome.elsewhere || outcome.hooks_off, notes.size > 0);
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
			16},
		{"claude-code",
			"{\"env\": {\"OTEL_EXPORTER_OTLP_LOGS_ENDPOINT\": "
			"\"https://otel.example\"}}",
			16},
		{"claude-code", "{\"env\": {\"OTEL_EXPORTER_OTLP_PROTOCOL\": \"grpc\"}}", 16},
		{"gemini", "{\"telemetry\": {\"enabled\": false}}", 9},
		{"gemini", "{\"telemetry\": {\"outfile\": \"/tmp/x\"}}", 9},
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
	ck_assert_uint_eq(apply("claude-code", 0, &plain, &text).hooks, 15);
	buf_finish(&text);
}
END_TEST

START_TEST(what_cannot_be_read_is_left_alone)
{
	static const struct {
		const char *client, *text;
	} cases[] = {
		{"claude-code", "{ 'a': 1 }"},
		{"claude-code", "{\"hooks\": []}"},
		{"claude-code", "{\"env\": 1}"},
		{"claude-code", "{\"hooks\": {\"Stop\": {}}}"},
		{"codex", "[[otel]]\n"},
		{"codex", "otel = 1\n"},
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
		{"/opt/a-b_c/otel-ai-monitor",
			"\"/opt/a-b_c/otel-ai-monitor hook codex 2>/dev/null || true\""},
		{"/home/a b/otel-ai-monitor",
			"\"'/home/a b/otel-ai-monitor' hook codex 2>/dev/null || true\""},
		{"/#/otel-ai-monitor", "\"'/#/otel-ai-monitor' hook codex 2>/dev/null || true\""},
		{"/it's;x/otel-ai-monitor",
			"\"'/it'\\\\''s;x/otel-ai-monitor' hook codex 2>/dev/null || true\""},
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
	} cases[] = {{"1.0.128 (Claude Code)", 9}, {"2.0.50 (Claude Code)", 11}, {"2.1.76", 12},
		{"2.1.89", 13}, {"v2.1.197", 16}, {"3.0.0", 16}, {"2.1", 9}, {"", 9}};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct setup_settings settings = plain;
		struct buf text = text_of("");
		settings.version = setup_client_version(cases[i].says);
		ck_assert_uint_eq(apply("claude-code", 0, &settings, &text).hooks, cases[i].hooks);
		buf_finish(&text);
	}
}
END_TEST

START_TEST(addresses_are_compared_with_what_they_mean)
{
	static const char *const values[][2] = {
		{"OTEL_EXPORTER_OTLP_ENDPOINT", "\"http://localhost:4318/\""},
		{"OTEL_EXPORTER_OTLP_ENDPOINT", "\"http://[::1]:4318\""},
		{"OTEL_EXPORTER_OTLP_ENDPOINT", "\"HTTP:\\/\\/LOCALHOST:4318\""},
		{"OTEL_LOGS_EXPORTER", "\"console, otlp\""},
		{"CLAUDE_CODE_ENABLE_TELEMETRY", "1"},
		{"CLAUDE_CODE_ENABLE_TELEMETRY", "\"TRUE\""},
		{"OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "\"http://[::1]:4318/v1/logs\""},
		{"OTEL_EXPORTER_OTLP_ENDPOINT", "null"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		cleanup_free char *before = xasprintf(
			"{\"env\": {\"%s\": %s}}", values[i][0], values[i][1]);
		struct buf text = text_of(before);
		ck_assert_msg(!apply("claude-code", 0, &plain, &text).elsewhere, "%s", before);
		ck_assert(undo("claude-code", 0, before, &text));
		ck_assert_msg(str_equal(buf_str(&text), str_from(before)), "%.*s",
			STR_ARG(buf_str(&text)));
		buf_finish(&text);
	}
}
END_TEST

START_TEST(what_the_client_has_written_anew_is_taken_away)
{
	static const char *const texts[] = {
		"[otel.exporter.otlp-http]\nendpoint = \"http://127.0.0.1:4319/v1/logs\"\n"
		"protocol = \"binary\"\n\n[otel.exporter.otlp-http.headers]\n",
		"[otel]\nexporter.otlp-http = { protocol = 'binary', endpoint = "
		"'http://127.0.0.1:4318/v1/logs' }\n",
		"otel = { exporter.otlp-http.endpoint = \"http:\\u002f/127.0.0.1:4318/v1/logs\" "
		"}\n",
	};
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct buf text = text_of(texts[i]);
		ck_assert(undo("codex", 0, "model = 1\n", &text));
		ck_assert_msg(text.size == 0, "%.*s", STR_ARG(buf_str(&text)));
		buf_finish(&text);
	}
}
END_TEST

START_TEST(an_exporter_that_is_not_as_ours_stays)
{
	static const char *const texts[] = {
		"[otel.exporter.otlp-http]\nendpoint = \"http://127.0.0.1:4318/v1/logs\"\n"
		"protocol = \"json\"\n",
		"[otel.exporter.otlp-http]\nendpoint = \"http://127.0.0.1:4318/v1/logs\"\n"
		"[otel.exporter.otlp-http.headers]\nx = \"y\"\n",
		"[otel.exporter.otlp-grpc]\nendpoint = \"http://127.0.0.1:4318/v1/logs\"\n",
	};
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct buf text = text_of(texts[i]);
		ck_assert(undo("codex", 0, "", &text));
		ck_assert(str_equal(buf_str(&text), str_from(texts[i])));
		buf_finish(&text);
	}
}
END_TEST

START_TEST(hooks_of_ours_are_known_in_every_spelling)
{
	static const char *const commands[] = {"otel-ai-monitor hook gemini",
		"otel-ai-monitor hook gemini 2>/dev/null || true",
		"'/opt/a b/otel-ai-monitor' hook gemini", "nice otel-ai-monitor  hook 'gemini' &"};
	static const char *const others[] = {"otel-ai-monitor hook geminis",
		"otel-ai-monitor-hook gemini", "echo hook gemini", "otel-ai-monitor status"};
	for (size_t i = 0; i < ARRAY_SIZE(commands) + ARRAY_SIZE(others); i++) {
		bool ours = i < ARRAY_SIZE(commands);
		cleanup_free char *before = xasprintf(
			"{\"hooks\": {\"AfterTool\": [{\"matcher\": \"*\", \"hooks\": "
			"[{\"command\": "
			"\"mine\"}, {\"type\": \"command\", \"command\": \"%s\"}]}]}}",
			ours ? commands[i] : others[i - ARRAY_SIZE(commands)]);
		struct buf text = text_of(before);
		ck_assert_msg(
			apply("gemini", 0, &plain, &text).hooks == (ours ? 8 : 9), "%s", before);
		buf_clear(&text);
		buf_append_str(&text, str_from(before));
		ck_assert(undo("gemini", 0, before, &text));
		ck_assert_msg(
			str_contains(buf_str(&text), STR("[{\"command\": \"mine\"}]")) == ours,
			"%.*s", STR_ARG(buf_str(&text)));
		ck_assert(str_contains(buf_str(&text), STR("{\"command\": \"mine\"}")));
		buf_finish(&text);
	}
}
END_TEST

START_TEST(hooks_are_silent_and_do_not_take_long)
{
	static const struct {
		const char *client;
		int file;
		const char *hook;
	} cases[] = {
		{"claude-code", 0, "\"timeout\": 5 "},
		{"codex", 1, "\"timeout\": 5 "},
		{"gemini", 0, "\"timeout\": 5000 "},
		{"qwen", 0, "\"timeout\": 5000 "},
		{"copilot", 1, "\"timeoutSec\": 5 "},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct buf text = text_of("");
		cleanup_free char *hook = xasprintf(
			"hook %s 2>/dev/null || true\", %s", cases[i].client, cases[i].hook);
		apply(cases[i].client, cases[i].file, &plain, &text);
		ck_assert_msg(str_contains(buf_str(&text), str_from(hook)), "%.*s",
			STR_ARG(buf_str(&text)));
		buf_finish(&text);
	}
}
END_TEST

START_TEST(what_turns_hooks_off_is_told)
{
	static const struct {
		const char *client, *text, *note; // NULL: nothing
	} cases[] = {
		{"claude-code", "{\"disableAllHooks\": true}", "disableAllHooks = true"},
		{"claude-code", "{\"disableAllHooks\": false}", NULL},
		{"qwen", "{\"hooksConfig\": {\"enabled\": false}}", "hooksConfig.enabled = false"},
		{"gemini", "{ // why\n\"hooksConfig\": {\"enabled\": false,},}",
			"hooksConfig.enabled = false"},
		{"gemini", "{\"hooksConfig\": {\"disabled\": [\"otel-ai-monitor hook gemini\"]}}",
			"hooksConfig.disabled lists them"},
		{"gemini", "{\"hooksConfig\": {\"disabled\": [\"mine\"]}}", NULL},
		{"codex", "[features]\nhooks = false # why\n", "features.hooks = false"},
		{"codex", "features . \"hooks\" = false\n", "features.hooks = false"},
		{"codex", "features = { a = 1, hooks = false }\n", "features.hooks = false"},
		{"codex", "[features]\nhooks = true\n", NULL},
		{"codex", "[other.features]\nhooks = false\n", NULL},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct setup_client *c = setup_client_find(str_from(cases[i].client));
		struct buf text = text_of(cases[i].text), notes = text_of("");
		struct setup_settings settings = plain;
		settings.path = "/the/file";
		struct setup_outcome outcome = setup_plan_apply(
			c, c->files[0], &settings, NULL, &text, &notes);
		ck_assert_msg(outcome.hooks_off == (cases[i].note != NULL), "%s", cases[i].text);
		ck_assert(!outcome.elsewhere && !outcome.unclear);
		if (cases[i].note != NULL) {
			ck_assert(str_contains(buf_str(&notes), str_from(cases[i].note)));
			ck_assert(str_contains(buf_str(&notes), STR("(/the/file)")));
		}
		buf_finish(&text);
		buf_finish(&notes);
	}
}
END_TEST

/* Given what was there before the first time. */
static struct setup_outcome apply_again(
	const char *client, int port, const char *base, struct buf *text)
{
	const struct setup_client *c = setup_client_find(str_from(client));
	struct setup_settings settings = plain;
	struct buf notes = text_of(""), before = text_of(base);
	settings.port = port;
	struct setup_outcome outcome = setup_plan_apply(
		c, c->files[0], &settings, &before, text, &notes);
	buf_finish(&notes);
	buf_finish(&before);
	return outcome;
}

START_TEST(what_was_written_for_another_port_moves_and_nothing_else)
{
	static const char *const clients[] = {"claude-code", "codex", "gemini"};
	for (size_t i = 0; i < ARRAY_SIZE(clients); i++) {
		const struct setup_client *c = setup_client_find(str_from(clients[i]));
		struct buf text = text_of("");
		apply(clients[i], 0, &plain, &text);
		ck_assert(setup_plan_made(c, c->files[0], &plain, &text));
		struct setup_outcome outcome = apply_again(clients[i], 4319, "", &text);
		ck_assert(!outcome.elsewhere && outcome.members > 0);
		ck_assert(!str_contains(buf_str(&text), STR("4318")));
		ck_assert(str_contains(buf_str(&text), STR("127.0.0.1:4319")));
		ck_assert(undo(clients[i], 0, "", &text));
		ck_assert_uint_eq(text.size, 0);
		buf_finish(&text);
	}
	static const char other[] =
		"{\"env\": {\"OTEL_EXPORTER_OTLP_ENDPOINT\": \"http://127.0.0.1:4318\"}}";
	struct buf text = text_of(other);
	ck_assert_int_eq(apply_again("claude-code", 4319, "", &text).other_port, 4318);
	ck_assert_int_eq(apply_again("claude-code", 4319, other, &text).other_port, 4318);
	ck_assert(!apply_again("claude-code", 4319, "{\"model\": 1}", &text).elsewhere);
	buf_finish(&text);
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
	tcase_add_test(tcase, addresses_are_compared_with_what_they_mean);
	tcase_add_test(tcase, what_the_client_has_written_anew_is_taken_away);
	tcase_add_test(tcase, an_exporter_that_is_not_as_ours_stays);
	tcase_add_test(tcase, hooks_of_ours_are_known_in_every_spelling);
	tcase_add_test(tcase, hooks_are_silent_and_do_not_take_long);
	tcase_add_test(tcase, what_turns_hooks_off_is_told);
	tcase_add_test(tcase, what_was_written_for_another_port_moves_and_nothing_else);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(setup_plan_suite());
}
