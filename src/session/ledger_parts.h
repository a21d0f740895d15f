/* Shared by the parts of the ledger. ledger.c opens and closes turns and work; the others enter
 * events; ledger_enter.c dispatches to them. */
#pragma once

#include "base/instant.h"
#include "session/ledger.h"

/* A model call whose begin was computed from a duration may seem to begin a little early. */
#define LEDGER_SLACK_NS (25 * MS_NS)

/* How soon the next call of a subagent begins after its tool has ended; and how soon a client
 * prompts itself after the end of a subagent. */
#define LEDGER_FOLLOW_UP_NS (1000 * MS_NS)

/* A failure this shortly before the end of a turn is its reason. */
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

/* Whether e began before the last turn ended and so is part of it, or came later but is no turn.
 * Never for hooks, which report as things happen. */
bool ledger_is_old_news(const struct ledger *l, const struct event *e);

/* A turn begins at at_ns. Subagents outlive the turn that started them: only a reported end, or a
 * list, stops them. */
void ledger_open_turn(struct ledger *l, const struct event *e, int64_t at_ns, bool by_prompt);

/* e is work: opens a turn if there is none, beginning no later than that. */
void ledger_open_by_work(struct ledger *l, const struct event *e);

/* Opens a model call of the main agent as of then. */
void ledger_open_model(struct ledger *l, int64_t since_ns);

/* Remembers what a span says about a model call that a log reports, too. */
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
