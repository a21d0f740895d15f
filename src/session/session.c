#include "session/session.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"

enum { TEXT_BYTES = 4096 };

enum session_state session_state_published(enum session_state state)
{
	return state == SESSION_WAITING ? SESSION_COMPLETED : state;
}

bool session_is_demo(const struct session *s)
{
	return str_starts_with(str_from(s->id), STR(SESSION_DEMO_PREFIX));
}

const char *session_state_name(enum session_state state)
{
	static const char *const names[SESSION_STATE_COUNT] = {
		[SESSION_IDLE] = "idle",
		[SESSION_WORKING] = "working",
		[SESSION_COMPLETED] = "completed",
		[SESSION_EXPIRED] = "expired",
	};
	return names[session_state_published(state)];
}

const char *session_reason_name(enum session_reason reason)
{
	static const char *const names[SESSION_REASON_COUNT] = {
		[SESSION_REASON_PROMPT] = "prompt",
		[SESSION_REASON_ACTIVITY] = "activity",
		[SESSION_REASON_TURN_END] = "turn_end",
		[SESSION_REASON_QUIET] = "quiet",
		[SESSION_REASON_STALLED] = "stalled",
		[SESSION_REASON_ACKNOWLEDGED] = "acknowledged",
		[SESSION_REASON_IDLE_TIMEOUT] = "idle_timeout",
		[SESSION_REASON_INTERRUPTED] = "interrupted",
		[SESSION_REASON_CLOSED] = "closed",
		[SESSION_REASON_EXPIRED] = "expired",
	};
	return names[reason];
}

const char *session_attention_name(enum session_attention attention)
{
	static const char *const names[SESSION_ATTENTION_COUNT] = {
		[SESSION_ATTENTION_DONE] = "done",
		[SESSION_ATTENTION_PERMISSION] = "permission",
		[SESSION_ATTENTION_QUESTION] = "question",
		[SESSION_ATTENTION_ERROR] = "error",
		[SESSION_ATTENTION_LIMIT] = "limit",
		[SESSION_ATTENTION_STALLED] = "stalled",
	};
	return names[attention];
}

const char *session_cost_name(enum session_cost cost)
{
	static const char *const names[SESSION_COST_COUNT] = {
		[SESSION_COST_REPORTED] = "reported",
		[SESSION_COST_ESTIMATED] = "estimated",
		[SESSION_COST_FREE] = "free",
		[SESSION_COST_UNPRICED] = "unpriced",
	};
	return names[cost];
}

const char *session_cost_source(const struct session *s)
{
	bool reported = s->costs[SESSION_COST_REPORTED].count > 0;
	bool estimated = s->costs[SESSION_COST_ESTIMATED].count > 0;
	if (reported || estimated) {
		return reported && estimated ? "mixed" : reported ? "reported" : "estimated";
	}
	return s->costs[SESSION_COST_FREE].count > 0 ? "free" : NULL;
}

int64_t session_turn_cost(const struct session *s)
{
	int turn = s->turn > 0 ? s->turn : 1;
	return s->spent_turn == turn ? s->spent_turn_nano_usd : 0;
}

char *session_copy_text(struct str text)
{
	struct buf b;
	buf_init(&b, TEXT_BYTES * 3 + 1); // repairing may make three bytes of one
	utf8_append_name(&b, utf8_prefix(text, TEXT_BYTES));
	buf_append_char(&b, '\0');
	char *copy = xstrdup(b.data);
	buf_finish(&b);
	return copy;
}

bool session_set_text(char **shown, struct str text)
{
	if (text.size == 0 || (*shown != NULL && str_equal(str_from(*shown), text))) {
		return false;
	}
	char *copy = session_copy_text(text);
	if (*shown != NULL && strcmp(*shown, copy) == 0) {
		free(copy);
		return false;
	}
	free(*shown);
	*shown = copy;
	return true;
}
