#include "board/board_facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/iso_time.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "board/board_yaml.h"

enum { FIELD_BYTES = 64 * 1024 };

#define IN(lane) (1u << (lane))

/* The known words for a status, and the lanes they fit. */
static const struct {
	const char *name;
	unsigned lanes;
} statuses[] = {
	{"new", IN(BOARD_INBOX)},
	{"inbox", IN(BOARD_INBOX)},
	{"assigned", IN(BOARD_ASSIGNED)},
	{"in_progress", IN(BOARD_ASSIGNED)},
	{"blocked", IN(BOARD_INBOX) | IN(BOARD_ASSIGNED)},
	{"done", IN(BOARD_DONE) | IN(BOARD_ARCHIVE)},
	{"error", IN(BOARD_INBOX) | IN(BOARD_ASSIGNED) | IN(BOARD_DONE) | IN(BOARD_ARCHIVE)},
};

static const char *const priorities[] = {"critical", "high", "medium", "normal", "low"};

static const char *const field_names[BOARD_FIELDS] = {
	[BOARD_ID] = "id",
	[BOARD_TITLE] = "title",
	[BOARD_AGENT] = "agent",
	[BOARD_PRIORITY] = "priority",
	[BOARD_STATUS] = "status",
};

const char *board_field_name(enum board_field field)
{
	return field_names[field];
}

bool board_status_fits(unsigned known_status, enum board_lane lane)
{
	return known_status == 0 || lane == BOARD_OTHER ||
	       (statuses[known_status - 1].lanes & IN(lane)) != 0;
}

/* ---- while a file is read */

struct making {
	struct board_yaml yaml;
	struct board_facts facts; // fields point into the buffers below, or into yaml
	struct buf fields[BOARD_FIELDS];
	struct buf members, raw, cut, warnings;
	struct str *needs, *blocks; // owned, as the texts in them
	bool is_whole;
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Appends text with runs of white space collapsed, and trimmed. */
static void fold(struct buf *out, struct str text)
{
	size_t begin = out->size;
	bool gap = false;
	for (size_t i = 0; i < text.size; i++) {
		if (is_space(text.data[i])) {
			gap = out->size > begin;
			continue;
		}
		if (gap) {
			buf_append_char(out, ' ');
			gap = false;
		}
		buf_append_char(out, text.data[i]);
	}
}

static bool is_same_word(struct str word, struct str text)
{
	bool is_same = word.size == text.size;
	for (size_t i = 0; is_same && i < text.size; i++) {
		char c = text.data[i] == '-' || text.data[i] == ' ' ? '_' : text.data[i];
		is_same = str_equal_nocase((struct str){&c, 1}, (struct str){word.data + i, 1});
	}
	return is_same;
}

static void settle_status(struct making *m, struct buf *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(statuses); i++) {
		if (is_same_word(str_from(statuses[i].name), buf_str(text))) {
			m->facts.known_status = (unsigned)i + 1;
			buf_clear(text);
			buf_append_str(text, str_from(statuses[i].name));
			return;
		}
	}
	board_yaml_warn(&m->yaml, "unknown status", STR(""));
}

static void settle_priority(struct buf *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(priorities); i++) {
		if (str_equal_nocase(str_from(priorities[i]), buf_str(text))) {
			str_lower(buf_str(text), text->data);
		}
	}
}

static void add_raw(struct making *m, enum board_field field, const struct board_value *value)
{
	struct json_writer j;
	json_writer_init(&j, &m->raw);
	j.comma = m->raw.size > 0;
	board_member_write(&j, str_from(field_names[field]), value);
}

static void note_cut(struct making *m, struct str key, struct str text)
{
	struct json_writer j;
	json_writer_init(&j, &m->cut);
	j.comma = m->cut.size > 0;
	json_str(&j, key);
	m->facts.cut_hash = m->facts.cut_hash * 31 + str_hash(text);
}

/* A text, cut to what lists of cards carry. */
static struct str shortened(struct making *m, struct str key, struct str text)
{
	if (m->is_whole || text.size <= BOARD_TEXT_BYTES) {
		return text;
	}
	note_cut(m, key, text);
	return utf8_prefix(text, BOARD_TEXT_BYTES);
}

static void take_field(struct making *m, enum board_field field, const struct board_value *value)
{
	struct str name = str_from(field_names[field]);
	struct buf *text = &m->fields[field];
	if (value == NULL || value->kind == BOARD_NULL) {
		return;
	}
	if (!board_value_is_scalar(value)) {
		board_yaml_warn(&m->yaml, field_names[field], STR(": not text"));
		add_raw(m, field, value);
		return;
	}
	fold(text, value->text);
	if (text->size > 0 && field == BOARD_STATUS) {
		settle_status(m, text);
	} else if (field == BOARD_PRIORITY) {
		settle_priority(text);
	}
	if (text->size == 0 || !str_equal(buf_str(text), value->text)) {
		add_raw(m, field, value);
	}
	if (text->size > 0) {
		m->facts.fields[field] = shortened(m, name, buf_str(text));
	}
}

/* The id under its older key, if the current one is missing. */
static void take_old_id(struct making *m)
{
	const struct board_value *value = board_value_find(m->yaml.top, STR("task_id"));
	struct buf *text = &m->fields[BOARD_ID];
	if (m->facts.fields[BOARD_ID].data == NULL && value != NULL && value->kind != BOARD_NULL &&
		board_value_is_scalar(value)) {
		buf_clear(text);
		fold(text, value->text);
		if (text->size > 0) {
			m->facts.fields[BOARD_ID] = shortened(m, STR("id"), buf_str(text));
		}
	}
}

/* ---- dependencies */

static const struct {
	const char *key;
	bool is_blocks;
} relations[] = {{"dependencies", false}, {"blocked_by", false}, {"blocks", true}};

static void add_id(struct making *m, const char *key, bool is_blocks, struct str text)
{
	struct str **ids = is_blocks ? &m->blocks : &m->needs;
	uint32_t *count = is_blocks ? &m->facts.blocks_count : &m->facts.needs_count;
	struct buf folded;
	buf_init(&folded, FIELD_BYTES);
	fold(&folded, text);
	bool is_new = folded.size > 0;
	for (uint32_t i = 0; is_new && i < *count; i++) {
		is_new = !str_equal((*ids)[i], buf_str(&folded));
	}
	if (is_new && *count == BOARD_IDS) {
		board_yaml_warn(&m->yaml, key, STR(": more than 1000"));
	} else if (is_new) {
		*ids = xgrow_list(*ids, *count, sizeof(**ids));
		(*ids)[(*count)++] = (struct str){str_dup(buf_str(&folded)), folded.size};
	}
	buf_finish(&folded);
}

static void add_entry(
	struct making *m, const char *key, bool is_blocks, const struct board_value *entry)
{
	const struct board_value *id = entry->kind == BOARD_MAP ? board_value_find(entry, STR("id"))
								: entry;
	if (id == NULL || !board_value_is_scalar(id) || str_trim(id->text).size == 0 ||
		id->kind == BOARD_NULL) {
		board_yaml_warn(&m->yaml, key, STR(": entry is no id"));
	} else {
		add_id(m, key, is_blocks, id->text);
	}
}

static void take_relation(struct making *m, const char *key, bool is_blocks)
{
	const struct board_value *value = board_value_find(m->yaml.top, str_from(key));
	if (value == NULL || value->kind == BOARD_NULL) {
		return;
	}
	if (value->kind == BOARD_MAP) {
		board_yaml_warn(&m->yaml, key, STR(": not a list"));
		return;
	}
	struct str rest = value->text;
	while (value->kind != BOARD_LIST && rest.size > 0) {
		add_id(m, key, is_blocks, str_cut(&rest, ','));
	}
	for (size_t i = 0; value->kind == BOARD_LIST && i < value->count; i++) {
		add_entry(m, key, is_blocks, value->items[i]);
	}
}

/* ---- times */

static const struct {
	enum board_time time;
	const char *key, *below; // below: in that map
} time_keys[] = {
	{BOARD_CREATED_AT, "created_at", NULL},
	{BOARD_CREATED_AT, "created", NULL},
	{BOARD_ASSIGNED_AT, "assigned_at", NULL},
	{BOARD_STARTED_AT, "started_at", NULL},
	{BOARD_COMPLETED_AT, "completed_at", NULL},
	{BOARD_COMPLETED_AT, "completed_at", "result"},
};

static void take_time(const struct board_value *map, const char *key, int64_t *ret)
{
	const struct board_value *value = map != NULL ? board_value_find(map, str_from(key)) : NULL;
	if (value == NULL || *ret != BOARD_NO_TIME) {
		return;
	}
	if (value->kind == BOARD_TEXT) {
		/* numbers of micro- and nanoseconds have too many digits to be numbers here */
		(void)(iso_time_read(value->text, ret) ||
			(value->text.size > BOARD_WHOLE_DIGITS &&
				iso_time_read_number(value->text, ret)));
	} else if (value->kind == BOARD_NUMBER) {
		(void)iso_time_read_number(value->text, ret);
	}
}

static void take_times(struct making *m)
{
	for (size_t i = 0; i < ARRAY_SIZE(time_keys); i++) {
		const struct board_value *map = time_keys[i].below == NULL
							? m->yaml.top
							: board_value_find(m->yaml.top,
								  str_from(time_keys[i].below));
		take_time(map, time_keys[i].key, &m->facts.times_ms[time_keys[i].time]);
	}
}

/* ---- the other keys */

static bool is_field(struct str key)
{
	for (size_t i = 0; i < BOARD_FIELDS; i++) {
		if (str_equal(key, str_from(field_names[i]))) {
			return true;
		}
	}
	return false;
}

static void take_members(struct making *m)
{
	struct json_writer j;
	json_writer_init(&j, &m->members);
	for (size_t i = 0; i < m->yaml.top->count; i++) {
		const struct board_member *member = &m->yaml.top->members[i];
		if (str_equal(member->key, STR("_meta"))) {
			board_yaml_warn(&m->yaml, "key _meta is reserved", STR(""));
		} else if (member->value->kind == BOARD_TEXT && !is_field(member->key)) {
			struct board_value text = *member->value;
			text.text = shortened(m, member->key, text.text);
			board_member_write(&j, member->key, &text);
		} else if (!is_field(member->key)) {
			board_member_write(&j, member->key, member->value);
		}
	}
}

static int compare_texts(const void *a, const void *b)
{
	const struct str *x = a, *y = b;
	size_t size = x->size < y->size ? x->size : y->size;
	int order = memcmp(x->data, y->data, size);
	return order != 0 ? order : (x->size > y->size) - (x->size < y->size);
}

static void write_warnings(struct making *m)
{
	struct json_writer j;
	json_writer_init(&j, &m->warnings);
	qsort(m->yaml.warnings, m->yaml.warning_count, sizeof(*m->yaml.warnings), compare_texts);
	for (size_t i = 0; i < m->yaml.warning_count; i++) {
		json_str(&j, m->yaml.warnings[i]);
	}
}

/* ---- the result */

static void take_all(struct making *m)
{
	for (size_t i = 0; i < BOARD_FIELDS; i++) {
		struct str key = str_from(field_names[i]);
		take_field(m, (enum board_field)i, board_value_find(m->yaml.top, key));
	}
	take_old_id(m);
	for (size_t i = 0; i < ARRAY_SIZE(relations); i++) {
		take_relation(m, relations[i].key, relations[i].is_blocks);
	}
	take_times(m);
	take_members(m);
	write_warnings(m);
}

struct packing {
	char *at;
};

static void pack(struct packing *p, struct str *s)
{
	if (s->data != NULL) {
		memcpy(p->at, s->data, s->size);
		s->data = p->at;
		p->at += s->size;
	}
}

/* Everything goes into one allocation. */
static struct board_facts *pack_facts(const struct board_facts *f)
{
	size_t ids = f->needs_count + f->blocks_count;
	size_t bytes = sizeof(*f) + ids * sizeof(struct str) + f->message.size + f->members.size +
		       f->raw.size + f->warnings.size + f->cut.size;
	for (size_t i = 0; i < BOARD_FIELDS; i++) {
		bytes += f->fields[i].size;
	}
	for (size_t i = 0; i < f->needs_count; i++) {
		bytes += f->needs[i].size;
	}
	for (size_t i = 0; i < f->blocks_count; i++) {
		bytes += f->blocks[i].size;
	}
	struct board_facts *ret = xmalloc(bytes);
	*ret = *f;
	ret->bytes = bytes;
	ret->refs = 1;
	ret->needs = (struct str *)(void *)(ret + 1);
	ret->blocks = ret->needs + f->needs_count;
	struct packing p = {(char *)(ret->needs + ids)};
	for (size_t i = 0; i < ids; i++) {
		ret->needs[i] = i < f->needs_count ? f->needs[i] : f->blocks[i - f->needs_count];
		pack(&p, &ret->needs[i]);
	}
	for (size_t i = 0; i < BOARD_FIELDS; i++) {
		pack(&p, &ret->fields[i]);
	}
	pack(&p, &ret->members);
	pack(&p, &ret->raw);
	pack(&p, &ret->warnings);
	pack(&p, &ret->cut);
	pack(&p, &ret->message);
	return ret;
}

static struct board_facts *broken(
	const struct board_fault *fault, uint64_t hash, const struct board_facts *before)
{
	struct board_facts f = {
		.hash = hash,
		.is_broken = true,
		.was_good = before != NULL && before->was_good,
		.line = fault->line,
		.column = fault->column,
		.message = str_from(fault->message),
		.times_ms = {BOARD_NO_TIME, BOARD_NO_TIME, BOARD_NO_TIME, BOARD_NO_TIME},
	};
	if (before != NULL) {
		f.fields[BOARD_ID] = before->fields[BOARD_ID];
		f.fields[BOARD_TITLE] = before->fields[BOARD_TITLE];
	}
	return pack_facts(&f);
}

struct board_facts *board_facts_broken(const char *message, const struct board_facts *before)
{
	struct board_fault fault = {0};
	(void)snprintf(fault.message, sizeof(fault.message), "%s", message);
	return broken(&fault, str_hash(str_from(message)), before);
}

static void making_init(struct making *m, bool is_whole)
{
	for (size_t i = 0; i < BOARD_FIELDS; i++) {
		buf_init(&m->fields[i], BOARD_YAML_BYTES * 2);
	}
	buf_init(&m->members, BOARD_MEMBER_BYTES);
	buf_init(&m->raw, BOARD_MEMBER_BYTES);
	buf_init(&m->cut, BOARD_MEMBER_BYTES);
	buf_init(&m->warnings, FIELD_BYTES);
	m->is_whole = is_whole;
	for (size_t i = 0; i < BOARD_TIMES; i++) {
		m->facts.times_ms[i] = BOARD_NO_TIME;
	}
}

static void free_texts(struct str *texts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free((void *)texts[i].data);
	}
	free(texts);
}

static void making_finish(struct making *m)
{
	for (size_t i = 0; i < BOARD_FIELDS; i++) {
		buf_finish(&m->fields[i]);
	}
	free_texts(m->needs, m->facts.needs_count);
	free_texts(m->blocks, m->facts.blocks_count);
	buf_finish(&m->members);
	buf_finish(&m->raw);
	buf_finish(&m->cut);
	buf_finish(&m->warnings);
	board_yaml_finish(&m->yaml);
	free(m);
}

/* Facts from the keys of a document. */
static struct board_facts *finish_good(struct making *m, struct str bytes)
{
	struct board_facts *f = &m->facts;
	take_all(m);
	f->hash = str_hash(bytes);
	f->was_good = true;
	f->members = buf_str(&m->members);
	f->raw = buf_str(&m->raw);
	f->warnings = buf_str(&m->warnings);
	f->cut = buf_str(&m->cut);
	f->needs = m->needs;
	f->blocks = m->blocks;
	return m->members.overflowed || m->raw.overflowed ? NULL : pack_facts(f);
}

struct board_facts *board_facts_read(
	struct str bytes, const struct board_facts *before, bool is_whole)
{
	struct making *m = xcalloc(1, sizeof(*m));
	making_init(m, is_whole);
	board_yaml_read(&m->yaml, bytes, BOARD_YAML_BYTES);
	struct board_facts *ret = m->yaml.top != NULL ? finish_good(m, bytes) : NULL;
	if (ret == NULL && m->yaml.top != NULL) {
		ret = board_facts_broken("larger than 4 MiB with its aliases written out", before);
	} else if (ret == NULL) {
		ret = broken(&m->yaml.fault, str_hash(bytes), before);
	}
	making_finish(m);
	return ret;
}

struct board_facts *board_facts_ref(struct board_facts *f)
{
	f->refs++;
	return f;
}

void board_facts_unref(struct board_facts *f)
{
	if (f != NULL && --f->refs == 0) {
		free(f);
	}
}
