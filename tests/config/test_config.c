#include "config/config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "config/config_option.h"
#include "config/notify_kind.h"
#include "config_fixture.h"
#include "support/suite.h"

START_TEST(defaults_are_the_documented_ones)
{
	struct fixture f;
	fixture_init(&f);
	ck_assert_int_eq(fixture_load(&f, NO_ARGUMENTS), CONFIG_OK);
	ck_assert_uint_eq(f.report.warnings.size, 0);
	const struct config *c = &f.config;
	ck_assert_uint_eq(c->port, 4318);
	ck_assert_uint_eq(c->listen.count, 2);
	ck_assert_str_eq(c->listen.items[0], "127.0.0.1");
	ck_assert_str_eq(c->listen.items[1], "::1");
	assert_contains(c->socket_path, "/otel-ai-monitor.sock");
	assert_contains(c->pipe_path, "/otel-ai-monitor.pipe");
	assert_contains(c->pipe_path, f.dir);
	ck_assert_int_eq(c->sessions.quiet_period_ms, 3000);
	ck_assert_int_eq(c->sessions.session_timeout_ms, 300000);
	ck_assert_int_eq(c->sessions.completed_timeout_ms, 30000);
	ck_assert_int_eq(c->sessions.stall_timeout_ms, 300000);
	ck_assert_int_eq(c->broadcast_interval_ms, 5000);
	ck_assert_uint_eq(c->sessions.max_sessions, 1000);
	ck_assert_uint_eq(c->max_body_bytes, 64 << 20);
	ck_assert_uint_eq(c->max_connections, 512);
	ck_assert(c->notifications);
	ck_assert(!c->verbose);
	ck_assert_ptr_null(c->token);
	ck_assert_ptr_null(c->notifier_path);
	fixture_finish(&f);
}
END_TEST

START_TEST(the_history_is_where_state_is_kept)
{
	static const struct {
		const char *variables[2];
		const char *path; // NULL: nowhere
	} rows[] = {
		{{NULL}, NULL},
		{{"HOME=/home/u"}, "/home/u/.local/state/otel-ai-monitor/telemetry.db"},
		{{"HOME=u"}, NULL},
		{{"HOME=/home/u", "XDG_STATE_HOME=/s"}, "/s/otel-ai-monitor/telemetry.db"},
		{{"HOME=/home/u", "XDG_STATE_HOME=s"},
			"/home/u/.local/state/otel-ai-monitor/telemetry.db"},
		{{"HOME=/home/u", "OTEL_AI_STORE=/x/y.db"}, "/x/y.db"},
		{{"HOME=/home/u", "OTEL_AI_STORE=none"}, NULL},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct fixture f;
		fixture_init(&f);
		for (size_t k = 0; k < 2 && rows[i].variables[k] != NULL; k++) {
			fixture_setenv(&f, rows[i].variables[k]);
		}
		ck_assert_int_eq(fixture_load(&f, NO_ARGUMENTS), CONFIG_OK);
		ck_assert_pstr_eq(f.config.store_path, rows[i].path);
		fixture_finish(&f);
	}
}
END_TEST

START_TEST(kinds_and_sounds_of_notifications_follow_their_table)
{
	struct fixture f;
	fixture_init(&f);
	ck_assert_int_eq(fixture_load(&f, NO_ARGUMENTS), CONFIG_OK);
	/* all but the last, task_error, loop and gate, unless told otherwise */
	ck_assert_uint_eq(f.config.notify_kinds.count, NOTIFY_KIND_COUNT - 4);
	ck_assert_uint_eq(f.config.notify_sounds.count, NOTIFY_KIND_COUNT - 1);
	ck_assert_str_eq(f.config.notify_kinds.items[0], "done");
	ck_assert_str_eq(f.config.notify_sounds.items[0], "done:complete");
	ck_assert_int_eq(f.config.notify_delay_ms, -1);
	for (size_t i = 0; notify_kind_word(i) != NULL; i++) {
		enum notify_kind kind;
		struct str sound;
		if (i < f.config.notify_kinds.count) {
			ck_assert_str_eq(f.config.notify_kinds.items[i], notify_kind_word(i));
		}
		ck_assert(notify_kind_read_sound(
			str_from(f.config.notify_sounds.items[i]), &kind, &sound));
		ck_assert_str_eq(notify_kinds[kind].name, notify_kind_word(i));
	}
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
	fixture_write_file(
		&f, "[server]\nport = 1\n[sessions]\nquiet_period = 1\nsession-timeout = 1.5\n");
	fixture_setenv(&f, "OTLP_PORT=2");
	fixture_setenv(&f, "OTEL_AI_QUIET_PERIOD=0.5");
	fixture_setenv(&f, "OTEL_AI_PIPE=");
	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("--port=3")), CONFIG_OK);
	ck_assert_uint_eq(f.config.port, 3);
	ck_assert_int_eq(f.config.sessions.quiet_period_ms, 500);
	ck_assert_int_eq(f.config.sessions.session_timeout_ms, 1500);
	ck_assert_ptr_nonnull(f.config.pipe_path);
	fixture_finish(&f);
}
END_TEST

START_TEST(wrong_values_of_weaker_sources_are_told_too)
{
	struct fixture f;
	fixture_init(&f);
	fixture_write_file(&f, "\nport = many\n");
	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("--port=3")), CONFIG_FAULT);
	const char *message = fixture_errors(&f);
	assert_contains(message, f.file);
	assert_contains(message,
		"config.ini:2: port: invalid value \"many\"; expected a whole number from 0 to 65535");
	fixture_finish(&f);
}
END_TEST

START_TEST(wrong_environment_names_the_variable)
{
	struct fixture f;
	fixture_init(&f);
	fixture_setenv(&f, "OTEL_AI_SESSION_TIMEOUT=-5");
	ck_assert_int_eq(fixture_load(&f, NO_ARGUMENTS), CONFIG_FAULT);
	ck_assert_str_eq(fixture_errors(&f),
		"$OTEL_AI_SESSION_TIMEOUT: invalid value \"-5\"; expected seconds from 0.05 to 604800");
	fixture_finish(&f);
}
END_TEST

static const struct {
	const char *text, *message;
} files[] = {
	{"[sessions]\nport = 1\n", "config.ini:2: port belongs in [server], not in \"sessions\""},
	{"[nowhere]\nport = 1\n", "config.ini:2: port belongs in [server], not in \"nowhere\""},
	{"port = 1\nport = 2\n", "config.ini:2: port is already set on line 1"},
	{"port\n", "config.ini:1: this line is neither \"name = value\" nor \"[section]\""},
	{"notify-kinds = done, nonsense\n",
		"config.ini:1: notify-kinds: invalid value \"done, nonsense\"; expected done, "
		"permission, question, error, limit, stalled, budget, task_error, loop and gate, separated by commas, or none"},
};

START_TEST(wrong_files_are_rejected_with_words)
{
	struct fixture f;
	fixture_init(&f);
	fixture_write_file(&f, files[_i].text);
	ck_assert_int_eq(fixture_load(&f, NO_ARGUMENTS), CONFIG_FAULT);
	assert_contains(fixture_errors(&f), files[_i].message);
	fixture_finish(&f);
}
END_TEST

static const struct {
	const char *text, *message;
} unknown[] = {
	{"prot = 1\n", "config.ini:1: unknown setting \"prot\" (did you mean port?); ignoring it"},
	{"json = yes\n", "config.ini:1: unknown setting \"json\"; ignoring it"},
	{"notifier = /x\n", "unknown setting \"notifier\""},
	{"\n[sesions]\nquiet_perod = 1\n",
		"config.ini:3: unknown setting \"quiet_perod\" (did you mean quiet-period?); "
		"ignoring it"},
};

START_TEST(unknown_settings_are_warnings_with_suggestions)
{
	struct fixture f;
	fixture_init(&f);
	fixture_write_file(&f, unknown[_i].text);
	ck_assert_int_eq(fixture_load(&f, NO_ARGUMENTS), CONFIG_OK);
	ck_assert_uint_eq(f.report.errors.size, 0);
	assert_contains(fixture_warnings(&f), unknown[_i].message);
	fixture_finish(&f);
}
END_TEST

START_TEST(all_that_is_wrong_is_told_at_once)
{
	struct fixture f;
	fixture_init(&f);
	fixture_write_file(&f, "port = many\nnonsense\nprot = 1\nquiet-period = -1\n");
	fixture_setenv(&f, "OTEL_AI_MAX_BODY=lots");
	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("--verbose=maybe")), CONFIG_FAULT);
	const char *errors = fixture_errors(&f);
	static const char *const parts[] = {"--verbose: ", "$OTEL_AI_MAX_BODY: ", ":1: port: ",
		":2: this line ", ":4: quiet-period: "};
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		assert_contains(errors, parts[i]);
	}
	assert_contains(fixture_warnings(&f), ":3: unknown setting \"prot\"");
	fixture_finish(&f);
}
END_TEST

START_TEST(a_file_that_was_named_must_be_there)
{
	struct fixture f;
	fixture_init(&f);
	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("--config=/nowhere/x.ini")), -ENOENT);
	ck_assert_str_eq(fixture_errors(&f),
		"cannot read the configuration file /nowhere/x.ini: No such file or directory");
	fixture_write_file(&f, "port = many\n");
	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("--config=none")), CONFIG_OK);
	fixture_finish(&f);
}
END_TEST

START_TEST(the_files_of_a_user_lie_in_one_place)
{
	struct fixture f;
	fixture_init(&f);
	ck_assert_int_eq(fixture_load(&f, NO_ARGUMENTS), CONFIG_OK);
	cleanup_free char *prices = config_user_path(&f.config, "prices.json");
	cleanup_free char *expected = xasprintf("%s/otel-ai-monitor/prices.json", f.dir);
	ck_assert_str_eq(prices, expected);
	ck_assert_str_eq(f.config.config_path, f.file);
	config_finish(&f.config);
	f.environment[0] = "HOME=relative";
	ck_assert_int_eq(fixture_load(&f, NO_ARGUMENTS), CONFIG_OK);
	ck_assert_ptr_null(f.config.config_path);
	ck_assert_ptr_null(config_user_path(&f.config, "prices.json"));
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
	assert_contains(fixture_errors(&f), "cannot read the configuration file");
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
	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("--listen=127.0.0.1,0.0.0.0")), CONFIG_FAULT);
	ck_assert_str_eq(fixture_errors(&f),
		"--listen: other machines can reach 0.0.0.0; set token or token-file");
	ck_assert_int_eq(
		fixture_load(&f, ARGUMENTS("--listen=0.0.0.0", "--token=0123456789abcdef")),
		CONFIG_OK);
	ck_assert_str_eq(f.config.token, "0123456789abcdef");
	fixture_finish(&f);
}
END_TEST

START_TEST(token_file_is_read_if_private)
{
	struct fixture f;
	fixture_init(&f);
	char path[96], entry[128];
	snprintf(path, sizeof(path), "%s/token", f.dir);
	snprintf(entry, sizeof(entry), "OTEL_AI_TOKEN_FILE=%s", path);
	fixture_setenv(&f, entry);
	ck_assert_int_eq(fixture_load(&f, NO_ARGUMENTS), -ENOENT);
	assert_contains(fixture_errors(&f), "$OTEL_AI_TOKEN_FILE: ");

	int fd = open(path, O_WRONLY | O_CREAT, 0600);
	ck_assert_int_eq(write(fd, "abcdefghijklmnop\n", 17), 17);
	ck_assert_int_eq(fixture_load(&f, NO_ARGUMENTS), CONFIG_OK);
	ck_assert_str_eq(f.config.token, "abcdefghijklmnop");

	ck_assert_int_eq(fchmod(fd, 0640), 0);
	ck_assert_int_eq(fixture_load(&f, NO_ARGUMENTS), CONFIG_FAULT);
	assert_contains(fixture_errors(&f), "is readable by others; chmod 600 it");
	ck_assert_int_eq(fchmod(fd, 0600), 0);

	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("--token=0123456789abcdef")), CONFIG_OK);
	ck_assert_str_eq(f.config.token, "0123456789abcdef");

	ck_assert_int_eq(ftruncate(fd, 3), 0);
	close(fd);
	ck_assert_int_eq(fixture_load(&f, NO_ARGUMENTS), CONFIG_FAULT);
	assert_contains(fixture_errors(&f), "must hold 16 to 256 letters");
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
		fixture_errors(&f), "config.ini:2: token-file and token are both set; use one");
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
	ck_assert_str_eq(fixture_warnings(&f),
		"XDG_RUNTIME_DIR is not set; running without a Unix socket and a FIFO");
	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("--socket=none", "--pipe=/p")), CONFIG_OK);
	ck_assert_uint_eq(f.report.warnings.size, 0);
	ck_assert_str_eq(f.config.pipe_path, "/p");
	f.inputs.run_user_dir = f.dir; // what logind makes
	ck_assert_int_eq(fixture_load(&f, NO_ARGUMENTS), CONFIG_OK);
	assert_contains(f.config.socket_path, f.dir);
	assert_contains(f.config.shared_socket, f.dir);
	f.inputs.run_user_dir = "/nowhere";
	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("--socket=/s")), CONFIG_OK);
	ck_assert_ptr_null(f.config.shared_socket);
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
	assert_contains(fixture_warnings(&f), "too long for a Unix socket");
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
	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("--session-timeout=7")), CONFIG_OK);
	const char *socket_path = f.config.socket_path;
	fixture_write_file(&f,
		"quiet-period = 2\nsession-timeout = 8\nport = 9\nlisten = ::1\nnotifications = no\n");
	ck_assert_int_eq(config_reload(&f.config, &f.report), 0);
	ck_assert_int_eq(f.config.sessions.quiet_period_ms, 2000);
	ck_assert_int_eq(f.config.sessions.session_timeout_ms, 7000);
	ck_assert(!f.config.notifications);
	ck_assert_uint_eq(f.config.port, 4318);
	ck_assert_uint_eq(f.config.listen.count, 2);
	ck_assert_ptr_eq(f.config.socket_path, socket_path);
	ck_assert_str_eq(fixture_warnings(&f), "restart to apply: port, listen");
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
	ck_assert_int_eq(config_reload(&f.config, &f.report), CONFIG_FAULT);
	assert_contains(fixture_errors(&f), "config.ini:2: port: invalid value \"many\"");
	ck_assert_int_eq(f.config.sessions.quiet_period_ms, 1000);
	fixture_finish(&f);
}
END_TEST

START_TEST(a_file_that_is_none_is_told_of_in_few_lines)
{
	struct fixture f;
	fixture_init(&f);
	char text[3 * 1000 + 1] = "";
	for (size_t i = 0; i + 1 < sizeof(text); i += 3) {
		memcpy(text + i, "\x7f\xff\n", 3);
	}
	fixture_write_file(&f, text);
	ck_assert_int_eq(fixture_load(&f, NO_ARGUMENTS), CONFIG_FAULT);
	const char *errors = fixture_errors(&f);
	size_t lines = 1;
	for (const char *c = errors; *c != '\0'; c++) {
		lines += *c == '\n';
	}
	ck_assert_uint_eq(lines, 21);
	assert_contains(errors, ":20: this line is not UTF-8 text\nand more of the kind");
	fixture_finish(&f);
}
END_TEST

START_TEST(every_setting_has_a_row_that_is_whole)
{
	const struct config_option *o;
	size_t count = 0;
	for (; (o = config_option_at(count)) != NULL; count++) {
		ck_assert_uint_eq(config_option_find(str_from(o->name)), count);
		ck_assert_msg(o->variable != NULL && o->help != NULL, "%s", o->name);
		ck_assert_msg(o->bare != NULL || o->value_name != NULL, "%s", o->name);
	}
	ck_assert_uint_lt(count, CONFIG_OPTIONS_MAX);
}
END_TEST

START_TEST(a_port_on_the_command_line_goes_before_the_socket)
{
	struct fixture f;
	fixture_init(&f);
	fixture_setenv(&f, "OTLP_PORT=4319");
	ck_assert_int_eq(fixture_load(&f, NO_ARGUMENTS), CONFIG_OK);
	ck_assert(!f.config.prefers_port);
	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("--port=4320")), CONFIG_OK);
	ck_assert(f.config.prefers_port);
	ck_assert_int_eq(fixture_load(&f, ARGUMENTS("--port=4320", "--socket=/s")), CONFIG_OK);
	ck_assert(!f.config.prefers_port);
	fixture_finish(&f);
}
END_TEST

static Suite *config_suite(void)
{
	Suite *suite = suite_create("config");
	TCase *tcase = tcase_create("load");
	tcase_add_test(tcase, defaults_are_the_documented_ones);
	tcase_add_test(tcase, the_history_is_where_state_is_kept);
	tcase_add_test(tcase, kinds_and_sounds_of_notifications_follow_their_table);
	tcase_add_test(tcase, sounds_have_a_kind_and_a_name);
	tcase_add_test(tcase, flags_win_over_environment_over_file);
	tcase_add_test(tcase, wrong_values_of_weaker_sources_are_told_too);
	tcase_add_test(tcase, wrong_environment_names_the_variable);
	tcase_add_loop_test(tcase, wrong_files_are_rejected_with_words, 0, (int)ARRAY_SIZE(files));
	tcase_add_test(tcase, a_file_that_was_named_must_be_there);
	tcase_add_test(tcase, the_files_of_a_user_lie_in_one_place);
	tcase_add_test(tcase, unreadable_and_huge_files_are_errors);
	tcase_add_test(tcase, other_addresses_need_a_token);
	tcase_add_test(tcase, token_file_is_read_if_private);
	tcase_add_test(tcase, token_and_token_file_do_not_stand_together);
	tcase_add_test(tcase, no_runtime_dir_is_a_warning);
	tcase_add_test(tcase, socket_path_must_fit_its_address);
	tcase_add_test(tcase, auto_stdout_writes_where_somebody_may_read);
	tcase_add_test(tcase, auto_stdout_leaves_the_journal_alone);
	tcase_add_test(tcase, reload_takes_what_can_change);
	tcase_add_test(tcase, reload_of_a_wrong_file_changes_nothing);
	tcase_add_loop_test(
		tcase, unknown_settings_are_warnings_with_suggestions, 0, (int)ARRAY_SIZE(unknown));
	tcase_add_test(tcase, all_that_is_wrong_is_told_at_once);
	tcase_add_test(tcase, a_file_that_is_none_is_told_of_in_few_lines);
	tcase_add_test(tcase, every_setting_has_a_row_that_is_whole);
	tcase_add_test(tcase, a_port_on_the_command_line_goes_before_the_socket);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(config_suite());
}
