#include "focus/focus_socket.h"

#include <errno.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fd.h"
#include "base/mem.h"

static int read_answer(int fd, focus_socket_is_whole *is_whole, struct buf *answer)
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

int focus_socket_ask(const char *path, struct str request, focus_socket_is_whole *is_whole,
	struct buf *ret_answer)
{
	cleanup_close int fd = fd_connect_unix(path, 0);
	if (fd < 0) {
		return fd;
	}
	int r = fd_send_all(fd, request);
	return r < 0 ? r : read_answer(fd, is_whole, ret_answer);
}
