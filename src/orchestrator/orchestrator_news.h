/* News in an orchestrator's state since the last reading that need a person: an endless loop, a
 * decision other than approval. */
#pragma once

#include <stdbool.h>

#include "orchestrator/orchestrator.h"

enum { ORCHESTRATOR_NEWS = 20 }; // per reading, the newest

struct orchestrator_news {
	bool is_loop;             // false: a decision
	struct str task_id, text; // a loop: its last label; a decision: its reason
	struct str decision;      // REJECTED, ESCALATED, ...
	double attempts;          // of a loop; NaN: unknown
};

/* Texts are valid during the call. */
typedef void orchestrator_on_news(const struct orchestrator_news *news, void *data);

/* Reports what is new in a reading that is about to be stored, oldest first. */
void orchestrator_find_news(const struct orchestrator *o, enum orchestrator_file file,
	const struct orchestrator_reading *reading, orchestrator_on_news *on_news, void *data);

/* Whether a person has to decide. */
bool orchestrator_news_is_escalation(const struct orchestrator_news *news);
