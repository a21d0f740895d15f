#include "cli/cli_run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

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

/* Up to the end of a line, of the output or of the patience: false. */
static bool read_line(int fd, char *ret, size_t size)
{
	size_t used = 0;
	while (used + 1 < size && memchr(ret, '\n', used) == NULL) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		if (poll(&p, 1, PATIENCE_MS) <= 0) {
			return false;
		}
		ssize_t n = read(fd, ret + used, size - 1 - used);
		if (n <= 0) {
			break;
		}
		used += (size_t)n;
	}
	ret[used] = '\0';
	ret[strcspn(ret, "\n")] = '\0';
	return true;
}

int cli_run_line(const char *path, const char *argument, char *ret, size_t size)
{
	int pipe_fds[2], status = 0;
	pid_t pid = 0;
	ret[0] = '\0';
	if (pipe2(pipe_fds, O_CLOEXEC) != 0) {
		return -errno;
	}
	int r = start(path, argument, pipe_fds[1], &pid);
	close(pipe_fds[1]);
	bool in_time = r == 0 && read_line(pipe_fds[0], ret, size);
	close(pipe_fds[0]);
	if (r < 0) {
		return r;
	}
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
