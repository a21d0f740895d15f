#include "cli/cli_outcome.h"

#include <stddef.h>

#include "base/mem.h"
#include "cli/cli_list.h"

enum cli_outcome cli_outcome_of(const struct cli_session *s)
{
	static const struct {
		struct str word;
		enum cli_outcome outcome;
	} outcomes[] = {
		{STR_INIT("permission"), CLI_OUTCOME_PERMISSION},
		{STR_INIT("question"), CLI_OUTCOME_QUESTION},
		{STR_INIT("error"), CLI_OUTCOME_ERROR},
		{STR_INIT("limit"), CLI_OUTCOME_LIMIT},
		{STR_INIT("stalled"), CLI_OUTCOME_STALLED},
		{STR_INIT("done"), CLI_OUTCOME_DONE},
		{STR_INIT("completed"), CLI_OUTCOME_DONE},
		{STR_INIT("working"), CLI_OUTCOME_WORKING},
	};
	struct str word = s->attention.size > 0 ? s->attention : s->state;
	for (size_t i = 0; i < ARRAY_SIZE(outcomes); i++) {
		if (str_equal(word, outcomes[i].word)) {
			return outcomes[i].outcome;
		}
	}
	return cli_list_needs_user(s) ? CLI_OUTCOME_STALLED : CLI_OUTCOME_IDLE;
}
