#include "focus/focus_command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"

enum { EXIT_NOT_FOUND = 127 };

static _Noreturn void become(const char *const argv[], int output)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL); // whoever waits for it may be ended by its alarm
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	dup2(null, STDIN_FILENO);
	dup2(output, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	execvp(argv[0], (char *const *)argv);
	_exit(EXIT_NOT_FOUND);
}

static int wait_for(pid_t pid)
{
	int status;
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR) {
			return -errno;
		}
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_NOT_FOUND) {
		return -ENOENT;
	}
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -ECANCELED;
}

int focus_command_run(const char *const argv[], struct buf *ret_output)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) != 0) {
		return -errno;
	}
	pid_t pid = fork();
	if (pid == 0) {
		become(argv, ends[1]);
	}
	int r = pid < 0 ? -errno : 0;
	close(ends[1]);
	if (r == 0) {
		r = fd_read_all(ends[0], ret_output);
	}
	close(ends[0]); // one that writes on is ended by that
	int ended = pid > 0 ? wait_for(pid) : 0;
	return r < 0 ? r : ended;
}
