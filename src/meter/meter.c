#include "meter/meter.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "meter/meter_text.h"

enum { BUCKETS = 1024, LABELS_BYTES = 1024, HISTOGRAM_LINES = METER_BOUNDS + 3 };

#define SECONDS(n) ((int64_t)((n)*1000))

#define TURN_BOUNDS                                                                                \
	{                                                                                          \
		SECONDS(1), SECONDS(5), SECONDS(15), SECONDS(30), SECONDS(60), SECONDS(120),       \
			SECONDS(300), SECONDS(600), SECONDS(1800), SECONDS(3600)                   \
	}
#define CALL_BOUNDS                                                                                \
	{                                                                                          \
		SECONDS(0.5), SECONDS(1), SECONDS(2), SECONDS(5), SECONDS(10), SECONDS(20),        \
			SECONDS(30), SECONDS(60), SECONDS(120), SECONDS(300)                       \
	}
#define TOOL_BOUNDS                                                                                \
	{                                                                                          \
		SECONDS(0.1), SECONDS(0.5), SECONDS(1), SECONDS(5), SECONDS(10), SECONDS(30),      \
			SECONDS(60), SECONDS(300), SECONDS(600), SECONDS(1800)                     \
	}
#define TTFT_BOUNDS                                                                                \
	{                                                                                          \
		SECONDS(0.25), SECONDS(0.5), SECONDS(1), SECONDS(2), SECONDS(3), SECONDS(5),       \
			SECONDS(10), SECONDS(20), SECONDS(30), SECONDS(60)                         \
	}

const struct meter_family_row meter_families[METER_FAMILY_COUNT] = {
	[METER_TURNS] = {"turns", "Turns that ended, by how.", {"tool", "reason"}, 1},
	[METER_MODEL_CALLS] = {"model_calls", "Model calls that ended.",
		{"tool", "model", "outcome"}, 1},
	[METER_TOKENS] = {"tokens", "Tokens by class; the classes are disjoint.",
		{"tool", "model", "token_type"}, 1},
	[METER_COST] = {"cost_usd", "Cost in US dollars, by where the figure is from.",
		{"tool", "model", "source"}, 1000000000},
	[METER_UNPRICED_CALLS] = {"unpriced_calls", "Model calls that no price list covers.",
		{"tool", "model"}, 1},
	[METER_TOOL_CALLS] = {"tool_calls", "Tool calls that ended.",
		{"tool", "tool_name", "outcome"}, 1},
	[METER_BLOCKED] = {"blocked_on_user_seconds",
		"Time that sessions have waited for their user.", {"tool", "kind"}, 1000},
	[METER_HTTP_REQUESTS] = {"http_requests", "Requests with telemetry or hooks, by answer.",
		{"signal", "code"}, 1},
	[METER_RECORDS_REJECTED] = {"records_rejected",
		"Records rejected in requests that were taken.", {NULL}, 1},
	[METER_STORE_ERRORS] = {"store_errors", "Failures to write the history.", {NULL}, 1},
	[METER_TURN_DURATION] = {"turn_duration_seconds", "How long turns took.", {"tool"}, 1000,
		TURN_BOUNDS},
	[METER_MODEL_CALL_DURATION] = {"model_call_duration_seconds", "How long model calls took.",
		{"tool", "model"}, 1000, CALL_BOUNDS},
	[METER_TOOL_CALL_DURATION] = {"tool_call_duration_seconds", "How long tool calls took.",
		{"tool"}, 1000, TOOL_BOUNDS},
	[METER_TTFT] = {"time_to_first_token_seconds", "From a model call to its first token.",
		{"tool", "model"}, 1000, TTFT_BOUNDS},
};

/* Labels whose values come from outside: indexes of meter::names. */
static const char *const open_labels[METER_LABELS] = {"tool", "model", "tool_name"};

static const struct str other = STR_INIT("other");

static bool is_histogram(enum meter_family family)
{
	return family >= METER_TURN_DURATION;
}

unsigned meter_part_count(enum meter_family family)
{
	return is_histogram(family) ? METER_PARTS : 1;
}

static size_t line_count(enum meter_family family)
{
	return is_histogram(family) ? HISTOGRAM_LINES : 1;
}

void meter_init(struct meter *m)
{
	*m = (struct meter){0};
	hash_init(&m->series, BUCKETS);
	list_init(&m->changed);
	buf_init(&m->labels, LABELS_BYTES);
	for (size_t i = 0; i < METER_FAMILY_COUNT; i++) {
		list_init(&m->by_family[i]);
	}
}

void meter_finish(struct meter *m)
{
	struct meter_series *s, *next;
	for (size_t i = 0; i < METER_FAMILY_COUNT; i++) {
		list_for_each_safe(s, next, &m->by_family[i], link)
		{
			free(s->labels);
			free(s);
		}
	}
	for (size_t i = 0; i < METER_LABELS; i++) {
		for (size_t k = 0; k < m->names[i].count; k++) {
			free(m->names[i].all[k]);
		}
	}
	hash_finish(&m->series);
	buf_finish(&m->labels);
}

/* value if it is among the first METER_NAMES of its kind, else "other". */
static struct str bounded(struct meter_names *names, struct str value)
{
	for (size_t i = 0; i < names->count; i++) {
		if (str_equal(value, str_from(names->all[i]))) {
			return value;
		}
	}
	if (names->count == METER_NAMES) {
		return other;
	}
	names->all[names->count++] = str_dup(value);
	return value;
}

static struct str label_value(struct meter *m, const char *label, struct str value)
{
	struct str shown = value.size > 0 ? utf8_prefix(value, METER_NAME_BYTES) : STR("unknown");
	for (size_t i = 0; i < METER_LABELS; i++) {
		if (strcmp(label, open_labels[i]) == 0) {
			return bounded(&m->names[i], shown);
		}
	}
	return shown;
}

/* is_full: no line may be added, so outside values become "other". */
static void append_labels(struct meter *m, struct buf *out, enum meter_family family,
	const struct str values[], bool is_full)
{
	const char *const *labels = meter_families[family].labels;
	for (size_t i = 0; labels[i] != NULL; i++) {
		struct str value = is_full ? other : label_value(m, labels[i], values[i]);
		buf_append_str(out, i > 0 ? STR(",") : STR(""));
		buf_append_str(out, str_from(labels[i]));
		buf_append_str(out, STR("=\""));
		meter_text_escape(out, value);
		buf_append_char(out, '"');
	}
}

static uint64_t key_of(enum meter_family family, struct str labels)
{
	return str_hash(labels) + family;
}

static struct meter_series *find(const struct meter *m, enum meter_family family, struct str labels)
{
	struct hash_node *node = hash_first(&m->series, key_of(family, labels));
	for (; node != NULL; node = hash_next(node)) {
		struct meter_series *s = container_of(node, struct meter_series, node);
		if (s->family == family && str_equal(str_from(s->labels), labels)) {
			return s;
		}
	}
	return NULL;
}

static struct meter_series *add_series(
	struct meter *m, enum meter_family family, struct str labels, int64_t now_ms)
{
	struct meter_series *s = xcalloc(1, sizeof(*s));
	s->family = family;
	s->labels = str_dup(labels);
	s->created_ms = now_ms;
	hash_add(&m->series, &s->node, key_of(family, labels));
	list_append(&m->by_family[family], &s->link);
	m->lines += line_count(family);
	return s;
}

static struct meter_series *series_of(
	struct meter *m, enum meter_family family, const struct str values[], int64_t now_ms)
{
	buf_clear(&m->labels);
	append_labels(m, &m->labels, family, values, false);
	struct meter_series *s = find(m, family, buf_str(&m->labels));
	if (s == NULL && m->lines + line_count(family) > METER_LINES) {
		buf_clear(&m->labels);
		append_labels(m, &m->labels, family, values, true);
		s = find(m, family, buf_str(&m->labels));
	}
	return s != NULL ? s : add_series(m, family, buf_str(&m->labels), now_ms);
}

static void note_change(struct meter *m, struct meter_series *s)
{
	if (s->changed.next == NULL) {
		list_append(&m->changed, &s->changed);
	}
}

/* Sums stop where they would overflow. */
static void add_part(struct meter_series *s, unsigned part, int64_t by)
{
	int64_t sum;
	s->parts[part] = __builtin_add_overflow(s->parts[part], by, &sum) ? INT64_MAX : sum;
}

void meter_add(struct meter *m, enum meter_family family, const struct str values[], int64_t by,
	int64_t now_ms)
{
	struct meter_series *s = series_of(m, family, values, now_ms);
	add_part(s, 0, by);
	note_change(m, s);
}

void meter_observe(struct meter *m, enum meter_family family, const struct str values[],
	int64_t value, int64_t now_ms)
{
	const int64_t *bounds = meter_families[family].bounds;
	struct meter_series *s = series_of(m, family, values, now_ms);
	unsigned bucket = 0;
	while (bucket < METER_BOUNDS && value > bounds[bucket]) {
		bucket++;
	}
	add_part(s, 0, value);
	add_part(s, 1 + bucket, 1);
	note_change(m, s);
}

static bool family_of(struct str name, enum meter_family *ret)
{
	for (size_t i = 0; i < METER_FAMILY_COUNT; i++) {
		if (str_equal(name, str_from(meter_families[i].name))) {
			*ret = (enum meter_family)i;
			return true;
		}
	}
	return false;
}

/* tool="…",model="…": with the family's own labels, in their order. */
static bool labels_fit(enum meter_family family, struct str labels)
{
	const char *const *names = meter_families[family].labels;
	for (size_t i = 0; names[i] != NULL; i++) {
		cleanup_free char *begin = xasprintf("%s%s=\"", i > 0 ? "," : "", names[i]);
		if (!str_starts_with(labels, str_from(begin))) {
			return false;
		}
		size_t at = strlen(begin);
		while (at < labels.size && labels.data[at] != '"') {
			at += labels.data[at] == '\\' ? 2 : 1;
		}
		if (at >= labels.size) {
			return false;
		}
		labels = str_skip(labels, at + 1);
	}
	return labels.size == 0;
}

void meter_restore(struct meter *m, struct str name, struct str labels, unsigned part,
	int64_t value, int64_t created_ms)
{
	enum meter_family family;
	if (!family_of(name, &family) || part >= meter_part_count(family) || value < 0 ||
		!labels_fit(family, labels)) {
		return;
	}
	struct meter_series *s = find(m, family, labels);
	if (s == NULL && m->lines + line_count(family) > METER_LINES) {
		return;
	}
	if (s == NULL) {
		s = add_series(m, family, labels, created_ms);
	}
	s->created_ms = created_ms < s->created_ms ? created_ms : s->created_ms;
	add_part(s, part, value);
	s->kept[part] += value;
}

struct meter_series *meter_take_changed(struct meter *m)
{
	if (list_is_empty(&m->changed)) {
		return NULL;
	}
	struct meter_series *s = container_of(m->changed.next, struct meter_series, changed);
	list_remove(&s->changed);
	return s;
}

int64_t meter_take_growth(struct meter_series *s, unsigned part)
{
	int64_t growth = s->parts[part] - s->kept[part];
	s->kept[part] = s->parts[part];
	return growth;
}
