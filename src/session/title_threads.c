#include "session/title_threads.h"

#include "session/exporter.h"
#include "session/session_registry.h"
#include "session/tracked_session.h"

/* How soon a title thread begins after the prompt of the conversation it names; or before it, if
 * the hook of the prompt is slow. */
static const int64_t distance_ns = INT64_C(1000000000);

static bool is_known(const struct title_threads *threads, uint64_t id)
{
	for (unsigned i = 0; i < TITLE_THREADS; i++) {
		if (threads->ids[i] == id) {
			return true;
		}
	}
	return false;
}

static bool follows_a_prompt(
	const struct session_registry *registry, const struct event *e, uint64_t connection)
{
	struct tracked_session *w;
	list_for_each(w, &registry->by_news, by_news)
	{
		int64_t gap = e->time_ns - w->ledger.turn.begin_ns;
		int64_t lowest = w->ledger.turn.prompt_by_hook ? -distance_ns : 0;
		if (exporter_has_connection(&w->exporter, connection) && w->ledger.turn.by_prompt &&
			gap >= lowest && gap < distance_ns &&
			!str_equal(str_from(w->session.id), e->session_id)) {
			return true;
		}
	}
	return false;
}

bool title_threads_hold(struct title_threads *threads, const struct session_registry *registry,
	const struct event *e, uint64_t connection)
{
	if (!e->assistant->has_title_threads) {
		return false;
	}
	uint64_t id = str_hash(e->session_id);
	if (e->may_be_side && session_registry_find(registry, e->session_id) == NULL &&
		follows_a_prompt(registry, e, connection)) {
		threads->ids[threads->next++ % TITLE_THREADS] = id;
	}
	return is_known(threads, id);
}
