/* otel-ai-monitor why: the evidence for a session's state. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/instant.h"
#include "base/json_bind.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/cli_ask.h"
#include "cli/cli_command.h"
#include "cli/cli_http.h"
#include "cli/cli_list.h"
#include "cli/cli_pick.h"
#include "cli/cli_style.h"
#include "cli/cli_words.h"

enum {
	ANSWER_BYTES = 8 * 1024 * 1024,
	TEXT_BYTES = 64 * 1024,
	DEPTH = 8,
	ROWS = 16,
	NAME_COLUMNS = 40,
};

/* One line of a section: evidence, open work, or what would change the state. */
struct row {
	struct str text, source, kind, name, state;
	int64_t at_ms, since_ms; // wall clock; 0: not known
};

struct part {
	struct row rows[ROWS];
	size_t count;
};

struct answer {
	struct str rule, text;
	struct part evidence, open, next;
};

static struct row *add_row(struct part *part)
{
	return part->count < ROWS ? &part->rows[part->count++] : NULL;
}

static void *add_evidence(void *into, struct str name)
{
	struct answer *a = into;
	(void)name;
	return add_row(&a->evidence);
}

static void *add_open(void *into, struct str name)
{
	struct answer *a = into;
	(void)name;
	return add_row(&a->open);
}

static void *add_next(void *into, struct str name)
{
	struct answer *a = into;
	(void)name;
	return add_row(&a->next);
}

static const struct json_member row[] = {
	JSON_MEMBER("text", TEXT, struct row, text),
	JSON_MEMBER("source", TEXT, struct row, source),
	JSON_MEMBER("kind", TEXT, struct row, kind),
	JSON_MEMBER("name", TEXT, struct row, name),
	JSON_MEMBER("state", TEXT, struct row, state),
	JSON_MEMBER("at", INT, struct row, at_ms),
	JSON_MEMBER("since", INT, struct row, since_ms),
};
static const struct json_shape row_shape = JSON_SHAPE(row);

static const struct json_items evidence_items = {
	.item = {.kind = JSON_BIND_OBJECT, .shape = &row_shape}, .add = add_evidence};
static const struct json_items open_items = {
	.item = {.kind = JSON_BIND_OBJECT, .shape = &row_shape}, .add = add_open};
static const struct json_items next_items = {
	.item = {.kind = JSON_BIND_OBJECT, .shape = &row_shape}, .add = add_next};

static const struct json_member why[] = {
	JSON_MEMBER("rule", TEXT, struct answer, rule),
	JSON_MEMBER("text", TEXT, struct answer, text),
	{STR_INIT("evidence"), JSON_BIND_ARRAY, .items = &evidence_items},
	{STR_INIT("open"), JSON_BIND_ARRAY, .items = &open_items},
	{STR_INIT("next"), JSON_BIND_ARRAY, .items = &next_items},
};
static const struct json_shape why_shape = JSON_SHAPE(why);

static const struct json_member answer[] = {
	{STR_INIT("why"), JSON_BIND_OBJECT, .shape = &why_shape},
};
static const struct json_shape answer_shape = JSON_SHAPE(answer);

/* ---- words */

static void append_heading(struct buf *out, const struct cli_style *style, const char *text)
{
	cli_style_begin(out, style, CLI_TONE_HEADING);
	buf_append_str(out, str_from(text));
	cli_style_end(out, style, CLI_TONE_HEADING);
	buf_append_char(out, '\n');
}

static void append_session(
	struct buf *out, const struct cli_style *style, const struct cli_session *s)
{
	if (s->project.size > 0) {
		cli_style_append_shown(out, style, s->project, NAME_COLUMNS);
		buf_append_str(out, STR(", "));
	}
	cli_words_append_title(out, s);
	buf_append_char(out, ' ');
	cli_style_begin(out, style, cli_style_tone(s));
	cli_words_append_state(out, s);
	cli_style_end(out, style, cli_style_tone(s));
	buf_append_str(out, STR(", since "));
	instant_append_duration(out, instant_now().wall_ms - s->since_ms);
	buf_append_char(out, '\n');
}

static void append_evidence(struct buf *out, const struct cli_style *style, const struct part *part)
{
	int64_t now_ms = instant_now().wall_ms;
	append_heading(out, style, "Evidence");
	for (size_t i = 0; i < part->count; i++) {
		const struct row *e = &part->rows[i];
		buf_append_str(out, STR("  "));
		cli_style_append_shown(out, style, e->text, 0);
		buf_append_str(out, STR(", by "));
		cli_style_append_shown(out, style, e->source, 0);
		buf_append_str(out, STR(", "));
		instant_append_duration(out, now_ms - e->at_ms);
		buf_append_str(out, STR(" ago\n"));
	}
	if (part->count == 0) {
		buf_append_str(out, STR("  none since the daemon started\n"));
	}
}

static void append_open(struct buf *out, const struct cli_style *style, const struct part *part)
{
	int64_t now_ms = instant_now().wall_ms;
	if (part->count > 0) {
		append_heading(out, style, "Open");
	}
	for (size_t i = 0; i < part->count; i++) {
		const struct row *o = &part->rows[i];
		buf_append_str(out, STR("  "));
		cli_style_append_shown(out, style, o->kind, 0);
		if (o->name.size > 0) {
			buf_append_char(out, ' ');
			cli_style_append_shown(out, style, o->name, NAME_COLUMNS);
		}
		if (o->since_ms > 0) {
			buf_append_str(out, STR(", for "));
			instant_append_duration(out, now_ms - o->since_ms);
		}
		buf_append_char(out, '\n');
	}
}

static void append_next(struct buf *out, const struct cli_style *style, const struct part *part)
{
	int64_t now_ms = instant_now().wall_ms;
	append_heading(out, style, "What would change it");
	for (size_t i = 0; i < part->count; i++) {
		const struct row *n = &part->rows[i];
		buf_append_str(out, STR("  "));
		cli_style_append_shown(out, style, n->text, 0);
		buf_append_str(out, STR(" Then it is "));
		cli_style_append_shown(out, style, n->state, 0);
		if (n->at_ms > 0) {
			buf_append_str(out, STR(", in "));
			instant_append_duration(out, n->at_ms - now_ms);
		}
		buf_append_str(out, STR(".\n"));
	}
}

static void print(const struct config *config, const struct cli_session *s, const struct answer *a)
{
	struct cli_style style = cli_style_of(config, STDOUT_FILENO);
	struct buf out;
	buf_init(&out, TEXT_BYTES);
	append_session(&out, &style, s);
	buf_append_str(&out, STR("  "));
	cli_style_append_shown(&out, &style, a->text, 0);
	buf_append_str(&out, STR(" (rule "));
	cli_style_append_shown(&out, &style, a->rule, 0);
	buf_append_str(&out, STR(")\n"));
	append_evidence(&out, &style, &a->evidence);
	append_open(&out, &style, &a->open);
	append_next(&out, &style, &a->next);
	(void)fwrite(out.data, 1, out.size, stdout);
	buf_finish(&out);
}

static int show(const struct config *config, const struct cli_session *s, struct buf *body)
{
	struct json_tally tally = {0};
	struct answer *a = xcalloc(1, sizeof(*a));
	if (config->json) {
		(void)fwrite(body->data, 1, body->size, stdout);
		free(a);
		return EXIT_SUCCESS;
	}
	bool is_read = json_bind_text(body->data, body->size, DEPTH, &answer_shape, a, &tally) &&
		       a->rule.size > 0;
	if (is_read) {
		print(config, s, a);
	} else {
		log_error("the session has just ended");
	}
	free(a);
	return is_read ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int ask(const struct config *config, const struct cli_endpoint *endpoint,
	const struct cli_session *s)
{
	struct buf path, body;
	buf_init(&path, CLI_PATH_BYTES);
	buf_init(&body, ANSWER_BYTES);
	buf_append_str(&path, STR("/api/sessions/"));
	cli_http_append_escaped(&path, s->id);
	int exit_status = cli_ask(endpoint, "GET", &path, NULL, &body) == 0 ? show(config, s, &body)
									    : EXIT_FAILURE;
	buf_finish(&path);
	buf_finish(&body);
	return exit_status;
}

static int ask_in(const struct config *config, const struct cli_endpoint *endpoint,
	const struct cli_list *list)
{
	const struct cli_session *s = cli_pick_or_most_urgent(list, config->session_word);
	return s != NULL ? ask(config, endpoint, s) : EXIT_FAILURE;
}

static int run(const struct config *config)
{
	return cli_list_run(config, ask_in);
}

static const struct config_option options[] = {
	CLI_OPTION_JSON("print the daemon's answer: /api/sessions/ID"),
};

static const struct cli_setting settings[] = {CLI_REACH};

const struct cli_command cli_why_command = {
	.name = "why",
	.run = run,
	.summary = "explain the state of a session",
	.about = "Says which rule decided a session's state, what was reported and how, what is "
		 "open, and what would change it. Without an argument, explains the session that "
		 "needs you most.\n" CLI_SESSION_WORDS,
	.examples = "  otel-ai-monitor why\n"
		    "  otel-ai-monitor why 2\n",
	.operands = {CLI_OPERAND_SESSION("[SESSION]", CLI_OFFER_SESSIONS)},
	.listed = "",
	.options = options,
	.option_count = ARRAY_SIZE(options),
	.settings = settings,
};
