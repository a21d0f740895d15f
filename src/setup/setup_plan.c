#include "setup/setup_plan.h"

#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "setup/setup_plan_format.h"
#include "setup/setup_text.h"
#include "setup/setup_url.h"

enum { SHOWN_BYTES = 200 };

/* ---- members */

bool setup_plan_is_end(const struct setup_member *m)
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

bool setup_plan_wants(const struct setup_plan *p, const struct setup_member *m)
{
	return m->when == SETUP_ALWAYS || (m->when == SETUP_WITH_TRACES && p->settings->traces) ||
	       (m->when == SETUP_WITH_FAST && p->settings->fast);
}

void setup_plan_count(struct setup_plan *p, const struct setup_member *m)
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

static void end_note(struct setup_plan *p, const char *end)
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

void setup_plan_note_elsewhere(
	struct setup_plan *p, const struct setup_member *m, struct str found, const char *place)
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

void setup_plan_expand(struct buf *out, const char *pattern, int port)
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

bool setup_plan_is_good(const struct setup_member *m, struct str found, int port)
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

bool setup_plan_is_ours(const struct setup_member *m, struct str found)
{
	int ignored;
	if (strchr(m->value, '@') == NULL) {
		return str_equal(found, plain_value(m));
	}
	return str_starts_with(found, STR("http://127.0.0.1:")) &&
	       str_ends_with(found, url_path(m)) &&
	       setup_url_is_loopback(found, url_path(m), &ignored);
}

bool setup_plan_may_move(const struct setup_plan *p, const struct setup_member *m, struct str found,
	bool present_before)
{
	if (p->base == NULL || m->when == SETUP_IF_THERE || !setup_plan_is_ours(m, found) ||
		strchr(m->value, '@') == NULL) {
		return false;
	}
	return p->base->size > 0 ? !present_before
				 : setup_plan_made(p->client, p->file, p->settings, p->text);
}

/* ---- shells */

/* alias x='env A=b x': understood by bash, zsh and fish alike. */
static void append_alias(struct buf *out, const struct setup_plan *p)
{
	struct buf value;
	buf_init(&value, SETUP_PLAN_VALUE_BYTES);
	buf_printf(out, "alias %s='env", p->client->program);
	for (const struct setup_member *m = p->file->members; !setup_plan_is_end(m); m++) {
		setup_plan_expand(&value, m->value, p->settings->port);
		buf_printf(out, " %s=%.*s", m->path[0], STR_ARG(buf_str(&value)));
	}
	buf_printf(out, " %s'\n", p->client->program);
	buf_finish(&value);
}

static void apply_shell(struct setup_plan *p)
{
	struct str found;
	struct buf lines;
	buf_init(&lines, SETUP_PLAN_VALUE_BYTES);
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

static void note_switch(struct setup_plan *p, const struct setup_switch *s)
{
	bool listed = s->off == NULL;
	buf_printf(p->notes, "%s %s: ", p->client->title,
		listed ? "does not run the hooks of otel-ai-monitor" : "runs no hooks");
	append_path(p->notes, s->path);
	buf_printf(p->notes, "%s%s", listed ? " lists them" : " = ", listed ? "" : s->off);
	end_note(p, listed ? "; take them off that list" : "; remove it to turn hooks on");
}

static void look_at_switches(struct setup_plan *p)
{
	const struct setup_switch *s = p->file->switches;
	for (; s != NULL && s->path[0] != NULL; s++) {
		bool off = p->file->format == SETUP_JSON ? setup_plan_json_is_off(p, s)
							 : setup_plan_toml_is_off(p, s);
		if (off) {
			note_switch(p, s);
			p->outcome.hooks_off = true;
		}
	}
}

/* ---- all of them */

/* What the environment says goes before the files, or is what the user meant for all. */
static void look_at_environment(struct setup_plan *p)
{
	const char *url = p->settings->environment_url;
	if (url == NULL || p->file->format == SETUP_TOML || p->file->members == NULL) {
		return;
	}
	static const struct setup_member variable = {
		{"OTEL_EXPORTER_OTLP_ENDPOINT"}, "@", SETUP_ALWAYS, SETUP_URL, NULL};
	if (!setup_plan_is_good(&variable, str_from(url), p->settings->port)) {
		setup_plan_note_elsewhere(p, &variable, str_from(url), " in your environment");
	}
}

struct setup_outcome setup_plan_apply(const struct setup_client *client,
	const struct setup_file *file, const struct setup_settings *settings,
	const struct buf *base, struct buf *text, struct buf *notes)
{
	struct setup_plan p = {client, file, settings, base, text, notes, {0}};
	look_at_environment(&p);
	struct buf before;
	buf_init(&before, text->max_bytes);
	buf_append_str(&before, buf_str(text));
	switch (file->format) {
	case SETUP_JSON: setup_plan_apply_json(&p); break;
	case SETUP_TOML: setup_plan_apply_toml(&p); break;
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
	case SETUP_JSON: return setup_plan_undo_json(client, file, base, text);
	case SETUP_TOML: return setup_plan_undo_toml(file, base, text);
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
	switch (file->format) {
	case SETUP_JSON: setup_plan_explain_json(file, text, out); break;
	case SETUP_TOML: setup_plan_explain_toml(file, text, out); break;
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
