#include "web/web_members.h"

#include "base/json_read.h"

enum { DEPTH = 16 };

void web_members_init(struct web_members *m, size_t max_bytes)
{
	m->count = 0;
	buf_init(&m->text, max_bytes);
}

void web_members_finish(struct web_members *m)
{
	buf_finish(&m->text);
	m->count = 0;
}

bool web_members_read(struct web_members *m)
{
	struct json_reader r;
	json_reader_init(&r, m->text.data, m->text.size, DEPTH);
	r.raw = true; // values are passed on unchanged
	m->count = 0;
	enum json_token t = json_next(&r);
	if (t != JSON_OBJECT_BEGIN) {
		return false;
	}
	while ((t = json_next(&r)) == JSON_NAME && m->count < WEB_MEMBERS) {
		struct web_member *row = &m->rows[m->count];
		size_t begin = json_offset(&r);
		row->name = r.text;
		if (!json_skip(&r, t)) {
			break;
		}
		row->value = str_trim((struct str){m->text.data + begin, json_offset(&r) - begin});
		m->count++;
	}
	if (t != JSON_OBJECT_END || json_next(&r) != JSON_END) {
		m->count = 0;
		return false;
	}
	return true;
}

struct str web_members_find(const struct web_members *m, struct str name)
{
	for (size_t i = 0; i < m->count; i++) {
		if (str_equal(m->rows[i].name, name)) {
			return m->rows[i].value;
		}
	}
	return (struct str){0};
}

static bool is_one_of(struct str name, const char *const *names)
{
	while (*names != NULL && !str_equal(name, str_from(*names))) {
		names++;
	}
	return *names != NULL;
}

bool web_members_append_changed(const struct web_members *m, const struct web_members *before,
	const char *const *left_out, struct buf *out)
{
	bool has_changed = false;
	for (size_t i = 0; i < m->count; i++) {
		const struct web_member *row = &m->rows[i];
		if (is_one_of(row->name, left_out) ||
			str_equal(row->value, web_members_find(before, row->name))) {
			continue;
		}
		has_changed = true;
		buf_append_str(out, STR(",\""));
		buf_append_str(out, row->name);
		buf_append_str(out, STR("\":"));
		buf_append_str(out, row->value);
	}
	return has_changed;
}
