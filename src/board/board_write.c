#include "board/board_write.h"

#include "base/buf.h"
#include "base/instant.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "board/board_diff.h"
#include "board/board_index.h"

enum { EVENT_BYTES = 48 * 1024, PAYLOAD_BYTES = 16 << 20 };

/* Of lists that other cards can make long: all together would exceed any answer. */
enum { DUPLICATES_SHOWN = 100, NEEDS_SHOWN = 1000 };

struct board_shown board_shown_of(const struct board_card *c)
{
	return (struct board_shown){c->root, board_card_path(c), c->facts, &c->stat};
}

/* ---- dependencies */

struct board_needs board_needs_of(struct board *b, const struct board_shown *shown)
{
	const struct board_index *ix = board_index_of(b);
	const struct board_id *id = board_index_find(ix, board_shown_id(shown->path, shown->facts));
	return (struct board_needs){shown->facts, ix, id != NULL ? id->edges : NULL, 0};
}

static bool is_named(const struct board_facts *f, struct str id)
{
	for (size_t i = 0; i < f->needs_count; i++) {
		if (str_equal(f->needs[i], id)) {
			return true;
		}
	}
	return false;
}

struct str board_needs_next(struct board_needs *n)
{
	if (n->at < n->facts->needs_count) {
		return n->facts->needs[n->at++];
	}
	for (; n->edge != NULL; n->edge = n->edge->next) {
		struct str id = n->index->ids[n->edge->to].id;
		if (n->edge->is_reverse && !is_named(n->facts, id)) {
			n->edge = n->edge->next;
			return id;
		}
	}
	return (struct str){0};
}

bool board_waits_for(struct board *b, const struct board_shown *shown, struct str id)
{
	enum board_lane lane = board_shown_lane(shown->path, shown->facts);
	const struct board_id *entry = board_index_find(board_index_of(b), id);
	return lane != BOARD_DONE && lane != BOARD_ARCHIVE &&
	       (entry == NULL || !board_id_is_done(entry));
}

enum needs_kind { NEEDS_ALL, NEEDS_WAITING, NEEDS_UNKNOWN };

static bool is_wanted(
	struct board *b, const struct board_shown *shown, enum needs_kind kind, struct str id)
{
	const struct board_id *entry = board_index_find(board_index_of(b), id);
	return kind == NEEDS_ALL || (kind == NEEDS_WAITING && board_waits_for(b, shown, id)) ||
	       (kind == NEEDS_UNKNOWN && (entry == NULL || entry->count == 0));
}

/* How many it leaves out. */
static size_t write_needs(struct json_writer *j, const char *name, struct board *b,
	const struct board_shown *shown, enum needs_kind kind)
{
	struct board_needs needs = board_needs_of(b, shown);
	struct str id;
	size_t count = 0;
	json_name(j, name);
	json_array_begin(j);
	while ((id = board_needs_next(&needs)).data != NULL) {
		if (is_wanted(b, shown, kind, id) && count++ < NEEDS_SHOWN) {
			json_str(j, id);
		}
	}
	json_array_end(j);
	return count > NEEDS_SHOWN ? count - NEEDS_SHOWN : 0;
}

/* ---- a card */

static void write_placeholders(struct json_writer *j, const struct board_facts *f)
{
	static const enum board_field order[] = {BOARD_ID, BOARD_TITLE, BOARD_AGENT, BOARD_STATUS};
	json_name(j, "placeholders");
	json_array_begin(j);
	for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
		if (f->is_broken || f->fields[order[i]].data == NULL) {
			json_str(j, str_from(board_field_name(order[i])));
		}
	}
	json_array_end(j);
}

static void write_contradiction(
	struct json_writer *j, const char *field, struct str value, struct str place)
{
	json_object_begin(j);
	json_name_str(j, "field", str_from(field));
	json_name_str(j, "value", value);
	json_name_str(j, "place", place);
	json_object_end(j);
}

static void write_contradictions(struct json_writer *j, const struct board_shown *shown)
{
	const struct board_facts *f = shown->facts;
	enum board_lane lane = board_shown_lane(shown->path, f);
	struct str agent = board_place_agent(shown->path), given = f->fields[BOARD_AGENT];
	json_name(j, "contradictions");
	json_array_begin(j);
	if (!board_status_fits(f->known_status, lane)) {
		write_contradiction(
			j, "status", f->fields[BOARD_STATUS], str_from(board_lane_name(lane)));
	}
	if (lane != BOARD_OTHER && agent.data != NULL && given.data != NULL &&
		!str_equal(agent, given)) {
		write_contradiction(j, "agent", given, agent);
	}
	json_array_end(j);
}

/* How many it leaves out. */
static size_t write_duplicates(
	struct json_writer *j, const struct board_id *id, const struct board_shown *shown)
{
	size_t count = 0;
	json_name(j, "duplicates");
	json_array_begin(j);
	for (const struct board_card *c = id != NULL ? id->first : NULL;
		c != NULL && count < DUPLICATES_SHOWN; c = c->next_same) {
		if (c->root != shown->root || !str_equal(board_card_path(c), shown->path)) {
			json_str(j, board_card_path(c));
			count++;
		}
	}
	json_array_end(j);
	return id != NULL && id->count > count + 1 ? id->count - count - 1 : 0;
}

/* Only of a card of which something is left out. */
static void write_left_out(struct json_writer *j, size_t duplicates, size_t needs)
{
	if (duplicates > 0) {
		json_name_int(j, "duplicates_left_out", (int64_t)duplicates);
	}
	if (needs > 0) {
		json_name_int(j, "depends_on_left_out", (int64_t)needs);
	}
}

static void write_place(struct json_writer *j, const char *name, int64_t number)
{
	json_name(j, name);
	if (number > 0) {
		json_int(j, number);
	} else {
		json_null(j);
	}
}

static void write_error(struct json_writer *j, const struct board_facts *f)
{
	json_name(j, "error");
	if (!f->is_broken) {
		json_null(j);
		return;
	}
	json_object_begin(j);
	write_place(j, "line", f->line);
	write_place(j, "column", f->column);
	json_name_str(j, "message", f->message);
	json_object_end(j);
}

static void write_list(struct json_writer *j, const char *name, struct str items)
{
	json_name(j, name);
	json_array_begin(j);
	if (items.size > 0) {
		json_raw(j, items);
	}
	json_array_end(j);
}

static void write_meta(
	struct json_writer *j, const struct board_writing *w, const struct board_shown *shown)
{
	const struct board_facts *f = shown->facts;
	struct str id_text = board_shown_id(shown->path, f);
	const struct board_id *id = board_index_find(board_index_of(w->board), id_text);
	json_name(j, "_meta");
	json_object_begin(j);
	json_name_str(j, "path", shown->path);
	if (w->roots != NULL) {
		json_name_str(j, "dir", str_from(w->roots[shown->root]));
	}
	json_name_str(j, "lane", str_from(board_lane_name(board_shown_lane(shown->path, f))));
	json_name_str(j, "group", board_shown_group(shown->path, f));
	json_name_time(j, "mtime", shown->stat->mtime_ns / MS_NS);
	json_name_int(j, "size", shown->stat->size);
	write_placeholders(j, f);
	json_name(j, "raw");
	json_object_begin(j);
	if (f->raw.size > 0) {
		json_raw(j, f->raw);
	}
	json_object_end(j);
	write_contradictions(j, shown);
	size_t duplicates = write_duplicates(j, id, shown);
	size_t needs = write_needs(j, "depends_on", w->board, shown, NEEDS_ALL);
	(void)write_needs(j, "waiting_for", w->board, shown, NEEDS_WAITING);
	(void)write_needs(j, "unknown_dependencies", w->board, shown, NEEDS_UNKNOWN);
	write_left_out(j, duplicates, needs);
	json_name_bool(j, "cycle", id != NULL && id->is_cycle);
	write_list(j, "warnings", f->warnings);
	write_list(j, "cut", f->cut);
	write_error(j, f);
	json_object_end(j);
}

void board_write_card(
	struct json_writer *j, const struct board_writing *w, const struct board_shown *shown)
{
	const struct board_facts *f = shown->facts;
	json_object_begin(j);
	json_name_str(j, "id", board_shown_id(shown->path, f));
	json_name_str(j, "title", board_shown_title(shown->path, f));
	json_name_str(j, "agent", board_shown_agent(shown->path, f));
	json_name_str(j, "priority", board_shown_priority(f));
	json_name_str(j, "status", board_shown_status(shown->path, f));
	if (!w->is_brief && f->members.size > 0) {
		json_raw(j, f->members);
	}
	write_meta(j, w, shown);
	json_object_end(j);
}

/* ---- events */

static const char *lane_of(const struct board_event *e, bool is_old)
{
	struct str path = str_from(is_old && e->old_path != NULL ? e->old_path : e->path);
	return board_lane_name(board_shown_lane(path, is_old ? e->old : e->facts));
}

static const char *status_of(const struct board_event *e, bool is_old)
{
	struct str path = str_from(is_old && e->old_path != NULL ? e->old_path : e->path);
	return board_lane_status(board_shown_lane(path, is_old ? e->old : e->facts));
}

static void write_where(struct json_writer *j, const struct board_event *e)
{
	if (e->old_path != NULL) {
		json_name_str(j, "old_status", str_from(status_of(e, true)));
		json_name_str(j, "new_status", str_from(status_of(e, false)));
		json_name_str(j, "old_lane", str_from(lane_of(e, true)));
		json_name_str(j, "new_lane", str_from(lane_of(e, false)));
		json_name_str(j, "old_file_path", str_from(e->old_path));
	} else if (e->kind != BOARD_EVENT_ERROR) {
		json_name_str(j, "status", str_from(status_of(e, false)));
		json_name_str(j, "lane", str_from(lane_of(e, false)));
	}
	json_name_str(j, "file_path", str_from(e->path));
}

static bool write_payload(
	struct json_writer *j, const struct board_writing *w, const struct board_event *e)
{
	struct str path = str_from(e->path);
	const struct board_shown shown = {e->root, path, e->facts, &e->stat};
	json_object_begin(j);
	json_name_str(j, "task_id", board_shown_id(path, e->facts));
	write_where(j, e);
	if (w->roots != NULL) {
		json_name_str(j, "dir", str_from(w->roots[e->root]));
	}
	if (e->kind == BOARD_EVENT_ERROR) {
		write_place(j, "line", e->facts->line);
		write_place(j, "column", e->facts->column);
		json_name_str(j, "message", e->facts->message);
	} else {
		json_name(j, "task");
		board_write_card(j, w, &shown);
	}
	bool has_changed = true;
	if (e->kind == BOARD_EVENT_UPDATED) {
		has_changed = board_diff_write(j, e);
	} else if (e->old_path != NULL) {
		(void)board_diff_write_changes(j, e);
	}
	json_name_time(j, "timestamp", e->wall_ms);
	json_object_end(j);
	return has_changed;
}

bool board_write_event(struct buf *out, const struct board_writing *w, const struct board_event *e)
{
	struct buf text;
	struct json_writer j;
	struct board_writing how = *w;
	buf_init(&text, PAYLOAD_BYTES);
	json_writer_init(&j, &text);
	bool has_changed = write_payload(&j, &how, e);
	if (has_changed && text.size > EVENT_BYTES) { // too large for streams
		buf_clear(&text);
		json_writer_init(&j, &text);
		how.is_brief = true;
		(void)write_payload(&j, &how, e);
	}
	if (has_changed) {
		buf_append_str(out, buf_str(&text));
	}
	buf_finish(&text);
	return has_changed;
}
