#include "config/config.h"

#include "config_fixture.h"
#include "support/suite.h"

START_TEST(command_is_serve_until_said_otherwise)
{
	struct fixture f;
	fixture_init(&f);
	ck_assert_int_eq(fixture_load(&f, NO_ARGUMENTS), CONFIG_OK);
	ck_assert_int_eq(f.config.command, CONFIG_SERVE);
	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("serve")), CONFIG_OK);
	ck_assert_int_eq(f.config.command, CONFIG_SERVE);
	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("--port", "1", "watch")), CONFIG_OK);
	ck_assert_int_eq(f.config.command, CONFIG_WATCH);
	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("status", "--json")), CONFIG_OK);
	ck_assert_int_eq(f.config.command, CONFIG_STATUS);
	ck_assert(f.config.status_json);
	fixture_finish(&f);
}
END_TEST

START_TEST(ack_takes_a_session_or_none)
{
	struct fixture f;
	fixture_init(&f);
	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("ack")), CONFIG_OK);
	ck_assert_int_eq(f.config.command, CONFIG_ACK);
	ck_assert_ptr_null(f.config.session_id);
	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("ack", "-p1", "5f0c")), CONFIG_OK);
	ck_assert_str_eq(f.config.session_id, "5f0c");
	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("ack", "a", "b")), CONFIG_FAULT);
	fixture_finish(&f);
}
END_TEST

START_TEST(hook_takes_a_client_and_perhaps_its_json)
{
	struct fixture f;
	fixture_init(&f);
	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("hook", "codex")), CONFIG_OK);
	ck_assert_int_eq(f.config.command, CONFIG_HOOK);
	ck_assert_str_eq(f.config.hook_tool, "codex");
	ck_assert_ptr_null(f.config.hook_json);
	ck_assert_int_eq(
		fixture_load(&f, ARGUMENTS("-v", "hook", "codex", "--socket=/s", "{}")), CONFIG_OK);
	ck_assert_str_eq(f.config.hook_json, "{}");
	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("hook")), CONFIG_FAULT);
	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("hook", "codex", "{}", "{}")), CONFIG_FAULT);
	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("hook", "codex", "--port=1")), CONFIG_FAULT);
	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("status", "codex")), CONFIG_FAULT);
	fixture_finish(&f);
}
END_TEST

START_TEST(complete_takes_the_rest_as_it_is)
{
	struct fixture f;
	fixture_init(&f);
	ck_assert_int_eq(
		fixture_load(&f, ARGUMENTS("complete", "watch", "--help", "-")), CONFIG_OK);
	ck_assert_int_eq(f.config.command, CONFIG_COMPLETE);
	ck_assert_uint_eq(f.config.complete_count, 3);
	ck_assert_str_eq(f.config.complete_words[1], "--help");
	fixture_write_file(&f, "port = many\n"); // is of no interest here
	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("complete")), CONFIG_OK);
	ck_assert_uint_eq(f.config.complete_count, 0);
	fixture_finish(&f);
}
END_TEST

START_TEST(help_and_version_look_at_nothing_else)
{
	struct fixture f;
	fixture_init(&f);
	fixture_write_file(&f, "nonsense\n");
	fixture_setenv(&f, "OTLP_PORT=nonsense");
	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("watch", "--help")), CONFIG_OK);
	ck_assert_int_eq(f.config.command, CONFIG_HELP);
	ck_assert_int_eq(f.config.help_about, CONFIG_WATCH);
	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("-h")), CONFIG_OK);
	ck_assert_int_eq(f.config.help_about, CONFIG_SERVE);
	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("--version")), CONFIG_OK);
	ck_assert_int_eq(f.config.command, CONFIG_VERSION);
	fixture_finish(&f);
}
END_TEST

START_TEST(values_stand_behind_or_after_the_flag)
{
	struct fixture f;
	fixture_init(&f);
	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("--port=1", "-vp2", "-p", "3")), CONFIG_OK);
	ck_assert_uint_eq(f.config.port, 3);
	ck_assert(f.config.verbose);
	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("-vp", "77")), CONFIG_OK);
	ck_assert_uint_eq(f.config.port, 77);
	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("--verbose=no")), CONFIG_OK);
	ck_assert(!f.config.verbose);
	fixture_finish(&f);
}
END_TEST

START_TEST(switches_turn_on_and_off)
{
	struct fixture f;
	fixture_init(&f);
	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("--no-notifications", "--stdout")), CONFIG_OK);
	ck_assert(!f.config.notifications);
	ck_assert(f.config.use_stdout);
	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("--no-stdout", "--no-pipe", "--no-socket",
						  "--no-listen")),
		CONFIG_OK);
	ck_assert(!f.config.use_stdout);
	ck_assert_ptr_null(f.config.pipe_path);
	ck_assert_ptr_null(f.config.socket_path);
	ck_assert_uint_eq(f.config.listen.count, 0);
	fixture_finish(&f);
}
END_TEST

START_TEST(repeated_list_flags_add_up)
{
	struct fixture f;
	fixture_init(&f);
	ck_assert_int_eq(
		fixture_load(&f, ARGUMENTS("--listen", "127.0.0.2", "--listen=::1,127.0.0.3")),
		CONFIG_OK);
	ck_assert_uint_eq(f.config.listen.count, 3);
	ck_assert_str_eq(f.config.listen.items[0], "127.0.0.2");
	ck_assert_str_eq(f.config.listen.items[2], "127.0.0.3");
	fixture_finish(&f);
}
END_TEST

START_TEST(formats_and_icons_are_of_watch_and_status)
{
	struct fixture f;
	fixture_init(&f);
	fixture_write_file(&f, "[bar]\nicon-idle = none\nicon-working = a b, c\n");
	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("watch", "-f", "tmux")), CONFIG_OK);
	ck_assert_int_eq(f.config.format, CONFIG_FORMAT_TMUX);
	ck_assert_uint_eq(f.config.bar_icons[CONFIG_BAR_IDLE].count, 0);
	ck_assert_uint_eq(f.config.bar_icons[CONFIG_BAR_WORKING].count, 2);
	ck_assert_str_eq(f.config.bar_icons[CONFIG_BAR_WORKING].items[0], "a b");
	ck_assert_int_eq(
		fixture_load(&f, ARGUMENTS("status", "--format=plain", "--icon-idle", "i")),
		CONFIG_OK);
	ck_assert_str_eq(f.config.bar_icons[CONFIG_BAR_IDLE].items[0], "i");
	ck_assert_int_eq(
		fixture_load(&f, ARGUMENTS("status", "--json", "--format=list")), CONFIG_OK);
	ck_assert_int_eq(
		fixture_load(&f, ARGUMENTS("status", "--json", "--format=plain")), CONFIG_FAULT);
	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("watch", "--icon-idle=a\nb")), CONFIG_FAULT);
	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("serve", "--icon-idle=i")), CONFIG_FAULT);
	fixture_finish(&f);
}
END_TEST

static const struct {
	const char *arguments[5];
	const char *message;
} faults[] = {
	{{"otel-ai-monitor", "--prot", "1"}, "unknown option \"--prot\"; see --help"},
	{{"otel-ai-monitor", "-x"}, "unknown option \"-x\"; see --help"},
	{{"otel-ai-monitor", "--no-port"}, "unknown option \"--no-port\"; see --help"},
	{{"otel-ai-monitor", "--no-notifications=yes"}, "unknown option "
							"\"--no-notifications=yes\"; see --help"},
	{{"otel-ai-monitor", "--notifier", "/bin/true"}, "unknown option \"--notifier\"; see "
							 "--help"},
	{{"otel-ai-monitor", "serv"}, "unknown command \"serv\"; see --help"},
	{{"otel-ai-monitor", "serve", "watch"}, "unexpected word \"watch\"; see --help"},
	{{"otel-ai-monitor", ""}, "unknown command \"\"; see --help"},
	{{"otel-ai-monitor", "--port"}, "--port needs a value: a whole number from "
					"0 to 65535"},
	{{"otel-ai-monitor", "--port", "abc"}, "--port: \"abc\" is not allowed; it takes "
					       "a whole number from 0 to 65535"},
	{{"otel-ai-monitor", "--port="}, "--port: \"\" is not allowed; it takes a "
					 "whole number from 0 to 65535"},
	{{"otel-ai-monitor", "--port", "a\nb\x1b"}, "--port: \"a\\x0ab\\x1b\" is not allowed; "
						    "it takes a whole number from 0 to 65535"},
	{{"otel-ai-monitor", "--quiet-period", "0"}, "--quiet-period: \"0\" is not allowed; it "
						     "takes seconds from 0.05 to 3600"},
	{{"otel-ai-monitor", "--stdout=maybe"}, "--stdout: \"maybe\" is not allowed; it "
						"takes auto, yes or no"},
	{{"otel-ai-monitor", "--token", "short"}, "--token: this token is not allowed; it "
						  "takes 16 to 256 letters, digits and "
						  "-._~+/="},
	{{"otel-ai-monitor", "--listen", "::1", "--listen=localhost"},
		"--listen: \"localhost\" is not allowed; "
		"it takes numeric IP addresses with commas "
		"between them, or none"},
	{{"otel-ai-monitor", "--json"}, "--json is no option of \"serve\"; see "
					"--help"},
	{{"otel-ai-monitor", "status", "--no-stdout"},
		"--stdout is no option of \"status\"; see status "
		"--help"},
};

START_TEST(wrong_arguments_are_refused_with_words)
{
	struct fixture f;
	fixture_init(&f);
	ck_assert_int_eq(fixture_load(&f, faults[_i].arguments), CONFIG_FAULT);
	ck_assert_str_eq(fixture_message(&f), faults[_i].message);
	fixture_finish(&f);
}
END_TEST

static Suite *config_flags_suite(void)
{
	Suite *suite = suite_create("config_flags");
	TCase *tcase = tcase_create("flags");
	tcase_add_test(tcase, command_is_serve_until_said_otherwise);
	tcase_add_test(tcase, ack_takes_a_session_or_none);
	tcase_add_test(tcase, hook_takes_a_client_and_perhaps_its_json);
	tcase_add_test(tcase, complete_takes_the_rest_as_it_is);
	tcase_add_test(tcase, help_and_version_look_at_nothing_else);
	tcase_add_test(tcase, values_stand_behind_or_after_the_flag);
	tcase_add_test(tcase, switches_turn_on_and_off);
	tcase_add_test(tcase, repeated_list_flags_add_up);
	tcase_add_test(tcase, formats_and_icons_are_of_watch_and_status);
	tcase_add_loop_test(
		tcase, wrong_arguments_are_refused_with_words, 0, (int)ARRAY_SIZE(faults));
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(config_flags_suite());
}
