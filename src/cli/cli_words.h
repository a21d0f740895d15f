/* A session in words and rounded numbers, the same in tables, bars and notifications. */
#pragma once

struct buf;
struct cli_list;
struct cli_session;

/* "Claude Code"; an unknown client's name as it is. */
void cli_words_append_title(struct buf *out, const struct cli_session *s);

/* "needs your permission", "is working", "is done", "is idle". */
void cli_words_append_state(struct buf *out, const struct cli_session *s);

/* In a word or two, attention before state: "waiting: permission", "error", "done", "working",
 * "idle". */
void cli_words_append_status(struct buf *out, const struct cli_session *s);

/* "1234", "14.0 k", "2.5 M": all kinds together. */
void cli_words_append_tokens(struct buf *out, const struct cli_session *s);

/* "$0.04" */
void cli_words_append_cost(struct buf *out, const struct cli_session *s);

/* "$3.41 today"; under a cent "<$0.01 today". Only if the list has it. */
void cli_words_append_cost_today(struct buf *out, const struct cli_list *list);
