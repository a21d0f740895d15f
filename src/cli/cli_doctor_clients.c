/* Whether each client on this machine points here, by the plans that setup makes. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "cli/cli_doctor.h"
#include "cli/cli_file.h"
#include "cli/cli_find.h"
#include "cli/cli_health.h"
#include "cli/cli_setup_path.h"
#include "cli/cli_style.h"
#include "config/config.h"
#include "setup/setup_client.h"
#include "setup/setup_plan.h"
#include "setup/setup_url.h"

enum { TEXT_BYTES = 4 << 20, NOTE_BYTES = 64 * 1024 };

struct check { // one client
	const struct config *config;
	const struct setup_settings *settings;
	const struct setup_client *client;
	struct cli_report *report;
	size_t members, hooks; // missing
	size_t wanted_members; // of a file without any of ours
	const char *first;     // of those members
	bool has_hooks;        // it has a file for hooks
	bool trusted;
	bool elsewhere, hooks_off, unreadable; // already reported
};

static void say_notes(struct check *c, enum cli_mark mark, struct str notes)
{
	while (notes.size > 0) {
		struct str line = str_cut(&notes, '\n');
		cli_style_report(c->report, mark, "%.*s", STR_ARG(line));
	}
}

/* Either another collector listens there, or it is the port of an earlier setup. */
static void say_other_port(struct check *c, int port)
{
	cli_style_report(c->report, CLI_NOTE,
		"%s: if port %d is another collector, have it forward telemetry to "
		"http://127.0.0.1:%d; if it was this daemon's: otel-ai-monitor setup %s --port %d",
		c->client->title, port, c->settings->port, c->client->word, c->settings->port);
}

static void say_unclear(
	struct check *c, const struct setup_file *file, const char *path, const struct buf *text)
{
	struct buf why;
	buf_init(&why, NOTE_BYTES);
	setup_plan_explain(c->client, file, text, &why);
	cli_style_report(c->report, CLI_NOTE, "%s: %s cannot be checked: %.*s", c->client->title,
		path, STR_ARG(buf_str(&why)));
	buf_finish(&why);
	c->unreadable = true;
}

/* Adds what is missing in this text to the check. */
static void look_at_text(
	struct check *c, const struct setup_file *file, const char *path, struct buf *text)
{
	struct buf notes;
	struct setup_settings settings = *c->settings;
	settings.path = path;
	buf_init(&notes, NOTE_BYTES);
	struct setup_outcome outcome = setup_plan_apply(
		c->client, file, &settings, NULL, text, &notes);
	bool local = outcome.other_port != 0 && !outcome.hooks_off;
	if (outcome.unclear) {
		say_unclear(c, file, path, text);
	}
	say_notes(c, local ? CLI_NOTE : CLI_WRONG, buf_str(&notes));
	if (outcome.other_port != 0) {
		say_other_port(c, outcome.other_port);
	}
	c->elsewhere = c->elsewhere || outcome.elsewhere;
	c->hooks_off = c->hooks_off || outcome.hooks_off;
	c->members += outcome.members;
	c->first = c->first != NULL ? c->first : outcome.first;
	c->hooks += outcome.hooks;
	c->has_hooks = c->has_hooks || file->events != NULL;
	buf_clear(&notes);
	buf_clear(text);
	c->wanted_members += setup_plan_apply(c->client, file, &settings, NULL, text, &notes)
				     .members;
	buf_finish(&notes);
}

static void look_at_file(struct check *c, const struct setup_file *file)
{
	cleanup_free char *path = cli_setup_path_file(c->config, file);
	struct buf text;
	buf_init(&text, TEXT_BYTES);
	int r = path != NULL ? cli_file_read(path, &text) : -ENOENT;
	if (path == NULL) {
		cli_style_report(c->report, CLI_NOTE,
			"%s: its alias cannot be checked: unknown shell in $SHELL",
			c->client->title);
		c->unreadable = true;
	} else if (r < 0 && r != -ENOENT) {
		cli_style_report(c->report, CLI_NOTE, "%s: %s cannot be read: %s", c->client->title,
			path, strerror(-r));
		c->unreadable = true;
	} else {
		bool by_name = str_contains(buf_str(&text), STR("\"otel-ai-monitor hook "));
		cleanup_free char *program = cli_find_in_path(c->config, "otel-ai-monitor");
		if (by_name && program == NULL) {
			cli_style_report(c->report, CLI_WRONG,
				"%s: its hooks run otel-ai-monitor, which is not in PATH",
				c->client->title);
		}
		c->trusted = c->trusted || c->client->trust == NULL ||
			     str_contains(buf_str(&text), str_from(c->client->trust));
		look_at_text(c, file, path, &text);
	}
	buf_finish(&text);
}

/* Managed settings override the user's. */
static void look_at_managed(struct check *c)
{
	struct buf text;
	const char *path = cli_setup_path_managed(c->config, c->client);
	buf_init(&text, TEXT_BYTES);
	if (path != NULL && cli_file_read(path, &text) == 0) {
		struct setup_settings settings = *c->settings;
		struct check of_managed = *c;
		settings.environment_url = NULL; // reported with the user's own file
		of_managed.settings = &settings;
		look_at_text(&of_managed, c->client->rules, path, &text);
		c->elsewhere = of_managed.elsewhere;
		c->hooks_off = of_managed.hooks_off;
	}
	buf_finish(&text);
}

/* All of it may be in the shell's profile instead. */
static bool is_told_by_environment(const struct check *c)
{
	const char *url = c->settings->environment_url;
	return url != NULL && c->client->switch_variable != NULL &&
	       setup_url_is_local(str_from(url), c->settings->port, STR("")) &&
	       config_variable(c->config, c->client->switch_variable) != NULL;
}

static void look_at_protocol(struct check *c)
{
	const char *set = config_variable(c->config, "OTEL_EXPORTER_OTLP_PROTOCOL");
	if (set == NULL || strcmp(set, "grpc") == 0) {
		cli_style_report(c->report, CLI_WRONG,
			"%s: OTEL_EXPORTER_OTLP_PROTOCOL is %s, so it %s gRPC, which is not "
			"supported: set it to http/protobuf",
			c->client->title, set == NULL ? "not set" : "grpc",
			set == NULL ? "may use" : "uses");
	}
}

/* Some or all of its settings are missing. */
static void say_missing(struct check *c)
{
	const char *title = c->client->title, *word = c->client->word;
	if (c->members >= c->wanted_members) {
		cli_style_report(c->report, CLI_NOTE,
			"%s does not send its telemetry here: otel-ai-monitor setup %s", title,
			word);
		return;
	}
	bool protocol = strstr(c->first, "rotocol") != NULL || strstr(c->first, "PROTOCOL") != NULL;
	cli_style_report(c->report, CLI_WRONG,
		"%s: %s is missing in its settings%s: otel-ai-monitor setup %s", title, c->first,
		protocol ? ", so it may use gRPC, which is not supported" : "", word);
}

static void say_hooks(struct check *c)
{
	const char *title = c->client->title, *word = c->client->word;
	if (c->hooks_off) {
		cli_style_report(c->report, CLI_NOTE,
			"%s sends its telemetry here, but none of its hooks, see above", title);
	} else if (c->hooks > 0) {
		cli_style_report(c->report, CLI_NOTE,
			"%s points here, but hooks are missing: otel-ai-monitor setup %s", title,
			word);
	} else if (!c->trusted) {
		cli_style_report(c->report, CLI_NOTE,
			"%s points here, but its hooks are not trusted yet: start %s and choose "
			"\"Trust all and continue\"",
			title, c->client->program);
	} else {
		cli_style_report(c->report, CLI_GOOD, "%s points here", title);
	}
}

enum verdict {
	POINTS_HERE,
	NEEDS_SETUP, // it would help
	LEFT_ALONE,  // the obstacle has been reported
};

static enum verdict conclude(struct check *c)
{
	bool by_environment = c->members > 0 && is_told_by_environment(c);
	bool hooks_come = c->has_hooks && c->hooks == 0 && !c->hooks_off;
	if (c->unreadable) {
		return LEFT_ALONE;
	}
	if (c->elsewhere) {
		if (hooks_come) {
			cli_style_report(c->report, CLI_NOTE,
				"%s: its hooks point here: states are known, tokens and cost are "
				"not",
				c->client->title);
		}
		return hooks_come ? POINTS_HERE : LEFT_ALONE;
	}
	if (c->members > 0 && !by_environment) {
		say_missing(c);
		return NEEDS_SETUP;
	}
	if (by_environment) {
		look_at_protocol(c);
	}
	say_hooks(c);
	return POINTS_HERE;
}

/* What to expect from a client that points here. */
static void expect(const struct check *c, bool *arrivals)
{
	int signals = c->elsewhere ? 0 : c->client->signals;
	arrivals[CLI_LOGS] = arrivals[CLI_LOGS] || (signals & SETUP_LOGS) != 0;
	arrivals[CLI_TRACES] = arrivals[CLI_TRACES] || (signals & SETUP_TRACES) != 0;
	arrivals[CLI_METRICS] = arrivals[CLI_METRICS] || (signals & SETUP_METRICS) != 0;
	arrivals[CLI_HOOKS] = arrivals[CLI_HOOKS] ||
			      (c->has_hooks && c->hooks == 0 && !c->hooks_off);
}

static enum verdict look_at_client(const struct config *config, struct setup_settings *settings,
	const struct setup_client *client, struct cli_report *report, bool *arrivals)
{
	settings->version = cli_setup_path_version(config, client);
	struct check c = {
		.config = config, .settings = settings, .client = client, .report = report};
	for (size_t i = 0; i < ARRAY_SIZE(client->files) && client->files[i] != NULL; i++) {
		look_at_file(&c, client->files[i]);
	}
	look_at_managed(&c);
	enum verdict verdict = conclude(&c);
	if (verdict == POINTS_HERE) {
		expect(&c, arrivals);
	}
	return verdict;
}

void cli_doctor_clients(
	const struct config *config, struct cli_report *report, bool *arrivals, bool has_come)
{
	char *command;
	struct setup_settings settings = cli_setup_path_settings(config, &command);
	size_t found = 0, verdicts[LEFT_ALONE + 1] = {0};
	for (size_t i = 0; i < setup_client_count; i++) {
		if (cli_setup_path_has_client(config, &setup_clients[i])) {
			found++;
			verdicts[look_at_client(
				config, &settings, &setup_clients[i], report, arrivals)]++;
		}
	}
	if (found == 0) {
		cli_style_report(report, CLI_NOTE, "no supported client found on this machine");
	} else if (verdicts[POINTS_HERE] == 0 && verdicts[NEEDS_SETUP] > 0) {
		cli_style_report(report, CLI_WRONG,
			"no client is set up to send here: otel-ai-monitor setup");
	} else if (verdicts[POINTS_HERE] == 0 && has_come) {
		cli_style_report(
			report, CLI_GOOD, "telemetry arrives anyway: a collector forwards it");
	} else if (verdicts[POINTS_HERE] == 0) {
		cli_style_report(report, CLI_WRONG,
			"no client is set up to send here, for the reasons above");
	}
	free(command);
}
