#include "process/process_peers.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/list.h"
#include "base/mem.h"
#include "process/process_finder.h"
#include "process/process_proc.h"
#include "process/process_socket.h"
#include "process/process_watch.h"

enum {
	LOOKUPS_MAX = 1024, // at a time
	STEP_BUDGET = 256,  // names examined per turn of the loop: well below a millisecond
	EXPECTED_CONNECTIONS = 256,
};

/* One process with at least one connection. */
struct client_process {
	struct list link; // of process_peers::processes; in no list: ended
	struct process_peers *clients;
	int64_t pid;
	uint64_t start_ticks;
	struct process_watch *watch; // NULL: ended, or cannot be watched
	size_t connection_count;
	bool is_held; // counts as a connection until the process ends
};

struct connection {
	struct hash_node node; // of process_peers::by_id
	struct list link;      // of process_peers::connections
	struct list waiting;   // of process_peers::waiting
	uint64_t id;
	int64_t pid; // as reported by a Unix socket; 0: found by its endpoints
	struct process_endpoints ends;
	struct process_lookup lookup;
	struct client_process *process; // NULL: not found
};

struct process_peers {
	uv_idle_t idle; // runs during lookups
	process_peers_on_found *on_found;
	process_peers_on_end *on_end;
	void *data;
	struct hash by_id;
	struct list connections, waiting, processes;
	struct process_finder *finder;
	size_t open_count; // lookups without a result yet
};

/* ---- processes */

static void release_process(struct client_process *p)
{
	if (p == NULL || --p->connection_count > 0) {
		return;
	}
	list_remove(&p->link);
	process_watch_stop(p->watch);
	free(p);
}

static void on_process_end(void *data)
{
	struct client_process *p = data;
	struct process_peers *clients = p->clients;
	int64_t pid = p->pid;
	list_remove(&p->link);
	process_watch_stop(p->watch);
	p->watch = NULL;
	p->connection_count++; // so that on_end may forget all of its connections
	clients->on_end(pid, clients->data);
	if (p->is_held) {
		p->connection_count--;
	}
	release_process(p);
}

static struct client_process *find_process(
	struct process_peers *clients, int64_t pid, uint64_t start_ticks)
{
	struct client_process *p;
	list_for_each(p, &clients->processes, link)
	{
		if (p->pid == pid && p->start_ticks == start_ticks) {
			return p;
		}
	}
	return NULL;
}

/* NULL if it is gone already. */
static struct client_process *add_process(
	struct process_peers *clients, int64_t pid, uint64_t start_ticks)
{
	struct client_process *p = xcalloc(1, sizeof(*p));
	*p = (struct client_process){.clients = clients, .pid = pid, .start_ticks = start_ticks};
	int r = process_watch_start(
		clients->idle.loop, pid, start_ticks, on_process_end, p, &p->watch);
	if (r == -ESRCH) {
		free(p);
		return NULL;
	}
	list_append(&clients->processes, &p->link);
	return p;
}

/* ---- connections */

static struct connection *find_connection(struct process_peers *clients, uint64_t id)
{
	struct hash_node *node = hash_first(&clients->by_id, id);
	while (node != NULL && list_entry(node, struct connection, node)->id != id) {
		node = hash_next(node);
	}
	return node != NULL ? list_entry(node, struct connection, node) : NULL;
}

static bool is_looked_up(const struct connection *c)
{
	return c->waiting.next != NULL || c->lookup.link.next != NULL;
}

static void free_connection(struct process_peers *clients, struct connection *c)
{
	clients->open_count -= is_looked_up(c);
	list_remove(&c->waiting);
	process_finder_cancel(clients->finder, &c->lookup);
	hash_remove(&clients->by_id, &c->node);
	list_remove(&c->link);
	release_process(c->process);
	free(c);
}

static void tell_found(
	struct process_peers *clients, struct connection *c, int64_t pid, uint64_t start_ticks)
{
	struct process_info info;
	if (process_info_read(pid, start_ticks, &info) < 0) {
		return; // gone already, or not accessible
	}
	struct client_process *p = find_process(clients, pid, info.start_ticks);
	if (p == NULL) {
		p = add_process(clients, pid, info.start_ticks);
	}
	if (p != NULL) {
		c->process = p;
		p->connection_count++;
		info.is_watched = p->watch != NULL;
		clients->on_found(c->id, &info, clients->data); // which may forget c
	}
	process_info_finish(&info);
}

static void on_finder_result(
	struct process_lookup *lookup, int64_t pid, uint64_t start_ticks, void *data)
{
	struct process_peers *clients = data;
	clients->open_count--;
	if (pid != 0) {
		tell_found(
			clients, list_entry(lookup, struct connection, lookup), pid, start_ticks);
	}
}

/* From the connection to its socket, or to its process if the pid is known. */
static void begin_lookup(struct process_peers *clients, struct connection *c)
{
	struct process_socket found;
	list_remove(&c->waiting);
	if (c->pid == 0 && process_socket_find(&c->ends, &found) == 0 &&
		process_finder_add(clients->finder, &c->lookup, found.inode) == 0) {
		return;
	}
	clients->open_count--;
	uint64_t start_ticks = c->pid != 0 ? process_proc_start_ticks(c->pid) : 0;
	if (start_ticks != 0) {
		tell_found(clients, c, c->pid, start_ticks);
	}
}

static void on_idle(uv_idle_t *idle)
{
	struct process_peers *clients = idle->data;
	if (!list_is_empty(&clients->waiting)) {
		begin_lookup(
			clients, list_entry(clients->waiting.next, struct connection, waiting));
	}
	if (!process_finder_step(clients->finder, STEP_BUDGET) &&
		list_is_empty(&clients->waiting)) {
		uv_idle_stop(idle);
	}
}

static int add_connection(struct process_peers *clients, uint64_t id, int64_t pid,
	const struct process_endpoints *ends)
{
	if (find_connection(clients, id) != NULL) {
		return 0;
	}
	if (clients->open_count >= LOOKUPS_MAX) {
		return -ENOBUFS;
	}
	struct connection *c = xcalloc(1, sizeof(*c));
	*c = (struct connection){.id = id, .pid = pid, .ends = *ends};
	hash_add(&clients->by_id, &c->node, id);
	list_append(&clients->connections, &c->link);
	list_append(&clients->waiting, &c->waiting);
	clients->open_count++;
	uv_idle_start(&clients->idle, on_idle);
	return 0;
}

int process_peers_look_up(struct process_peers *clients, uint64_t connection_id,
	const struct sockaddr *local, const struct sockaddr *peer)
{
	struct process_endpoints ends;
	int r = process_diag_endpoints(local, peer, &ends);
	return r < 0 ? r : add_connection(clients, connection_id, 0, &ends);
}

int process_peers_look_up_pid(struct process_peers *clients, uint64_t connection_id, int64_t pid)
{
	struct process_endpoints none = {0};
	return pid <= 0 ? -ESRCH : add_connection(clients, connection_id, pid, &none);
}

void process_peers_forget(struct process_peers *clients, uint64_t connection_id)
{
	struct connection *c = find_connection(clients, connection_id);
	if (c != NULL) {
		free_connection(clients, c);
	}
}

int64_t process_peers_pid(struct process_peers *clients, uint64_t connection_id)
{
	const struct connection *c = find_connection(clients, connection_id);
	return c != NULL && c->process != NULL ? c->process->pid : 0;
}

void process_peers_hold(struct process_peers *clients, int64_t pid)
{
	struct client_process *p;
	list_for_each(p, &clients->processes, link)
	{
		if (p->pid == pid && p->watch != NULL && !p->is_held) {
			p->is_held = true;
			p->connection_count++;
			return;
		}
	}
}

/* ---- the whole */

struct process_peers *process_peers_create(
	uv_loop_t *loop, process_peers_on_found *on_found, process_peers_on_end *on_end, void *data)
{
	struct process_peers *clients = xcalloc(1, sizeof(*clients));
	clients->on_found = on_found;
	clients->on_end = on_end;
	clients->data = data;
	clients->finder = process_finder_create("/proc", LOOKUPS_MAX, on_finder_result, clients);
	hash_init(&clients->by_id, EXPECTED_CONNECTIONS);
	list_init(&clients->connections);
	list_init(&clients->waiting);
	list_init(&clients->processes);
	uv_idle_init(loop, &clients->idle);
	clients->idle.data = clients;
	return clients;
}

static void on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

void process_peers_close(struct process_peers *clients)
{
	if (clients == NULL) {
		return;
	}
	while (!list_is_empty(&clients->connections)) {
		free_connection(
			clients, list_entry(clients->connections.next, struct connection, link));
	}
	struct client_process *held, *next;
	list_for_each_safe(held, next, &clients->processes, link)
	{
		release_process(held);
	}
	process_finder_destroy(clients->finder);
	hash_finish(&clients->by_id);
	uv_close((uv_handle_t *)&clients->idle, on_closed);
}
