/* The plan in JSON: members and hooks. */
#include "base/buf.h"
#include "setup/setup_hook.h"
#include "setup/setup_json.h"
#include "setup/setup_plan_format.h"

/* What a value means; an object or an array as it is written. */
static void read_json_value(struct str value, struct buf *ret)
{
	buf_init(ret, value.size + 1);
	if (!setup_json_scalar(value, ret)) {
		buf_append_str(ret, value);
	}
}

static void look_at_json(struct setup_plan *p, const struct setup_member *m)
{
	struct str found, before;
	struct buf value;
	enum setup_json_status status = setup_json_get(p->text, m->path, &found);
	if (status == SETUP_JSON_INVALID || status == SETUP_JSON_BLOCKED) {
		p->outcome.unclear = true;
	}
	if (status != SETUP_JSON_PRESENT ||
		(m->when != SETUP_IF_THERE && !setup_plan_wants(p, m))) {
		return;
	}
	read_json_value(found, &value);
	bool known = p->base != NULL &&
		     setup_json_get(p->base, m->path, &before) == SETUP_JSON_PRESENT;
	if (!setup_plan_is_good(m, buf_str(&value), p->settings->port) &&
		!setup_plan_may_move(p, m, buf_str(&value), known)) {
		setup_plan_note_elsewhere(p, m, buf_str(&value), "");
	}
	buf_finish(&value);
}

/* Whether a value that stands there is to be replaced: looking at it has shown that it may be. */
static bool is_outdated(const struct setup_plan *p, const struct setup_member *m, struct str found)
{
	struct buf value;
	read_json_value(found, &value);
	bool good = setup_plan_is_good(m, buf_str(&value), p->settings->port);
	buf_finish(&value);
	return !good;
}

static void add_json(struct setup_plan *p, const struct setup_member *m)
{
	struct str found;
	struct buf value;
	if (!setup_plan_wants(p, m)) {
		return;
	}
	bool there = setup_json_get(p->text, m->path, &found) == SETUP_JSON_PRESENT;
	if (there && !is_outdated(p, m, found)) {
		return;
	}
	buf_init(&value, SETUP_PLAN_VALUE_BYTES);
	setup_plan_expand(&value, m->value, p->settings->port);
	if (there) {
		setup_json_replace(p->text, m->path, buf_str(&value));
	} else {
		setup_json_add(p->text, m->path, buf_str(&value));
	}
	setup_plan_count(p, m);
	buf_finish(&value);
}

static void add_hook(struct setup_plan *p, const struct setup_event *event)
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

void setup_plan_apply_json(struct setup_plan *p)
{
	struct str ignored;
	const struct setup_member *m;
	p->outcome.unclear = setup_json_get(p->text, hooks_path, &ignored) == SETUP_JSON_INVALID;
	for (m = p->file->members; !setup_plan_is_end(m); m++) {
		look_at_json(p, m);
	}
	for (m = p->file->members; !setup_plan_is_end(m); m++) {
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
	setup_json_restore_empty(text, base, path);
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
	if (!setup_plan_is_ours(m, buf_str(&value))) {
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

bool setup_plan_undo_json(const struct setup_client *client, const struct setup_file *file,
	const struct buf *base, struct buf *text)
{
	struct str ignored;
	if (setup_json_get(text, hooks_path, &ignored) == SETUP_JSON_INVALID) {
		return false;
	}
	for (const struct setup_member *m = file->members; !setup_plan_is_end(m); m++) {
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

void setup_plan_explain_json(const struct setup_file *file, const struct buf *text, struct buf *out)
{
	struct str found;
	const struct setup_event *e = file->events;
	for (const struct setup_member *m = file->members; !setup_plan_is_end(m) && out->size == 0;
		m++) {
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

/* ---- what turns hooks off */

static bool is_our_line(struct str item, const void *word)
{
	struct buf line;
	read_json_value(item, &line);
	bool ours = setup_hook_is_command(buf_str(&line), word);
	buf_finish(&line);
	return ours;
}

bool setup_plan_json_is_off(const struct setup_plan *p, const struct setup_switch *s)
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
