#include "feed/feed.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/json_number.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "base/number.h"
#include "feed/feed_entry.h"

static const char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash != NULL ? slash + 1 : path;
}

void feed_init(struct feed *f, const char *const *paths, size_t count)
{
	*f = (struct feed){.file_count = min_size(count, FEED_FILES)};
	for (size_t i = 0; i < f->file_count; i++) {
		f->files[i] = (struct feed_file){
			.path = paths[i], .name = name_of(paths[i]), .state = FEED_MISSING};
		list_init(&f->files[i].entries);
	}
}

const char *feed_state_name(enum feed_state state)
{
	static const char *const names[] = {
		[FEED_FOLLOWING] = "following",
		[FEED_MISSING] = "missing",
		[FEED_UNREADABLE] = "unreadable",
	};
	return names[state];
}

/* ---- entries */

static void drop_first(struct feed_file *file)
{
	struct feed_entry *e = list_entry(file->entries.next, struct feed_entry, link);
	list_remove(&e->link);
	file->count--;
	file->bytes -= e->bytes;
	free(e);
}

static struct feed_entry *last_of(const struct feed_file *file)
{
	return list_is_empty(&file->entries)
		       ? NULL
		       : list_entry(file->entries.prev, struct feed_entry, link);
}

void feed_add(struct feed *f, struct feed_entry *e)
{
	struct feed_file *file = &f->files[e->file];
	struct feed_entry *last = last_of(file);
	f->total += e->error == NULL;
	f->skipped += e->error != NULL ? (uint64_t)e->count : 0;
	if (last != NULL && last->error != NULL && e->error != NULL) {
		last->count += e->count;
		free(e);
		return;
	}
	e->order_ms = e->has_time ? e->time_ms : last != NULL ? last->order_ms : INT64_MIN;
	list_append(&file->entries, &e->link);
	file->count++;
	file->bytes += e->bytes;
	while (file->count > FEED_ENTRIES || (file->bytes > FEED_BYTES && file->count > 1)) {
		drop_first(file);
	}
}

void feed_finish(struct feed *f)
{
	for (size_t i = 0; i < f->file_count; i++) {
		while (f->files[i].count > 0) {
			drop_first(&f->files[i]);
		}
	}
}

/* ---- all files as one list */

struct merged {
	const struct feed_entry **all; // owned
	size_t count;
};

static bool is_wanted(
	const struct feed_file *file, const struct feed_entry *e, const struct feed_request *r)
{
	if (r->file.size > 0 && !str_equal(r->file, str_from(file->name)) &&
		!str_equal(r->file, str_from(file->path))) {
		return false;
	}
	return (r->event.size == 0 || str_equal(e->event, r->event)) &&
	       (r->tag.size == 0 || feed_entry_has_tag(e, r->tag));
}

/* The file with the oldest remaining entry; FEED_FILES: none is left. */
static size_t oldest(const struct feed *f, struct list *const at[])
{
	size_t best = FEED_FILES;
	for (size_t i = 0; i < f->file_count; i++) {
		if (at[i] == &f->files[i].entries) {
			continue;
		}
		int64_t ms = list_entry(at[i], struct feed_entry, link)->order_ms;
		if (best == FEED_FILES ||
			ms < list_entry(at[best], struct feed_entry, link)->order_ms) {
			best = i;
		}
	}
	return best;
}

static struct merged merge(const struct feed *f, const struct feed_request *r)
{
	struct list *at[FEED_FILES];
	size_t total = 0, file;
	for (size_t i = 0; i < f->file_count; i++) {
		at[i] = f->files[i].entries.next;
		total += f->files[i].count;
	}
	struct merged m = {xcalloc(total + 1, sizeof(struct feed_entry *)), 0};
	while ((file = oldest(f, at)) != FEED_FILES) {
		const struct feed_entry *e = list_entry(at[file], struct feed_entry, link);
		at[file] = at[file]->next;
		if (is_wanted(&f->files[file], e, r)) {
			m.all[m.count++] = e;
		}
	}
	return m;
}

static void write_bad(
	struct json_writer *j, const char *error, const char *file, int64_t offset, int64_t count)
{
	json_object_begin(j);
	json_name_str(j, "error", str_from(error));
	json_name_str(j, "file", str_from(file));
	json_name(j, "offset");
	if (offset >= 0) {
		json_int(j, offset);
	} else {
		json_null(j);
	}
	json_name_int(j, "count", count);
	json_object_end(j);
}

static void write_entry(struct json_writer *j, const struct feed *f, const struct feed_entry *e)
{
	if (e->error != NULL) {
		write_bad(j, e->error, f->files[e->file].name, e->offset, e->count);
	} else {
		json_raw(j, e->json);
	}
}

static void write_list(struct json_writer *j, const struct feed *f, const struct feed_request *r)
{
	struct merged m = merge(f, r);
	json_array_begin(j);
	for (size_t i = m.count - min_size(m.count, r->limit); i < m.count; i++) {
		write_entry(j, f, m.all[i]);
	}
	for (size_t i = 0; i < f->file_count; i++) {
		const struct feed_file *file = &f->files[i];
		if (file->state == FEED_UNREADABLE) {
			write_bad(j, file->reason, file->name, -1, 1);
		}
	}
	json_array_end(j);
	free(m.all);
}

/* ---- groups */

struct group {
	struct hash_node node;
	struct str key;
	size_t count;
	const struct feed_entry *last_value, *last_time;
	int64_t from_ms, to_ms; // over entries with a time
};

struct groups {
	struct hash table;
	struct group **all; // owned, like each group
	size_t count, capacity;
};

static void add_to_group(struct groups *g, struct str key, const struct feed_entry *e)
{
	struct hash_node *n = hash_first(&g->table, str_hash(key));
	while (n != NULL && !str_equal(container_of(n, struct group, node)->key, key)) {
		n = hash_next(n);
	}
	struct group *group = n != NULL ? container_of(n, struct group, node) : NULL;
	if (group == NULL) {
		group = xcalloc(1, sizeof(*group));
		group->key = key;
		hash_add(&g->table, &group->node, str_hash(key));
		g->all = xgrow(g->all, g->count, &g->capacity, sizeof(struct group *));
		g->all[g->count++] = group;
	}
	group->count++;
	group->last_value = e->value.data != NULL ? e : group->last_value;
	if (e->has_time) {
		bool is_first = group->last_time == NULL;
		group->from_ms = is_first ? e->time_ms : min_int64(group->from_ms, e->time_ms);
		group->to_ms = is_first ? e->time_ms : max_int64(group->to_ms, e->time_ms);
		group->last_time = e;
	}
}

static int compare_groups(const void *a, const void *b)
{
	const struct group *x = *(struct group *const *)a, *y = *(struct group *const *)b;
	if (x->count != y->count) {
		return x->count < y->count ? 1 : -1;
	}
	int order = memcmp(x->key.data, y->key.data, min_size(x->key.size, y->key.size));
	return order != 0 ? order : (x->key.size > y->key.size) - (x->key.size < y->key.size);
}

static void write_group(struct json_writer *j, const struct group *g)
{
	int64_t range_ms = g->to_ms - g->from_ms;
	json_object_begin(j);
	json_name_str(j, "key", g->key);
	json_name_int(j, "count", (int64_t)g->count);
	json_name(j, "last_value");
	json_raw(j, g->last_value != NULL ? g->last_value->value : STR("null"));
	json_name(j, "last_time_ms");
	if (g->last_time != NULL) {
		json_int(j, g->last_time->time_ms);
	} else {
		json_null(j);
	}
	json_name(j, "per_minute");
	if (range_ms > 0) { // three decimals, half up
		int64_t scaled = (int64_t)g->count * 60000 * 1000;
		json_billionths(j, (2 * scaled + range_ms) / (2 * range_ms) * 1000000);
	} else {
		json_null(j);
	}
	json_object_end(j);
}

static void write_groups(struct json_writer *j, const struct feed *f, const struct feed_request *r)
{
	struct merged m = merge(f, r);
	struct groups g = {0};
	hash_init(&g.table, FEED_ENTRIES);
	for (size_t i = 0; i < m.count; i++) {
		const struct feed_entry *e = m.all[i];
		if (r->group == FEED_BY_EVENT && e->event.data != NULL) {
			add_to_group(&g, e->event, e);
		}
		for (size_t k = 0; r->group == FEED_BY_TAG && k < e->tag_count; k++) {
			add_to_group(&g, e->tags[k], e);
		}
	}
	if (g.count > 1) {
		qsort(g.all, g.count, sizeof(struct group *), compare_groups);
	}
	json_array_begin(j);
	for (size_t i = 0; i < g.count; i++) {
		write_group(j, g.all[i]);
		free(g.all[i]);
	}
	json_array_end(j);
	free(g.all);
	hash_finish(&g.table);
	free(m.all);
}

/* ---- answers */

void feed_append_files(const struct feed *f, struct buf *out)
{
	struct json_writer j;
	json_writer_init(&j, out);
	json_array_begin(&j);
	for (size_t i = 0; i < f->file_count; i++) {
		const struct feed_file *file = &f->files[i];
		json_object_begin(&j);
		json_name_str(&j, "path", str_from(file->path));
		json_name_str(&j, "state", str_from(feed_state_name(file->state)));
		json_name_int(&j, "offset", file->offset);
		json_name_int(&j, "size", file->size);
		json_name_str(&j, "reason", str_from(file->reason));
		json_object_end(&j);
	}
	json_array_end(&j);
}

static void write_object(struct json_writer *j, const struct feed *f, const struct feed_request *r)
{
	json_object_begin(j);
	json_name(j, "entries");
	write_list(j, f, r);
	json_name_int(j, "skipped", (int64_t)f->skipped);
	json_name(j, "files");
	feed_append_files(f, j->out);
	j->comma = true;
	json_object_end(j);
}

void feed_answer(const struct feed *f, const struct feed_request *r, struct buf *out)
{
	struct json_writer j;
	json_writer_init(&j, out);
	if (r->group != FEED_UNGROUPED) {
		write_groups(&j, f, r);
	} else if (r->as_object) {
		write_object(&j, f, r);
	} else {
		write_list(&j, f, r);
	}
	buf_append_char(out, '\n');
}

size_t feed_count_recent(const struct feed *f)
{
	const struct feed_request all = {0};
	struct merged m = merge(f, &all);
	size_t count = 0;
	for (size_t i = m.count - min_size(m.count, FEED_RECENT); i < m.count; i++) {
		count += m.all[i]->error == NULL;
	}
	free(m.all);
	return count;
}
