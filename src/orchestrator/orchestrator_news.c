#include "orchestrator/orchestrator_news.h"

#include <math.h>

#include "base/number.h"
#include "orchestrator/orchestrator_own.h"

/* ---- loops */

static bool is_endless(const struct orchestrator_loop *l)
{
	return l->is_infinite || l->attempts > ORCHESTRATOR_ENDLESS;
}

static bool was_endless(const struct orchestrator_resolution *before, struct str task_id)
{
	for (size_t i = 0; i < before->count; i++) {
		if (str_equal(before->all[i].task_id, task_id) && is_endless(&before->all[i])) {
			return true;
		}
	}
	return false;
}

static void find_loops(const struct orchestrator_resolution *before,
	const struct orchestrator_resolution *now, orchestrator_on_news *on_news, void *data)
{
	size_t count = 0;
	for (size_t i = 0; i < now->count && count < ORCHESTRATOR_NEWS; i++) {
		const struct orchestrator_loop *l = &now->all[i];
		if (is_endless(l) && !was_endless(before, l->task_id)) {
			count++;
			on_news(&(const struct orchestrator_news){.is_loop = true,
					.task_id = l->task_id,
					.text = l->label,
					.attempts = l->attempts},
				data);
		}
	}
}

/* ---- decisions */

static bool is_same(const struct orchestrator_decision *a, const struct orchestrator_decision *b)
{
	bool same_time = isnan(a->timestamp) ? isnan(b->timestamp) : a->timestamp == b->timestamp;
	return same_time && str_equal(a->task_id, b->task_id) &&
	       str_equal(a->decision, b->decision) && str_equal(a->reason, b->reason);
}

/* Whether the first count of now equal the last of before: lines are only appended. */
static bool continues(const struct orchestrator_decisions *before,
	const struct orchestrator_decisions *now, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!is_same(&before->all[before->count - count + i], &now->all[i])) {
			return false;
		}
	}
	return true;
}

static void find_decisions(const struct orchestrator_decisions *before,
	const struct orchestrator_decisions *now, orchestrator_on_news *on_news, void *data)
{
	size_t known = min_size(before->count, now->count);
	while (known > 0 && !continues(before, now, known)) {
		known--;
	}
	if (known == 0 && before->count > 0) {
		return; // another file
	}
	if (now->count - known > ORCHESTRATOR_NEWS) {
		known = now->count - ORCHESTRATOR_NEWS;
	}
	for (size_t i = known; i < now->count; i++) {
		const struct orchestrator_decision *d = &now->all[i];
		if (!str_equal(d->decision, STR("APPROVED"))) {
			on_news(&(const struct orchestrator_news){.task_id = d->task_id,
					.text = d->reason,
					.decision = d->decision,
					.attempts = NAN},
				data);
		}
	}
}

void orchestrator_find_news(const struct orchestrator *o, enum orchestrator_file file,
	const struct orchestrator_reading *reading, orchestrator_on_news *on_news, void *data)
{
	const struct orchestrator_slot *s = &o->slots[file];
	const struct orchestrator_facts *before = s->now.facts != NULL ? s->now.facts : s->before;
	static const struct orchestrator_facts nothing;
	before = before != NULL ? before : &nothing;
	if (reading->facts == NULL) {
		return;
	}
	if (file == ORCHESTRATOR_RESOLUTION) {
		find_loops(&before->resolution, &reading->facts->resolution, on_news, data);
	} else if (file == ORCHESTRATOR_DECISIONS) {
		find_decisions(&before->decisions, &reading->facts->decisions, on_news, data);
	}
}

bool orchestrator_news_is_escalation(const struct orchestrator_news *news)
{
	return str_equal(news->decision, STR("ESCALATED"));
}
