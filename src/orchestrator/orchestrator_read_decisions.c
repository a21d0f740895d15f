/* analytics/quality_gate_decisions.jsonl: one decision a line, the oldest first. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/json_read.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "board/board_arena.h"
#include "orchestrator/orchestrator_facts.h"

#define JSON_BYTES ((size_t)4 * ORCHESTRATOR_FILE_BYTES)

enum { REASON_BYTES = 200, REASONS = 10, TALLY_BUCKETS = 16384 };

/* ---- what is counted by name */

struct counted {
	struct hash_node node;
	struct str name;
	size_t order; // of its first appearance
	size_t count, rejected;
	double sum;
};

struct tally {
	struct hash by_name;
	struct counted **all; // owned; by first appearance
	size_t count, capacity;
};

static void tally_init(struct tally *t)
{
	*t = (struct tally){0};
	hash_init(&t->by_name, TALLY_BUCKETS);
}

static void tally_finish(struct tally *t)
{
	for (size_t i = 0; i < t->count; i++) {
		free(t->all[i]);
	}
	free(t->all);
	hash_finish(&t->by_name);
}

/* name is kept in the facts. */
static struct counted *tally_find(
	struct tally *t, struct orchestrator_facts *facts, struct str name)
{
	struct hash_node *n = hash_first(&t->by_name, str_hash(name));
	for (; n != NULL; n = hash_next(n)) {
		struct counted *c = container_of(n, struct counted, node);
		if (str_equal(c->name, name)) {
			return c;
		}
	}
	struct counted *c = xcalloc(1, sizeof(*c));
	c->name = board_arena_text(&facts->blocks, "", name);
	c->order = t->count;
	t->all = xgrow(t->all, t->count, &t->capacity, sizeof(struct counted *));
	t->all[t->count++] = c;
	hash_add(&t->by_name, &c->node, str_hash(name));
	return c;
}

static int compare_counted(const void *a, const void *b)
{
	const struct counted *x = *(struct counted *const *)a, *y = *(struct counted *const *)b;
	if (x->count != y->count) {
		return x->count > y->count ? -1 : 1;
	}
	return x->order < y->order ? -1 : x->order > y->order;
}

/* The most frequent first; of as many the one that came first. */
static void tally_sort(struct tally *t)
{
	if (t->count > 1) {
		qsort(t->all, t->count, sizeof(struct counted *), compare_counted);
	}
}

struct counting {
	struct orchestrator_facts *facts;
	struct tally reasons, gates, rubric, categories;
};

/* ---- one decision */

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static struct str trim(struct str s)
{
	while (s.size > 0 && is_blank(s.data[0])) {
		s = str_skip(s, 1);
	}
	while (s.size > 0 && is_blank(s.data[s.size - 1])) {
		s.size--;
	}
	return s;
}

/* The first line that is not empty, without blanks around, cut at a character. */
static struct str first_line(struct str text)
{
	struct str line = {0};
	while (text.size > 0 && line.size == 0) {
		line = trim(str_cut(&text, '\n'));
	}
	return utf8_prefix(line, REASON_BYTES);
}

static void count_reason(struct counting *c, struct str text)
{
	struct str line = first_line(text);
	if (line.size > 0) {
		tally_find(&c->reasons, c->facts, line)->count++;
	}
}

static bool is_approved(const struct board_value *review)
{
	const struct board_value *approved = board_value_find(review, STR("approved"));
	return orchestrator_is_true(
		approved != NULL ? approved : board_value_find(review, STR("passed")));
}

static void count_gate(struct counting *c, struct str name, bool approved)
{
	struct buf shown;
	buf_init(&shown, name.size + 1);
	for (size_t i = 0; i < name.size; i++) {
		buf_append_char(&shown, name.data[i] == '_' ? ' ' : name.data[i]);
	}
	struct counted *gate = tally_find(
		&c->gates, c->facts, name.size > 0 ? buf_str(&shown) : STR(""));
	gate->count += approved;
	gate->rejected += !approved;
	buf_finish(&shown);
}

static void count_objections(struct counting *c, const struct board_value *review)
{
	static const char *const lists[] = {"concerns", "blockers", "failures"};
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		const struct board_value *list = orchestrator_find(
			NULL, review, lists[i], BOARD_LIST);
		for (size_t k = 0; list != NULL && k < list->count; k++) {
			if (list->items[k]->kind == BOARD_TEXT) {
				count_reason(c, list->items[k]->text);
			}
		}
	}
}

static void count_rubric(struct counting *c, const struct board_value *review)
{
	const struct board_value *rubric = orchestrator_find(NULL, review, "rubric", BOARD_MAP);
	for (size_t i = 0; rubric != NULL && i < rubric->count; i++) {
		double value = orchestrator_number_of(rubric->members[i].value);
		if (isfinite(value)) {
			struct counted *r = tally_find(
				&c->rubric, c->facts, rubric->members[i].key);
			r->count++;
			r->sum += value;
		}
	}
}

static struct str category_of(const struct board_value *review)
{
	struct str category = orchestrator_find_text(NULL, review, "adversarialCategory");
	const struct board_value *list = orchestrator_find(NULL, review, "concerns", BOARD_LIST);
	for (size_t i = 0; category.size == 0 && list != NULL && i < list->count; i++) {
		const struct board_value *text = list->items[i];
		if (text->kind == BOARD_TEXT &&
			str_contains_nocase(text->text, STR("adversarial"))) {
			category = text->text;
		}
	}
	return category;
}

static void count_review(struct counting *c, const struct board_member *m)
{
	bool approved = is_approved(m->value);
	struct str category = category_of(m->value);
	count_gate(c, m->key, approved);
	if (!approved) {
		count_objections(c, m->value);
	}
	count_rubric(c, m->value);
	if (category.size > 0) {
		tally_find(&c->categories, c->facts, category)->count++;
	}
}

static void count_decision(struct counting *c, const struct board_value *top, bool is_recent)
{
	struct orchestrator_decisions *d = &c->facts->decisions;
	const struct board_value *reviews = orchestrator_find(NULL, top, "reviews", BOARD_MAP);
	struct orchestrator_decision *one = &d->all[d->count++];
	struct str decision = orchestrator_find_text(NULL, top, "decision");
	struct str reason = first_line(orchestrator_find_text(NULL, top, "finalReasoning"));
	bool approved = str_equal(decision, STR("APPROVED"));
	*one = (struct orchestrator_decision){
		.task_id = orchestrator_keep(c->facts, orchestrator_find_text(NULL, top, "taskId")),
		.decision = orchestrator_keep(c->facts, decision),
		.reason = orchestrator_keep(c->facts, reason),
		.timestamp = orchestrator_find_number(NULL, top, "timestamp"),
	};
	d->approvals += approved;
	d->escalations += str_equal(decision, STR("ESCALATED"));
	d->recent_count += is_recent;
	d->recent_approvals += is_recent && approved;
	if (!approved) {
		count_reason(c, reason.size > 0 ? reason : STR("unspecified"));
	}
	for (size_t i = 0; reviews != NULL && i < reviews->count; i++) {
		if (reviews->members[i].value->kind == BOARD_MAP) {
			count_review(c, &reviews->members[i]);
		}
	}
}

/* ---- the lines */

/* Whether the line is one whole JSON object; it is not changed. */
static bool is_object(struct str line)
{
	struct json_reader r;
	enum json_token t;
	json_reader_init(&r, (char *)line.data, line.size, ORCHESTRATOR_DEPTH);
	r.raw = true;
	t = json_next(&r);
	if (t != JSON_OBJECT_BEGIN) {
		return false;
	}
	return json_skip(&r, t) && json_next(&r) == JSON_END;
}

struct lines { // the newest ones that count
	struct str ring[ORCHESTRATOR_DECIDED];
	size_t count; // ever
	uint64_t skipped;
};

static void find_lines(struct lines *l, struct str text)
{
	while (text.size > 0) {
		struct str line = trim(str_first(text, str_find_char(text, '\n')));
		bool has_end = str_has_char(text, '\n');
		(void)str_cut(&text, '\n');
		if (line.size == 0) {
			continue;
		}
		if (is_object(line)) {
			l->ring[l->count++ % ORCHESTRATOR_DECIDED] = line;
		} else {
			l->skipped += has_end; // the last one may be on its way
		}
	}
}

static void count_lines(struct counting *c, const struct lines *l)
{
	size_t kept = l->count < ORCHESTRATOR_DECIDED ? l->count : ORCHESTRATOR_DECIDED;
	c->facts->decisions.all = board_arena_take(
		&c->facts->blocks, kept * sizeof(struct orchestrator_decision));
	for (size_t i = l->count - kept; i < l->count; i++) {
		struct str line = l->ring[i % ORCHESTRATOR_DECIDED];
		struct orchestrator_document d;
		orchestrator_document_read(&d, (char *)line.data, line.size);
		if (d.top != NULL) {
			count_decision(c, d.top, l->count - i <= ORCHESTRATOR_DECIDED_TASKS);
		}
		orchestrator_document_finish(&d);
	}
}

/* ---- as JSON */

enum form { REASON, GATE, RUBRIC, CATEGORY };

static void write_counted(struct json_writer *j, const struct counted *c, enum form form)
{
	static const char *const names[] = {
		[REASON] = "reason", [GATE] = "gate", [CATEGORY] = "category"};
	if (form == RUBRIC) {
		orchestrator_write_key(j, c->name);
		orchestrator_write_number(j, orchestrator_round(c->sum / (double)c->count, 3));
		return;
	}
	json_object_begin(j);
	json_name_str(j, names[form], c->name);
	json_name_int(j, form == GATE ? "approvals" : "count", (int64_t)c->count);
	if (form == GATE) {
		json_name_int(j, "rejections", (int64_t)c->rejected);
	}
	json_object_end(j);
}

static struct str write_tally(struct orchestrator_facts *facts, struct tally *t, enum form form)
{
	struct json_writer j;
	struct buf out;
	buf_init(&out, JSON_BYTES);
	json_writer_init(&j, &out);
	if (form == REASON || form == CATEGORY) {
		tally_sort(t);
	}
	form == RUBRIC ? json_object_begin(&j) : json_array_begin(&j);
	for (size_t i = 0; i < t->count && (form != REASON || i < REASONS); i++) {
		write_counted(&j, t->all[i], form);
	}
	form == RUBRIC ? json_object_end(&j) : json_array_end(&j);
	struct str ret = orchestrator_keep(facts, buf_str(&out));
	buf_finish(&out);
	tally_finish(t);
	return ret;
}

void orchestrator_read_decisions(
	struct orchestrator_facts *facts, char *bytes, size_t size, uint64_t *ret_skipped)
{
	struct orchestrator_decisions *d = &facts->decisions;
	struct lines *lines = xcalloc(1, sizeof(*lines));
	struct counting c = {.facts = facts};
	tally_init(&c.reasons);
	tally_init(&c.gates);
	tally_init(&c.rubric);
	tally_init(&c.categories);
	find_lines(lines, (struct str){bytes, size});
	count_lines(&c, lines);
	d->is_known = true;
	d->reasons = write_tally(facts, &c.reasons, REASON);
	d->gates = write_tally(facts, &c.gates, GATE);
	d->rubric = write_tally(facts, &c.rubric, RUBRIC);
	d->categories = write_tally(facts, &c.categories, CATEGORY);
	*ret_skipped = lines->skipped;
	free(lines);
}
