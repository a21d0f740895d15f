#include "process/process_socket.h"

#include <errno.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

enum { ANSWER_BYTES = 4096, LINES_MAX = 8192, SEQUENCE = 1 };

static int ask_kernel(const struct process_endpoints *ends, struct process_socket *ret)
{
	cleanup_close int fd = socket(
		AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_SOCK_DIAG);
	if (fd < 0) {
		return -errno;
	}
	struct process_diag_request request;
	struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
	process_diag_request_init(&request, ends, SEQUENCE);
	if (sendto(fd, &request, sizeof(request), 0, (struct sockaddr *)&kernel, sizeof(kernel)) <
		0) {
		return -errno;
	}
	alignas(struct nlmsghdr) char answer[ANSWER_BYTES];
	struct sockaddr_nl from = {0};
	socklen_t from_size = sizeof(from);
	ssize_t size = recvfrom(
		fd, answer, sizeof(answer), 0, (struct sockaddr *)&from, &from_size);
	if (size < 0) {
		return -errno;
	}
	if (from.nl_pid != 0) {
		return -EBADMSG; // not from the kernel
	}
	return process_diag_read(answer, (size_t)size, ends, SEQUENCE, ret);
}

static int read_table(const char *path, bool is_ipv6, const struct process_endpoints *ends,
	struct process_socket *ret)
{
	FILE *table = fopen(path, "re");
	if (table == NULL) {
		return -errno;
	}
	char *line = NULL;
	size_t capacity = 0;
	int r = -ENOENT;
	for (int i = 0; i < LINES_MAX && r != 0 && getline(&line, &capacity, table) > 0; i++) {
		r = process_diag_read_line(line, is_ipv6, ends, ret) ? 0 : -ENOENT;
	}
	free(line);
	(void)fclose(table);
	return r;
}

static int find_in_text(const struct process_endpoints *ends, struct process_socket *ret)
{
	int r = -ENOENT;
	if (ends->family == AF_INET) {
		r = read_table("/proc/net/tcp", false, ends, ret);
	}
	return r == 0 ? 0 : read_table("/proc/net/tcp6", true, ends, ret);
}

static int check_owner(const struct process_socket *found, struct process_socket *ret)
{
	if (found->uid != (int64_t)geteuid()) {
		return -EPERM;
	}
	*ret = *found;
	return 0;
}

/* -ENOENT is double-checked: the kernel also returns it if it does not support the request. */
static int find_anywhere(const struct process_endpoints *ends, struct process_socket *ret)
{
	int r = ask_kernel(ends, ret);
	return r < 0 ? find_in_text(ends, ret) : r;
}

int process_socket_find_in_text(const struct process_endpoints *ends, struct process_socket *ret)
{
	struct process_socket found = {0};
	int r = find_in_text(ends, &found);
	return r < 0 ? r : check_owner(&found, ret);
}

int process_socket_find(const struct process_endpoints *ends, struct process_socket *ret)
{
	struct process_socket found = {0};
	int r = find_anywhere(ends, &found);
	return r < 0 ? r : check_owner(&found, ret);
}

/* Whether the kernel supports the request: it must know this end, which is open. */
static bool kernel_knows(const struct sockaddr *local, const struct sockaddr *peer)
{
	struct process_endpoints ends;
	struct process_socket found;
	return process_diag_endpoints(peer, local, &ends) == 0 && ask_kernel(&ends, &found) == 0;
}

int process_socket_owner(
	const struct sockaddr *local, const struct sockaddr *peer, int64_t *ret_uid)
{
	struct process_endpoints ends;
	struct process_socket found = {0};
	int r = process_diag_endpoints(local, peer, &ends);
	if (r < 0) {
		return r;
	}
	r = ask_kernel(&ends, &found);
	if (r < 0 && !kernel_knows(local, peer)) { // otherwise it is gone, and in no table
		r = find_in_text(&ends, &found);
	}
	if (r == 0) {
		*ret_uid = found.uid;
	}
	return r;
}

int process_socket_listener_owner(const struct sockaddr *address, int64_t *ret_uid)
{
	struct process_endpoints ends;
	struct process_socket found = {0};
	int r = process_diag_endpoints(address, address, &ends);
	if (r < 0) {
		return r;
	}
	ends.server_port = 0; // no connection has it, so the kernel finds who listens
	memset(ends.server, 0, sizeof(ends.server));
	r = ask_kernel(&ends, &found);
	if (r == 0) {
		*ret_uid = found.uid;
	}
	return r;
}
