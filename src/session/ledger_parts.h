/* What the parts of the ledger share. ledger.c holds what is open, and opens and closes it; the
 * others enter events; ledger_enter.c decides which of them does. */
#pragma once

#include "base/instant.h"
#include "session/ledger.h"

/* A model call whose begin was computed from a duration may seem to begin a little early. */
#define LEDGER_SLACK_NS (25 * MS_NS)

/* The next call of a subagent begins so soon after its tool has ended; and so soon after the end of
 * a subagent its client asks itself to go on. */
#define LEDGER_FOLLOW_UP_NS (1000 * MS_NS)

/* What failed so shortly before the end of a turn is why it ended. */
#define LEDGER_LAST_FAILURE_NS (1000 * MS_NS)

static inline bool is_hook(const struct event *e)
{
	return e->source == EVENT_FROM_HOOK;
}

static inline int64_t begin_of(const struct event *e)
{
	return e->begin_ns > 0 && e->begin_ns < e->time_ns ? e->begin_ns : e->time_ns;
}

static inline int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* It began before the last turn ended, so it is part of that; or it comes after it and is no turn.
 * Hooks tell what happens as it happens. */
bool ledger_is_old_news(const struct ledger *l, const struct event *e);

/* A turn begins at at_ns. Subagents outlive the turn that began them: only an end that was told, or
 * a list, stops them. */
void ledger_open_turn(struct ledger *l, const struct event *e, int64_t at_ns, bool by_prompt);

/* e is work: a turn is open, and began no later than that. */
void ledger_open_by_work(struct ledger *l, const struct event *e);

/* Somebody waits for the main model since then. */
void ledger_open_model(struct ledger *l, int64_t since_ns);

/* Remembers what a span says of the model call that a log tells of, too. */
void ledger_add_hint(struct ledger *l, const struct event *e);

typedef enum ledger_effect ledger_enter_function(struct ledger *l, const struct event *e);

ledger_enter_function ledger_enter_prompt; // ledger_turn.c
ledger_enter_function ledger_enter_turn_end;
ledger_enter_function ledger_enter_model_begin; // ledger_model.c
ledger_enter_function ledger_enter_model_end;
ledger_enter_function ledger_enter_model_text;
ledger_enter_function ledger_enter_model_asks;
ledger_enter_function ledger_enter_tool_begin; // ledger_tools.c
ledger_enter_function ledger_enter_tool_end;
ledger_enter_function ledger_enter_tool_reject;
ledger_enter_function ledger_enter_agent_begin;
ledger_enter_function ledger_enter_agent_end;
ledger_enter_function ledger_enter_attention;
