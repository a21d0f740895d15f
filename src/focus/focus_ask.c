#include "focus/focus_ask.h"

#include <errno.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/run.h"

static int read_answer(int fd, focus_ask_is_whole *is_whole, struct buf *answer)
{
	char chunk[16 * 1024];
	while (is_whole == NULL || !is_whole(buf_str(answer))) {
		ssize_t size = read(fd, chunk, sizeof(chunk));
		if (size < 0 && errno != EINTR) {
			return -errno;
		}
		if (size == 0) {
			return is_whole == NULL ? 0 : -EPROTO;
		}
		int r = buf_append(answer, chunk, size > 0 ? (size_t)size : 0);
		if (r < 0) {
			return r;
		}
	}
	return 0;
}

int focus_ask_socket(
	const char *path, struct str request, focus_ask_is_whole *is_whole, struct buf *ret_answer)
{
	cleanup_close int fd = fd_connect_unix(path, 0);
	if (fd < 0) {
		return fd;
	}
	int r = fd_send_all(fd, request);
	return r < 0 ? r : read_answer(fd, is_whole, ret_answer);
}

int focus_ask_program(const char *const argv[], struct buf *ret_output)
{
	int r = run_program(
		&(struct run){.argv = argv, .output = ret_output, .drops_errors = true});
	return r > 0 ? -ECANCELED : r;
}
