#include "config/config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "config/config_flags.h"
#include "config/config_option.h"
#include "config/notify_kind.h"
#include "config_fixture.h"
#include "support/suite.h"

START_TEST(defaults_are_the_documented_ones)
{
	struct fixture f;
	fixture_init(&f);
	ck_assert_int_eq(fixture_load(&f, NO_ARGUMENTS), CONFIG_OK);
	ck_assert_uint_eq(f.message.size, 0);
	const struct config *c = &f.config;
	ck_assert_uint_eq(c->port, 4318);
	ck_assert_uint_eq(c->listen.count, 2);
	ck_assert_str_eq(c->listen.items[0], "127.0.0.1");
	ck_assert_str_eq(c->listen.items[1], "::1");
	assert_contains(c->socket_path, "/otel-ai-monitor.sock");
	assert_contains(c->pipe_path, "/otel-ai-monitor.pipe");
	assert_contains(c->pipe_path, f.dir);
	ck_assert_int_eq(c->quiet_period_ms, 3000);
	ck_assert_int_eq(c->session_timeout_ms, 300000);
	ck_assert_int_eq(c->completed_timeout_ms, 30000);
	ck_assert_int_eq(c->stall_timeout_ms, 300000);
	ck_assert_int_eq(c->broadcast_interval_ms, 5000);
	ck_assert_uint_eq(c->max_sessions, 1000);
	ck_assert_uint_eq(c->max_body_bytes, 64 << 20);
	ck_assert_uint_eq(c->max_connections, 512);
	ck_assert(c->notifications);
	ck_assert(!c->verbose);
	ck_assert_ptr_null(c->token);
	ck_assert_ptr_null(c->notifier_path);
	fixture_finish(&f);
}
END_TEST

START_TEST(kinds_and_sounds_of_notifications_follow_their_table)
{
	struct fixture f;
	fixture_init(&f);
	ck_assert_int_eq(fixture_load(&f, NO_ARGUMENTS), CONFIG_OK);
	ck_assert_uint_eq(f.config.notify_kinds.count, NOTIFY_KIND_COUNT - 1);
	ck_assert_uint_eq(f.config.notify_sounds.count, NOTIFY_KIND_COUNT - 1);
	ck_assert_str_eq(f.config.notify_kinds.items[0], "done");
	ck_assert_str_eq(f.config.notify_sounds.items[0], "done:complete");
	ck_assert_int_eq(f.config.notify_delay_ms, -1);
	fixture_finish(&f);
}
END_TEST

START_TEST(sounds_have_a_kind_and_a_name)
{
	static const struct {
		const char *text;
		enum notify_kind kind; // NOTHING: it is refused
		const char *sound;
	} cases[] = {
		{"done:bell", NOTIFY_DONE, "bell"},
		{"permission:dialog-question", NOTIFY_PERMISSION, "dialog-question"},
		{"done", NOTIFY_NOTHING, NULL},
		{"done:", NOTIFY_NOTHING, NULL},
		{":bell", NOTIFY_NOTHING, NULL},
		{"other:bell", NOTIFY_NOTHING, NULL},
		{"done:../../etc/passwd", NOTIFY_NOTHING, NULL},
		{"done:a b", NOTIFY_NOTHING, NULL},
		{"", NOTIFY_NOTHING, NULL},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		enum notify_kind kind = NOTIFY_NOTHING;
		struct str sound;
		ck_assert_msg(notify_kind_read_sound(str_from(cases[i].text), &kind, &sound) ==
				      (cases[i].sound != NULL),
			"%s", cases[i].text);
		ck_assert_int_eq(kind, cases[i].kind);
		ck_assert(cases[i].sound == NULL || str_equal(sound, str_from(cases[i].sound)));
	}
}
END_TEST

START_TEST(flags_win_over_environment_over_file)
{
	struct fixture f;
	fixture_init(&f);
	fixture_write_file(&f, "[server]\nport = 1\n[sessions]\nquiet_period = 1\n"
			       "session-timeout = 1.5\n");
	fixture_setenv(&f, "OTLP_PORT=2");
	fixture_setenv(&f, "OTEL_AI_QUIET_PERIOD=0.5");
	fixture_setenv(&f, "OTEL_AI_PIPE=");
	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("--port", "3")), CONFIG_OK);
	ck_assert_uint_eq(f.config.port, 3);
	ck_assert_int_eq(f.config.quiet_period_ms, 500);
	ck_assert_int_eq(f.config.session_timeout_ms, 1500);
	ck_assert_ptr_nonnull(f.config.pipe_path);
	fixture_finish(&f);
}
END_TEST

START_TEST(wrong_values_of_weaker_sources_are_told_too)
{
	struct fixture f;
	fixture_init(&f);
	fixture_write_file(&f, "\nport = many\n");
	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("--port", "3")), CONFIG_FAULT);
	const char *message = fixture_message(&f);
	assert_contains(message, f.file);
	assert_contains(message, "config.ini:2: port: \"many\" is not allowed; it "
				 "takes a whole number from 0 to 65535");
	fixture_finish(&f);
}
END_TEST

START_TEST(wrong_environment_names_the_variable)
{
	struct fixture f;
	fixture_init(&f);
	fixture_setenv(&f, "OTEL_AI_SESSION_TIMEOUT=-5");
	ck_assert_int_eq(fixture_load(&f, NO_ARGUMENTS), CONFIG_FAULT);
	ck_assert_str_eq(fixture_message(&f), "$OTEL_AI_SESSION_TIMEOUT: \"-5\" is not allowed; "
					      "it "
					      "takes seconds from 0.05 to 604800");
	fixture_finish(&f);
}
END_TEST

static const struct {
	const char *text, *message;
} files[] = {
	{"prot = 1\n", "config.ini:1: there is no setting \"prot\""},
	{"json = yes\n", "config.ini:1: there is no setting \"json\""},
	{"[sessions]\nport = 1\n", "config.ini:2: port belongs to the section "
				   "[server], not to \"sessions\""},
	{"[nowhere]\nport = 1\n", "config.ini:2: port belongs to the section "
				  "[server], not to \"nowhere\""},
	{"port = 1\nport = 2\n", "config.ini:2: port stands in line 1 already"},
	{"port\n", "config.ini:1: this line is neither \"name = "
		   "value\" nor \"[section]\""},
};

START_TEST(wrong_files_are_refused_with_words)
{
	struct fixture f;
	fixture_init(&f);
	fixture_write_file(&f, files[_i].text);
	ck_assert_int_eq(fixture_load(&f, NO_ARGUMENTS), CONFIG_FAULT);
	assert_contains(fixture_message(&f), files[_i].message);
	fixture_finish(&f);
}
END_TEST

START_TEST(a_file_that_was_named_must_be_there)
{
	struct fixture f;
	fixture_init(&f);
	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("--config", "/nowhere/x.ini")), -ENOENT);
	ck_assert_str_eq(fixture_message(&f), "cannot read the configuration "
					      "file /nowhere/x.ini: No such file "
					      "or directory");
	fixture_write_file(&f, "port = many\n");
	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("--config=none")), CONFIG_OK);
	fixture_finish(&f);
}
END_TEST

START_TEST(unreadable_and_huge_files_are_errors)
{
	struct fixture f;
	fixture_init(&f);
	char sub[96];
	snprintf(sub, sizeof(sub), "%s/otel-ai-monitor", f.dir);
	ck_assert_int_eq(mkdir(sub, 0700), 0);
	ck_assert_int_eq(mkdir(f.file, 0700), 0);
	ck_assert_int_eq(fixture_load(&f, NO_ARGUMENTS), -EISDIR);
	assert_contains(fixture_message(&f), "cannot read the "
					     "configuration file");
	ck_assert_int_eq(rmdir(f.file), 0);
	char *text = xcalloc(1, 64 * 1024 + 2);
	memset(text, '\n', 64 * 1024);
	fixture_write_file(&f, text);
	ck_assert_int_eq(fixture_load(&f, NO_ARGUMENTS), CONFIG_OK);
	text[64 * 1024] = '\n';
	fixture_write_file(&f, text);
	ck_assert_int_eq(fixture_load(&f, NO_ARGUMENTS), -EFBIG);
	free(text);
	fixture_finish(&f);
}
END_TEST

START_TEST(other_addresses_need_a_token)
{
	struct fixture f;
	fixture_init(&f);
	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("--"
						    "li"
						    "st"
						    "e"
						    "n",
						  "12"
						  "7."
						  "0."
						  "0."
						  "1,"
						  "0."
						  "0."
						  "0."
						  "0")),
		CONFIG_FAULT);
	ck_assert_str_eq(fixture_message(&f), "--listen: other "
					      "machines can "
					      "reach 0.0.0.0, so "
					      "a "
					      "token or "
					      "token-file is "
					      "needed");
	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("--"
						    "li"
						    "st"
						    "e"
						    "n",
						  "0."
						  "0."
						  "0."
						  "0",
						  "--"
						  "to"
						  "ke"
						  "n",
						  "01"
						  "23"
						  "45"
						  "67"
						  "89"
						  "ab"
						  "cd"
						  "e"
						  "f")),
		CONFIG_OK);
	ck_assert_str_eq(f.config.token, "0123456789abcdef");
	fixture_finish(&f);
}
END_TEST

static const struct {
	const char *address;
	bool loopback;
} addresses[] = {
	{"127.0.0.1", true},
	{"127.255.0.1", true},
	{"::1", true},
	{"::ffff:127.0.0.1", true},
	{"128.0.0.1", false},
	{"0.0.0.0", false},
	{"::", false},
	{"fe80::1", false},
	{"::ffff:10.0.0.1", false},
	{"localhost", false},
};

START_TEST(knows_loopback)
{
	ck_assert_int_eq(config_is_loopback(addresses[_i].address), addresses[_i].loopback);
}
END_TEST

START_TEST(token_file_is_read_if_private)
{
	struct fixture f;
	fixture_init(&f);
	char path[96], entry[128];
	snprintf(path, sizeof(path),
		"%s"
		"/t"
		"ok"
		"e"
		"n",
		f.dir);
	snprintf(entry, sizeof(entry),
		"OT"
		"EL"
		"_A"
		"I_"
		"TO"
		"KE"
		"N_"
		"FI"
		"LE"
		"=%"
		"s",
		path);
	fixture_setenv(&f, entry);
	ck_assert_int_eq(fixture_load(&f, NO_ARGUMENTS), -ENOENT);
	assert_contains(fixture_message(&f), "$O"
					     "TE"
					     "L_"
					     "AI"
					     "_T"
					     "OK"
					     "EN"
					     "_F"
					     "IL"
					     "E:"
					     " t"
					     "he"
					     " f"
					     "il"
					     "e"
					     " ");

	int fd = open(path, O_WRONLY | O_CREAT, 0600);
	ck_assert_int_eq(write(fd, "abcdefghijklmnop\n", 17), 17);
	ck_assert_int_eq(fixture_load(&f, NO_ARGUMENTS), CONFIG_OK);
	ck_assert_str_eq(f.config.token, "ab"
					 "cd"
					 "ef"
					 "gh"
					 "ij"
					 "kl"
					 "mn"
					 "o"
					 "p");

	ck_assert_int_eq(fchmod(fd, 0640), 0);
	ck_assert_int_eq(fixture_load(&f, NO_ARGUMENTS), CONFIG_FAULT);
	assert_contains(fixture_message(&f), "mu"
					     "st"
					     " n"
					     "ot"
					     " b"
					     "e "
					     "op"
					     "en"
					     " t"
					     "o "
					     "ot"
					     "he"
					     "r"
					     "s");
	ck_assert_int_eq(fchmod(fd, 0600), 0);

	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("--token", "0123456789abcdef")), CONFIG_OK);
	ck_assert_str_eq(f.config.token, "01"
					 "23"
					 "45"
					 "67"
					 "89"
					 "ab"
					 "cd"
					 "e"
					 "f");

	ck_assert_int_eq(ftruncate(fd, 3), 0);
	close(fd);
	ck_assert_int_eq(fixture_load(&f, NO_ARGUMENTS), CONFIG_FAULT);
	assert_contains(fixture_message(&f), "mu"
					     "st"
					     " h"
					     "ol"
					     "d "
					     "16"
					     " t"
					     "o "
					     "25"
					     "6 "
					     "le"
					     "tt"
					     "er"
					     "s");
	unlink(path);
	fixture_finish(&f);
}
END_TEST

START_TEST(token_and_token_file_do_not_stand_together)
{
	struct fixture f;
	fixture_init(&f);
	fixture_write_file(&f, "token = 0123456789abcdef\ntoken-file = /nowhere\n");
	ck_assert_int_eq(fixture_load(&f, NO_ARGUMENTS), CONFIG_FAULT);
	assert_contains(
		fixture_message(&f), "config.ini:2: token-file and a token stand in one place");
	fixture_finish(&f);
}
END_TEST

START_TEST(no_runtime_dir_is_a_warning)
{
	struct fixture f;
	fixture_init(&f);
	f.environment[1] = NULL;
	ck_assert_int_eq(fixture_load(&f, NO_ARGUMENTS), CONFIG_OK);
	ck_assert_ptr_null(f.config.socket_path);
	ck_assert_ptr_null(f.config.pipe_path);
	ck_assert_str_eq(fixture_message(&f),
		"XDG_RUNTIME_DIR is not set: there is no Unix socket and no pipe");
	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("--no-socket", "--pipe=/p")), CONFIG_OK);
	ck_assert_uint_eq(f.message.size, 0);
	ck_assert_str_eq(f.config.pipe_path, "/p");
	f.inputs.run_user_dir = f.dir; // what logind makes
	ck_assert_int_eq(fixture_load(&f, NO_ARGUMENTS), CONFIG_OK);
	assert_contains(f.config.socket_path, f.dir);
	fixture_finish(&f);
}
END_TEST

START_TEST(socket_path_must_fit_its_address)
{
	struct fixture f;
	fixture_init(&f);
	char runtime[160] = "XDG_RUNTIME_DIR=/";
	memset(runtime + strlen(runtime), 'x', 100);
	f.environment[1] = runtime;
	ck_assert_int_eq(fixture_load(&f, NO_ARGUMENTS), CONFIG_OK);
	ck_assert_ptr_null(f.config.socket_path);
	assert_contains(fixture_message(&f), "too long for a Unix socket");
	fixture_finish(&f);
}
END_TEST

START_TEST(auto_stdout_writes_where_somebody_may_read)
{
	struct fixture f;
	fixture_init(&f);
	int ends[2];
	ck_assert_int_eq(pipe(ends), 0);
	f.inputs.stdout_fd = ends[1];
	ck_assert_int_eq(fixture_load(&f, NO_ARGUMENTS), CONFIG_OK);
	ck_assert(f.config.use_stdout);
	f.inputs.stdout_fd = open("/dev/null", O_WRONLY);
	ck_assert_int_eq(fixture_load(&f, NO_ARGUMENTS), CONFIG_OK);
	ck_assert(!f.config.use_stdout);
	close(f.inputs.stdout_fd);
	close(ends[0]);
	close(ends[1]);
	fixture_finish(&f);
}
END_TEST

START_TEST(auto_stdout_leaves_the_journal_alone)
{
	struct fixture f;
	fixture_init(&f);
	int ends[2];
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	struct stat st;
	ck_assert_int_eq(fstat(ends[0], &st), 0);
	char entry[80];
	snprintf(entry, sizeof(entry), "JOURNAL_STREAM=%llu:%llu", (unsigned long long)st.st_dev,
		(unsigned long long)st.st_ino);
	fixture_setenv(&f, entry);
	f.inputs.stdout_fd = ends[0];
	ck_assert_int_eq(fixture_load(&f, NO_ARGUMENTS), CONFIG_OK);
	ck_assert(!f.config.use_stdout);
	f.inputs.stdout_fd = ends[1];
	ck_assert_int_eq(fixture_load(&f, NO_ARGUMENTS), CONFIG_OK);
	ck_assert(f.config.use_stdout);
	close(ends[0]);
	close(ends[1]);
	fixture_finish(&f);
}
END_TEST

START_TEST(reload_takes_what_can_change)
{
	struct fixture f;
	fixture_init(&f);
	fixture_write_file(&f, "quiet-period = 1\n");
	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("--session-timeout", "7")), CONFIG_OK);
	const char *socket_path = f.config.socket_path;
	fixture_write_file(&f, "quiet-period = 2\nsession-timeout = 8\nport = 9\nlisten = ::1\n"
			       "notifications = no\n");
	ck_assert_int_eq(config_reload(&f.config, &f.message), 0);
	ck_assert_int_eq(f.config.quiet_period_ms, 2000);
	ck_assert_int_eq(f.config.session_timeout_ms, 7000);
	ck_assert(!f.config.notifications);
	ck_assert_uint_eq(f.config.port, 4318);
	ck_assert_uint_eq(f.config.listen.count, 2);
	ck_assert_ptr_eq(f.config.socket_path, socket_path);
	ck_assert_str_eq(fixture_message(&f), "only a restart changes: port, listen");
	fixture_finish(&f);
}
END_TEST

START_TEST(reload_of_a_wrong_file_changes_nothing)
{
	struct fixture f;
	fixture_init(&f);
	fixture_write_file(&f, "quiet-period = 1\n");
	ck_assert_int_eq(fixture_load(&f, NO_ARGUMENTS), CONFIG_OK);
	fixture_write_file(&f, "quiet-period = 2\nport = many\n");
	ck_assert_int_eq(config_reload(&f.config, &f.message), CONFIG_FAULT);
	assert_contains(fixture_message(&f), "config.ini:2: port: \"many\" is not allowed");
	ck_assert_int_eq(f.config.quiet_period_ms, 1000);
	fixture_finish(&f);
}
END_TEST

START_TEST(help_says_what_every_command_is_for)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	config_print_help(out, CONFIG_SERVE);
	ck_assert_int_eq(fclose(out), 0);
	for (int command = CONFIG_SERVE + 1; command < CONFIG_HELP; command++) {
		const char *word = config_flags_command_word((enum config_command)command);
		cleanup_free char *line = xasprintf("\n  %s ", word);
		ck_assert_msg(
			(strstr(text, line) != NULL) == (command != CONFIG_COMPLETE), "%s", word);
	}
	free(text);
}
END_TEST

START_TEST(help_knows_every_option)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	for (int command = CONFIG_SERVE; command < CONFIG_HELP; command++) {
		config_print_help(out, (enum config_command)command);
	}
	ck_assert_int_eq(fclose(out), 0);
	for (int id = 0; id < OPTION_COUNT; id++) {
		const struct config_option *o = &config_options[id];
		if (o->commands != 0) {
			assert_contains(text, o->name);
			assert_contains(text, o->variable != NULL ? o->variable : o->name);
		}
	}
	assert_contains(text, "default 4318");
	assert_contains(text, "Examples:");
	assert_contains(
		text, "⠦, ⠧, ⠇, ⠏"); // on one line: it is measured on the screen, not in bytes
	for (char *rest = text, *line; (line = strsep(&rest, "\n")) != NULL;) {
		ck_assert_msg(strlen(line) <= 90, "%s", line);
	}
	free(text);
}
END_TEST

static Suite *config_suite(void)
{
	Suite *suite = suite_create("config");
	TCase *tcase = tcase_create("load");
	tcase_add_test(tcase, defaults_are_the_documented_ones);
	tcase_add_test(tcase, kinds_and_sounds_of_notifications_follow_their_table);
	tcase_add_test(tcase, sounds_have_a_kind_and_a_name);
	tcase_add_test(tcase, flags_win_over_environment_over_file);
	tcase_add_test(tcase, wrong_values_of_weaker_sources_are_told_too);
	tcase_add_test(tcase, wrong_environment_names_the_variable);
	tcase_add_loop_test(tcase, wrong_files_are_refused_with_words, 0, (int)ARRAY_SIZE(files));
	tcase_add_test(tcase, a_file_that_was_named_must_be_there);
	tcase_add_test(tcase, unreadable_and_huge_files_are_errors);
	tcase_add_test(tcase, other_addresses_need_a_token);
	tcase_add_loop_test(tcase, knows_loopback, 0, (int)ARRAY_SIZE(addresses));
	tcase_add_test(tcase, token_file_is_read_if_private);
	tcase_add_test(tcase, token_and_token_file_do_not_stand_together);
	tcase_add_test(tcase, no_runtime_dir_is_a_warning);
	tcase_add_test(tcase, socket_path_must_fit_its_address);
	tcase_add_test(tcase, auto_stdout_writes_where_somebody_may_read);
	tcase_add_test(tcase, auto_stdout_leaves_the_journal_alone);
	tcase_add_test(tcase, reload_takes_what_can_change);
	tcase_add_test(tcase, reload_of_a_wrong_file_changes_nothing);
	tcase_add_test(tcase, help_says_what_every_command_is_for);
	tcase_add_test(tcase, help_knows_every_option);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(config_suite());
}
