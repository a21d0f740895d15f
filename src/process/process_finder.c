#include "process/process_finder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "process/process_proc.h"

enum {
	RECENT_COUNT = 16,
	PROCESS_COST = 4, // opening a process costs as much as reading this many of its links
	LINK_BYTES = 64,
};

struct process_finder {
	char *proc;
	size_t max_lookups, count;
	process_finder_on_result *on_result;
	void *data;
	struct list lookups;
	int64_t recent[RECENT_COUNT]; // pids found, the last one first; 0: none

	uint64_t walk; // number of the current or next walk
	bool is_walking;
	unsigned recent_at; // the next of recent to look at
	DIR *processes;     // while being listed
	bool is_listed;     // pids holds the rest of this walk
	int64_t *pids;      // owned; ascending, taken from the end
	size_t pid_count, pid_capacity;
	int64_t family; // parent of the previous process, next to look at; 0: none

	int process_fd; // of the current process; -1: between two
	DIR *links;     // its descriptors
	int64_t pid, parent;
	uint64_t start_ticks; // 0: not read yet
};

struct process_finder *process_finder_create(
	const char *proc, size_t max_lookups, process_finder_on_result *on_result, void *data)
{
	struct process_finder *f = xcalloc(1, sizeof(*f));
	*f = (struct process_finder){.proc = xstrdup(proc),
		.max_lookups = max_lookups,
		.on_result = on_result,
		.data = data,
		.process_fd = -1};
	list_init(&f->lookups);
	return f;
}

/* ---- questions */

int process_finder_add(struct process_finder *f, struct process_lookup *lookup, uint64_t inode)
{
	if (f->count >= f->max_lookups) {
		return -ENOBUFS;
	}
	lookup->inode = inode;
	lookup->pid = 0;
	lookup->last_walk = f->is_walking ? f->walk + 1 : f->walk;
	list_append(&f->lookups, &lookup->link);
	f->count++;
	return 0;
}

void process_finder_cancel(struct process_finder *f, struct process_lookup *lookup)
{
	if (lookup->link.next != NULL) {
		list_remove(&lookup->link);
		f->count--;
	}
}

static void remember(struct process_finder *f, int64_t pid)
{
	unsigned at = 0;
	while (at < RECENT_COUNT - 1 && f->recent[at] != pid && f->recent[at] != 0) {
		at++;
	}
	memmove(&f->recent[1], &f->recent[0], at * sizeof(f->recent[0]));
	f->recent[0] = pid;
}

static void answer(struct process_finder *f, struct process_lookup *lookup)
{
	process_finder_cancel(f, lookup);
	if (lookup->pid != 0) {
		remember(f, lookup->pid);
	}
	f->on_result(lookup, lookup->pid, lookup->pid != 0 ? lookup->start_ticks : 0, f->data);
}

static struct process_lookup *find_lookup(struct process_finder *f, uint64_t inode)
{
	struct process_lookup *lookup;
	list_for_each(lookup, &f->lookups, link)
	{
		if (lookup->inode == inode) {
			return lookup;
		}
	}
	return NULL;
}

static struct process_lookup *find_hopeless(struct process_finder *f)
{
	struct process_lookup *lookup;
	list_for_each(lookup, &f->lookups, link)
	{
		if (lookup->last_walk < f->walk) {
			return lookup;
		}
	}
	return NULL;
}

/* Found earlier, but not in the last process. */
static struct process_lookup *find_settled(struct process_finder *f, int64_t last_pid)
{
	struct process_lookup *lookup;
	list_for_each(lookup, &f->lookups, link)
	{
		if (lookup->pid != 0 && lookup->pid != last_pid) {
			return lookup;
		}
	}
	return NULL;
}

static bool is_holder(struct process_finder *f, int64_t pid)
{
	struct process_lookup *lookup;
	list_for_each(lookup, &f->lookups, link)
	{
		if (lookup->pid == pid) {
			return true;
		}
	}
	return false;
}

/* ---- the walk */

static void leave_process(struct process_finder *f)
{
	if (f->links != NULL) {
		closedir(f->links);
		f->links = NULL;
	}
	if (f->process_fd >= 0) {
		close(f->process_fd);
		f->process_fd = -1;
	}
}

static void end_listing(struct process_finder *f)
{
	if (f->processes != NULL) {
		closedir(f->processes);
		f->processes = NULL;
	}
}

static void end_walk(struct process_finder *f)
{
	leave_process(f);
	end_listing(f);
	f->is_listed = false;
	f->pid_count = 0;
	f->recent_at = 0;
	f->family = 0;
	if (f->is_walking) {
		f->is_walking = false;
		f->walk++;
	}
}

static void give_up_hopeless(struct process_finder *f)
{
	struct process_lookup *lookup;
	while ((lookup = find_hopeless(f)) != NULL) {
		answer(f, lookup);
	}
}

void process_finder_destroy(struct process_finder *f)
{
	if (f == NULL) {
		return;
	}
	while (!list_is_empty(&f->lookups)) {
		list_remove(f->lookups.next);
	}
	end_walk(f);
	free(f->pids);
	free(f->proc);
	free(f);
}

/* Done with a process, completely or not. The holder of a socket is certain once its parent does
 * not hold it; parent is 0 if there is none to look at. */
static void settle(struct process_finder *f, int64_t pid, int64_t parent)
{
	struct process_lookup *lookup;
	f->family = is_holder(f, pid) ? parent : 0;
	int64_t unsure = f->family != 0 ? pid : 0;
	while ((lookup = find_settled(f, unsure)) != NULL) {
		answer(f, lookup);
	}
}

static bool enter_process(struct process_finder *f, int64_t pid)
{
	f->process_fd = pid != (int64_t)getpid() ? process_proc_open(f->proc, pid) : -1;
	if (f->process_fd < 0) {
		return false;
	}
	int fd = openat(f->process_fd, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	f->links = fd >= 0 ? fdopendir(fd) : NULL;
	if (f->links == NULL) {
		mem_close_fd(&fd);
		leave_process(f);
		return false;
	}
	f->pid = pid;
	f->parent = 0;
	f->start_ticks = 0;
	return true;
}

static void look_at_process(struct process_finder *f, int64_t pid)
{
	f->family = 0;
	if (!enter_process(f, pid)) {
		settle(f, pid, 0);
	}
}

static int64_t next_recent(struct process_finder *f)
{
	int64_t pid = f->recent_at < RECENT_COUNT ? f->recent[f->recent_at] : 0;
	f->recent_at = pid != 0 ? f->recent_at + 1 : RECENT_COUNT;
	return pid;
}

static int compare_pids(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

/* Advances by one name of the list. */
static void list_one(struct process_finder *f)
{
	int64_t pid;
	const struct dirent *entry = f->processes != NULL ? readdir(f->processes) : NULL;
	if (entry == NULL) {
		end_listing(f);
		f->is_listed = true;
		if (f->pid_count > 0) {
			qsort(f->pids, f->pid_count, sizeof(*f->pids), compare_pids);
		}
		return;
	}
	if (!str_to_int64(str_from(entry->d_name), &pid) || pid <= 0) {
		return;
	}
	f->pids = xgrow(f->pids, f->pid_count, &f->pid_capacity, sizeof(*f->pids));
	f->pids[f->pid_count++] = pid;
}

/* False at the end of the walk. */
static bool next_process(struct process_finder *f)
{
	int64_t pid = f->family != 0 ? f->family : next_recent(f);
	if (pid == 0 && !f->is_listed) {
		if (f->processes == NULL) {
			f->processes = opendir(f->proc);
		}
		list_one(f);
		return true;
	}
	if (pid == 0 && f->pid_count == 0) {
		return false;
	}
	look_at_process(f, pid != 0 ? pid : f->pids[--f->pid_count]);
	return true;
}

static void found_socket(struct process_finder *f, struct process_lookup *lookup)
{
	struct process_stat stat;
	if (f->start_ticks == 0 && process_proc_stat(f->process_fd, &stat) == 0) {
		f->start_ticks = stat.start_ticks;
		f->parent = stat.parent;
	}
	if (f->start_ticks != 0) {
		lookup->pid = f->pid;
		lookup->start_ticks = f->start_ticks;
	}
}

static void next_link(struct process_finder *f)
{
	char link[LINK_BYTES + 1];
	uint64_t inode;
	const struct dirent *entry = readdir(f->links);
	if (entry == NULL) {
		leave_process(f);
		settle(f, f->pid, f->parent);
		return;
	}
	ssize_t size = readlinkat(dirfd(f->links), entry->d_name, link, LINK_BYTES);
	if (size <= 0) {
		return;
	}
	link[size] = '\0';
	if (sscanf(link, "socket:[%" SCNu64 "]", &inode) == 1) {
		struct process_lookup *lookup = find_lookup(f, inode);
		if (lookup != NULL) {
			found_socket(f, lookup);
		}
	}
}

/* Advances by one name; returns the cost. */
static unsigned advance(struct process_finder *f)
{
	f->is_walking = true;
	if (f->links != NULL) {
		next_link(f);
		return 1;
	}
	if (!next_process(f)) {
		end_walk(f);
		give_up_hopeless(f);
	}
	return PROCESS_COST;
}

bool process_finder_step(struct process_finder *f, unsigned budget)
{
	unsigned spent = 0;
	while (spent < budget && !list_is_empty(&f->lookups)) {
		spent += advance(f);
	}
	if (list_is_empty(&f->lookups)) {
		end_walk(f);
		return false;
	}
	return true;
}
