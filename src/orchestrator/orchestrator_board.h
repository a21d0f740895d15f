/* The task board as /api/metrics/tasks sees it: which task is at which stage. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "orchestrator/orchestrator_own.h"
#include "orchestrator/orchestrator_write.h"

struct board;
struct buf;

struct orchestrator_board_question {
	bool wants_work; // else only what was completed today
	struct orchestrator_choice choice;
	struct orchestrator_rates rates;
	int running;    // a session works
	int64_t now_ms; // wall clock

	double completed_today; // the answer
};

/* Appends what was chosen: for a whole, the members without braces. Runs on the board's thread. */
void orchestrator_ask_board(
	struct board *b, struct orchestrator_board_question *q, struct buf *out);

/* The same where there is no board. */
void orchestrator_ask_no_board(struct orchestrator_board_question *q, struct buf *out);
