/* From a POST until every reader of the event stream has the session's id in hand. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "bench.h"
#include "bench_http.h"
#include "bench_process.h"

enum { KEPT_BYTES = 40, READ_BYTES = 1 << 18, TIMEOUT_S = 5, CONNECT_AT_ONCE = 64 };

struct reader {
	int fd;
	bool has_it;
	size_t kept; // bytes of the last read, in which what is looked for may have begun
	char tail[KEPT_BYTES];
};

struct fanout {
	int epoll, count, left, lost;
	struct reader *readers;
	char wanted[KEPT_BYTES];
};

static void reader_lost(struct fanout *f, struct reader *r)
{
	epoll_ctl(f->epoll, EPOLL_CTL_DEL, r->fd, NULL);
	f->lost++;
	f->left -= r->has_it ? 0 : 1;
	r->has_it = true;
}

static void reader_read(struct fanout *f, struct reader *r)
{
	static char bytes[KEPT_BYTES + READ_BYTES];
	ssize_t size = recv(r->fd, bytes + KEPT_BYTES, READ_BYTES, 0);
	if (size <= 0) {
		if (size == 0 || errno != EAGAIN) {
			reader_lost(f, r);
		}
		return;
	}
	char *from = bytes + KEPT_BYTES - r->kept;
	size_t total = r->kept + (size_t)size;
	memcpy(from, r->tail, r->kept);
	if (!r->has_it && memmem(from, total, f->wanted, strlen(f->wanted)) != NULL) {
		r->has_it = true;
		f->left--;
	}
	r->kept = total < KEPT_BYTES ? total : KEPT_BYTES;
	memcpy(r->tail, from + total - r->kept, r->kept);
}

/* True when nobody is left to have it. */
static bool await_all(struct fanout *f)
{
	struct epoll_event events[512];
	uint64_t end_ns = bench_now_ns() + TIMEOUT_S * 1000000000ULL;
	while (f->left > 0 && bench_now_ns() < end_ns) {
		int count = epoll_wait(f->epoll, events, 512, 20);
		for (int i = 0; i < count; i++) {
			reader_read(f, events[i].data.ptr);
		}
	}
	return f->left == 0;
}

static void want(struct fanout *f, const char *text)
{
	snprintf(f->wanted, sizeof(f->wanted), "%s", text);
	f->left = f->count;
	for (int i = 0; i < f->count; i++) {
		f->readers[i].has_it = false;
		f->readers[i].kept = 0;
	}
}

static void open_reader(
	struct fanout *f, struct reader *r, const struct bench_url *url, const char *path)
{
	char request[512];
	r->fd = bench_connect(url);
	int size = snprintf(request, sizeof(request),
		"GET %s HTTP/1.1\r\nHost: %s\r\nAccept: text/event-stream\r\n\r\n", path,
		url->host);
	if (r->fd < 0 || send(r->fd, request, (size_t)size, MSG_NOSIGNAL) != size) {
		bench_die("the stream cannot be asked for");
	}
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = r};
	epoll_ctl(f->epoll, EPOLL_CTL_ADD, r->fd, &event);
}

static void open_readers(
	struct fanout *f, const struct bench_options *o, const struct bench_url *url)
{
	f->readers = xcalloc((size_t)o->readers, sizeof(*f->readers));
	snprintf(f->wanted, sizeof(f->wanted), "HTTP/1.1 200");
	for (int i = 0; i < o->readers; i++) {
		open_reader(f, &f->readers[i], url, o->stream);
		f->count++;
		f->left++;
		if (f->count % CONNECT_AT_ONCE == 0 || f->count == o->readers) {
			if (!await_all(f)) {
				bench_die("%d readers got no answer", f->left);
			}
		}
	}
}

static void allow_descriptors(void)
{
	struct rlimit limit;
	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

/* The time until all had one new session's id; 0 if some had not. */
static uint64_t take_sample(
	struct fanout *f, int fd, const struct bench_request *request, char *bytes)
{
	char session_id[BENCH_SESSION_ID_BYTES + 1];
	bench_sleep_between(20, 60);
	bench_session_id(session_id);
	bench_request_fill(request, session_id, bytes);
	want(f, session_id);
	uint64_t began_ns = bench_now_ns();
	if (send(fd, bytes, request->size, MSG_NOSIGNAL) != (ssize_t)request->size) {
		bench_die("the server does not take the request");
	}
	bool all = await_all(f);
	uint64_t took_ns = bench_now_ns() - began_ns;
	if (bench_await_answer(fd) != 200) {
		bench_die("the answer is not 200");
	}
	return all ? took_ns : 0;
}

int bench_fanout(const struct bench_options *o)
{
	struct bench_url url = bench_url_parse(o->url);
	if (o->body_count != 1 || o->stream == NULL) {
		bench_die("fanout needs one --body and --stream");
	}
	allow_descriptors();
	struct fanout f = {.epoll = epoll_create1(EPOLL_CLOEXEC)};
	struct bench_process before = bench_process_sample(o->pid);
	open_readers(&f, o, &url);
	struct bench_process connected = bench_process_sample(o->pid);
	struct bench_request request = bench_request_load(&url, o->bodies[0]);
	char *bytes = xmalloc(request.size);
	uint64_t *times_ns = xcalloc((size_t)o->samples, sizeof(*times_ns));
	size_t count = 0;
	int fd = bench_connect(&url);
	for (int i = 0; i < o->samples; i++) {
		uint64_t took_ns = take_sample(&f, fd, &request, bytes);
		if (took_ns > 0) {
			times_ns[count++] = took_ns;
		}
	}
	bench_sort(times_ns, count);
	printf("{\"readers\":%d,\"lost\":%d,\"missing\":%d,\"p50_ms\":%.3f,\"p99_ms\":%.3f,"
	       "\"kb_per_reader\":%.2f}\n",
		f.count, f.lost, o->samples - (int)count, bench_quantile_ms(times_ns, count, 0.5),
		bench_quantile_ms(times_ns, count, 0.99),
		(double)(connected.rss_kb - before.rss_kb) / f.count);
	bench_request_finish(&request);
	free(bytes);
	free(times_ns);
	free(f.readers);
	return f.lost > 0 || count < (size_t)o->samples;
}
