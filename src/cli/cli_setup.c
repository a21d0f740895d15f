/* otel-ai-monitor setup: points the clients at the daemon, one confirmed change at a time. */
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/cli_command.h"
#include "cli/cli_file.h"
#include "cli/cli_setup_bar.h"
#include "cli/cli_setup_file.h"
#include "cli/cli_setup_json.h"
#include "cli/cli_setup_path.h"
#include "cli/cli_setup_port.h"
#include "config/config.h"
#include "event/assistant.h"
#include "setup/setup_client.h"
#include "setup/setup_plan.h"
#include "setup/setup_text.h"

enum { TEXT_BYTES = 4 << 20, NOTE_BYTES = 64 * 1024 };

/* What was done to the files of one client, for the summary. */
struct result {
	bool looked, changed, aliased;
	bool hooks;     // new ones
	bool elsewhere; // its telemetry
};

struct run {
	const struct config *config;
	struct setup_settings settings;
	struct result *results; // as many as there are clients
	enum cli_setup_port port;
	bool failed;  // something was not changed
	bool unasked; // because there was nobody to ask
};

struct job { // one file
	struct run *run;
	const struct setup_client *client;
	const struct setup_file *file;
	struct result *result;
	struct cli_setup_file text;
	struct buf notes;
};

static void print(const struct buf *text)
{
	if (text->size > 0) {
		(void)fwrite(text->data, 1, text->size, stdout);
	}
}

static void fail(struct run *run)
{
	run->failed = true;
}

/* ---- what to paste */

static void print_snippet(const struct run *run, const struct setup_client *client,
	const struct setup_file *file, const char *path)
{
	static const char *const hows[] = {[SETUP_JSON] = "merge this into",
		[SETUP_TOML] = "add this to",
		[SETUP_SHELL] = "add this to"};
	struct buf text, notes;
	struct setup_settings settings = run->settings;
	settings.environment_url = NULL;
	buf_init(&text, TEXT_BYTES);
	buf_init(&notes, NOTE_BYTES);
	setup_plan_apply(client, file, &settings, NULL, &text, &notes);
	printf("%s: %s %s%s:\n\n", client->title, hows[file->format],
		path != NULL ? path : "your shell's profile",
		file->format == SETUP_TOML ? ", to its [otel] table if it has one" : "");
	print(&text);
	putchar('\n');
	buf_finish(&text);
	buf_finish(&notes);
}

/* ---- one file */

/* Whether there was nothing of ours in it. */
static bool is_untouched(const struct job *job)
{
	struct buf without, nothing;
	buf_init(&without, TEXT_BYTES);
	buf_init(&nothing, 1);
	buf_append_str(&without, buf_str(&job->text.before));
	setup_plan_undo(job->client, job->file, &nothing, &without);
	bool untouched = str_equal(buf_str(&without), buf_str(&job->text.before));
	buf_finish(&without);
	return untouched;
}

/* True if the file is now as planned. */
static bool change(struct job *job)
{
	job->text.is_untouched = is_untouched(job);
	job->text.no_copy = setup_text_has_block(&job->text.before) || // of another client
			    setup_plan_made(
				    job->client, job->file, &job->run->settings, &job->text.before);
	enum cli_setup_change result = cli_setup_file_change(&job->text);
	job->run->unasked = job->run->unasked || job->text.unasked;
	if (result == CLI_SETUP_FAILED) {
		fail(job->run);
	}
	return result == CLI_SETUP_CHANGED;
}

static void say_unclear(struct job *job)
{
	struct buf why;
	buf_init(&why, NOTE_BYTES);
	setup_plan_explain(job->client, job->file, &job->text.before, &why);
	printf("%s: %s: skipped, it cannot be edited safely: %.*s. Fix that and run setup "
	       "again.\n",
		job->client->title, job->text.path, STR_ARG(buf_str(&why)));
	buf_finish(&why);
	fail(job->run);
}

/* Some clients reject a file with unknown hooks. */
static void say_left_out(const struct job *job, size_t hooks)
{
	const struct setup_client *c = job->client;
	if (job->run->settings.version == 0) {
		printf("%s: %zu of its hooks are left out, as its version is unknown: no program "
		       "\"%s\" was found. Run setup again after installing it.\n",
			c->title, hooks, c->program);
	} else {
		printf("%s: %zu of its hooks are left out, as this version does not have them. "
		       "Run setup again after an update.\n",
			c->title, hooks);
	}
}

static void set_up(struct job *job)
{
	struct setup_settings settings = job->run->settings;
	settings.path = job->text.path;
	struct setup_outcome outcome = setup_plan_apply(
		job->client, job->file, &settings, &job->text.base, &job->text.after, &job->notes);
	if (outcome.unclear) {
		say_unclear(job);
		return;
	}
	print(&job->notes);
	if (outcome.elsewhere || outcome.hooks_off) {
		fail(job->run);
	}
	job->result->elsewhere = job->result->elsewhere || outcome.elsewhere;
	if (outcome.events_left_out > 0) {
		say_left_out(job, outcome.events_left_out);
	}
	if (outcome.members + outcome.hooks == 0) {
		printf("%s: %s: %s.\n", job->client->title, job->text.path,
			outcome.elsewhere ? "unchanged" : "nothing to do");
		return;
	}
	printf("%s: %s\n", job->client->title, job->text.path);
	if (change(job)) {
		job->result->changed = true;
		job->result->hooks = job->result->hooks || outcome.hooks > 0;
		job->result->aliased = job->result->aliased || job->file->format == SETUP_SHELL;
	}
}

static void undo(struct job *job)
{
	struct cli_setup_file *f = &job->text;
	if (!setup_plan_undo(job->client, job->file, &f->base, &f->after)) {
		say_unclear(job);
	} else if (str_equal(buf_str(&f->before), buf_str(&f->after))) {
		printf("%s: %s: nothing to undo.\n", job->client->title, f->path);
	} else {
		printf("%s: %s\n", job->client->title, f->path);
		job->result->changed = change(job) || job->result->changed;
	}
}

static void run_file(struct run *run, const struct setup_client *client,
	const struct setup_file *file, struct result *result)
{
	cleanup_free char *path = cli_setup_path_file(run->config, file);
	if (path == NULL || run->config->setup_print) {
		print_snippet(run, client, file, path);
		return;
	}
	struct job job = {.run = run, .client = client, .file = file, .result = result};
	buf_init(&job.notes, NOTE_BYTES);
	int r = cli_setup_file_open(&job.text, run->config, path);
	if (r < 0) {
		log_errno(r, "cannot read '%s'; skipped", path);
		fail(run);
	} else if (run->config->setup_undo) {
		undo(&job);
	} else {
		set_up(&job);
	}
	cli_setup_file_finish(&job.text);
	buf_finish(&job.notes);
}

/* ---- one client */

/* Managed settings may override them. */
static void look_at_managed(struct run *run, const struct setup_client *client)
{
	struct buf text, notes;
	struct setup_settings settings = run->settings;
	settings.path = cli_setup_path_managed(run->config, client);
	settings.environment_url = NULL; // reported with its own file
	buf_init(&text, TEXT_BYTES);
	buf_init(&notes, NOTE_BYTES);
	if (settings.path != NULL && cli_file_read(settings.path, &text) == 0) {
		setup_plan_apply(client, client->rules, &settings, NULL, &text, &notes);
		print(&notes);
		run->failed = run->failed || notes.size > 0;
	}
	buf_finish(&text);
	buf_finish(&notes);
}

static void run_client(struct run *run, const struct setup_client *client)
{
	struct result *result = &run->results[client - setup_clients];
	bool writes = !run->config->setup_undo && !run->config->setup_print;
	run->settings.version = cli_setup_path_version(run->config, client);
	result->looked = true;
	for (size_t i = 0; i < ARRAY_SIZE(client->files) && client->files[i] != NULL; i++) {
		run_file(run, client, client->files[i], result);
	}
	if (writes) {
		look_at_managed(run, client);
	}
}

/* ---- all of them */

static bool check_names(const struct config *c)
{
	for (size_t i = 0; i < CONFIG_SETUP_NAMES && c->setup_names[i] != NULL; i++) {
		struct str name = str_from(c->setup_names[i]);
		if (setup_client_find(name) == NULL && !cli_setup_bar_knows(name)) {
			log_error(
				"unknown client or bar \"%s\"; see setup --help", log_shown(name));
			return false;
		}
	}
	return true;
}

static void run_named(struct run *run)
{
	const struct config *c = run->config;
	for (size_t i = 0; i < CONFIG_SETUP_NAMES && c->setup_names[i] != NULL; i++) {
		struct str name = str_from(c->setup_names[i]);
		const struct setup_client *client = setup_client_find(name);
		if (client != NULL) {
			run_client(run, client);
		} else if (!cli_setup_bar(name)) {
			fail(run);
		}
	}
}

static void run_found(struct run *run)
{
	for (size_t i = 0; i < setup_client_count; i++) {
		if (cli_setup_path_has_client(run->config, &setup_clients[i])) {
			run_client(run, &setup_clients[i]);
		}
	}
}

/* ---- what is said at the end */

typedef bool result_matches(const struct result *r);

static bool was_changed(const struct result *r)
{
	return r->changed;
}

static bool was_aliased(const struct result *r)
{
	return r->aliased;
}

static bool is_elsewhere(const struct result *r)
{
	return r->elsewhere;
}

static bool was_looked_at(const struct result *r)
{
	return r->looked;
}

static bool was_not_looked_at(const struct result *r)
{
	return !r->looked;
}

static size_t count(const struct run *run, result_matches *matches)
{
	size_t found = 0;
	for (size_t i = 0; i < setup_client_count; i++) {
		found += matches(&run->results[i]);
	}
	return found;
}

/* "Claude Code, Codex and Gemini CLI", for the caller to free. */
static char *titles(const struct run *run, result_matches *matches, bool words)
{
	struct buf text;
	size_t left = count(run, matches);
	buf_init(&text, NOTE_BYTES);
	for (size_t i = 0; i < setup_client_count; i++) {
		if (matches(&run->results[i])) {
			left--;
			buf_printf(&text, "%s%s",
				words ? setup_clients[i].word : setup_clients[i].title,
				left > 1    ? ", "
				: left == 1 ? " and "
					    : "");
		}
	}
	char *made = str_dup(buf_str(&text));
	buf_finish(&text);
	return made;
}

/* Not finding a client is no error. */
static void say_not_found(const struct run *run)
{
	cleanup_free char *all = titles(run, was_not_looked_at, true);
	if (run->config->setup_names[0] != NULL || all[0] == '\0') {
		return;
	}
	if (count(run, was_looked_at) == 0) {
		printf("No supported assistant found: neither a program in PATH and the usual "
		       "places, "
		       "nor an alias, nor a directory in your home. Name one to set it up anyway: "
		       "%s.\n",
			all);
	} else {
		printf("Not found here, so left out: %s. Name one to set it up anyway.\n", all);
	}
}

static void say_options(const struct run *run)
{
	cleanup_free char *all = titles(run, is_elsewhere, false);
	if (all[0] == '\0') {
		return;
	}
	printf("\nThe telemetry settings of %s stay as they are. You can\n"
	       "  - keep them, and have the collector there forward: an otlphttp exporter to\n"
	       "    http://127.0.0.1:%d;\n"
	       "  - or remove the setting named above, and run setup again;\n"
	       "  - or make do with hooks: they report states, but no tokens and no cost.\n",
		all, run->settings.port);
}

static void say_port(const struct run *run)
{
	int port = run->settings.port;
	switch (run->port) {
	case CLI_SETUP_PORT_CHANGED:
		printf("  - Move the service to the port:\n"
		       "    systemctl --user daemon-reload && "
		       "systemctl --user restart otel-ai-monitor.socket\n");
		break;
	case CLI_SETUP_PORT_DIFFERS:
	case CLI_SETUP_PORT_FAILED:
		printf("  - The service has another port: the clients reach it only once it "
		       "listens on "
		       "%d.\n",
			port);
		break;
	case CLI_SETUP_PORT_FITS:
	case CLI_SETUP_PORT_UNKNOWN: break;
	}
}

/* Until then none of them is run. */
static void say_trust(const struct run *run)
{
	for (size_t i = 0; i < setup_client_count; i++) {
		if (run->results[i].hooks && setup_clients[i].trust != NULL) {
			printf("  - Start %s and choose \"Trust all and continue\": until then it "
			       "runs no new hooks.\n",
				setup_clients[i].program);
		}
	}
}

static void say_next(const struct run *run)
{
	cleanup_free char *changed = titles(run, was_changed, false);
	cleanup_free char *aliased = titles(run, was_aliased, false);
	bool port_is_open = run->port == CLI_SETUP_PORT_CHANGED ||
			    run->port == CLI_SETUP_PORT_DIFFERS ||
			    run->port == CLI_SETUP_PORT_FAILED;
	if (run->config->setup_print || run->config->setup_dry_run ||
		(changed[0] == '\0' && !port_is_open)) {
		return;
	}
	printf("\nNext:\n");
	say_port(run);
	if (changed[0] != '\0') {
		printf("  - Restart %s: open sessions keep their old settings.\n", changed);
	}
	if (run->config->setup_undo) {
		return;
	}
	if (aliased[0] != '\0') {
		printf("  - Open a new terminal for %s: the alias takes effect there.\n", aliased);
	}
	say_trust(run);
	printf("  - See what arrives: otel-ai-monitor doctor --watch\n");
}

/* What no assistant's file has: settings of the daemon's own. */
static void print_boards(const struct config *config)
{
	bool is_named = config->setup_names[0] != NULL;
	if (!config->setup_print || is_named || config->config_path == NULL) {
		return;
	}
	printf("Task files, metrics files and an orchestrator's state: add what you have to %s:\n\n"
	       "[boards]\n"
	       "tasks-dir = ~/work/collaboration\n"
	       "metrics-file = ~/work/data/logs/metrics.jsonl\n"
	       "state-dir = ~/work\n\n",
		log_shown(str_from(config->config_path)));
}

static void say_last(const struct run *run)
{
	const struct config *c = run->config;
	if (!c->setup_undo && !c->setup_print) {
		say_options(run);
	}
	print_boards(c);
	say_next(run);
	if (!c->setup_undo) {
		say_not_found(run);
	}
	if (run->unasked) {
		log_error(
			"not a terminal, so nothing was changed: use --yes, --dry-run or --print");
	}
	if (c->token != NULL && !c->setup_undo) {
		printf("This daemon requires a token: pass it to the clients in "
		       "OTEL_EXPORTER_OTLP_HEADERS=\"Authorization=Bearer ...\". It is not "
		       "written to their files.\n");
	}
}

static int run(const struct config *config)
{
	if (!check_names(config)) {
		return CLI_EXIT_USAGE;
	}
	if (config->port == 0) {
		log_error("setup needs a fixed port: port 0 picks another one at every start");
		return CLI_EXIT_USAGE;
	}
	if (config->json) {
		return cli_setup_json(config);
	}
	char *command;
	struct run run = {.config = config, .settings = cli_setup_path_settings(config, &command)};
	run.results = xcalloc(setup_client_count, sizeof(*run.results));
	run.port = CLI_SETUP_PORT_UNKNOWN;
	if (config->setup_names[0] != NULL) {
		run_named(&run);
	} else {
		run_found(&run);
	}
	if (count(&run, was_looked_at) > 0 && !config->setup_print) {
		run.port = cli_setup_port(config, &run.unasked);
		run.failed = run.failed || run.port == CLI_SETUP_PORT_FAILED;
	}
	say_last(&run);
	free(run.results);
	free(command);
	return run.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* ---- the command */

static const char *name_at(size_t index)
{
	const struct assistant *assistant = assistant_at(index);
	return assistant != NULL ? assistant->name.data
				 : cli_setup_bar_word(index - assistant_count);
}

static const struct config_option options[] = {
	CONFIG_SWITCH("yes", 'y', setup_yes, "apply every change without asking"),
	CONFIG_SWITCH("dry-run", 'n', setup_dry_run, "show what would change; change nothing"),
	CONFIG_SWITCH("undo", 0, setup_undo, "remove what setup has added"),
	CONFIG_SWITCH("print", 0, setup_print, "print the settings to paste; read no files"),
	CLI_OPTION_JSON("print what is found and what to paste as JSON; change nothing"),
	CONFIG_SWITCH("traces", 0, setup_traces,
		"have Claude Code send traces, too, which show when you press Esc"),
	CONFIG_SWITCH(
		"fast", 0, setup_fast, "have Claude Code send every second instead of every five"),
};

static const struct cli_setting taken[] = {
	{"port", "the daemon's TCP port, to write into the assistants' settings"}, CLI_REACH_ELSE};

const struct cli_command cli_setup_command = {
	.name = "setup",
	.run = run,
	.summary = "connect your assistants; asks before each change",
	.about = "Points AI coding assistants at this daemon: shows what it would change in their "
		 "files, asks, and keeps a backup of each. Without a CLIENT, those that are found "
		 "on this machine. The configuration of a BAR is not changed: what to do is "
		 "printed.",
	.examples = "  otel-ai-monitor setup             every assistant on this machine\n"
		    "  otel-ai-monitor setup claude-code --fast --traces\n"
		    "  otel-ai-monitor setup --dry-run   only look\n"
		    "  otel-ai-monitor setup codex --print\n"
		    "  otel-ai-monitor setup --undo\n"
		    "  otel-ai-monitor setup waybar\n",
	.exit_status = "  0  done\n"
		       "  1  a file was skipped, or could not be changed\n"
		       "  2  wrong usage or a wrong setting\n",
	.operands = {{.name = "CLIENT, BAR",
		.shown = "[CLIENT|BAR...]",
		.what = "client or bar",
		.offset = CONFIG_FIELD(setup_names),
		.places = CONFIG_SETUP_NAMES,
		.word = name_at}},
	.options = options,
	.option_count = ARRAY_SIZE(options),
	.settings = taken,
};
