#include "meter/meter_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "meter/meter.h"

/* Media ranges are compared by name only: a scraper that lists OpenMetrics with a lower weight than
 * the text format understands both. */
bool meter_text_wants_openmetrics(struct str accept)
{
	return str_contains_nocase(accept, STR("application/openmetrics-text"));
}

static bool is_plain(char c)
{
	return c != '\\' && c != '"' && (unsigned char)c >= ' ' && c != 0x7f;
}

void meter_text_escape(struct buf *out, struct str value)
{
	size_t begin = 0;
	for (size_t i = 0; i < value.size; i++) {
		char c = value.data[i];
		if (!is_plain(c)) {
			bool is_escaped = c == '\\' || c == '"';
			buf_append(out, value.data + begin, i - begin);
			buf_append_str(out, is_escaped ? STR("\\") : STR("?"));
			begin = is_escaped ? i : i + 1;
		}
	}
	buf_append(out, value.data + begin, value.size - begin);
}

static const char *prefix_of(const char *name)
{
	return strncmp(name, "process_", sizeof("process_") - 1) == 0 ? "" : "otel_ai_";
}

static void begin_family(
	const struct meter_text *t, const char *name, const char *help, const char *type)
{
	/* In Prometheus' format a counter has the name of its samples. */
	const char *end = strcmp(type, "counter") == 0 && !t->is_openmetrics ? "_total" : "";
	const char *prefix = prefix_of(name);
	buf_printf(t->out, "# HELP %s%s%s %s\n# TYPE %s%s%s %s\n", prefix, name, end, help, prefix,
		name, end, type);
}

void meter_text_gauge(const struct meter_text *t, const char *name, const char *help)
{
	begin_family(t, name, help, "gauge");
}

void meter_text_counter(const struct meter_text *t, const char *name, const char *help)
{
	begin_family(t, name, help, "counter");
}

/* 1500 in thousandths is 1.5. scale is a power of 10. */
static void append_number(struct buf *out, int64_t value, int64_t scale)
{
	char digits[24];
	uint64_t one = (uint64_t)scale;
	uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	/* with a 1 in front, so that zeros stay: 1500 % 1000 + 1000 is 1500, then without the 1 */
	int count = snprintf(digits, sizeof(digits), "%" PRIu64, size % one + one);
	while (count > 1 && digits[count - 1] == '0') {
		count--;
	}
	buf_printf(out, "%s%" PRIu64, value < 0 ? "-" : "", size / one);
	if (count > 1) {
		buf_printf(out, ".%.*s", count - 1, digits + 1);
	}
}

void meter_text_sample(const struct meter_text *t, const char *name, struct str labels,
	int64_t value, int64_t scale)
{
	buf_printf(t->out, "%s%s", prefix_of(name), name);
	if (labels.size > 0) {
		buf_append_char(t->out, '{');
		buf_append_str(t->out, labels);
		buf_append_char(t->out, '}');
	}
	buf_append_char(t->out, ' ');
	append_number(t->out, value, scale);
	buf_append_char(t->out, '\n');
}

static void write_with_suffix(const struct meter_text *t, const char *name, const char *suffix,
	struct str labels, int64_t value, int64_t scale)
{
	cleanup_free char *full = xasprintf("%s%s", name, suffix);
	meter_text_sample(t, full, labels, value, scale);
}

/* OpenMetrics only: when it started counting, in seconds. */
static void write_created(
	const struct meter_text *t, const char *name, const struct meter_series *s)
{
	if (t->is_openmetrics) {
		write_with_suffix(t, name, "_created", str_from(s->labels), s->created_ms, 1000);
	}
}

static void write_counter(const struct meter_text *t, const struct meter_family_row *row,
	const struct meter_series *s)
{
	write_with_suffix(t, row->name, "_total", str_from(s->labels), s->parts[0], row->scale);
	write_created(t, row->name, s);
}

static void write_bucket(const struct meter_text *t, const struct meter_family_row *row,
	struct str labels, const char *bound, int64_t count)
{
	struct buf b;
	buf_init(&b, labels.size + 64);
	buf_append_str(&b, labels);
	buf_printf(&b, ",le=\"%s\"", bound);
	write_with_suffix(t, row->name, "_bucket", buf_str(&b), count, 1);
	buf_finish(&b);
}

/* A bound is a float in both formats, and OpenMetrics requires it to look like one. */
static void append_bound(struct buf *out, int64_t bound, int64_t scale)
{
	append_number(out, bound, scale);
	buf_printf(out, "%s", bound % scale == 0 ? ".0" : "");
	buf_append_char(out, '\0');
}

static void write_histogram(const struct meter_text *t, const struct meter_family_row *row,
	const struct meter_series *s)
{
	int64_t count = 0;
	struct str labels = str_from(s->labels);
	struct buf bound;
	buf_init(&bound, 64);
	for (size_t i = 0; i < METER_BOUNDS; i++) {
		count += s->parts[1 + i];
		buf_clear(&bound);
		append_bound(&bound, row->bounds[i], row->scale);
		write_bucket(t, row, labels, bound.data, count);
	}
	buf_finish(&bound);
	count += s->parts[1 + METER_BOUNDS];
	write_bucket(t, row, labels, "+Inf", count);
	write_with_suffix(t, row->name, "_count", labels, count, 1);
	write_with_suffix(t, row->name, "_sum", labels, s->parts[0], row->scale);
	write_created(t, row->name, s);
}

void meter_text_write(const struct meter_text *t, const struct meter *m)
{
	for (size_t i = 0; i < METER_FAMILY_COUNT; i++) {
		const struct meter_family_row *row = &meter_families[i];
		bool is_counter = meter_part_count((enum meter_family)i) == 1;
		if (list_is_empty(&m->by_family[i])) {
			continue;
		}
		begin_family(t, row->name, row->help, is_counter ? "counter" : "histogram");
		const struct meter_series *s;
		list_for_each(s, &m->by_family[i], link)
		{
			if (is_counter) {
				write_counter(t, row, s);
			} else {
				write_histogram(t, row, s);
			}
		}
	}
}

void meter_text_end(const struct meter_text *t)
{
	if (t->is_openmetrics) {
		buf_append_str(t->out, STR("# EOF\n"));
	}
}
