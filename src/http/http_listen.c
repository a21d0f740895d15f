#include "http/http_listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/address.h"
#include "base/file_watch.h"
#include "base/log.h"
#include "base/mem.h"

enum { BACKLOG = 1024, AGAIN_MS = 1000 };

void http_listen_init(struct http_listen *set, uv_loop_t *loop, http_listen_accept *on_accept,
	http_listen_failed *on_failed, http_listen_closed *on_closed, void *data)
{
	*set = (struct http_listen){.loop = loop,
		.on_accept = on_accept,
		.on_failed = on_failed,
		.on_closed = on_closed,
		.data = data};
	list_init(&set->listeners);
}

static void on_closed(uv_handle_t *handle)
{
	struct http_listener *l = handle->data;
	struct http_listen *set = l->set;
	if (--l->open_handles > 0) {
		return;
	}
	if (l->parents_fd >= 0) {
		close(l->parents_fd);
	}
	free(l->path);
	free(l);
	set->open_handles--;
	set->on_closed(set->data);
}

static bool has_socket_file(const struct http_listener *l)
{
	struct stat st;
	return l->path != NULL && lstat(l->path, &st) == 0 && st.st_dev == l->device &&
	       st.st_ino == l->inode;
}

static void close_listener(struct http_listener *l)
{
	list_remove(&l->link);
	if (has_socket_file(l)) {
		(void)unlink(l->path);
	}
	uv_close(&l->uv.handle, on_closed);
	if (l->path != NULL) {
		uv_close((uv_handle_t *)&l->watch, on_closed);
		uv_close((uv_handle_t *)&l->again, on_closed);
	}
	if (l->parents_fd >= 0) {
		uv_close((uv_handle_t *)&l->parents, on_closed);
	}
}

void http_listen_close(struct http_listen *set)
{
	while (!list_is_empty(&set->listeners)) {
		close_listener(list_entry(set->listeners.next, struct http_listener, link));
	}
}

static void on_connection(uv_stream_t *stream, int status)
{
	struct http_listener *l = stream->data;
	if (status == 0) {
		l->set->on_accept(l, l->set->data);
	} else {
		l->set->on_failed(status, l->set->data);
	}
}

static struct http_listener *listener_create(struct http_listen *set, bool is_unix, unsigned mark)
{
	struct http_listener *l = xcalloc(1, sizeof(*l));
	l->set = set;
	l->is_unix = is_unix;
	l->mark = mark;
	l->open_handles = 1;
	l->parents_fd = -1;
	if (is_unix) {
		(void)uv_pipe_init(set->loop, &l->uv.pipe, 0); // cannot fail
	} else {
		(void)uv_tcp_init(set->loop, &l->uv.tcp); // cannot fail without a family
	}
	l->uv.handle.data = l;
	list_append(&set->listeners, &l->link);
	set->open_handles++;
	return l;
}

static int listen_or_close(struct http_listener *l)
{
	int r = uv_listen(&l->uv.stream, BACKLOG, on_connection);
	if (r != 0) {
		close_listener(l);
	}
	return r;
}

int http_listen_tcp(struct http_listen *set, struct str address, uint16_t port, unsigned mark)
{
	struct sockaddr_storage sockaddr;
	if (!address_parse(address, port, &sockaddr)) {
		return -EINVAL;
	}
	struct http_listener *l = listener_create(set, false, mark);
	unsigned flags = sockaddr.ss_family == AF_INET6 ? UV_TCP_IPV6ONLY : 0;
	int r = uv_tcp_bind(&l->uv.tcp, (const struct sockaddr *)&sockaddr, flags);
	if (r != 0) {
		close_listener(l);
		return r;
	}
	return listen_or_close(l);
}

/* A socket file that rejects connections was left behind by a process that is gone. */
static bool is_stale_socket(const struct sockaddr_un *address)
{
	struct stat st;
	if (lstat(address->sun_path, &st) != 0 || !S_ISSOCK(st.st_mode)) {
		return false;
	}
	cleanup_close int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	return fd >= 0 && connect(fd, (const struct sockaddr *)address, sizeof(*address)) != 0 &&
	       errno == ECONNREFUSED;
}

/* The mode set on the socket before bind() applies to the file from the start. */
static int bind_unix(int fd, const struct sockaddr_un *address)
{
	const struct sockaddr *sockaddr = (const struct sockaddr *)address;
	if (fchmod(fd, 0600) != 0) {
		return -errno;
	}
	if (bind(fd, sockaddr, sizeof(*address)) == 0) {
		return 0;
	}
	if (errno != EADDRINUSE || !is_stale_socket(address)) {
		return -errno;
	}
	if (unlink(address->sun_path) != 0 && errno != ENOENT) {
		return -errno;
	}
	return bind(fd, sockaddr, sizeof(*address)) == 0 ? 0 : -errno;
}

/* A bound socket, or a negative errno. */
static int open_unix(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0) {
		return -errno;
	}
	int r = bind_unix(fd, address);
	if (r != 0) {
		close(fd);
		return r;
	}
	return fd;
}

/* The new socket replaces the lost one. */
static int make_again(struct http_listener *l)
{
	int r = http_listen_unix(l->set, l->path, l->mark);
	if (r == 0) {
		log_info("the socket \"%s\" is back", l->path);
		close_listener(l);
	}
	return r;
}

static void on_again(uv_timer_t *timer)
{
	(void)make_again(timer->data);
}

static void look_for_file(struct http_listener *l)
{
	if (has_socket_file(l) || uv_is_active((uv_handle_t *)&l->again)) {
		return;
	}
	log_warn("the socket \"%s\" was removed or replaced; making it again", l->path);
	int r = make_again(l);
	if (r != 0) {
		log_errno(r, "cannot make the socket \"%s\"", l->path);
		uv_timer_start(&l->again, on_again, AGAIN_MS, AGAIN_MS);
	}
}

static void on_file_event(uv_fs_event_t *watch, const char *name, int events, int status)
{
	(void)name;
	(void)events;
	(void)status;
	look_for_file(watch->data);
}

/* Whichever directory it was, the file is looked for. */
static void ignore_event(const struct inotify_event *event, void *data)
{
	(void)event;
	(void)data;
}

static void on_parent_event(uv_poll_t *poll, int status, int events)
{
	struct http_listener *l = poll->data;
	(void)status;
	(void)events;
	while (file_watch_read(l->parents_fd, ignore_event, NULL)) {
	}
	look_for_file(l);
}

/* A renamed directory takes the file along without an event on the file itself. */
static void watch_parents(struct http_listener *l)
{
	l->parents_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (l->parents_fd < 0) {
		return;
	}
	file_watch_parents(l->parents_fd, l->path);
	l->open_handles++;
	(void)uv_poll_init(l->set->loop, &l->parents, l->parents_fd); // cannot fail
	l->parents.data = l;
	(void)uv_poll_start(&l->parents, UV_READABLE, on_parent_event);
}

/* Without inotify, a removed socket file just stays away. */
static void watch_file(struct http_listener *l)
{
	l->open_handles += 2;
	(void)uv_fs_event_init(l->set->loop, &l->watch); // cannot fail
	(void)uv_timer_init(l->set->loop, &l->again);
	l->watch.data = l->again.data = l;
	(void)uv_fs_event_start(&l->watch, on_file_event, l->path, 0);
	watch_parents(l);
}

int http_listen_unix(struct http_listen *set, const char *path, unsigned mark)
{
	struct sockaddr_un address;
	struct stat st;
	int r = address_unix(path, &address);
	if (r != 0) {
		return r;
	}
	int fd = open_unix(&address);
	if (fd < 0) {
		return fd;
	}
	struct http_listener *l = listener_create(set, true, mark);
	l->path = xstrdup(path);
	if (lstat(path, &st) == 0) {
		l->device = st.st_dev;
		l->inode = st.st_ino;
	}
	watch_file(l);
	r = uv_pipe_open(&l->uv.pipe, fd);
	if (r != 0) {
		close(fd);
		close_listener(l);
		return r;
	}
	return listen_or_close(l);
}

static int option(int fd, int name)
{
	int value = 0;
	socklen_t size = sizeof(value);
	return getsockopt(fd, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
}

int http_listen_fd(struct http_listen *set, int fd, unsigned mark)
{
	int family = option(fd, SO_DOMAIN);
	bool known = family == AF_INET || family == AF_INET6 || family == AF_UNIX;
	if (!known || option(fd, SO_TYPE) != SOCK_STREAM || option(fd, SO_ACCEPTCONN) != 1) {
		return -EINVAL;
	}
	if (fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
		return -errno;
	}
	struct http_listener *l = listener_create(set, family == AF_UNIX, mark);
	int r = l->is_unix ? uv_pipe_open(&l->uv.pipe, fd) : uv_tcp_open(&l->uv.tcp, fd);
	if (r != 0) {
		close_listener(l);
		return r;
	}
	return listen_or_close(l);
}

uint16_t http_listen_port(const struct http_listen *set)
{
	const struct http_listener *l;
	list_for_each(l, &set->listeners, link)
	{
		struct sockaddr_storage address = {0};
		int size = sizeof(address);
		if (l->is_unix ||
			uv_tcp_getsockname(&l->uv.tcp, (struct sockaddr *)&address, &size)) {
			continue;
		}
		return ntohs(address.ss_family == AF_INET
				     ? ((const struct sockaddr_in *)&address)->sin_port
				     : ((const struct sockaddr_in6 *)&address)->sin6_port);
	}
	return 0;
}
