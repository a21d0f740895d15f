#include "process/process_listener.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "process/process_finder.h"
#include "process/process_info.h"
#include "process/process_socket.h"

enum { LINE_BYTES = 512, LISTENING = 0x0a, STEP = 1000 };

struct socket {
	uint64_t inode;
	int64_t uid;
};

/* A line of /proc/net/tcp or tcp6: proc(5). */
static bool read_line(const char *line, uint16_t port, struct socket *ret)
{
	unsigned local_port, state;
	uint64_t uid, inode;
	/* slot, both ends, state, queues, timer, retransmits, uid, timeout, inode */
	if (sscanf(line, "%*d: %*[0-9A-Fa-f]:%x %*s %x %*s %*s %*s %" SCNu64 " %*s %" SCNu64,
		    &local_port, &state, &uid, &inode) != 4 ||
		state != LISTENING || local_port != port) {
		return false;
	}
	*ret = (struct socket){inode, (int64_t)uid};
	return true;
}

static int find_socket(const char *table, uint16_t port, struct socket *ret)
{
	FILE *file = fopen(table, "re");
	char line[LINE_BYTES];
	bool found = false;
	if (file == NULL) {
		return -errno;
	}
	while (!found && fgets(line, sizeof(line), file) != NULL) {
		found = read_line(line, port, ret);
	}
	(void)fclose(file);
	return found ? 0 : -ENOENT;
}

static void on_result(struct process_lookup *lookup, int64_t pid, uint64_t start_ticks, void *data)
{
	(void)lookup;
	struct process_listener *l = data;
	struct process_info info = {0};
	if (pid != 0 && process_info_read(pid, start_ticks, &info) == 0) {
		l->pid = pid;
		l->name = xstrdup(info.name != NULL ? info.name : "?");
	}
	process_info_finish(&info);
}

static void find_process(uint64_t inode, struct process_listener *ret)
{
	struct process_finder *finder = process_finder_create("/proc", 1, on_result, ret);
	struct process_lookup lookup = {0};
	(void)process_finder_add(finder, &lookup, inode);
	while (process_finder_step(finder, STEP)) {
	}
	process_finder_destroy(finder);
}

static int find_in_tables(uint16_t port, struct socket *ret)
{
	int r = find_socket("/proc/net/tcp", port, ret);
	return r == -ENOENT ? find_socket("/proc/net/tcp6", port, ret) : r;
}

int process_listener_owner(const struct sockaddr *address, uint16_t port, int64_t *ret_uid)
{
	struct socket found = {0};
	int r = process_socket_listener_owner(address, ret_uid);
	if (r == 0) {
		return 0;
	}
	r = find_in_tables(
		port, &found); // the kernel also returns -ENOENT if it does not support the request
	if (r == 0) {
		*ret_uid = found.uid;
	}
	return r;
}

int process_listener_find(uint16_t port, struct process_listener *ret)
{
	struct socket found = {0};
	int r = find_in_tables(port, &found);
	if (r < 0) {
		return r;
	}
	*ret = (struct process_listener){.uid = found.uid};
	find_process(found.inode, ret);
	return 0;
}

void process_listener_finish(struct process_listener *l)
{
	free(l->name);
	*l = (struct process_listener){0};
}
