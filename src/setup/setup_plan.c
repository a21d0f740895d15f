#include "setup/setup_plan.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "setup/setup_client.h"
#include "setup/setup_hook.h"
#include "setup/setup_json.h"
#include "setup/setup_text.h"
#include "setup/setup_toml.h"

enum { VALUE_BYTES = 4096, SHOWN_BYTES = 200 };

struct plan {
	const struct setup_client *client;
	const struct setup_file *file;
	const struct setup_settings *settings;
	struct buf *text, *notes;
	struct setup_outcome outcome;
};

/* Its last name. */
static const char *name_of(const struct setup_member *m)
{
	size_t last = 0;
	while (m->path[last + 1] != NULL) {
		last++;
	}
	return m->path[last];
}

static void count_member(struct plan *p, const struct setup_member *m)
{
	p->outcome.members++;
	p->outcome.first = p->outcome.first != NULL ? p->outcome.first : name_of(m);
}

/* place: where it stands, beside the file. */
static void note_member(
	struct plan *p, const struct setup_member *m, struct str found, const char *place)
{
	bool quoted = found.size >= 2 && found.data[0] == '"';
	struct str shown = quoted ? (struct str){found.data + 1, found.size - 2} : found;
	buf_printf(p->notes, "%s: %s is \"", p->client->title, name_of(m));
	utf8_append_shown(p->notes, shown, SHOWN_BYTES);
	buf_printf(p->notes, "\"%s and stays so; its telemetry does not come here.\n", place);
}

static bool is_wanted(const struct plan *p, const struct setup_member *m)
{
	return m->when == SETUP_ALWAYS || (m->when == SETUP_WITH_TRACES && p->settings->traces) ||
	       (m->when == SETUP_WITH_FAST && p->settings->fast);
}

/* ---- values */

/* pattern with the URLs in it, NUL-terminated. */
static void expand(struct buf *out, const char *pattern, size_t size, int port)
{
	buf_clear(out);
	for (size_t i = 0; i < size; i++) {
		if (pattern[i] == '@' || pattern[i] == '~') {
			buf_printf(out, "http://%s:%d",
				pattern[i] == '@' ? "127.0.0.1" : "localhost", port);
		} else {
			buf_append_char(out, pattern[i]);
		}
	}
}

static bool is_pattern(struct str found, const char *pattern, size_t size, int port)
{
	struct buf value;
	buf_init(&value, VALUE_BYTES);
	expand(&value, pattern, size, port);
	bool same = str_equal(found, buf_str(&value));
	buf_finish(&value);
	return same;
}

/* Whether a value that stands there does what ours would. */
static bool is_good(const struct setup_member *m, struct str found, int port)
{
	if (is_pattern(found, m->value, strlen(m->value), port)) {
		return true;
	}
	const char *next = m->as_good;
	while (next != NULL && strcmp(next, "*") != 0) {
		size_t size = strcspn(next, "|");
		if (is_pattern(found, next, size, port)) {
			return true;
		}
		next = next[size] == '|' ? next + size + 1 : NULL;
	}
	return next != NULL;
}

/* Whether apply() may have written it, for whatever port. */
static bool is_ours(const struct setup_member *m, struct str found)
{
	static const char host[] = "http://127.0.0.1:";
	const char *at = strchr(m->value, '@');
	if (at == NULL) {
		return str_equal(found, str_from(m->value));
	}
	struct str before = {m->value, (size_t)(at - m->value)};
	if (!str_starts_with(found, before) ||
		!str_starts_with(str_skip(found, before.size), STR(host))) {
		return false;
	}
	found = str_skip(found, before.size + sizeof(host) - 1);
	while (found.size > 0 && found.data[0] >= '0' && found.data[0] <= '9') {
		found = str_skip(found, 1);
	}
	return str_equal(found, str_from(at + 1));
}

/* ---- JSON */

static enum setup_json_status look_at_json(struct plan *p, const struct setup_member *m)
{
	struct str found;
	enum setup_json_status status = setup_json_get(p->text, m->path, &found);
	if (status == SETUP_JSON_PRESENT && (m->when == SETUP_IF_THERE || is_wanted(p, m)) &&
		!is_good(m, found, p->settings->port)) {
		note_member(p, m, found, "");
		p->outcome.elsewhere = true;
	}
	return status;
}

static void add_json(struct plan *p, const struct setup_member *m)
{
	struct str found;
	struct buf value;
	if (!is_wanted(p, m) || setup_json_get(p->text, m->path, &found) != SETUP_JSON_ABSENT) {
		return;
	}
	buf_init(&value, VALUE_BYTES);
	expand(&value, m->value, strlen(m->value), p->settings->port);
	setup_json_add(p->text, m->path, buf_str(&value));
	count_member(p, m);
	buf_finish(&value);
}

static void add_hook(struct plan *p, const char *event)
{
	enum setup_hook_status status = setup_hook_add(
		p->text, p->client, p->file, p->settings->command, event);
	p->outcome.hooks += status == SETUP_HOOK_ADDED;
	p->outcome.unclear = p->outcome.unclear || status == SETUP_HOOK_UNCLEAR;
}

static void apply_json(struct plan *p)
{
	static const char *const anything[] = {"hooks", NULL};
	struct str ignored;
	const struct setup_member *members = p->file->members;
	p->outcome.unclear = setup_json_get(p->text, anything, &ignored) == SETUP_JSON_INVALID;
	for (size_t i = 0; members != NULL && members[i].path[0] != NULL; i++) {
		enum setup_json_status status = look_at_json(p, &members[i]);
		p->outcome.unclear = p->outcome.unclear || status == SETUP_JSON_INVALID ||
				     status == SETUP_JSON_BLOCKED;
	}
	for (size_t i = 0; members != NULL && members[i].path[0] != NULL; i++) {
		if (!p->outcome.unclear && !p->outcome.elsewhere) {
			add_json(p, &members[i]);
		}
	}
	const struct setup_event *e = p->file->events;
	for (; e != NULL && e->name != NULL && !p->outcome.unclear; e++) {
		if (e->since <= p->settings->version) {
			add_hook(p, e->name);
		}
	}
}

/* The objects that were made only to hold what is now gone. */
static void remove_empty(const struct buf *base, struct buf *text, const char *name)
{
	const char *path[] = {name, NULL};
	struct str ignored;
	if (setup_json_is_empty(text, path) &&
		setup_json_get(base, path, &ignored) != SETUP_JSON_PRESENT) {
		setup_json_remove(text, path);
	}
}

static bool undo_json(const struct setup_client *client, const struct setup_file *file,
	const struct buf *base, struct buf *text)
{
	const struct setup_member *m = file->members;
	static const char *const anything[] = {"hooks", NULL};
	struct str found, ignored;
	if (setup_json_get(text, anything, &found) == SETUP_JSON_INVALID) {
		return false;
	}
	for (; m != NULL && m->path[0] != NULL; m++) {
		if (m->when != SETUP_IF_THERE &&
			setup_json_get(text, m->path, &found) == SETUP_JSON_PRESENT &&
			is_ours(m, found) &&
			setup_json_get(base, m->path, &ignored) != SETUP_JSON_PRESENT) {
			setup_json_remove(text, m->path);
			remove_empty(base, text, m->path[0]);
		}
	}
	const struct setup_event *e = file->events;
	for (; e != NULL && e->name != NULL; e++) {
		setup_hook_remove(text, base, client, e->name);
	}
	remove_empty(base, text, "hooks");
	if (setup_json_is_blank(base) && str_equal(str_trim(buf_str(text)), STR("{}\n"))) {
		buf_clear(text);
		buf_append_str(text, buf_str(base));
	}
	return true;
}

/* ---- TOML */

static bool names_daemon(struct str value, const struct setup_member *m, int port)
{
	/* its quoted URL decides; the rest may be written in any way */
	struct buf url;
	buf_init(&url, VALUE_BYTES);
	bool found = false;
	for (int i = 0; i < 2 && !found; i++) {
		const char *at = strchr(m->value, '@');
		expand(&url, i == 0 ? "@" : "~", 1, port);
		buf_append(&url, at + 1, strcspn(at + 1, "\"") + 1);
		found = str_contains(value, buf_str(&url));
	}
	buf_finish(&url);
	return found;
}

static void look_at_toml(struct plan *p, const struct setup_member *m)
{
	struct str found;
	enum setup_toml_status status = setup_toml_get(
		p->text, str_from(m->path[0]), str_from(m->path[1]), &found);
	if (status == SETUP_TOML_UNCLEAR) {
		p->outcome.unclear = true;
	} else if (status != SETUP_TOML_ABSENT && !names_daemon(found, m, p->settings->port)) {
		note_member(p, m, found, "");
		p->outcome.elsewhere = true;
	}
}

static void add_toml(struct plan *p, const struct setup_member *m)
{
	struct str table = str_from(m->path[0]), key = str_from(m->path[1]), found;
	if (setup_toml_get(p->text, table, key, &found) != SETUP_TOML_ABSENT) {
		return;
	}
	struct buf value;
	buf_init(&value, VALUE_BYTES);
	expand(&value, m->value, strlen(m->value), p->settings->port);
	setup_toml_add(p->text, table, key, buf_str(&value));
	count_member(p, m);
	buf_finish(&value);
}

/* All of it, or, where something else is wanted already, nothing. */
static void apply_toml(struct plan *p)
{
	const struct setup_member *m;
	for (m = p->file->members; m->path[0] != NULL; m++) {
		if (is_wanted(p, m) && !p->outcome.unclear) {
			look_at_toml(p, m);
		}
	}
	for (m = p->file->members; m->path[0] != NULL; m++) {
		if (is_wanted(p, m) && !p->outcome.unclear && !p->outcome.elsewhere) {
			add_toml(p, m);
		}
	}
}

static bool undo_toml(const struct setup_file *file, const struct buf *base, struct buf *text)
{
	bool removed = false;
	for (const struct setup_member *m = file->members; m->path[0] != NULL; m++) {
		struct str table = str_from(m->path[0]), key = str_from(m->path[1]);
		struct str found, ignored;
		enum setup_toml_status status = setup_toml_get(text, table, key, &found);
		if (status == SETUP_TOML_UNCLEAR) {
			return false;
		}
		if (status == SETUP_TOML_PRESENT && is_ours(m, found) &&
			setup_toml_get(base, table, key, &ignored) != SETUP_TOML_PRESENT) {
			setup_toml_remove(text, table, key);
			removed = true;
		}
	}
	if (removed) {
		setup_toml_remove_table(text, str_from(file->members[0].path[0]));
	}
	return true;
}

/* ---- shells */

/* alias x='env A=b x': understood by bash, zsh and fish alike. */
static void append_alias(struct buf *out, const struct plan *p)
{
	struct buf value;
	buf_init(&value, VALUE_BYTES);
	buf_printf(out, "alias %s='env", p->client->program);
	for (const struct setup_member *m = p->file->members; m->path[0] != NULL; m++) {
		expand(&value, m->value, strlen(m->value), p->settings->port);
		buf_printf(out, " %s=%.*s", m->path[0], STR_ARG(buf_str(&value)));
	}
	buf_printf(out, " %s'\n", p->client->program);
	buf_finish(&value);
}

static void apply_shell(struct plan *p)
{
	struct str found;
	struct buf lines;
	buf_init(&lines, VALUE_BYTES);
	append_alias(&lines, p);
	if (!setup_text_block(p->text, p->client->word, &found)) {
		p->outcome.unclear = true;
	} else if (!p->outcome.elsewhere && !str_equal(found, buf_str(&lines))) {
		setup_text_set_block(p->text, p->client->word, buf_str(&lines));
		p->outcome.members++;
		p->outcome.first = "the alias";
	}
	buf_finish(&lines);
}

/* ---- all of them */

/* What the environment says goes before the files, or is what the user meant for all. */
static void look_at_environment(struct plan *p)
{
	const char *url = p->settings->environment_url;
	if (url == NULL || p->file->format == SETUP_TOML || p->file->members == NULL) {
		return;
	}
	static const struct setup_member variable = {
		{"OTEL_EXPORTER_OTLP_ENDPOINT"}, "@", "~|@/|~/", SETUP_ALWAYS};
	if (!is_good(&variable, str_from(url), p->settings->port)) {
		note_member(p, &variable, str_from(url), " in your environment");
		p->outcome.elsewhere = true;
	}
}

struct setup_outcome setup_plan_apply(const struct setup_client *client,
	const struct setup_file *file, const struct setup_settings *settings, struct buf *text,
	struct buf *notes)
{
	struct plan p = {client, file, settings, text, notes, {0}};
	look_at_environment(&p);
	struct buf before;
	buf_init(&before, text->ceiling);
	buf_append_str(&before, buf_str(text));
	switch (file->format) {
	case SETUP_JSON: apply_json(&p); break;
	case SETUP_TOML: apply_toml(&p); break;
	case SETUP_SHELL: apply_shell(&p); break;
	}
	if (p.outcome.unclear || text->overflowed) {
		p.outcome = (struct setup_outcome){.unclear = true};
		buf_clear(text);
		buf_append_str(text, buf_str(&before));
	}
	buf_finish(&before);
	return p.outcome;
}

static bool undo(const struct setup_client *client, const struct setup_file *file,
	const struct buf *base, struct buf *text)
{
	switch (file->format) {
	case SETUP_JSON: return undo_json(client, file, base, text);
	case SETUP_TOML: return undo_toml(file, base, text);
	case SETUP_SHELL: setup_text_remove_block(text, client->word); return true;
	}
	return false;
}

bool setup_plan_undo(const struct setup_client *client, const struct setup_file *file,
	const struct buf *base, struct buf *text)
{
	bool read = undo(client, file, base, text);
	bool line_was_ended = base->size > 0 && text->size == base->size + 1 &&
			      str_starts_with(buf_str(text), buf_str(base)) &&
			      text->data[base->size] == '\n';
	if (line_was_ended) {
		text->size--;
	}
	return read;
}
