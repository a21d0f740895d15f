#include "cli/cli_run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/instant.h"
#include "base/mem.h"

enum { PATIENCE_MS = 10 * 1000 };

static int start(const char *path, const char *argument, int out_fd, pid_t *ret)
{
	cleanup_free char *name = xstrdup(path), *word = xstrdup(argument);
	char *const argv[] = {name, word, NULL};
	posix_spawn_file_actions_t actions;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out_fd, STDOUT_FILENO);
	int r = -posix_spawn(ret, path, &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return r;
}

/* Waits for something to read. False once the time is over. */
static bool wait_for(int fd, int64_t deadline_ms)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	int64_t left_ms = deadline_ms - instant_now().mono_ms;
	return left_ms > 0 && poll(&p, 1, (int)left_ms) > 0;
}

/* Up to the end of a line, of the output or of the time. */
static void read_line(int fd, int64_t deadline_ms, char *ret, size_t size)
{
	size_t used = 0;
	while (used + 1 < size && memchr(ret, '\n', used) == NULL && wait_for(fd, deadline_ms)) {
		ssize_t n = read(fd, ret + used, size - 1 - used);
		if (n <= 0) {
			break;
		}
		used += (size_t)n;
	}
	ret[used] = '\0';
	ret[strcspn(ret, "\n")] = '\0';
}

/* One that has said its line may still go on for ever. */
static int end(pid_t pid, int64_t deadline_ms)
{
	cleanup_close int pid_fd = (int)syscall(SYS_pidfd_open, pid, 0);
	int status = 0;
	bool in_time = wait_for(pid_fd, deadline_ms);
	if (!in_time) {
		kill(pid, SIGKILL);
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
	}
	if (!in_time) {
		return -ETIMEDOUT;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE;
}

int cli_run_line(const char *path, const char *argument, char *ret, size_t size)
{
	int pipe_fds[2];
	pid_t pid = 0;
	ret[0] = '\0';
	if (pipe2(pipe_fds, O_CLOEXEC) != 0) {
		return -errno;
	}
	int64_t deadline_ms = instant_now().mono_ms + PATIENCE_MS;
	int r = start(path, argument, pipe_fds[1], &pid);
	close(pipe_fds[1]);
	if (r == 0) {
		read_line(pipe_fds[0], deadline_ms, ret, size);
	}
	close(pipe_fds[0]);
	return r == 0 ? end(pid, deadline_ms) : r;
}
