#include "session/session_reprice.h"

#include <stdlib.h>

#include "base/mem.h"
#include "session/session_spend.h"

void session_reprice_add(struct session_reprice *r, const struct session_repriced_call *call)
{
	if (r->calls == NULL) {
		r->calls = xcalloc(SESSION_REPRICE_CALLS, sizeof(*r->calls));
	}
	r->added_nano_usd += call->is_nano_usd - call->was_nano_usd;
	r->priced += (call->was == SESSION_COST_UNPRICED) - (call->is == SESSION_COST_UNPRICED);
	r->calls[r->next_call] = *call;
	r->next_call = (r->next_call + 1) % SESSION_REPRICE_CALLS;
	r->call_count += r->call_count < SESSION_REPRICE_CALLS ? 1 : 0;
}

void session_reprice_finish(struct session_reprice *r)
{
	free(r->calls);
	free(r->id);
	*r = (struct session_reprice){0};
}

static int64_t not_below_0(int64_t n)
{
	return n > 0 ? n : 0;
}

static void move(struct usage *usage, struct session_sum costs[SESSION_COST_COUNT],
	int64_t added_nano_usd, int priced)
{
	struct session_sum *estimated = &costs[SESSION_COST_ESTIMATED];
	struct session_sum *unpriced = &costs[SESSION_COST_UNPRICED];
	usage->cost_nano_usd = not_below_0(usage->cost_nano_usd + added_nano_usd);
	usage->has_cost = usage->has_cost || priced > 0;
	estimated->nano_usd = not_below_0(estimated->nano_usd + added_nano_usd);
	estimated->count = (unsigned)not_below_0((int64_t)estimated->count + priced);
	unpriced->count = (unsigned)not_below_0((int64_t)unpriced->count - priced);
}

/* NULL: it is not known by its id any more. */
static struct session_spend_call *find(const struct session_spend *spend, uint64_t id)
{
	for (unsigned i = 0; i < spend->call_count; i++) {
		if (spend->calls[i].id == id) {
			return &spend->calls[i];
		}
	}
	return NULL;
}

void session_reprice_apply(const struct session_reprice *r, struct usage *usage,
	struct session_sum costs[SESSION_COST_COUNT], struct session_spend *spend)
{
	int64_t added_nano_usd = r->added_nano_usd;
	int priced = r->priced;
	for (size_t i = 0; i < r->call_count; i++) {
		const struct session_repriced_call *call = &r->calls[i];
		struct session_spend_call *known = find(spend, call->id);
		if (known != NULL && known->cost == call->was &&
			known->nano_usd == call->was_nano_usd) {
			known->cost = call->is;
			known->nano_usd = call->is_nano_usd;
		} else if (known != NULL) {
			added_nano_usd -= call->is_nano_usd - call->was_nano_usd;
			priced -= (call->was == SESSION_COST_UNPRICED) -
				  (call->is == SESSION_COST_UNPRICED);
		}
	}
	move(usage, costs, added_nano_usd, priced);
}

int64_t session_reprice_of_turn(const struct session_reprice *r, int turn)
{
	int64_t added_nano_usd = 0;
	for (size_t i = 0; i < r->call_count; i++) {
		const struct session_repriced_call *call = &r->calls[i];
		added_nano_usd += call->turn == turn ? call->is_nano_usd - call->was_nano_usd : 0;
	}
	return added_nano_usd;
}
