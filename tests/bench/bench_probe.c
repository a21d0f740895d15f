/* From the POST of a prompt in a session never seen before to the line that says it is working. */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "bench.h"
#include "bench_http.h"
#include "bench_process.h"

enum { LINES_BYTES = 1 << 20, POLL_MS = 100 };

#define TIMEOUT_NS 5000000000ULL

struct lines {
	int fd;
	size_t size;
	char bytes[LINES_BYTES];
};

static bool line_says_working(char *line, size_t size, const char *session_id)
{
	return memmem(line, size, session_id, strlen(session_id)) != NULL &&
	       memmem(line, size, "\"state\":\"working\"", 17) != NULL;
}

/* Reads what is there; true if one of the whole lines is about the session. */
static bool lines_read(struct lines *l, const char *session_id)
{
	bool found = false;
	ssize_t size;
	while ((size = read(l->fd, l->bytes + l->size, sizeof(l->bytes) - l->size)) > 0) {
		l->size += (size_t)size;
		char *line = l->bytes, *end;
		while ((end = memchr(line, '\n', l->size - (size_t)(line - l->bytes))) != NULL) {
			found = found || line_says_working(line, (size_t)(end - line), session_id);
			line = end + 1;
		}
		l->size -= (size_t)(line - l->bytes);
		memmove(l->bytes, line, l->size);
	}
	return found;
}

/* The time until the line came; 0 if it did not. */
static uint64_t await_line(struct lines *l, const char *session_id, uint64_t began_ns)
{
	struct pollfd ready = {.fd = l->fd, .events = POLLIN};
	while (bench_now_ns() - began_ns < TIMEOUT_NS && poll(&ready, 1, POLL_MS) >= 0) {
		uint64_t seen_ns = bench_now_ns(); // before the cost of looking at it
		if (lines_read(l, session_id)) {
			return seen_ns - began_ns;
		}
	}
	return 0;
}

int bench_probe(const struct bench_options *o)
{
	static struct lines lines;
	struct bench_url url = bench_url_parse(o->url);
	if (o->body_count != 1 || o->lines == NULL) {
		bench_die("probe needs one --body and --lines");
	}
	lines.fd = open(o->lines, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	int fd = bench_connect(&url);
	if (lines.fd < 0 || fd < 0) {
		bench_die("nobody listens on %s, or no lines come from %s", o->url, o->lines);
	}
	struct bench_request request = bench_request_load(&url, o->bodies[0]);
	char *bytes = xmalloc(request.size), session_id[BENCH_SESSION_ID_BYTES + 1];
	uint64_t *times_ns = xcalloc((size_t)o->samples, sizeof(*times_ns));
	size_t count = 0;
	for (int i = 0; i < o->samples; i++) {
		bench_sleep_between(20, 120);
		bench_session_id(session_id);
		lines_read(&lines, session_id); // what came meanwhile
		bench_request_fill(&request, session_id, bytes);
		uint64_t began_ns = bench_now_ns();
		if (send(fd, bytes, request.size, MSG_NOSIGNAL) != (ssize_t)request.size) {
			bench_die("the server does not take the request");
		}
		uint64_t took_ns = await_line(&lines, session_id, began_ns);
		if (bench_await_answer(fd) != 200) {
			bench_die("the answer is not 200");
		}
		if (took_ns > 0) {
			times_ns[count++] = took_ns;
		}
	}
	bench_sort(times_ns, count);
	printf("{\"samples\":%d,\"missing\":%d,\"p50_ms\":%.3f,\"p99_ms\":%.3f}\n", o->samples,
		o->samples - (int)count, bench_quantile_ms(times_ns, count, 0.5),
		bench_quantile_ms(times_ns, count, 0.99));
	bench_request_finish(&request);
	free(bytes);
	free(times_ns);
	close(fd);
	close(lines.fd);
	return count < (size_t)o->samples;
}
