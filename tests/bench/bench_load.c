/* As many requests as the server takes, over keep-alive connections with one in flight on each. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "bench.h"
#include "bench_http.h"
#include "bench_process.h"

enum { WARM_UP_NS = 1000000000, SLOTS_PER_OCTAVE_BITS = 7, SLOTS = 58 << SLOTS_PER_OCTAVE_BITS };

/* Latencies in steps of under 1 %. */
struct histogram {
	uint64_t count, slots[SLOTS];
};

struct connection {
	int fd;
	const struct bench_request *request; // in flight
	size_t sent;
	uint64_t began_ns;
	struct bench_response response;
};

struct load {
	const struct bench_options *options;
	struct bench_url url;
	struct bench_request requests[BENCH_MAX_BODIES];
	size_t next;
	int epoll;
	struct connection *connections;
	uint64_t answered, records, refused, broken;
	struct histogram latency;
};

static unsigned slot_of(uint64_t ns)
{
	if (ns >> SLOTS_PER_OCTAVE_BITS == 0) {
		return (unsigned)ns;
	}
	unsigned octave = 63U - (unsigned)__builtin_clzll(ns) - SLOTS_PER_OCTAVE_BITS;
	unsigned step = (unsigned)(ns >> octave) & ((1U << SLOTS_PER_OCTAVE_BITS) - 1);
	return ((octave + 1) << SLOTS_PER_OCTAVE_BITS) + step;
}

static uint64_t middle_of(unsigned slot)
{
	unsigned octave = slot >> SLOTS_PER_OCTAVE_BITS;
	if (octave == 0) {
		return slot;
	}
	uint64_t step = (1U << SLOTS_PER_OCTAVE_BITS) +
			(slot & ((1U << SLOTS_PER_OCTAVE_BITS) - 1));
	return (step << (octave - 1)) + ((1ULL << (octave - 1)) >> 1);
}

static double quantile_us(const struct histogram *h, double q)
{
	uint64_t wanted = (uint64_t)(q * (double)h->count + 0.999999), seen = 0;
	for (unsigned i = 0; i < SLOTS; i++) {
		seen += h->slots[i];
		if (seen >= wanted && seen > 0) {
			return (double)middle_of(i) / 1000;
		}
	}
	return 0;
}

static void watch(struct load *l, struct connection *c, int operation, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.ptr = c};
	epoll_ctl(l->epoll, operation, c->fd, &event);
}

static void open_connection(struct load *l, struct connection *c)
{
	*c = (struct connection){.fd = bench_connect(&l->url)};
	if (c->fd < 0) {
		bench_die("nobody listens on %s", l->url.host);
	}
	watch(l, c, EPOLL_CTL_ADD, EPOLLIN);
}

static void reopen_connection(struct load *l, struct connection *c)
{
	l->broken++;
	close(c->fd);
	open_connection(l, c);
}

static void continue_sending(struct load *l, struct connection *c)
{
	while (c->sent < c->request->size) {
		ssize_t size = send(c->fd, c->request->bytes + c->sent, c->request->size - c->sent,
			MSG_NOSIGNAL);
		if (size < 0 && errno == EAGAIN) {
			watch(l, c, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
			return;
		}
		if (size < 0) {
			reopen_connection(l, c);
			return;
		}
		c->sent += (size_t)size;
	}
}

static void begin_request(struct load *l, struct connection *c)
{
	c->request = &l->requests[l->next++ % l->options->body_count];
	c->sent = 0;
	c->response = (struct bench_response){0};
	c->began_ns = bench_now_ns();
	continue_sending(l, c);
}

static void count_answer(struct load *l, struct connection *c)
{
	l->latency.slots[slot_of(bench_now_ns() - c->began_ns)]++;
	l->latency.count++;
	l->answered++;
	l->records += (uint64_t)c->request->records;
	l->refused += c->response.status / 100 != 2;
	c->request = NULL;
}

static void read_answer(struct load *l, struct connection *c)
{
	static char bytes[65536];
	ssize_t size = recv(c->fd, bytes, sizeof(bytes), 0);
	if (size < 0 && errno == EAGAIN) {
		return;
	}
	int whole = size > 0 ? bench_response_feed(&c->response, bytes, (size_t)size) : -1;
	if (whole < 0) {
		reopen_connection(l, c);
	} else if (whole > 0) {
		count_answer(l, c);
	}
}

static void handle_event(struct load *l, const struct epoll_event *event)
{
	struct connection *c = event->data.ptr;
	if ((event->events & EPOLLOUT) != 0 && c->request != NULL) {
		watch(l, c, EPOLL_CTL_MOD, EPOLLIN);
		continue_sending(l, c);
	}
	if ((event->events & ~(uint32_t)EPOLLOUT) != 0) {
		read_answer(l, c);
	}
}

/* With --requests until so many were sent and answered. */
static bool is_over(const struct load *l, uint64_t end_ns)
{
	uint64_t requests = (uint64_t)l->options->requests;
	return requests > 0 ? l->answered + l->broken >= requests : bench_now_ns() >= end_ns;
}

static void run_until(struct load *l, uint64_t end_ns)
{
	struct epoll_event events[256];
	uint64_t most = l->options->requests > 0 ? (uint64_t)l->options->requests : UINT64_MAX;
	while (!is_over(l, end_ns)) {
		for (int i = 0; i < l->options->connections; i++) {
			if (l->connections[i].request == NULL && l->next < most) {
				begin_request(l, &l->connections[i]);
			}
		}
		int count = epoll_wait(l->epoll, events, 256, 100);
		for (int i = 0; i < count; i++) {
			handle_event(l, &events[i]);
		}
	}
}

static void load_start(struct load *l, const struct bench_options *o)
{
	l->options = o;
	l->url = bench_url_parse(o->url);
	for (size_t i = 0; i < o->body_count; i++) {
		l->requests[i] = bench_request_load(&l->url, o->bodies[i]);
	}
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	l->connections = xcalloc((size_t)o->connections, sizeof(*l->connections));
	for (int i = 0; i < o->connections; i++) {
		open_connection(l, &l->connections[i]);
	}
}

static void load_stop(struct load *l)
{
	for (int i = 0; i < l->options->connections; i++) {
		close(l->connections[i].fd);
	}
	for (size_t i = 0; i < l->options->body_count; i++) {
		bench_request_finish(&l->requests[i]);
	}
	free(l->connections);
	close(l->epoll);
}

static void begin_counting(struct load *l)
{
	l->answered = l->records = l->refused = l->broken = 0;
	memset(&l->latency, 0, sizeof(l->latency));
	bench_process_reset_peak(l->options->pid);
}

int bench_load(const struct bench_options *o)
{
	static struct load l;
	if (o->body_count == 0) {
		bench_die("load needs a --body");
	}
	load_start(&l, o);
	if (o->requests == 0) {
		run_until(&l, bench_now_ns() + WARM_UP_NS);
	}
	begin_counting(&l);
	struct bench_process before = bench_process_sample(o->pid);
	double own_cpu_s = bench_process_own_cpu_s();
	uint64_t began_ns = bench_now_ns();
	run_until(&l, began_ns + (uint64_t)(o->seconds * 1e9));
	double elapsed_s = (double)(bench_now_ns() - began_ns) / 1e9;
	own_cpu_s = bench_process_own_cpu_s() - own_cpu_s;
	struct bench_process after = bench_process_sample(o->pid);
	double cpu_s = after.cpu_s - before.cpu_s;
	printf("{\"requests_per_s\":%.1f,\"requests_per_cpu_s\":%.0f,\"cpu_s_per_million_records\":"
	       "%.4f,"
	       "\"p50_us\":%.1f,\"p99_us\":%.1f,\"refused\":%" PRIu64 ",\"broken\":%" PRIu64
	       ",\"peak_kb\":%ld,\"threads\":%ld,\"own_load\":%.2f}\n",
		(double)l.answered / elapsed_s, cpu_s > 0 ? (double)l.answered / cpu_s : 0,
		l.records > 0 ? cpu_s * 1e6 / (double)l.records : 0, quantile_us(&l.latency, 0.5),
		quantile_us(&l.latency, 0.99), l.refused, l.broken, after.peak_kb, after.threads,
		own_cpu_s / elapsed_s);
	load_stop(&l);
	return l.answered == 0 || l.refused > 0 || l.broken > 0;
}
