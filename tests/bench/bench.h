/* The load generator and the probes: what a measurement is told, and what they share. Only for the
 * loopback interface; whatever goes wrong ends the program with a message. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { BENCH_MAX_BODIES = 4096 };

struct bench_options {
	const char *url; // http://127.0.0.1:PORT/v1/logs
	const char *bodies[BENCH_MAX_BODIES];
	size_t body_count;
	pid_t pid;            // of the server; 0: not looked at
	int connections;      // load: each with one request in flight
	double seconds;       // load: after one of warming up; idle
	int requests;         // load: so many, each body in turn, and no warming up; 0: by seconds
	const char *lines;    // probe: the FIFO on which the server tells its lines
	const char *stream;   // fanout: the path of the event stream
	int readers;          // fanout
	int samples;          // probe, fanout, startup
	char *const *command; // startup
};

/* Each prints one JSON object and returns the exit status: 1 if an answer was missing or wrong. */
int bench_load(const struct bench_options *o);
int bench_probe(const struct bench_options *o);
int bench_fanout(const struct bench_options *o);
int bench_startup(const struct bench_options *o);
int bench_idle(const struct bench_options *o);

void bench_die(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));

uint64_t bench_now_ns(void);
void bench_sleep_ns(uint64_t ns);

/* A moment between from_ms and to_ms, so that samples do not fall in step with anything. */
void bench_sleep_between(unsigned from_ms, unsigned to_ms);

/* The q-th part of sorted times, in ms; -1 if there are none. bench_sort() sorts. */
void bench_sort(uint64_t *times_ns, size_t count);
double bench_quantile_ms(const uint64_t *times_ns, size_t count, double q);
