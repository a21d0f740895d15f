#include "focus/focus_socket.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"

static int connect_to(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof(address.sun_path)) {
		return -ENAMETOOLONG;
	}
	memcpy(address.sun_path, path, strlen(path));
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
		int r = -errno;
		close(fd);
		return r;
	}
	return fd >= 0 ? fd : -errno;
}

static int send_all(int fd, struct str bytes)
{
	while (bytes.size > 0) {
		ssize_t sent = send(fd, bytes.data, bytes.size, MSG_NOSIGNAL);
		if (sent < 0 && errno != EINTR) {
			return -errno;
		}
		bytes = str_skip(bytes, sent > 0 ? (size_t)sent : 0);
	}
	return 0;
}

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
	cleanup_close int fd = connect_to(path);
	if (fd < 0) {
		return fd;
	}
	int r = send_all(fd, request);
	return r < 0 ? r : read_answer(fd, is_whole, ret_answer);
}
