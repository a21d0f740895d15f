#include "base/run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/instant.h"
#include "base/mem.h"

enum { SIGNALLED = 128 };

/* ---- start */

/* Both ends close on exec: if the child writes to report, that is why exec failed. */
static _Noreturn void become(const struct run *run, int output, int report)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (run->output != NULL) {
		dup2(null, STDIN_FILENO);
		dup2(output, STDOUT_FILENO);
	}
	if (run->drops_errors) {
		dup2(null, STDERR_FILENO);
	}
	execvp(run->argv[0], (char *const *)run->argv);
	int r = -errno;
	ssize_t ignored = write(report, &r, sizeof(r));
	(void)ignored;
	_exit(1);
}

/* 0 and the child, or a negative errno. */
static int start(const struct run *run, int output, pid_t *ret)
{
	int report[2], r = 0;
	if (pipe2(report, O_CLOEXEC) != 0) {
		return -errno;
	}
	*ret = fork();
	if (*ret == 0) {
		become(run, output, report[1]);
	}
	r = *ret < 0 ? -errno : 0;
	close(report[1]);
	if (r == 0 && read(report[0], &r, sizeof(r)) != sizeof(r)) {
		r = 0;
	}
	close(report[0]);
	if (r < 0 && *ret > 0) {
		(void)waitpid(*ret, NULL, 0);
	}
	return r;
}

/* ---- output and end */

/* Waits for something to read. False after the deadline; deadline_ms 0: none. */
static bool wait_for(int fd, int64_t deadline_ms)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	int r;
	do {
		int64_t left_ms = deadline_ms - instant_now().mono_ms;
		if (deadline_ms > 0 && left_ms <= 0) {
			return false;
		}
		r = poll(&p, 1, deadline_ms > 0 ? (int)left_ms : -1);
	} while (r < 0 && errno == EINTR);
	return r > 0;
}

/* Reads until the end of the output, of its first line if that is enough, or of the time. */
static int read_output(const struct run *run, int fd, int64_t deadline_ms)
{
	char chunk[16 * 1024];
	while (wait_for(fd, deadline_ms)) {
		ssize_t size = read(fd, chunk, sizeof(chunk));
		if (size <= 0) {
			return size < 0 ? -errno : 0;
		}
		struct str bytes = {chunk, (size_t)size}, rest = bytes;
		if (run->first_line) {
			bytes = str_cut(&rest, '\n');
		}
		if (buf_append_str(run->output, bytes) < 0) {
			return -EFBIG;
		}
		if (bytes.size < (size_t)size) {
			return 0;
		}
	}
	return -ETIMEDOUT;
}

/* A program that has printed its line may run on for ever. */
static int end(pid_t pid, int64_t deadline_ms)
{
	int status = 0;
	bool in_time = true;
	if (deadline_ms > 0) {
		cleanup_close int pid_fd = (int)syscall(SYS_pidfd_open, pid, 0);
		in_time = wait_for(pid_fd, deadline_ms);
	}
	if (!in_time) {
		kill(pid, SIGKILL);
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
	}
	if (!in_time) {
		return -ETIMEDOUT;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : SIGNALLED + WTERMSIG(status);
}

int run_program(const struct run *run)
{
	int ends[2] = {-1, -1};
	pid_t pid = 0;
	if (run->output != NULL && pipe2(ends, O_CLOEXEC) != 0) {
		return -errno;
	}
	int64_t deadline_ms = run->limit_ms > 0 ? instant_now().mono_ms + run->limit_ms : 0;
	int r = start(run, ends[1], &pid);
	mem_close_fd(&ends[1]);
	int read = r == 0 && run->output != NULL ? read_output(run, ends[0], deadline_ms) : 0;
	if (read < 0) {
		mem_close_fd(&ends[0]); // ends a program that goes on writing
		ends[0] = -1;
	}
	int ended = r == 0 ? end(pid, deadline_ms) : r;
	mem_close_fd(&ends[0]);
	return read < 0 ? read : ended;
}

/* ---- on its own */

int run_detached(const char *const *argv)
{
	static const char nothing[] = "/dev/null";
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	pid_t pid;
	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&attributes);
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, nothing, O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, nothing, O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&files, STDERR_FILENO, nothing, O_WRONLY, 0);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
	int r = posix_spawnp(&pid, argv[0], &files, &attributes, (char *const *)argv, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&files);
	return -r;
}
