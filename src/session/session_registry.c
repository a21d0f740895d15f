#include "session/session_registry.h"

#include "session/tracked_session.h"

void session_registry_init(struct session_registry *r, size_t expected)
{
	*r = (struct session_registry){0};
	list_init(&r->sessions);
	list_init(&r->by_news);
	hash_init(&r->by_id, expected);
}

static struct tracked_session *work_of(struct list *link)
{
	return list_entry(link, struct tracked_session, by_news);
}

/* Takes w out of every list and counter and frees it. */
static void forget(struct session_registry *r, struct tracked_session *w)
{
	list_remove(&w->session.link);
	list_remove(&w->by_news);
	hash_remove(&r->by_id, &w->node);
	r->count--;
	r->counts[w->session.state]--;
	tracked_session_destroy(w);
}

void session_registry_finish(struct session_registry *r)
{
	while (!list_is_empty(&r->by_news)) {
		forget(r, work_of(r->by_news.next));
	}
	hash_finish(&r->by_id);
}

struct tracked_session *session_registry_find(const struct session_registry *r, struct str id)
{
	struct hash_node *node = hash_first(&r->by_id, str_hash(id));
	for (; node != NULL; node = hash_next(node)) {
		struct tracked_session *w = container_of(node, struct tracked_session, node);
		if (str_equal(str_from(w->session.id), id)) {
			return w;
		}
	}
	return NULL;
}

struct tracked_session *session_registry_find_hash(const struct session_registry *r, uint64_t hash)
{
	struct hash_node *node = hash_first(&r->by_id, hash);
	return node != NULL ? container_of(node, struct tracked_session, node) : NULL;
}

void session_registry_add(struct session_registry *r, struct tracked_session *w)
{
	list_append(&r->sessions, &w->session.link);
	list_append(&r->by_news, &w->by_news);
	hash_add(&r->by_id, &w->node, str_hash(str_from(w->session.id)));
	r->count++;
	r->counts[w->session.state]++;
}

void session_registry_touch(struct session_registry *r, struct tracked_session *w)
{
	list_remove(&w->by_news);
	list_append(&r->by_news, &w->by_news);
}

void session_registry_set_state(
	struct session_registry *r, struct tracked_session *w, enum session_state state)
{
	r->counts[w->session.state]--;
	r->counts[state]++;
	w->session.state = state;
}

void session_registry_bury(
	struct session_registry *r, struct tracked_session *w, int64_t end_ns, bool told)
{
	session_registry_remember(r, str_from(w->session.id), end_ns, told);
	forget(r, w);
}

void session_registry_remember(struct session_registry *r, struct str id, int64_t end_ns, bool told)
{
	r->graves[r->next_grave++ % SESSION_REGISTRY_GRAVES] = (struct session_grave){
		str_hash(id), end_ns, told};
}

const struct session_grave *session_registry_grave(const struct session_registry *r, struct str id)
{
	uint64_t hash = str_hash(id);
	const struct session_grave *found = NULL;
	for (unsigned i = 0; i < SESSION_REGISTRY_GRAVES; i++) {
		const struct session_grave *grave = &r->graves[i];
		if (grave->id_hash == hash && (found == NULL || grave->end_ns > found->end_ns)) {
			found = grave;
		}
	}
	return found;
}

struct tracked_session *session_registry_oldest(const struct session_registry *r)
{
	struct tracked_session *w;
	list_for_each(w, &r->by_news, by_news)
	{
		if (w->session.state != SESSION_WORKING) {
			return w;
		}
	}
	return work_of(r->by_news.next);
}
