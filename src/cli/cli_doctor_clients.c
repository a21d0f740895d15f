/* Whether each client that is on this machine points here: by the same plans that setup makes. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/cli_doctor.h"
#include "cli/cli_file.h"
#include "cli/cli_place.h"
#include "cli/cli_report.h"
#include "config/config.h"
#include "setup/setup_client.h"
#include "setup/setup_plan.h"

enum { TEXT_BYTES = 4 << 20, NOTE_BYTES = 64 * 1024 };

struct check { // one client
	const struct config *config;
	const struct setup_settings *settings;
	const struct setup_client *client;
	struct cli_report *report;
	size_t members, hooks; // missing
	size_t wanted_members; // of a file in which nothing is
	const char *first;     // of those members
	bool trusted;
	bool elsewhere, unreadable; // told already
};

static void say_notes(struct check *c, const char *path, struct buf *notes)
{
	char *line = notes->data;
	for (size_t left = notes->size; left > 0;) {
		char *end = memchr(line, '\n', left);
		size_t size = end != NULL ? (size_t)(end - line) : left;
		cli_report_say(c->report, CLI_WRONG, "%.*s (%s)", (int)size, line, path);
		left -= size < left ? size + 1 : left;
		line += size + 1;
	}
}

/* Adds what is missing in this text to the check. */
static void look_at_text(
	struct check *c, const struct setup_file *file, const char *path, struct buf *text)
{
	struct buf notes;
	buf_init(&notes, NOTE_BYTES);
	struct setup_outcome outcome = setup_plan_apply(c->client, file, c->settings, text, &notes);
	if (outcome.unclear) {
		cli_report_say(c->report, CLI_NOTE, "%s: %s cannot be checked: %s",
			c->client->title, path,
			file->format == SETUP_JSON ? "it is no plain JSON"
						   : "its form is not known");
		c->unreadable = true;
	}
	say_notes(c, path, &notes);
	c->elsewhere = c->elsewhere || outcome.elsewhere;
	c->members += outcome.members;
	c->first = c->first != NULL ? c->first : outcome.first;
	c->hooks += outcome.hooks;
	buf_clear(&notes);
	buf_clear(text);
	c->wanted_members += setup_plan_apply(c->client, file, c->settings, text, &notes).members;
	buf_finish(&notes);
}

static void look_at_file(struct check *c, const struct setup_file *file)
{
	cleanup_free char *path = cli_place_file(c->config, file);
	struct buf text;
	buf_init(&text, TEXT_BYTES);
	int r = path != NULL ? cli_file_read(path, &text) : -ENOENT;
	if (path == NULL) {
		c->unreadable = true; // an alias in a shell that is not known
	} else if (r < 0 && r != -ENOENT) {
		cli_report_say(c->report, CLI_NOTE, "%s: %s cannot be read: %s", c->client->title,
			path, strerror(-r));
		c->unreadable = true;
	} else {
		bool by_name = str_contains(buf_str(&text), STR("\"otel-ai-monitor hook "));
		cleanup_free char *program = cli_place_program(c->config, "otel-ai-monitor");
		if (by_name && program == NULL) {
			cli_report_say(c->report, CLI_WRONG,
				"%s: its hooks run otel-ai-monitor, which is not in PATH",
				c->client->title);
		}
		c->trusted = c->trusted || c->client->trust == NULL ||
			     str_contains(buf_str(&text), str_from(c->client->trust));
		look_at_text(c, file, path, &text);
	}
	buf_finish(&text);
}

/* Settings of the machine's owner go before the user's. */
static void look_at_managed(struct check *c)
{
	struct buf text;
	buf_init(&text, TEXT_BYTES);
	if (c->client->managed != NULL && cli_file_read(c->client->managed, &text) == 0) {
		struct check of_managed = *c;
		look_at_text(&of_managed, c->client->files[0], c->client->managed, &text);
		c->elsewhere = c->elsewhere || of_managed.elsewhere;
	}
	buf_finish(&text);
}

/* Somebody may have put it all into the shell's profile instead. */
static bool is_told_by_environment(const struct check *c)
{
	cleanup_free char *ours = xasprintf("http://127.0.0.1:%d", c->settings->port);
	cleanup_free char *also = xasprintf("http://localhost:%d", c->settings->port);
	const char *url = c->settings->environment_url;
	if (url == NULL || c->client->switch_variable == NULL) {
		return false;
	}
	return (strcmp(url, ours) == 0 || strcmp(url, also) == 0) &&
	       config_variable(c->config, c->client->switch_variable) != NULL;
}

static void look_at_protocol(struct check *c)
{
	if (config_variable(c->config, "OTEL_EXPORTER_OTLP_PROTOCOL") == NULL) {
		cli_report_say(c->report, CLI_WRONG,
			"%s: OTEL_EXPORTER_OTLP_PROTOCOL is not set, so it may speak gRPC, which "
			"is "
			"not spoken here: set it to http/protobuf",
			c->client->title);
	}
}

/* Nothing of its settings, or not all of them. */
static void say_missing(struct check *c)
{
	const char *title = c->client->title, *word = c->client->word;
	if (c->members >= c->wanted_members) {
		cli_report_say(c->report, CLI_NOTE,
			"%s does not send its telemetry here: otel-ai-monitor setup %s", title,
			word);
		return;
	}
	bool protocol = strstr(c->first, "rotocol") != NULL || strstr(c->first, "PROTOCOL") != NULL;
	cli_report_say(c->report, CLI_WRONG,
		"%s: %s is missing in its settings%s: otel-ai-monitor setup %s", title, c->first,
		protocol ? ", so it may speak gRPC, which is not spoken here" : "", word);
}

/* True if its telemetry comes here. */
static bool conclude(struct check *c)
{
	const char *title = c->client->title, *word = c->client->word;
	bool by_environment = c->members > 0 && is_told_by_environment(c);
	if (c->elsewhere || c->unreadable) {
		return false;
	}
	if (c->members > 0 && !by_environment) {
		say_missing(c);
		return false;
	}
	if (by_environment) {
		look_at_protocol(c);
	}
	if (c->hooks > 0) {
		cli_report_say(c->report, CLI_NOTE,
			"%s points here, but hooks are missing: otel-ai-monitor setup %s", title,
			word);
	} else if (!c->trusted) {
		cli_report_say(c->report, CLI_NOTE,
			"%s points here, but seems not to trust the hooks: say /hooks in it",
			title);
	} else {
		cli_report_say(c->report, CLI_GOOD, "%s points here", title);
	}
	return true;
}

static bool look_at_client(const struct config *config, struct setup_settings *settings,
	const struct setup_client *client, struct cli_report *report)
{
	settings->version = cli_place_version(config, client);
	struct check c = {
		.config = config, .settings = settings, .client = client, .report = report};
	for (size_t i = 0; i < ARRAY_SIZE(client->files) && client->files[i] != NULL; i++) {
		look_at_file(&c, client->files[i]);
	}
	look_at_managed(&c);
	return conclude(&c);
}

void cli_doctor_clients(const struct config *config, struct cli_report *report)
{
	char *command;
	struct setup_settings settings = cli_place_settings(config, &command);
	size_t found = 0, pointing = 0;
	for (size_t i = 0; i < setup_client_count; i++) {
		if (cli_place_has_client(config, &setup_clients[i])) {
			found++;
			pointing += look_at_client(config, &settings, &setup_clients[i], report);
		}
	}
	if (found == 0) {
		cli_report_say(report, CLI_NOTE, "no client was found on this machine");
	} else if (pointing == 0) {
		cli_report_say(report, CLI_WRONG,
			"no client is known to send anything here: otel-ai-monitor setup");
	}
	free(command);
}
