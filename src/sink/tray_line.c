#include "sink/tray_line.h"

#include "base/buf.h"
#include "base/json_bind.h"
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

struct line {
	struct str action, id, token;
};

static const struct json_member members[] = {
	JSON_MEMBER("action", TEXT, struct line, action),
	JSON_MEMBER("id", TEXT, struct line, id),
	JSON_MEMBER("token", TEXT, struct line, token),
};
static const struct json_shape shape = JSON_SHAPE(members);

bool tray_line_read(char *line, size_t size, struct tray_request *ret)
{
	struct line got = {0};
	struct json_tally ignored = {0};
	if (!json_bind_text(line, size, DEPTH, &shape, &got, &ignored)) {
		return false;
	}
	enum tray_action action = find_action(got.action);
	if (action == TRAY_ACTION_NONE || (action == TRAY_ACTION_FOCUS && got.id.size == 0)) {
		return false;
	}
	*ret = (struct tray_request){action, got.id, got.token};
	return true;
}
