#include "support/call_sums.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void call_sums_finish(struct call_sums *s)
{
	for (size_t i = 0; i < s->count; i++) {
		free(s->sums[i].id);
	}
	free(s->sums);
	*s = (struct call_sums){0};
}

static struct call_sum *find(const struct call_sums *s, const char *id)
{
	for (size_t i = 0; i < s->count; i++) {
		if (strcmp(s->sums[i].id, id) == 0) {
			return &s->sums[i];
		}
	}
	return NULL;
}

const struct call_sum *call_sums_find(const struct call_sums *s, const char *id)
{
	return find(s, id);
}

static struct call_sum *find_or_add(struct call_sums *s, const char *id)
{
	if (find(s, id) == NULL) {
		s->sums = xrealloc(s->sums, (s->count + 1) * sizeof(*s->sums));
		s->sums[s->count++] = (struct call_sum){.id = xstrdup(id)};
	}
	return find(s, id);
}

static void absorb(struct call_sum *sum, const struct call_sum *child)
{
	struct usage usage = child->usage;
	usage_add(&sum->usage, &usage);
	for (unsigned i = 0; i < SESSION_COST_COUNT; i++) {
		sum->costs[i].nano_usd += child->costs[i].nano_usd;
		sum->costs[i].count += child->costs[i].count;
	}
}

static unsigned count_of(const struct session_sum *costs)
{
	unsigned count = 0;
	for (unsigned i = 0; i < SESSION_COST_COUNT; i++) {
		count += costs[i].count;
	}
	return count;
}

/* Nothing was counted of this session before. */
static bool is_first(const struct session_call *call)
{
	unsigned added = call->absorbed != NULL ? count_of(call->absorbed->costs) : 1;
	return !call->corrects && count_of(call->session->costs) == added;
}

void call_sums_add(struct call_sums *s, const struct session_call *call)
{
	if (is_first(call)) {
		struct call_sum *sum = find_or_add(s, call->session->id);
		*sum = (struct call_sum){.id = sum->id};
	}
	if (call->absorbed != NULL) {
		(void)find_or_add(s, call->absorbed->id);
		struct call_sum *sum = find_or_add(s, call->session->id);
		absorb(sum, find(s, call->absorbed->id));
		return;
	}
	struct call_sum *sum = find_or_add(s, call->session->id);
	if (call->corrects) {
		sum->usage.cost_nano_usd -= call->replaced_nano_usd;
		sum->costs[call->replaced].nano_usd -= call->replaced_nano_usd;
		sum->costs[call->replaced].count--;
	}
	struct usage usage = call->usage;
	usage_add(&sum->usage, &usage);
	sum->costs[call->cost].nano_usd += call->usage.cost_nano_usd;
	sum->costs[call->cost].count++;
	sum->calls += call->calls;
	sum->faults += call->fault != EVENT_FAULT_NONE;
}

bool call_sums_agree(const struct call_sums *s, const struct session *session)
{
	static const struct call_sum nothing;
	const struct call_sum *sum = find(s, session->id);
	sum = sum != NULL && count_of(session->costs) > 0 ? sum : &nothing;
	int64_t nano_usd = 0;
	for (unsigned i = 0; i < SESSION_COST_COUNT; i++) {
		if (sum->costs[i].nano_usd != session->costs[i].nano_usd ||
			sum->costs[i].count != session->costs[i].count) {
			return false;
		}
		nano_usd += sum->costs[i].nano_usd;
	}
	return usage_equal(&sum->usage, &session->usage) &&
	       nano_usd == session->usage.cost_nano_usd;
}
