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
#include "setup/setup_toml_read.h"
#include "setup/setup_url.h"

enum { VALUE_BYTES = 4096, SHOWN_BYTES = 200 };

struct plan {
	const struct setup_client *client;
	const struct setup_file *file;
	const struct setup_settings *settings;
	const struct buf *base; // NULL: not known
	struct buf *text, *notes;
	struct setup_outcome outcome;
};

/* ---- members */

static bool is_end(const struct setup_member *m)
{
	return m == NULL || m->path[0] == NULL;
}

/* Its last name. */
static const char *name_of(const struct setup_member *m)
{
	size_t last = 0;
	while (m->path[last + 1] != NULL) {
		last++;
	}
	return m->path[last];
}

static bool is_wanted(const struct plan *p, const struct setup_member *m)
{
	return m->when == SETUP_ALWAYS || (m->when == SETUP_WITH_TRACES && p->settings->traces) ||
	       (m->when == SETUP_WITH_FAST && p->settings->fast);
}

static void count_member(struct plan *p, const struct setup_member *m)
{
	p->outcome.members++;
	p->outcome.first = p->outcome.first != NULL ? p->outcome.first : name_of(m);
}

static void append_path(struct buf *out, const char *const *path)
{
	for (size_t i = 0; path[i] != NULL; i++) {
		buf_printf(out, "%s%s", i > 0 ? "." : "", path[i]);
	}
}

static void end_note(struct plan *p, const char *end)
{
	if (p->settings->path != NULL) {
		buf_printf(p->notes, " (%s)", p->settings->path);
	}
	buf_printf(p->notes, "%s\n", end);
}

/* The path of the URL in a value, from behind the @ to its quote. */
static struct str url_path(const struct setup_member *m)
{
	const char *at = strchr(m->value, '@');
	return at != NULL ? (struct str){at + 1, strcspn(at + 1, "\"")} : STR("");
}

/* found: what it means. place: where it stands, if not in the file. */
static void note_elsewhere(
	struct plan *p, const struct setup_member *m, struct str found, const char *place)
{
	int port;
	if (setup_url_is_loopback(found, url_path(m), &port)) {
		p->outcome.other_port = port;
	}
	p->outcome.elsewhere = true;
	buf_printf(p->notes, "%s: ", p->client->title);
	append_path(p->notes, strcmp(m->path[0], "env") == 0 ? m->path + 1 : m->path);
	buf_append_str(p->notes, STR(" is \""));
	utf8_append_shown(p->notes, found, SHOWN_BYTES);
	buf_append_char(p->notes, '"');
	buf_append_str(p->notes, str_from(place));
	end_note(p, ", so its telemetry does not come here");
}

/* ---- values */

/* pattern with the URL in it. */
static void expand(struct buf *out, const char *pattern, int port)
{
	buf_clear(out);
	for (; *pattern != '\0'; pattern++) {
		if (*pattern == '@') {
			buf_printf(out, "http://127.0.0.1:%d", port);
		} else {
			buf_append_char(out, *pattern);
		}
	}
}

static bool is_in_list(struct str list, char divider, struct str word)
{
	bool found = false;
	while (list.size > 0 && !found) {
		found = str_equal_nocase(str_trim(str_cut(&list, divider)), word);
	}
	return found;
}

/* Ours, without the quotes. */
static struct str plain_value(const struct setup_member *m)
{
	struct str value = str_from(m->value);
	bool quoted = value.size >= 2 && value.data[0] == '"';
	return quoted ? (struct str){value.data + 1, value.size - 2} : value;
}

/* Whether a value that stands there does what ours would. found: what it means. */
static bool is_good(const struct setup_member *m, struct str found, int port)
{
	struct str ours = plain_value(m);
	switch (m->accept) {
	case SETUP_ANY: return true;
	case SETUP_URL:
	case SETUP_EXPORTER: return setup_url_is_local(found, port, url_path(m));
	case SETUP_LISTED: return is_in_list(found, ',', ours);
	case SETUP_EQUAL: break;
	}
	return str_equal(found, ours) || is_in_list(str_from(m->as_good), '|', found);
}

/* Whether apply() may have written it, for whatever port. found: what it means. */
static bool is_ours(const struct setup_member *m, struct str found)
{
	int ignored;
	if (strchr(m->value, '@') == NULL) {
		return str_equal(found, plain_value(m));
	}
	return str_starts_with(found, STR("http://127.0.0.1:")) &&
	       str_ends_with(found, url_path(m)) &&
	       setup_url_is_loopback(found, url_path(m), &ignored);
}

/* An address that an earlier time wrote, for the port of then. present_before: in base. */
static bool may_move(
	const struct plan *p, const struct setup_member *m, struct str found, bool present_before)
{
	if (p->base == NULL || m->when == SETUP_IF_THERE || !is_ours(m, found) ||
		strchr(m->value, '@') == NULL) {
		return false;
	}
	return p->base->size > 0 ? !present_before
				 : setup_plan_made(p->client, p->file, p->settings, p->text);
}

/* ---- JSON */

/* What a value means; an object or an array as it is written. */
static void read_json_value(struct str value, struct buf *ret)
{
	buf_init(ret, value.size + 1);
	if (!setup_json_scalar(value, ret)) {
		buf_append_str(ret, value);
	}
}

static void look_at_json(struct plan *p, const struct setup_member *m)
{
	struct str found, before;
	struct buf value;
	enum setup_json_status status = setup_json_get(p->text, m->path, &found);
	if (status == SETUP_JSON_INVALID || status == SETUP_JSON_BLOCKED) {
		p->outcome.unclear = true;
	}
	if (status != SETUP_JSON_PRESENT || (m->when != SETUP_IF_THERE && !is_wanted(p, m))) {
		return;
	}
	read_json_value(found, &value);
	bool known = p->base != NULL &&
		     setup_json_get(p->base, m->path, &before) == SETUP_JSON_PRESENT;
	if (!is_good(m, buf_str(&value), p->settings->port) &&
		!may_move(p, m, buf_str(&value), known)) {
		note_elsewhere(p, m, buf_str(&value), "");
	}
	buf_finish(&value);
}

/* Whether a value that stands there is to be replaced: looking at it has shown that it may be. */
static bool is_outdated(const struct plan *p, const struct setup_member *m, struct str found)
{
	struct buf value;
	read_json_value(found, &value);
	bool good = is_good(m, buf_str(&value), p->settings->port);
	buf_finish(&value);
	return !good;
}

static void add_json(struct plan *p, const struct setup_member *m)
{
	struct str found;
	struct buf value;
	if (!is_wanted(p, m)) {
		return;
	}
	bool there = setup_json_get(p->text, m->path, &found) == SETUP_JSON_PRESENT;
	if (there && !is_outdated(p, m, found)) {
		return;
	}
	buf_init(&value, VALUE_BYTES);
	expand(&value, m->value, p->settings->port);
	if (there) {
		setup_json_replace(p->text, m->path, buf_str(&value));
	} else {
		setup_json_add(p->text, m->path, buf_str(&value));
	}
	count_member(p, m);
	buf_finish(&value);
}

static void add_hook(struct plan *p, const struct setup_event *event)
{
	if (event->since > p->settings->version) {
		p->outcome.events_left_out++;
		return;
	}
	enum setup_hook_status status = setup_hook_add(
		p->text, p->client, p->file, p->settings->command, event->name);
	p->outcome.hooks += status == SETUP_HOOK_ADDED;
	p->outcome.unclear = p->outcome.unclear || status == SETUP_HOOK_UNCLEAR;
}

static const char *const hooks_path[] = {"hooks", NULL};

static void apply_json(struct plan *p)
{
	struct str ignored;
	const struct setup_member *m;
	p->outcome.unclear = setup_json_get(p->text, hooks_path, &ignored) == SETUP_JSON_INVALID;
	for (m = p->file->members; !is_end(m); m++) {
		look_at_json(p, m);
	}
	for (m = p->file->members; !is_end(m); m++) {
		if (!p->outcome.unclear && !p->outcome.elsewhere) {
			add_json(p, m);
		}
	}
	const struct setup_event *e = p->file->events;
	for (; e != NULL && e->name != NULL && !p->outcome.unclear; e++) {
		add_hook(p, e);
	}
}

/* The objects that were made only to hold what is now gone. */
static void remove_empty(const struct buf *base, struct buf *text, const char *name)
{
	const char *path[] = {name, NULL};
	struct str ignored;
	if (!setup_json_is_empty(text, path)) {
		return;
	}
	if (setup_json_is_null(base, path)) {
		setup_json_replace(text, path, STR("null"));
	} else if (setup_json_get(base, path, &ignored) != SETUP_JSON_PRESENT) {
		setup_json_remove(text, path);
	}
}

static void undo_json_member(const struct setup_member *m, const struct buf *base, struct buf *text)
{
	struct str found, ignored;
	struct buf value;
	if (m->when == SETUP_IF_THERE ||
		setup_json_get(text, m->path, &found) != SETUP_JSON_PRESENT ||
		setup_json_get(base, m->path, &ignored) == SETUP_JSON_PRESENT) {
		return;
	}
	read_json_value(found, &value);
	if (!is_ours(m, buf_str(&value))) {
		// somebody else's
	} else if (setup_json_is_null(base, m->path)) {
		setup_json_replace(text, m->path, STR("null"));
	} else {
		setup_json_remove(text, m->path);
		remove_empty(base, text, m->path[0]);
	}
	buf_finish(&value);
}

/* Where only blanks are left to differ, nothing is. */
static void restore_like(const struct buf *base, struct buf *text)
{
	struct buf with_object;
	buf_init(&with_object, base->size + 3);
	buf_append_str(&with_object, buf_str(base));
	if (setup_json_is_blank(base)) { // an object was begun
		buf_append_str(&with_object, STR("\n{}"));
	}
	if (setup_json_is_like(&with_object, text)) {
		buf_clear(text);
		buf_append_str(text, buf_str(base));
	}
	buf_finish(&with_object);
}

static bool undo_json(const struct setup_client *client, const struct setup_file *file,
	const struct buf *base, struct buf *text)
{
	struct str ignored;
	if (setup_json_get(text, hooks_path, &ignored) == SETUP_JSON_INVALID) {
		return false;
	}
	for (const struct setup_member *m = file->members; !is_end(m); m++) {
		undo_json_member(m, base, text);
	}
	const struct setup_event *e = file->events;
	for (; e != NULL && e->name != NULL; e++) {
		setup_hook_remove(text, base, client, file, e->name);
	}
	if (file->events != NULL) {
		remove_empty(base, text, "hooks");
	}
	restore_like(base, text);
	return true;
}

static void explain_json(const struct setup_file *file, const struct buf *text, struct buf *out)
{
	struct str found;
	const struct setup_event *e = file->events;
	for (const struct setup_member *m = file->members; !is_end(m) && out->size == 0; m++) {
		setup_json_explain(text, m->path, out);
	}
	for (; e != NULL && e->name != NULL && out->size == 0; e++) {
		const char *path[] = {"hooks", e->name, NULL};
		setup_json_explain(text, path, out);
		if (setup_json_get(text, path, &found) == SETUP_JSON_PRESENT &&
			found.data[0] != '[') {
			buf_printf(out, "\"hooks\": \"%s\" is not a list", e->name);
		}
	}
}

/* ---- TOML */

/* What an exporter is made of. */
struct exporter {
	const struct setup_member *member;
	struct buf url;       // empty: none that is understood
	size_t http, foreign; // parts: of an exporter such as ours; others
	size_t odd;           // of the first, those that apply() would have written otherwise
};

static void visit_exporter(const char *path, struct str value, void *data)
{
	static const char *const empty[] = {"", "{}", "{ }"};
	struct exporter *e = data;
	struct buf text;
	buf_init(&text, VALUE_BYTES);
	bool scalar = setup_toml_scalar(value, &text);
	bool is_empty = false;
	for (size_t i = 0; i < ARRAY_SIZE(empty); i++) {
		is_empty = is_empty || str_equal(value, str_from(empty[i]));
	}
	if (!str_starts_with(str_from(path), STR("otlp-http"))) {
		e->foreign++;
	} else if (strcmp(path, "otlp-http.endpoint") == 0 && scalar) {
		e->http++;
		buf_append_str(&e->url, buf_str(&text));
	} else if (strcmp(path, "otlp-http.protocol") == 0) {
		e->http++;
		e->odd += !str_equal(buf_str(&text), STR("binary"));
	} else {
		e->odd += strcmp(path, "otlp-http.headers") != 0 || !is_empty;
	}
	buf_finish(&text);
}

/* What the member holds, whatever its form; to be finished. */
static void read_exporter(struct exporter *e, const struct setup_member *m, const struct buf *text)
{
	*e = (struct exporter){.member = m};
	buf_init(&e->url, VALUE_BYTES);
	setup_toml_each(text, m->path, visit_exporter, e);
}

static void exporter_finish(struct exporter *e)
{
	buf_finish(&e->url);
}

static bool is_good_exporter(const struct exporter *e, int port)
{
	return e->foreign == 0 && is_good(e->member, buf_str(&e->url), port);
}

static bool is_our_exporter(const struct exporter *e)
{
	return e->foreign == 0 && e->odd == 0 && is_ours(e->member, buf_str(&e->url));
}

/* For people: its URL, else what is written there. */
static void note_exporter(struct plan *p, const struct exporter *e, struct str written)
{
	struct buf text;
	buf_init(&text, VALUE_BYTES);
	if (e->url.size > 0) {
		buf_append_str(&text, buf_str(&e->url));
	} else if (!setup_toml_scalar(written, &text) || text.size == 0) {
		buf_clear(&text);
		buf_append_str(&text, STR("another exporter"));
	}
	note_elsewhere(p, e->member, buf_str(&text), "");
	buf_finish(&text);
}

static void look_at_toml(struct plan *p, const struct setup_member *m)
{
	struct str found, ignored;
	struct exporter e;
	enum setup_toml_status status = setup_toml_get(p->text, m->path, &found);
	p->outcome.unclear = p->outcome.unclear || status == SETUP_TOML_UNCLEAR;
	if (status != SETUP_TOML_PRESENT) {
		return;
	}
	read_exporter(&e, m, p->text);
	bool before = p->base != NULL &&
		      setup_toml_get(p->base, m->path, &ignored) != SETUP_TOML_ABSENT;
	bool moves = is_our_exporter(&e) && may_move(p, m, buf_str(&e.url), before);
	if (!is_good_exporter(&e, p->settings->port) && !moves) {
		note_exporter(p, &e, found);
	}
	exporter_finish(&e);
}

static void add_toml(struct plan *p, const struct setup_member *m)
{
	struct str found;
	struct exporter e;
	read_exporter(&e, m, p->text);
	bool there = setup_toml_get(p->text, m->path, &found) == SETUP_TOML_PRESENT;
	bool good = there && is_good_exporter(&e, p->settings->port);
	exporter_finish(&e);
	if (good) {
		return;
	}
	struct buf value;
	buf_init(&value, VALUE_BYTES);
	expand(&value, m->value, p->settings->port);
	if (there) {
		setup_toml_remove(p->text, m->path);
	}
	setup_toml_add(p->text, m->path[0], m->path[1], buf_str(&value));
	count_member(p, m);
	buf_finish(&value);
}

/* All of it, or, where something else is wanted already, nothing. */
static void apply_toml(struct plan *p)
{
	const struct setup_member *m;
	for (m = p->file->members; !is_end(m); m++) {
		if (is_wanted(p, m) && !p->outcome.unclear) {
			look_at_toml(p, m);
		}
	}
	for (m = p->file->members; !is_end(m); m++) {
		if (is_wanted(p, m) && !p->outcome.unclear && !p->outcome.elsewhere) {
			add_toml(p, m);
		}
	}
}

static bool undo_toml(const struct setup_file *file, const struct buf *base, struct buf *text)
{
	struct str found, ignored;
	bool removed = false;
	const struct setup_member *m;
	for (m = file->members; !is_end(m); m++) {
		if (setup_toml_get(text, m->path, &found) == SETUP_TOML_UNCLEAR) {
			return false;
		}
	}
	for (m = file->members; !is_end(m); m++) {
		struct exporter e;
		read_exporter(&e, m, text);
		if (is_our_exporter(&e) &&
			setup_toml_get(base, m->path, &ignored) != SETUP_TOML_PRESENT) {
			setup_toml_remove(text, m->path);
			removed = true;
		}
		exporter_finish(&e);
	}
	if (removed && !setup_toml_has_table(base, file->members[0].path[0])) {
		setup_toml_remove_table(text, file->members[0].path[0]);
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
	for (const struct setup_member *m = p->file->members; !is_end(m); m++) {
		expand(&value, m->value, p->settings->port);
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

/* ---- what turns hooks off */

static bool is_our_line(struct str item, const void *word)
{
	struct buf line;
	read_json_value(item, &line);
	bool ours = setup_hook_is_command(buf_str(&line), word);
	buf_finish(&line);
	return ours;
}

static bool is_off_in_json(const struct plan *p, const struct setup_switch *s)
{
	struct str found;
	struct buf value;
	if (s->off == NULL) {
		struct setup_json_items ours = {
			.path = s->path, .match = is_our_line, .data = p->client->word};
		return setup_json_count(p->text, &ours) > 0;
	}
	if (setup_json_get(p->text, s->path, &found) != SETUP_JSON_PRESENT) {
		return false;
	}
	read_json_value(found, &value);
	bool off = str_equal(buf_str(&value), str_from(s->off));
	buf_finish(&value);
	return off;
}

static bool is_off_in_toml(const struct plan *p, const struct setup_switch *s)
{
	struct str found;
	return setup_toml_get(p->text, s->path, &found) == SETUP_TOML_PRESENT &&
	       str_equal(found, str_from(s->off));
}

static void note_switch(struct plan *p, const struct setup_switch *s)
{
	bool listed = s->off == NULL;
	buf_printf(p->notes, "%s %s: ", p->client->title,
		listed ? "does not run the hooks of otel-ai-monitor" : "runs no hooks");
	append_path(p->notes, s->path);
	buf_printf(p->notes, "%s%s", listed ? " lists them" : " = ", listed ? "" : s->off);
	end_note(p, listed ? "; take them off that list" : "; remove it to turn hooks on");
}

static void look_at_switches(struct plan *p)
{
	const struct setup_switch *s = p->file->switches;
	for (; s != NULL && s->path[0] != NULL; s++) {
		bool off = p->file->format == SETUP_JSON ? is_off_in_json(p, s)
							 : is_off_in_toml(p, s);
		if (off) {
			note_switch(p, s);
			p->outcome.hooks_off = true;
		}
	}
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
		{"OTEL_EXPORTER_OTLP_ENDPOINT"}, "@", SETUP_ALWAYS, SETUP_URL, NULL};
	if (!is_good(&variable, str_from(url), p->settings->port)) {
		note_elsewhere(p, &variable, str_from(url), " in your environment");
	}
}

struct setup_outcome setup_plan_apply(const struct setup_client *client,
	const struct setup_file *file, const struct setup_settings *settings,
	const struct buf *base, struct buf *text, struct buf *notes)
{
	struct plan p = {client, file, settings, base, text, notes, {0}};
	look_at_environment(&p);
	struct buf before;
	buf_init(&before, text->max_bytes);
	buf_append_str(&before, buf_str(text));
	switch (file->format) {
	case SETUP_JSON: apply_json(&p); break;
	case SETUP_TOML: apply_toml(&p); break;
	case SETUP_SHELL: apply_shell(&p); break;
	}
	if (p.outcome.unclear || text->overflowed) {
		p.outcome = (struct setup_outcome){.unclear = true};
		buf_clear(notes);
		buf_clear(text);
		buf_append_str(text, buf_str(&before));
	}
	look_at_switches(&p);
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
	bool line_was_ended = base->size > 0 && text->size > base->size &&
			      str_starts_with(buf_str(text), buf_str(base)) &&
			      (str_equal(str_skip(buf_str(text), base->size), STR("\n")) ||
				      str_equal(str_skip(buf_str(text), base->size), STR("\r\n")));
	if (line_was_ended) {
		text->size = base->size;
	}
	return read;
}

/* The port of the first address of ours in it; 0 if there is none. */
static int port_in(struct str text)
{
	static const char front[] = "http://127.0.0.1:";
	int port = 0;
	const char *found = text.size > 0 ? memmem(text.data, text.size, front, sizeof(front) - 1)
					  : NULL;
	if (found != NULL) {
		struct str rest = str_skip(text, (size_t)(found - text.data) + sizeof(front) - 1);
		while (rest.size > 0 && rest.data[0] >= '0' && rest.data[0] <= '9' &&
			port <= UINT16_MAX) {
			port = port * 10 + (rest.data[0] - '0');
			rest = str_skip(rest, 1);
		}
	}
	return port;
}

bool setup_plan_made(const struct setup_client *client, const struct setup_file *file,
	const struct setup_settings *settings, const struct buf *text)
{
	struct buf nothing, copy, notes;
	struct setup_settings then = *settings;
	size_t events = 0;
	while (file->events != NULL && file->events[events].name != NULL) {
		events++;
	}
	then.environment_url = NULL;
	then.traces = then.fast = false;
	then.port = port_in(buf_str(text));
	buf_init(&nothing, 1);
	buf_init(&copy, text->max_bytes);
	buf_init(&notes, text->max_bytes);
	buf_append_str(&copy, buf_str(text));
	struct setup_outcome o = setup_plan_apply(client, file, &then, NULL, &copy, &notes);
	bool whole = !o.unclear && !o.elsewhere && o.members == 0 &&
		     (events == 0 || o.hooks + o.events_left_out < events);
	buf_clear(&copy);
	buf_append_str(&copy, buf_str(text));
	bool alone = setup_plan_undo(client, file, &nothing, &copy) && copy.size == 0;
	buf_finish(&copy);
	buf_finish(&notes);
	return whole && alone && text->size > 0;
}

void setup_plan_explain(const struct setup_client *client, const struct setup_file *file,
	const struct buf *text, struct buf *out)
{
	const struct setup_member *m = file->members;
	switch (file->format) {
	case SETUP_JSON: explain_json(file, text, out); break;
	case SETUP_TOML:
		for (; !is_end(m) && out->size == 0; m++) {
			setup_toml_explain(text, m->path, out);
		}
		break;
	case SETUP_SHELL:
		buf_printf(out,
			"the block \"# >>> otel-ai-monitor %s >>>\" has no end, or is there twice",
			client->word);
		break;
	}
	if (out->size == 0) {
		buf_append_str(out, STR("it is too large"));
	}
}
