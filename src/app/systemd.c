#include "app/systemd.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"

/* The number in an environment variable, -1 if missing or invalid. */
static int64_t number_in(const char *variable)
{
	int64_t number;
	return str_to_int64(str_from(getenv(variable)), &number) ? number : -1;
}

int service_take_sockets(void)
{
	enum { MAX = 16 };
	int64_t count = number_in("LISTEN_PID") == getpid() ? number_in("LISTEN_FDS") : 0;
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	if (count > MAX) {
		log_warn("%lld sockets from systemd; using the first %d", (long long)count, MAX);
		count = MAX;
	}
	return count > 0 ? (int)count : 0;
}

void service_notify(const char *lines)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	if (path == NULL || (path[0] != '/' && path[0] != '@') ||
		strlen(path) >= sizeof(address.sun_path)) {
		return;
	}
	cleanup_close int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0) {
		return;
	}
	size_t size = strlen(path);
	memcpy(address.sun_path, path, size);
	if (path[0] == '@') {
		address.sun_path[0] = '\0'; // an abstract socket
	}
	socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size);
	if (sendto(fd, lines, strlen(lines), MSG_NOSIGNAL, (struct sockaddr *)&address, length) <
		0) {
		log_debug("cannot notify the service manager: %s", strerror(errno));
	}
}

int64_t service_watchdog_ms(void)
{
	int64_t pid = number_in("WATCHDOG_PID");
	int64_t usec = number_in("WATCHDOG_USEC");
	return usec > 0 && (pid < 0 || pid == getpid()) ? usec / 1000 : 0;
}
