#include "sink/tray_line.h"

#include "base/buf.h"
#include "base/json_read.h"
#include "base/json_write.h"

enum { DEPTH = 4 };

static const char *const names[TRAY_ACTION_COUNT] = {
	[TRAY_ACTION_FOCUS] = "focus",
	[TRAY_ACTION_SEEN] = "seen",
	[TRAY_ACTION_PAUSE] = "pause",
	[TRAY_ACTION_RESUME] = "resume",
};

void tray_line_write(struct buf *out, const struct tray_request *request)
{
	struct json_writer w;
	json_writer_init(&w, out);
	json_object_begin(&w);
	json_name_str(&w, "action", str_from(names[request->action]));
	if (request->id.size > 0) {
		json_name_str(&w, "id", request->id);
	}
	if (request->token.size > 0) {
		json_name_str(&w, "token", request->token);
	}
	json_object_end(&w);
	buf_append_char(out, '\n');
}

static enum tray_action find_action(struct str name)
{
	for (int i = TRAY_ACTION_NONE + 1; i < TRAY_ACTION_COUNT; i++) {
		if (str_equal(name, str_from(names[i]))) {
			return (enum tray_action)i;
		}
	}
	return TRAY_ACTION_NONE;
}

static void take(struct tray_request *request, struct str name, struct str text)
{
	if (str_equal(name, STR("action"))) {
		request->action = find_action(text);
	} else if (str_equal(name, STR("id"))) {
		request->id = text;
	} else if (str_equal(name, STR("token"))) {
		request->token = text;
	}
}

bool tray_line_read(char *line, size_t size, struct tray_request *ret)
{
	struct json_reader r;
	struct tray_request request = {0};
	json_reader_init(&r, line, size, DEPTH);
	enum json_token t = json_next(&r);
	if (t != JSON_OBJECT_BEGIN) {
		return false;
	}
	while ((t = json_next(&r)) == JSON_NAME) {
		struct str name = r.text;
		t = json_next(&r);
		if (t == JSON_STRING) {
			take(&request, name, r.text);
		} else if (!json_skip(&r, t)) {
			return false;
		}
	}
	if (t != JSON_OBJECT_END || json_next(&r) != JSON_END ||
		request.action == TRAY_ACTION_NONE ||
		(request.action == TRAY_ACTION_FOCUS && request.id.size == 0)) {
		return false;
	}
	*ret = request;
	return true;
}
