#include "cli/cli_ask.h"

#include <string.h>

#include "base/buf.h"
#include "base/json_number.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/cli_http.h"

enum { DEPTH = 16 };

/* ---- the question */

void cli_path_add(struct buf *path, const char *name, const char *value)
{
	if (value != NULL) {
		bool is_first = memchr(path->data, '?', path->size) == NULL;
		buf_printf(path, "%c%s=", is_first ? '?' : '&', name);
		cli_http_append_escaped(path, str_from(value));
	}
}

int cli_ask(const struct cli_endpoint *endpoint, const char *method, struct buf *path,
	const char *json, struct buf *ret_body)
{
	buf_append_char(path, '\0');
	if (path->overflowed) {
		log_error("the words of the command are too long");
		return -1;
	}
	const struct cli_request request = {method, path->data, "application/json", json};
	int status = cli_http_call(endpoint, &request, ret_body);
	if (status == 200) {
		return 0;
	}
	bool is_ours = status != CLI_HTTP_UNAUTHORIZED && status != CLI_HTTP_FORBIDDEN;
	if (status < 0 || !is_ours || !cli_ask_complain(ret_body)) {
		cli_http_complain(endpoint, status);
	}
	return -1;
}

/* ---- the answer */

static const struct cli_member *find_member(
	const struct cli_member *members, size_t count, struct str outer, struct str name)
{
	for (size_t i = 0; i < count; i++) {
		struct str rest = str_from(members[i].name);
		bool is_inner = str_contains(rest, STR("."));
		struct str first = is_inner ? str_cut(&rest, '.') : (struct str){0};
		if (str_equal(first, outer) && str_equal(rest, name)) {
			return &members[i];
		}
	}
	return NULL;
}

static void take_member(const struct cli_member *m, enum json_token t, struct str text, void *ret)
{
	void *field = (char *)ret + m->offset;
	if (m->kind == CLI_MEMBER_TEXT && t == JSON_STRING) {
		*(struct str *)field = text;
	} else if (m->kind == CLI_MEMBER_INT && t == JSON_NUMBER) {
		(void)json_to_int64(text, field);
	} else if (m->kind == CLI_MEMBER_DOUBLE && t == JSON_NUMBER) {
		(void)json_to_double(text, field);
	}
}

/* Of an object inside it: one level deep, as far as names go. */
static bool read_inner(struct json_reader *r, const struct cli_member *members, size_t count,
	struct str outer, void *ret)
{
	enum json_token t;
	while ((t = json_next(r)) == JSON_NAME) {
		const struct cli_member *m = find_member(members, count, outer, r->text);
		t = json_next(r);
		if (m != NULL) {
			take_member(m, t, r->text, ret);
		}
		if (!json_skip(r, t)) {
			return false;
		}
	}
	return t == JSON_OBJECT_END;
}

bool cli_read_members(
	struct json_reader *r, const struct cli_member *members, size_t count, void *ret)
{
	enum json_token t;
	while ((t = json_next(r)) == JSON_NAME) {
		struct str name = r->text;
		const struct cli_member *m = find_member(members, count, (struct str){0}, name);
		t = json_next(r);
		if (m != NULL) {
			take_member(m, t, r->text, ret);
		}
		bool is_good = t == JSON_OBJECT_BEGIN ? read_inner(r, members, count, name, ret)
						      : json_skip(r, t);
		if (!is_good) {
			return false;
		}
	}
	return t == JSON_OBJECT_END;
}

bool cli_ask_complain(struct buf *body)
{
	static const struct cli_member members[] = {{"error.message", CLI_MEMBER_TEXT, 0}};
	struct str message = {0};
	struct json_reader r;
	json_reader_init(&r, body->data, body->size, DEPTH);
	bool is_told = json_next(&r) == JSON_OBJECT_BEGIN &&
		       cli_read_members(&r, members, ARRAY_SIZE(members), &message) &&
		       message.size > 0;
	if (is_told) {
		log_error("the daemon answered: %s", log_shown(message));
	}
	return is_told;
}
