#include "sink/notify_line.h"

#include "base/buf.h"
#include "base/json_bind.h"
#include "base/json_write.h"

enum { DEPTH = 4 };

const char *notify_action_name(enum notify_action action)
{
	static const char *const names[NOTIFY_ACTION_COUNT] = {
		[NOTIFY_ACTION_FOCUS] = "focus",
		[NOTIFY_ACTION_DISMISS] = "dismiss",
		[NOTIFY_ACTION_MUTE] = "mute",
		[NOTIFY_ACTION_DETAILS] = "details",
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
		json_name_int(&w, "details", command->has_details);
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

/* The texts of a line are those of the command at once, the numbers have narrower places there. */
struct command_line {
	struct notify_command command;
	int64_t urgency, can_focus, has_details, is_quiet, replaces, close;
};

static const struct json_member command_members[] = {
	JSON_MEMBER("id", TEXT, struct command_line, command.id),
	JSON_MEMBER("summary", TEXT, struct command_line, command.summary),
	JSON_MEMBER("body", TEXT, struct command_line, command.body),
	JSON_MEMBER("urgency", INT, struct command_line, urgency, .max = NOTIFY_CRITICAL),
	JSON_MEMBER("category", TEXT, struct command_line, command.category),
	JSON_MEMBER("sound", TEXT, struct command_line, command.sound),
	JSON_MEMBER("pid", INT, struct command_line, command.pid, .max = UINT32_MAX),
	JSON_MEMBER("focus", INT, struct command_line, can_focus, .max = 1),
	JSON_MEMBER("details", INT, struct command_line, has_details, .max = 1),
	JSON_MEMBER("quiet", INT, struct command_line, is_quiet, .max = 1),
	JSON_MEMBER("replaces", INT, struct command_line, replaces, .max = UINT32_MAX),
	JSON_MEMBER("close", INT, struct command_line, close, .max = UINT32_MAX,
		.has = offsetof(struct command_line, command.closes)),
};
static const struct json_shape command_shape = JSON_SHAPE(command_members);

struct reply_line {
	struct notify_reply reply;
	int64_t number;
	struct str action;
};

static const struct json_member reply_members[] = {
	JSON_MEMBER("id", TEXT, struct reply_line, reply.id),
	JSON_MEMBER("number", INT, struct reply_line, number, .max = UINT32_MAX),
	JSON_MEMBER("action", TEXT, struct reply_line, action),
	JSON_MEMBER("token", TEXT, struct reply_line, reply.token),
};
static const struct json_shape reply_shape = JSON_SHAPE(reply_members);

static bool read(char *line, size_t size, const struct json_shape *shape, void *ret)
{
	struct json_tally tally = {0};
	return json_bind_text(line, size, DEPTH, shape, ret, &tally) && tally.misfits == 0;
}

bool notify_line_read(char *line, size_t size, struct notify_command *ret)
{
	struct command_line got = {0};
	struct notify_command *c = &got.command;
	if (!read(line, size, &command_shape, &got) || c->id.size == 0 ||
		(!c->closes && c->summary.size == 0)) {
		return false;
	}
	c->urgency = (enum notify_urgency)got.urgency;
	c->can_focus = got.can_focus != 0;
	c->has_details = got.has_details != 0;
	c->is_quiet = got.is_quiet != 0;
	c->number = (uint32_t)(c->closes ? got.close : got.replaces);
	*ret = *c;
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

bool notify_line_read_reply(char *line, size_t size, struct notify_reply *ret)
{
	struct reply_line got = {0};
	if (!read(line, size, &reply_shape, &got) || got.reply.id.size == 0) {
		return false;
	}
	got.reply.number = (uint32_t)got.number;
	got.reply.action = find_action(got.action);
	*ret = got.reply;
	return true;
}
