#include "cli/cli_client_check.h"

#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "cli/cli_file.h"
#include "cli/cli_find.h"
#include "cli/cli_setup_path.h"
#include "cli/cli_style.h"
#include "config/config.h"
#include "setup/setup_client.h"
#include "setup/setup_plan.h"
#include "setup/setup_url.h"

enum { TEXT_BYTES = 4 << 20, NOTE_BYTES = 64 * 1024 };

static void say_notes(struct cli_client_check *c, enum cli_mark mark, struct str notes)
{
	while (notes.size > 0) {
		struct str line = str_cut(&notes, '\n');
		cli_style_report(c->report, mark, "%.*s", STR_ARG(line));
	}
}

/* Either another collector listens there, or it is the port of an earlier setup. */
static void say_other_port(struct cli_client_check *c, int port)
{
	cli_style_report(c->report, CLI_NOTE,
		"%s: if port %d is another collector, have it forward telemetry to "
		"http://127.0.0.1:%d; if it was this daemon's: otel-ai-monitor setup %s --port %d",
		c->client->title, port, c->settings->port, c->client->word, c->settings->port);
}

static void say_unclear(struct cli_client_check *c, const struct setup_file *file, const char *path,
	const struct buf *text)
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
static void look_at_text(struct cli_client_check *c, const struct setup_file *file,
	const char *path, struct buf *text)
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

static void look_at_file(struct cli_client_check *c, const struct setup_file *file)
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
static void look_at_managed(struct cli_client_check *c)
{
	struct buf text;
	const char *path = cli_setup_path_managed(c->config, c->client);
	buf_init(&text, TEXT_BYTES);
	if (path != NULL && cli_file_read(path, &text) == 0) {
		struct setup_settings settings = *c->settings;
		struct cli_client_check of_managed = *c;
		settings.environment_url = NULL; // reported with the user's own file
		of_managed.settings = &settings;
		look_at_text(&of_managed, c->client->rules, path, &text);
		c->elsewhere = of_managed.elsewhere;
		c->hooks_off = of_managed.hooks_off;
	}
	buf_finish(&text);
}

/* All of it may be in the shell's profile instead. */
static bool is_told_by_environment(const struct cli_client_check *c)
{
	const char *url = c->settings->environment_url;
	return url != NULL && c->client->switch_variable != NULL &&
	       setup_url_is_local(str_from(url), c->settings->port, STR("")) &&
	       config_variable(c->config, c->client->switch_variable) != NULL;
}

struct cli_client_check cli_client_check(const struct config *config,
	const struct setup_settings *settings, const struct setup_client *client,
	struct cli_report *report)
{
	struct cli_client_check c = {
		.config = config, .settings = settings, .client = client, .report = report};
	for (size_t i = 0; i < ARRAY_SIZE(client->files) && client->files[i] != NULL; i++) {
		look_at_file(&c, client->files[i]);
	}
	look_at_managed(&c);
	c.by_environment = c.members > 0 && is_told_by_environment(&c);
	return c;
}
