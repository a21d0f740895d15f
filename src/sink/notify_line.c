#include "sink/notify_line.h"

#include "base/buf.h"
#include "base/json_number.h"
#include "base/json_read.h"
#include "base/json_write.h"
#include "base/mem.h"

enum { DEPTH = 4 };

/* Takes a member whose value is text or number, the other one being NULL. False if it cannot be. */
typedef bool take_member(
	void *object, struct str name, const struct str *text, const int64_t *number);

const char *notify_action_name(enum notify_action action)
{
	static const char *const names[NOTIFY_ACTION_COUNT] = {
		[NOTIFY_ACTION_FOCUS] = "focus",
		[NOTIFY_ACTION_DISMISS] = "dismiss",
		[NOTIFY_ACTION_MUTE] = "mute",
	};
	return names[action];
}

void notify_line_write(struct buf *out, const struct notify_command *command)
{
	struct json_writer w;
	json_writer_init(&w, out);
	json_object_begin(&w);
	json_name_str(&w, "id", command->id);
	if (command->closes) {
		json_name_int(&w, "close", command->number);
	} else {
		json_name_str(&w, "summary", command->summary);
		json_name(&w, "body");
		json_str(&w, command->body);
		json_name_int(&w, "urgency", command->urgency);
		json_name_str(&w, "category", command->category);
		json_name(&w, "sound");
		json_str(&w, command->sound);
		json_name_int(&w, "pid", command->pid);
		json_name_int(&w, "focus", command->can_focus);
		json_name_int(&w, "quiet", command->is_quiet);
		json_name_int(&w, "replaces", command->number);
	}
	json_object_end(&w);
	buf_append_char(out, '\n');
}

void notify_line_write_reply(struct buf *out, const struct notify_reply *reply)
{
	struct json_writer w;
	json_writer_init(&w, out);
	json_object_begin(&w);
	json_name_str(&w, "id", reply->id);
	json_name_int(&w, "number", reply->number);
	if (reply->action != NOTIFY_ACTION_NONE) {
		json_name_str(&w, "action", str_from(notify_action_name(reply->action)));
	}
	if (reply->token.size > 0) {
		json_name_str(&w, "token", reply->token);
	}
	json_object_end(&w);
	buf_append_char(out, '\n');
}

static bool read_member(struct json_reader *r, take_member *take, void *object)
{
	struct str name = r->text;
	enum json_token t = json_next(r);
	int64_t number;
	if (t == JSON_STRING) {
		return take(object, name, &r->text, NULL);
	}
	if (t == JSON_NUMBER) {
		return json_to_int64(r->text, &number) && number >= 0 && number <= UINT32_MAX &&
		       take(object, name, NULL, &number);
	}
	return json_skip(r, t);
}

static bool read_object(char *line, size_t size, take_member *take, void *object)
{
	struct json_reader r;
	json_reader_init(&r, line, size, DEPTH);
	enum json_token t = json_next(&r);
	if (t != JSON_OBJECT_BEGIN) {
		return false;
	}
	while ((t = json_next(&r)) == JSON_NAME) {
		if (!read_member(&r, take, object)) {
			return false;
		}
	}
	return t == JSON_OBJECT_END && json_next(&r) == JSON_END;
}

static bool take_text(struct notify_command *c, struct str name, struct str text)
{
	const struct {
		struct str name;
		struct str *text;
	} members[] = {
		{STR("id"), &c->id},
		{STR("summary"), &c->summary},
		{STR("body"), &c->body},
		{STR("category"), &c->category},
		{STR("sound"), &c->sound},
	};
	for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
		if (str_equal(name, members[i].name)) {
			*members[i].text = text;
		}
	}
	return true;
}

static bool take_number(struct notify_command *c, struct str name, int64_t number)
{
	if (str_equal(name, STR("urgency"))) {
		c->urgency = (enum notify_urgency)number;
		return number <= NOTIFY_CRITICAL;
	}
	if (str_equal(name, STR("pid"))) {
		c->pid = number;
	} else if (str_equal(name, STR("focus"))) {
		c->can_focus = number != 0;
	} else if (str_equal(name, STR("quiet"))) {
		c->is_quiet = number != 0;
	} else if (str_equal(name, STR("replaces"))) {
		c->number = (uint32_t)number;
	} else if (str_equal(name, STR("close"))) {
		c->number = (uint32_t)number;
		c->closes = true;
	}
	return true;
}

static bool take_command_member(
	void *object, struct str name, const struct str *text, const int64_t *number)
{
	struct notify_command *c = object;
	if (text != NULL) {
		return take_text(c, name, *text);
	}
	return take_number(c, name, *number);
}

bool notify_line_read(char *line, size_t size, struct notify_command *ret)
{
	struct notify_command command = {0};
	if (!read_object(line, size, take_command_member, &command) || command.id.size == 0 ||
		(!command.closes && command.summary.size == 0)) {
		return false;
	}
	*ret = command;
	return true;
}

static enum notify_action find_action(struct str word)
{
	for (int i = NOTIFY_ACTION_NONE + 1; i < NOTIFY_ACTION_COUNT; i++) {
		if (str_equal(word, str_from(notify_action_name((enum notify_action)i)))) {
			return (enum notify_action)i;
		}
	}
	return NOTIFY_ACTION_NONE;
}

static bool take_reply_member(
	void *object, struct str name, const struct str *text, const int64_t *number)
{
	struct notify_reply *reply = object;
	if (text != NULL && str_equal(name, STR("id"))) {
		reply->id = *text;
	} else if (number != NULL && str_equal(name, STR("number"))) {
		reply->number = (uint32_t)*number;
	} else if (text != NULL && str_equal(name, STR("action"))) {
		reply->action = find_action(*text);
	} else if (text != NULL && str_equal(name, STR("token"))) {
		reply->token = *text;
	}
	return true;
}

bool notify_line_read_reply(char *line, size_t size, struct notify_reply *ret)
{
	struct notify_reply reply = {0};
	if (!read_object(line, size, take_reply_member, &reply) || reply.id.size == 0) {
		return false;
	}
	*ret = reply;
	return true;
}
