#include "config/notify_kind.h"

enum { SOUND_BYTES = 64 };

/* A permission or question that a rule or another hook answers at once should not notify. */
enum { ANSWERED_AT_ONCE_MS = 1500 };

const struct notify_kind_row notify_kinds[NOTIFY_KIND_COUNT] = {
	[NOTIFY_DONE] = {.name = "done",
		.verb = "is done",
		.ends_turn = true,
		.urgency = NOTIFY_NORMAL},
	[NOTIFY_PERMISSION] = {.name = "permission",
		.verb = "needs your permission",
		.delay_ms = ANSWERED_AT_ONCE_MS,
		.urgency = NOTIFY_CRITICAL},
	[NOTIFY_QUESTION] = {.name = "question",
		.verb = "asks you something",
		.delay_ms = ANSWERED_AT_ONCE_MS,
		.urgency = NOTIFY_CRITICAL},
	[NOTIFY_ERROR] = {.name = "error",
		.verb = "stopped with an error",
		.ends_turn = true,
		.urgency = NOTIFY_NORMAL},
	[NOTIFY_LIMIT] = {.name = "limit",
		.verb = "hit its limit",
		.ends_turn = true,
		.urgency = NOTIFY_NORMAL},
	[NOTIFY_STALLED] = {.name = "stalled",
		.verb = "has been silent for a while",
		.urgency = NOTIFY_NORMAL},
	[NOTIFY_BUDGET] = {.name = "budget", .verb = "", .urgency = NOTIFY_NORMAL},
	[NOTIFY_TASK_ERROR] = {.name = "task_error", .verb = "", .urgency = NOTIFY_NORMAL},
	[NOTIFY_LOOP] = {.name = "loop", .verb = "", .urgency = NOTIFY_NORMAL},
	[NOTIFY_GATE] = {.name = "gate", .verb = "", .urgency = NOTIFY_NORMAL},
};

const char *notify_kind_word(size_t i)
{
	return i + 1 < NOTIFY_KIND_COUNT ? notify_kinds[i + 1].name : NULL;
}

enum notify_kind notify_kind_find(struct str name)
{
	for (int kind = NOTIFY_NOTHING + 1; kind < NOTIFY_KIND_COUNT; kind++) {
		if (str_equal(name, str_from(notify_kinds[kind].name))) {
			return (enum notify_kind)kind;
		}
	}
	return NOTIFY_NOTHING;
}

/* Sound Naming Specification, "Guidelines": letters, digits, dashes; servers look for a file of
 * that name. */
static bool is_sound(struct str text)
{
	for (size_t i = 0; i < text.size; i++) {
		char c = text.data[i], lower = (char)(c | 0x20);
		bool is_common = (c >= '0' && c <= '9') || (lower >= 'a' && lower <= 'z');
		if (!is_common && c != '-' && c != '_') {
			return false;
		}
	}
	return text.size > 0 && text.size <= SOUND_BYTES;
}

bool notify_kind_read_sound(struct str item, enum notify_kind *ret_kind, struct str *ret_sound)
{
	struct str name, sound;
	if (!str_split(item, ':', &name, &sound)) {
		return false;
	}
	enum notify_kind kind = notify_kind_find(name);
	if (kind == NOTIFY_NOTHING || !is_sound(sound)) {
		return false;
	}
	*ret_kind = kind;
	*ret_sound = sound;
	return true;
}
