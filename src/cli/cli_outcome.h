/* Session states as exit statuses, for scripts. */
#pragma once

struct cli_session;

/* 1 and 2 are for what failed and for wrong usage. */
enum cli_outcome {
	CLI_OUTCOME_IDLE = 0,
	CLI_OUTCOME_WORKING = 3,
	CLI_OUTCOME_DONE = 4,
	CLI_OUTCOME_PERMISSION = 10,
	CLI_OUTCOME_QUESTION,
	CLI_OUTCOME_ERROR,
	CLI_OUTCOME_LIMIT,
	CLI_OUTCOME_STALLED, // and whatever else a newer daemon says it wants
};

/* By what the session wants, else by what it is doing. */
enum cli_outcome cli_outcome_of(const struct cli_session *s);
