#include "cli/cli_args.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "cli/cli_command.h"
#include "config/config_report.h"
#include "event/assistant.h"
#include "setup/setup_client.h"
#include "support/suite.h"

/* A command line, and the configuration that comes of it alone. */
struct parsed {
	struct cli_args args;
	struct config config;
	struct buf message; // ends with a NUL
	int result;
};

#define PARSE(p, ...) parse((p), (const char *[]){"otel-ai-monitor", __VA_ARGS__, NULL})

static void finish(struct parsed *p)
{
	config_finish(&p->config);
	cli_args_finish(&p->args);
	buf_finish(&p->message);
}

static void load(struct parsed *p)
{
	struct config_report report;
	const struct config_inputs inputs = {
		.flags = p->args.flags,
		.flag_count = p->args.flag_count,
		.stdout_fd = -1,
	};
	config_report_init(&report);
	p->result = config_load(&p->config, &inputs, &report);
	if (p->result == CONFIG_OK) {
		cli_args_apply(&p->args, &p->config);
	} else {
		buf_append_str(&p->message, buf_str(&report.errors));
	}
	config_report_finish(&report);
}

static void parse(struct parsed *p, const char *const *argv)
{
	int argc = 0;
	while (argv[argc] != NULL) {
		argc++;
	}
	finish(p);
	*p = (struct parsed){0};
	buf_init(&p->message, 4096);
	p->result = cli_args_read(&p->args, argc, argv, &p->message);
	if (p->result == CONFIG_OK) {
		load(p);
	}
	buf_append_char(&p->message, '\0');
}

START_TEST(command_is_serve_until_said_otherwise)
{
	struct parsed p = {0};
	parse(&p, (const char *[]){"otel-ai-monitor", NULL});
	ck_assert_ptr_eq(p.args.command, &cli_serve_command);
	ck_assert(p.args.is_bare && !p.args.has_command);
	PARSE(&p, "serve");
	ck_assert_ptr_eq(p.args.command, &cli_serve_command);
	ck_assert(!p.args.is_bare && p.args.has_command);
	PARSE(&p, "--port", "1", "watch");
	ck_assert_ptr_eq(p.args.command, &cli_watch_command);
	ck_assert_uint_eq(p.config.port, 1);
	PARSE(&p, "status", "--json");
	ck_assert_ptr_eq(p.args.command, &cli_status_command);
	ck_assert(p.config.json);
	parse(&p, (const char *[]){NULL}); // execve(2) allows that
	ck_assert_int_eq(p.result, CONFIG_OK);
	finish(&p);
}
END_TEST

START_TEST(words_go_where_their_command_wants_them)
{
	struct parsed p = {0};
	PARSE(&p, "ack");
	ck_assert_ptr_null(p.config.session_word);
	PARSE(&p, "ack", "-p1", "5f0c");
	ck_assert_str_eq(p.config.session_word, "5f0c");
	PARSE(&p, "hook", "codex");
	ck_assert_str_eq(p.config.hook_tool, "codex");
	ck_assert_ptr_null(p.config.hook_json);
	PARSE(&p, "-v", "hook", "codex", "--socket=/s", "{}");
	ck_assert_str_eq(p.config.hook_json, "{}");
	ck_assert(p.args.is_verbose);
	PARSE(&p, "setup", "codex", "waybar");
	ck_assert_str_eq(p.message.data, "");
	ck_assert_str_eq(p.config.setup_names[1], "waybar");
	PARSE(&p, "mute", "1", "webshop");
	ck_assert_str_eq(p.config.session_words[0], "1");
	ck_assert_str_eq(p.config.session_words[1], "webshop");
	ck_assert_ptr_null(p.config.session_words[2]);
	PARSE(&p, "pause", "30m");
	ck_assert_str_eq(p.config.pause_word, "30m");
	ck_assert(!p.config.pause_off);
	PARSE(&p, "focus", "--", "--strange");
	ck_assert_str_eq(p.config.session_word, "--strange");
	finish(&p);
}
END_TEST

START_TEST(complete_takes_the_rest_as_it_is)
{
	struct parsed p = {0};
	PARSE(&p, "complete", "watch", "--help", "-");
	ck_assert_ptr_eq(p.args.command, &cli_complete_command);
	ck_assert_uint_eq(p.config.complete_count, 3);
	ck_assert_str_eq(p.config.complete_words[1], "--help");
	PARSE(&p, "complete");
	ck_assert_uint_eq(p.config.complete_count, 0);
	finish(&p);
}
END_TEST

START_TEST(help_and_version_are_known_everywhere)
{
	struct parsed p = {0};
	PARSE(&p, "watch", "--help");
	ck_assert(p.args.wants_help && p.args.has_command);
	ck_assert_ptr_eq(p.args.command, &cli_watch_command);
	PARSE(&p, "hook", "-h"); // without what it needs
	ck_assert_int_eq(p.result, CONFIG_OK);
	PARSE(&p, "-h");
	ck_assert(p.args.wants_help && !p.args.has_command);
	PARSE(&p, "--version");
	ck_assert(p.args.wants_version);
	PARSE(&p, "-V");
	ck_assert(p.args.wants_version);
	finish(&p);
}
END_TEST

START_TEST(values_stand_behind_or_after_the_option)
{
	struct parsed p = {0};
	PARSE(&p, "--port=1", "-vp2", "-p", "3");
	ck_assert_uint_eq(p.config.port, 3);
	ck_assert(p.config.verbose);
	PARSE(&p, "-vp", "77");
	ck_assert_uint_eq(p.config.port, 77);
	PARSE(&p, "--verbose=no");
	ck_assert(!p.config.verbose);
	PARSE(&p, "-p", "watch"); // a value, and no command
	ck_assert_int_eq(p.result, CONFIG_FAULT);
	ck_assert_ptr_eq(p.args.command, &cli_serve_command);
	finish(&p);
}
END_TEST

START_TEST(switches_turn_on_and_off)
{
	struct parsed p = {0};
	PARSE(&p, "--no-notifications", "--stdout");
	ck_assert(!p.config.notifications);
	ck_assert(p.config.use_stdout);
	PARSE(&p, "--no-stdout", "--no-pipe", "--no-socket", "--no-listen");
	ck_assert(!p.config.use_stdout);
	ck_assert_ptr_null(p.config.pipe_path);
	ck_assert_ptr_null(p.config.socket_path);
	ck_assert_uint_eq(p.config.listen.count, 0);
	finish(&p);
}
END_TEST

START_TEST(repeated_lists_add_up)
{
	struct parsed p = {0};
	PARSE(&p, "--listen", "127.0.0.2", "--listen=::1,127.0.0.3");
	ck_assert_uint_eq(p.config.listen.count, 3);
	ck_assert_str_eq(p.config.listen.items[0], "127.0.0.2");
	ck_assert_str_eq(p.config.listen.items[2], "127.0.0.3");
	finish(&p);
}
END_TEST

START_TEST(options_of_a_command_have_defaults)
{
	struct parsed p = {0};
	PARSE(&p, "demo");
	ck_assert_int_eq(p.config.demo_ms, 30000);
	PARSE(&p, "demo", "-s", "2.5");
	ck_assert_int_eq(p.config.demo_ms, 2500);
	PARSE(&p, "watch", "-f", "tmux", "--icon-idle", "none");
	ck_assert_int_eq(p.config.format, CONFIG_FORMAT_TMUX);
	ck_assert_uint_eq(p.config.bar_icons[CONFIG_BAR_IDLE].count, 0);
	finish(&p);
}
END_TEST

static const struct {
	const char *arguments[5];
	const char *message;
} faults[] = {
	{{"--prot", "1"}, "unknown option \"--prot\" (did you mean --port?); see --help"},
	{{"-x"}, "unknown option \"-x\"; see --help"},
	{{"--no-port"}, "unknown option \"--no-port\"; see --help"},
	{{"--no-pip"}, "unknown option \"--no-pip\" (did you mean --no-pipe?); see --help"},
	{{"--no-notifications=yes"},
		"unknown option \"--no-notifications=yes\" (did you mean --notifications?); see --help"},
	{{"--notifier", "/bin/true"}, "unknown option \"--notifier\"; see --help"},
	{{"--notifier=/bin/true"}, "unknown option \"--notifier=/bin/true\"; see --help"},
	{{"serv"}, "unknown command \"serv\" (did you mean serve?); see --help"},
	{{"wathc"}, "unknown command \"wathc\" (did you mean watch?); see --help"},
	{{"serve", "watch"}, "unexpected argument \"watch\"; see serve --help"},
	{{"ack", "a", "b"}, "unexpected argument \"b\"; see ack --help"},
	{{""}, "unknown command \"\"; see --help"},
	{{"--port"}, "--port needs a value: a whole number from 0 to 65535"},
	{{"--port", "abc"},
		"--port: invalid value \"abc\"; expected a whole number from 0 to 65535"},
	{{"--port="}, "--port: invalid value \"\"; expected a whole number from 0 to 65535"},
	{{"--port", "a\nb\x1b"},
		"--port: invalid value \"a\\x0ab\\x1b\"; expected a whole number from 0 to 65535"},
	{{"--quiet-period", "0"},
		"--quiet-period: invalid value \"0\"; expected seconds from 0.05 to 3600"},
	{{"--stdout=maybe"}, "--stdout: invalid value \"maybe\"; expected auto, yes or no"},
	{{"--token", "short"},
		"--token: invalid token; expected 16 to 256 letters, digits and -._~+/="},
	{{"--listen", "::1", "--listen=localhost"},
		"--listen: invalid value \"localhost\"; expected numeric IP addresses separated by "
		"commas, or none"},
	{{"status", "--no-stdout"}, "status has no option --stdout; see status --help"},
	{{"status", "--watch"}, "status has no option --watch; see status --help"},
	{{"status", "--jsno"},
		"unknown option \"--jsno\" (did you mean --json?); see status --help"},
	{{"watch", "--format", "wayabr"},
		"--format: invalid value \"wayabr\" (did you mean waybar?); expected auto, ndjson, "
		"list, waybar, polybar, i3blocks, yambar, tmux or plain"},
	{{"hook"}, "hook needs CLIENT; see hook --help"},
	{{"hook", "codex", "{}", "{}"}, "unexpected argument \"{}\"; see hook --help"},
	{{"hook", "codex", "--pipe=x"}, "hook has no option --pipe; see hook --help"},
	{{"hook", "opencode"}, "unknown client \"opencode\"; see hook --help"},
	{{"setup", "claud"},
		"unknown client or bar \"claud\" (did you mean claude-code?); see setup --help"},
	{{"help", "setpu"}, "unknown command \"setpu\" (did you mean setup?); see help --help"},
	{{"status", "--json", "--format=plain"}, "--json contradicts --format; use one of them"},
	{{"watch", "--icon-idle=a\nb"},
		"--icon-idle: invalid value \"a\\x0ab\"; expected texts separated by commas, or none"},
};

START_TEST(wrong_arguments_are_rejected_with_words)
{
	struct parsed p = {0};
	const char *argv[7] = {"otel-ai-monitor"};
	memcpy(argv + 1, faults[_i].arguments, sizeof(faults[_i].arguments));
	parse(&p, argv);
	ck_assert_int_eq(p.result, CONFIG_FAULT);
	ck_assert_str_eq(p.message.data, faults[_i].message);
	finish(&p);
}
END_TEST

START_TEST(more_names_than_there_is_room_for_are_rejected)
{
	struct parsed p = {0};
	const char *argv[CONFIG_SETUP_NAMES + 4] = {"otel-ai-monitor", "setup"};
	for (size_t i = 2; i < ARRAY_SIZE(argv) - 1; i++) {
		argv[i] = "codex";
	}
	parse(&p, argv);
	ck_assert_str_eq(p.message.data, "unexpected argument \"codex\"; see setup --help");
	finish(&p);
}
END_TEST

/* What the rows of commands must hold for the rest to work. */
START_TEST(every_command_has_a_row_that_is_whole)
{
	for (size_t i = 0; cli_commands[i] != NULL; i++) {
		const struct cli_command *c = cli_commands[i];
		const struct config_option *o, *same;
		const char *help;
		ck_assert_msg(c->summary != NULL && c->about != NULL, "%s", c->name);
		ck_assert_ptr_eq(cli_command_find(c->name), c);
		for (size_t k = 0; (o = cli_command_option(c, k, &help)) != NULL; k++) {
			same = cli_command_find_option(c, str_from(o->name));
			ck_assert_msg(same == o && help != NULL, "%s --%s", c->name, o->name);
			same = o->letter != '\0' ? cli_command_find_letter(c, o->letter) : o;
			ck_assert_msg(same == o, "%s -%c", c->name, o->letter);
			ck_assert_msg(o->bare != NULL || o->value_name != NULL, "%s", o->name);
		}
	}
}
END_TEST

static bool takes(const struct cli_operand *operand, struct str name)
{
	const char *word;
	for (size_t i = 0; (word = operand->word(i)) != NULL; i++) {
		if (str_equal(name, str_from(word))) {
			return true;
		}
	}
	return false;
}

START_TEST(every_assistant_can_be_set_up)
{
	for (size_t i = 0; i < assistant_count; i++) {
		struct str name = assistant_at(i)->name;
		const struct setup_client *client = setup_client_find(name);
		ck_assert_ptr_nonnull(client);
		ck_assert_str_eq(client->program, assistant_at(i)->program.data);
		ck_assert(takes(&cli_setup_command.operands[0], name));
	}
	ck_assert_uint_eq(setup_client_count, assistant_count);
	ck_assert(takes(&cli_hook_command.operands[0], STR("copilot")));
}
END_TEST

static Suite *cli_args_suite(void)
{
	Suite *suite = suite_create("cli_args");
	TCase *tcase = tcase_create("all");
	tcase_add_test(tcase, command_is_serve_until_said_otherwise);
	tcase_add_test(tcase, words_go_where_their_command_wants_them);
	tcase_add_test(tcase, complete_takes_the_rest_as_it_is);
	tcase_add_test(tcase, help_and_version_are_known_everywhere);
	tcase_add_test(tcase, values_stand_behind_or_after_the_option);
	tcase_add_test(tcase, switches_turn_on_and_off);
	tcase_add_test(tcase, repeated_lists_add_up);
	tcase_add_test(tcase, options_of_a_command_have_defaults);
	tcase_add_loop_test(
		tcase, wrong_arguments_are_rejected_with_words, 0, (int)ARRAY_SIZE(faults));
	tcase_add_test(tcase, more_names_than_there_is_room_for_are_rejected);
	tcase_add_test(tcase, every_command_has_a_row_that_is_whole);
	tcase_add_test(tcase, every_assistant_can_be_set_up);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(cli_args_suite());
}
