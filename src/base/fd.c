#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/address.h"
#include "base/buf.h"
#include "base/number.h"

int fd_read_all(int fd, struct buf *text)
{
	char chunk[16 * 1024];
	ssize_t size;
	while ((size = read(fd, chunk, sizeof(chunk))) != 0) {
		if (size < 0 && errno != EINTR) {
			return -errno;
		}
		int r = buf_append(text, chunk, size > 0 ? (size_t)size : 0);
		if (r < 0) {
			return r == -ENOBUFS ? -EFBIG : r;
		}
	}
	return 0;
}

int fd_write_all(int fd, struct str bytes)
{
	while (bytes.size > 0) {
		ssize_t wrote = write(fd, bytes.data, bytes.size);
		if (wrote < 0 && errno != EINTR) {
			return -errno;
		}
		bytes = str_skip(bytes, wrote > 0 ? (size_t)wrote : 0);
	}
	return 0;
}

int fd_send_all(int fd, struct str bytes)
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

int fd_connect_unix(const char *path, int flags)
{
	struct sockaddr_un address;
	int r = address_unix(path, &address);
	if (r != 0) {
		return r;
	}
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
		r = -errno;
		close(fd);
		return r;
	}
	return fd >= 0 ? fd : -errno;
}

const char *fd_path(int fd, char path[FD_PATH_BYTES])
{
	(void)snprintf(path, FD_PATH_BYTES, "/proc/self/fd/%d", fd);
	return path;
}

int fd_open_nonblocking(int fd)
{
	char path[FD_PATH_BYTES];
	struct stat st;
	if (fstat(fd, &st) != 0 || !(S_ISFIFO(st.st_mode) || isatty(fd))) {
		return -1;
	}
	return open(fd_path(fd, path), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

ssize_t fd_write_nonblocking(int fd, struct str bytes)
{
	struct pollfd room = {.fd = fd, .events = POLLOUT};
	ssize_t sent = send(fd, bytes.data, bytes.size, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (sent >= 0 || errno != ENOTSOCK) {
		return sent;
	}
	if (poll(&room, 1, 0) == 0) {
		errno = EAGAIN;
		return -1;
	}
	return write(fd, bytes.data, min_size(bytes.size, PIPE_BUF));
}

bool fd_is_journal(int fd, const char *stream)
{
	unsigned long long device, inode;
	struct stat st;
	return stream != NULL && sscanf(stream, "%llu:%llu", &device, &inode) == 2 &&
	       fstat(fd, &st) == 0 && st.st_dev == device && st.st_ino == inode;
}
