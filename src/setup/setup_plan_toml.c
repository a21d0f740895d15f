/* The plan in TOML: members that are exporters. */
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "setup/setup_plan_format.h"
#include "setup/setup_toml.h"
#include "setup/setup_toml_read.h"

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
	buf_init(&text, SETUP_PLAN_VALUE_BYTES);
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
	buf_init(&e->url, SETUP_PLAN_VALUE_BYTES);
	setup_toml_each(text, m->path, visit_exporter, e);
}

static void exporter_finish(struct exporter *e)
{
	buf_finish(&e->url);
}

static bool is_good_exporter(const struct exporter *e, int port)
{
	return e->foreign == 0 && setup_plan_is_good(e->member, buf_str(&e->url), port);
}

static bool is_our_exporter(const struct exporter *e)
{
	return e->foreign == 0 && e->odd == 0 && setup_plan_is_ours(e->member, buf_str(&e->url));
}

/* For people: its URL, else what is written there. */
static void note_exporter(struct setup_plan *p, const struct exporter *e, struct str written)
{
	struct buf text;
	buf_init(&text, SETUP_PLAN_VALUE_BYTES);
	if (e->url.size > 0) {
		buf_append_str(&text, buf_str(&e->url));
	} else if (!setup_toml_scalar(written, &text) || text.size == 0) {
		buf_clear(&text);
		buf_append_str(&text, STR("another exporter"));
	}
	setup_plan_note_elsewhere(p, e->member, buf_str(&text), "");
	buf_finish(&text);
}

static void look_at_toml(struct setup_plan *p, const struct setup_member *m)
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
	bool moves = is_our_exporter(&e) && setup_plan_may_move(p, m, buf_str(&e.url), before);
	if (!is_good_exporter(&e, p->settings->port) && !moves) {
		note_exporter(p, &e, found);
	}
	exporter_finish(&e);
}

static void add_toml(struct setup_plan *p, const struct setup_member *m)
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
	buf_init(&value, SETUP_PLAN_VALUE_BYTES);
	setup_plan_expand(&value, m->value, p->settings->port);
	if (there) {
		setup_toml_remove(p->text, m->path);
	}
	setup_toml_add(p->text, m->path[0], m->path[1], buf_str(&value));
	setup_plan_count(p, m);
	buf_finish(&value);
}

void setup_plan_apply_toml(struct setup_plan *p)
{
	const struct setup_member *m;
	for (m = p->file->members; !setup_plan_is_end(m); m++) {
		if (setup_plan_wants(p, m) && !p->outcome.unclear) {
			look_at_toml(p, m);
		}
	}
	for (m = p->file->members; !setup_plan_is_end(m); m++) {
		if (setup_plan_wants(p, m) && !p->outcome.unclear && !p->outcome.elsewhere) {
			add_toml(p, m);
		}
	}
}

bool setup_plan_undo_toml(const struct setup_file *file, const struct buf *base, struct buf *text)
{
	struct str found, ignored;
	bool removed = false;
	const struct setup_member *m;
	for (m = file->members; !setup_plan_is_end(m); m++) {
		if (setup_toml_get(text, m->path, &found) == SETUP_TOML_UNCLEAR) {
			return false;
		}
	}
	for (m = file->members; !setup_plan_is_end(m); m++) {
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

void setup_plan_explain_toml(const struct setup_file *file, const struct buf *text, struct buf *out)
{
	const struct setup_member *m = file->members;
	for (; !setup_plan_is_end(m) && out->size == 0; m++) {
		setup_toml_explain(text, m->path, out);
	}
}

bool setup_plan_toml_is_off(const struct setup_plan *p, const struct setup_switch *s)
{
	struct str found;
	return setup_toml_get(p->text, s->path, &found) == SETUP_TOML_PRESENT &&
	       str_equal(found, str_from(s->off));
}
