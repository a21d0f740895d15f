#include "process/process_project_cache.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "base/hash.h"
#include "base/list.h"
#include "base/mem.h"

enum {
	KEPT_MAX = 256,   // directories
	LOOKUPS_MAX = 64, // without a result
	THREADS_MAX = 2,
	STACK_BYTES = 512 * 1024,
	GRACE_MS = 5,
	PATIENCE_MS = 2000,
	KEPT_MS = 10000,
};

/* Shared by the loop and the threads; freed by the last of them. */
struct mailbox {
	pthread_mutex_t lock;
	pthread_cond_t arrived; // something was added to done
	unsigned holders;
	uv_async_t *wake; // NULL: the cache is closed
	struct list done; // lookup::link
	int (*find)(const char *cwd, const char *home, struct process_project *ret);
	char *home;
};

struct entry;

/* One access to the file system. */
struct lookup {
	struct entry *entry;            // the loop's alone, like the next; NULL: abandoned
	bool has_thread;                // which owns the rest until it is done
	struct list link;               // of cache::waiting or mailbox::done
	struct mailbox *mailbox;        // borrowed; held by the thread
	char *cwd;                      // owned
	struct process_project project; // empty: unknown
};

/* One directory. */
struct entry {
	struct hash_node node; // of cache::by_cwd
	struct list link;      // of cache::entries
	char *cwd;
	struct process_project project;
	int64_t since_ms;      // when it was asked for; once known, since when
	struct lookup *lookup; // NULL: known
};

struct process_project_cache {
	uv_async_t wake;
	uv_timer_t patience; // runs during lookups
	unsigned open_handles;
	struct process_project_cache_settings settings;
	process_project_cache_on_known *on_known;
	void *data;
	struct mailbox *mailbox;
	struct hash by_cwd;
	struct list entries; // least recently asked for first
	size_t count, open_count;
	struct list waiting;      // lookups without a thread
	unsigned running;         // threads
	unsigned overdue;         // threads whose lookup was abandoned
	const struct entry *told; // during a callback
};

/* ---- threads */

static void release_mailbox(struct mailbox *m)
{
	pthread_mutex_lock(&m->lock);
	bool last = --m->holders == 0;
	pthread_mutex_unlock(&m->lock);
	if (last) {
		pthread_cond_destroy(&m->arrived);
		pthread_mutex_destroy(&m->lock);
		free(m->home);
		free(m);
	}
}

static void free_lookup(struct lookup *l)
{
	list_remove(&l->link);
	process_project_finish(&l->project);
	free(l->cwd);
	free(l);
}

static void deliver(struct lookup *l)
{
	struct mailbox *m = l->mailbox;
	pthread_mutex_lock(&m->lock);
	bool wanted = m->wake != NULL;
	if (wanted) {
		list_append(&m->done, &l->link);
		pthread_cond_signal(&m->arrived);
		uv_async_send(m->wake);
	}
	pthread_mutex_unlock(&m->lock);
	if (!wanted) {
		free_lookup(l);
	}
	release_mailbox(m);
}

static void *run_lookup(void *data)
{
	struct lookup *l = data;
	(void)l->mailbox->find(l->cwd, l->mailbox->home, &l->project);
	deliver(l);
	return NULL;
}

/* Signals are the loop's. */
static int start_thread(struct lookup *l)
{
	pthread_t thread;
	pthread_attr_t attributes;
	sigset_t all, before;
	int r = pthread_attr_init(&attributes);
	if (r != 0) {
		return -r;
	}
	(void)pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	(void)pthread_attr_setstacksize(&attributes, STACK_BYTES);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r = pthread_create(&thread, &attributes, run_lookup, l);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	(void)pthread_attr_destroy(&attributes);
	return -r;
}

static void start_waiting(struct process_project_cache *c)
{
	struct lookup *l, *next;
	list_for_each_safe(l, next, &c->waiting, link)
	{
		if (c->running >= THREADS_MAX) {
			return;
		}
		list_remove(&l->link);
		c->running++;
		pthread_mutex_lock(&c->mailbox->lock);
		c->mailbox->holders++;
		pthread_mutex_unlock(&c->mailbox->lock);
		l->has_thread = true;
		if (start_thread(l) < 0) {
			deliver(l); // as it is
		}
	}
}

/* ---- directories */

static struct entry *find_entry(struct process_project_cache *c, struct str cwd)
{
	struct hash_node *node = hash_first(&c->by_cwd, str_hash(cwd));
	while (node != NULL &&
		!str_equal(str_from(list_entry(node, struct entry, node)->cwd), cwd)) {
		node = hash_next(node);
	}
	return node != NULL ? list_entry(node, struct entry, node) : NULL;
}

static void free_entry(struct process_project_cache *c, struct entry *e)
{
	hash_remove(&c->by_cwd, &e->node);
	list_remove(&e->link);
	c->count--;
	process_project_finish(&e->project);
	free(e->cwd);
	free(e);
}

/* Forgets the least recently used one. */
static void make_room(struct process_project_cache *c)
{
	struct entry *e;
	list_for_each(e, &c->entries, link)
	{
		if (e->lookup == NULL && e != c->told) {
			free_entry(c, e);
			return;
		}
	}
}

static struct entry *add_entry(struct process_project_cache *c, struct str cwd)
{
	if (c->count >= KEPT_MAX) {
		make_room(c);
	}
	struct entry *e = xcalloc(1, sizeof(*e));
	e->cwd = str_dup(cwd);
	hash_add(&c->by_cwd, &e->node, str_hash(cwd));
	list_append(&c->entries, &e->link);
	c->count++;
	return e;
}

static void touch(struct process_project_cache *c, struct entry *e)
{
	list_remove(&e->link);
	list_append(&c->entries, &e->link);
}

/* ---- answers */

static int64_t now_ms(const struct process_project_cache *c)
{
	return (int64_t)uv_now(c->patience.loop);
}

/* Takes over the content of project. */
static void keep(struct process_project_cache *c, struct entry *e, struct process_project *project)
{
	process_project_finish(&e->project);
	e->project = *project;
	*project = (struct process_project){0};
	e->lookup = NULL;
	e->since_ms = now_ms(c);
	c->open_count--;
}

static void answer(
	struct process_project_cache *c, struct entry *e, struct process_project *project)
{
	keep(c, e, project);
	c->told = e;
	c->on_known(str_from(e->cwd), &e->project, c->data);
	c->told = NULL;
}

static void give_up(struct process_project_cache *c, struct entry *e)
{
	struct process_project nothing = {0};
	struct lookup *l = e->lookup;
	if (l->has_thread) {
		l->entry = NULL;
		c->overdue++;
	} else {
		free_lookup(l);
	}
	answer(c, e, &nothing);
}

static struct entry *find_longest_open(struct process_project_cache *c)
{
	struct entry *e, *longest = NULL;
	list_for_each(e, &c->entries, link)
	{
		if (e->lookup != NULL && (longest == NULL || e->since_ms < longest->since_ms)) {
			longest = e;
		}
	}
	return longest;
}

static void on_patience(uv_timer_t *timer);

static void arm_patience(struct process_project_cache *c)
{
	const struct entry *longest = c->open_count > 0 ? find_longest_open(c) : NULL;
	if (longest == NULL) {
		uv_timer_stop(&c->patience);
		return;
	}
	int64_t wait_ms = longest->since_ms + c->settings.patience_ms - now_ms(c);
	uv_timer_start(&c->patience, on_patience, wait_ms > 0 ? (uint64_t)wait_ms : 0, 0);
}

static void on_patience(uv_timer_t *timer)
{
	struct process_project_cache *c = timer->data;
	struct entry *e;
	while ((e = find_longest_open(c)) != NULL &&
		now_ms(c) - e->since_ms >= c->settings.patience_ms) {
		give_up(c, e);
	}
	arm_patience(c);
}

static void take_result(struct process_project_cache *c, struct lookup *l)
{
	c->running--;
	if (l->entry != NULL) {
		answer(c, l->entry, &l->project);
	} else {
		c->overdue--;
	}
	free_lookup(l);
}

static struct lookup *next_done(struct mailbox *m)
{
	struct lookup *l = NULL;
	pthread_mutex_lock(&m->lock);
	if (!list_is_empty(&m->done)) {
		l = list_entry(m->done.next, struct lookup, link);
		list_remove(&l->link);
	}
	pthread_mutex_unlock(&m->lock);
	return l;
}

static void drop_done(struct mailbox *m)
{
	struct lookup *l;
	while ((l = next_done(m)) != NULL) {
		free_lookup(l);
	}
}

static void on_wake(uv_async_t *wake)
{
	struct process_project_cache *c = wake->data;
	struct lookup *l;
	while ((l = next_done(c->mailbox)) != NULL) {
		take_result(c, l);
	}
	start_waiting(c);
	arm_patience(c);
}

/* ---- questions */

static struct timespec in_ms(int ms)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_nsec += ms * 1000000L;
	t.tv_sec += t.tv_nsec / 1000000000;
	t.tv_nsec %= 1000000000;
	return t;
}

/* Waits briefly for a lookup on a thread; true if it is done, and the loop's again. */
static bool await(struct process_project_cache *c, struct lookup *l)
{
	struct mailbox *m = c->mailbox;
	const struct timespec until = in_ms(c->settings.grace_ms);
	pthread_mutex_lock(&m->lock);
	while (l->link.next == NULL && pthread_cond_timedwait(&m->arrived, &m->lock, &until) == 0) {
		// another one may have come
	}
	bool done = l->link.next != NULL;
	list_remove(&l->link);
	pthread_mutex_unlock(&m->lock);
	return done;
}

/* True if it is known already. */
static bool look_up(struct process_project_cache *c, struct entry *e)
{
	struct lookup *l = xcalloc(1, sizeof(*l));
	*l = (struct lookup){.mailbox = c->mailbox, .entry = e, .cwd = xstrdup(e->cwd)};
	e->lookup = l;
	e->since_ms = now_ms(c);
	c->open_count++;
	list_append(&c->waiting, &l->link);
	start_waiting(c);
	bool done = l->has_thread && c->settings.grace_ms > 0 && await(c, l);
	if (done) {
		c->running--;
		keep(c, e, &l->project);
		free_lookup(l);
	}
	arm_patience(c);
	return done;
}

static bool is_path(struct str cwd)
{
	return cwd.size > 0 && cwd.size < PATH_MAX && cwd.data[0] == '/' &&
	       !str_has_char(cwd, '\0');
}

const struct process_project *process_project_cache_ask(
	struct process_project_cache *c, struct str cwd)
{
	static const struct process_project nothing = {0};
	struct entry *e = is_path(cwd) ? find_entry(c, cwd) : NULL;
	if (e != NULL && e->lookup == NULL && now_ms(c) - e->since_ms < c->settings.kept_ms) {
		touch(c, e);
		return &e->project;
	}
	if (e != NULL && e->lookup != NULL) {
		return NULL;
	}
	if (!is_path(cwd) || c->open_count >= LOOKUPS_MAX || c->overdue >= THREADS_MAX) {
		return &nothing;
	}
	if (e == NULL) {
		e = add_entry(c, cwd);
	}
	touch(c, e);
	return look_up(c, e) ? &e->project : NULL;
}

/* ---- the whole */

struct process_project_cache_settings process_project_cache_settings_default(void)
{
	return (struct process_project_cache_settings){
		.grace_ms = GRACE_MS,
		.patience_ms = PATIENCE_MS,
		.kept_ms = KEPT_MS,
		.find = process_project_find,
	};
}

static struct mailbox *create_mailbox(
	const struct process_project_cache_settings *settings, uv_async_t *wake)
{
	struct mailbox *m = xcalloc(1, sizeof(*m));
	pthread_condattr_t attributes;
	pthread_mutex_init(&m->lock, NULL);
	pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&m->arrived, &attributes);
	pthread_condattr_destroy(&attributes);
	m->holders = 1;
	m->wake = wake;
	m->find = settings->find;
	m->home = settings->home != NULL ? realpath(settings->home, NULL) : NULL;
	list_init(&m->done);
	return m;
}

struct process_project_cache *process_project_cache_create(uv_loop_t *loop,
	const struct process_project_cache_settings *settings,
	process_project_cache_on_known *on_known, void *data)
{
	struct process_project_cache *c = xcalloc(1, sizeof(*c));
	c->settings = *settings;
	c->on_known = on_known;
	c->data = data;
	hash_init(&c->by_cwd, KEPT_MAX);
	list_init(&c->entries);
	list_init(&c->waiting);
	uv_timer_init(loop, &c->patience);
	uv_async_init(loop, &c->wake, on_wake);
	c->patience.data = c->wake.data = c;
	c->open_handles = 2;
	c->mailbox = create_mailbox(settings, &c->wake);
	return c;
}

static void on_closed(uv_handle_t *handle)
{
	struct process_project_cache *c = handle->data;
	if (--c->open_handles == 0) {
		free(c);
	}
}

/* A lookup still on a thread is left to it. */
void process_project_cache_close(struct process_project_cache *c)
{
	if (c == NULL) {
		return;
	}
	struct lookup *l, *next;
	struct entry *e, *next_entry;
	pthread_mutex_lock(&c->mailbox->lock);
	c->mailbox->wake = NULL;
	pthread_mutex_unlock(&c->mailbox->lock);
	drop_done(c->mailbox);
	list_for_each_safe(l, next, &c->waiting, link)
	{
		free_lookup(l);
	}
	list_for_each_safe(e, next_entry, &c->entries, link)
	{
		free_entry(c, e);
	}
	hash_finish(&c->by_cwd);
	release_mailbox(c->mailbox);
	uv_close((uv_handle_t *)&c->wake, on_closed);
	uv_close((uv_handle_t *)&c->patience, on_closed);
}
