#include "process/process_child.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/suite.h"

struct address {
	struct sockaddr_storage storage;
	socklen_t size;
};

static struct address loopback(int family)
{
	struct address a = {.storage.ss_family = (sa_family_t)family};
	if (family == AF_INET) {
		struct sockaddr_in *in = (struct sockaddr_in *)&a.storage;
		in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		a.size = sizeof(*in);
	} else {
		struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&a.storage;
		in6->sin6_addr = in6addr_loopback;
		a.size = sizeof(*in6);
	}
	return a;
}

static struct address map_into_ipv6(const struct address *from)
{
	struct address a = loopback(AF_INET6);
	const struct sockaddr_in *in = (const struct sockaddr_in *)&from->storage;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&a.storage;
	in6->sin6_port = in->sin_port;
	memset(&in6->sin6_addr, 0, sizeof(in6->sin6_addr));
	memset(&in6->sin6_addr.s6_addr[10], 0xff, 2);
	memcpy(&in6->sin6_addr.s6_addr[12], &in->sin_addr, 4);
	return a;
}

static int listen_on(struct address *a)
{
	int fd = socket(a->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&a->storage, a->size), 0);
	ck_assert_int_eq(listen(fd, PROCESS_CHILD_CONNECTIONS), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&a->storage, &a->size), 0);
	return fd;
}

/* ---- in the child, where a failure is told by its exit status */

static void need(bool done)
{
	if (!done) {
		_exit(EXIT_FAILURE);
	}
}

static void become(const struct process_child_options *options, const struct address *server)
{
	static char program[] = "/bin/sleep", seconds[] = "1000";
	static char *const arguments[] = {program, seconds, NULL};
	static char *const nothing[] = {NULL};
	need(options->cwd == NULL || chdir(options->cwd) == 0);
	need(options->uid == 0 || setresuid(options->uid, options->uid, options->uid) == 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (int i = 0; i < options->connection_count; i++) {
		int fd = socket(server->storage.ss_family, SOCK_STREAM, 0);
		need(connect(fd, (const struct sockaddr *)&server->storage, server->size) == 0);
	}
	execve(arguments[0], arguments,
		options->environment != NULL ? (char *const *)options->environment : nothing);
	_exit(EXIT_FAILURE);
}

/* ---- in the test */

static void take_connections(
	struct process_child *child, const struct process_child_options *options, int listener)
{
	for (int i = 0; i < options->connection_count; i++) {
		socklen_t size = sizeof(child->peer[i]);
		child->accepted[i] = accept4(
			listener, (struct sockaddr *)&child->peer[i], &size, SOCK_CLOEXEC);
		ck_assert_int_ge(child->accepted[i], 0);
		size = sizeof(child->local[i]);
		getsockname(child->accepted[i], (struct sockaddr *)&child->local[i], &size);
	}
}

static pid_t fork_into(int clone_flags)
{
	return clone_flags == 0 ? fork()
				: (pid_t)syscall(SYS_clone, clone_flags | SIGCHLD, 0, 0, 0, 0);
}

void process_child_start(struct process_child *child, const struct process_child_options *options)
{
	int family = options->connection_family != 0 ? options->connection_family : AF_INET;
	struct address server = loopback(family);
	int listener = listen_on(&server), started[2];
	struct address seen = options->through_ipv6 ? map_into_ipv6(&server) : server;
	char byte;
	ck_assert_int_eq(pipe2(started, O_CLOEXEC), 0);
	*child = (struct process_child){.accepted = {-1, -1}};
	child->pid = fork_into(options->clone_flags);
	if (child->pid == 0) {
		become(options, &seen);
	}
	close(started[1]);
	if (child->pid > 0) {
		ck_assert_int_eq(read(started[0], &byte, 1), 0); // closed by exec
		take_connections(child, options, listener);
	}
	close(started[0]);
	close(listener);
}

void process_child_kill(struct process_child *child)
{
	if (child->pid > 0) {
		kill(child->pid, SIGKILL);
		waitpid(child->pid, NULL, 0);
		child->pid = -1;
	}
}

void process_child_finish(struct process_child *child)
{
	process_child_kill(child);
	for (int i = 0; i < PROCESS_CHILD_CONNECTIONS; i++) {
		if (child->accepted[i] >= 0) {
			close(child->accepted[i]);
			child->accepted[i] = -1;
		}
	}
}
