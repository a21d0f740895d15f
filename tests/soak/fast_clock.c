/* LD_PRELOAD: clocks that run FAST_CLOCK_SPEED times as fast, and waits that are so much shorter.
 * The monotonic clock starts from what it was at the moment FAST_CLOCK_MONO_NS, the wall clock from
 * FAST_CLOCK_WALL_NS, so that whoever knows these three knows the time. */
#include <dlfcn.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/time.h>
#include <time.h>

static const int64_t second_ns = 1000000000;
static int64_t speed = 1, began_mono_ns, began_wall_ns;
static int (*real_clock_gettime)(clockid_t, struct timespec *);
static int (*real_epoll_wait)(int, struct epoll_event *, int, int);
static int (*real_epoll_pwait)(int, struct epoll_event *, int, int, const sigset_t *);
static int (*real_poll)(struct pollfd *, nfds_t, int);
static int (*real_timedwait)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);

static void find(void *function, const char *name)
{
	*(void **)function = dlsym(RTLD_NEXT, name);
}

static int64_t number(const char *name)
{
	const char *text = getenv(name);
	return text != NULL ? strtoll(text, NULL, 10) : 0;
}

__attribute__((constructor)) static void begin(void)
{
	find(&real_clock_gettime, "clock_gettime");
	find(&real_epoll_wait, "epoll_wait");
	find(&real_epoll_pwait, "epoll_pwait");
	find(&real_poll, "poll");
	/* not that of glibc before 2.3.2, which takes another pthread_cond_t and may be found first
	 */
	*(void **)(void *)&real_timedwait = dlvsym(
		RTLD_NEXT, "pthread_cond_timedwait", "GLIBC_2.3.2");
	if (real_timedwait == NULL) {
		find(&real_timedwait, "pthread_cond_timedwait");
	}
	speed = number("FAST_CLOCK_SPEED") > 0 ? number("FAST_CLOCK_SPEED") : 1;
	began_mono_ns = number("FAST_CLOCK_MONO_NS");
	began_wall_ns = number("FAST_CLOCK_WALL_NS");
}

static int64_t real_mono_ns(void)
{
	struct timespec t;
	(void)real_clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * second_ns + t.tv_nsec;
}

static int64_t fast_ns(int64_t began_ns)
{
	return began_ns + (real_mono_ns() - began_mono_ns) * speed;
}

static struct timespec timespec_of(int64_t ns)
{
	return (struct timespec){.tv_sec = ns / second_ns, .tv_nsec = ns % second_ns};
}

/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): the C library's are reserved */

int clock_gettime(clockid_t clock, struct timespec *ret)
{
	switch (clock) {
	case CLOCK_MONOTONIC:
	case CLOCK_MONOTONIC_COARSE:
	case CLOCK_BOOTTIME: *ret = timespec_of(fast_ns(began_mono_ns)); return 0;
	case CLOCK_REALTIME:
	case CLOCK_REALTIME_COARSE: *ret = timespec_of(fast_ns(began_wall_ns)); return 0;
	default: return real_clock_gettime(clock, ret);
	}
}

time_t time(time_t *ret)
{
	time_t now = (time_t)(fast_ns(began_wall_ns) / second_ns);
	if (ret != NULL) {
		*ret = now;
	}
	return now;
}

int gettimeofday(struct timeval *restrict ret, void *restrict zone)
{
	(void)zone;
	int64_t now = fast_ns(began_wall_ns);
	*ret = (struct timeval){.tv_sec = now / second_ns, .tv_usec = now % second_ns / 1000};
	return 0;
}

/* At least 1 ms where it is to wait at all: not to spin. */
static int shorter_ms(int ms)
{
	return ms <= 0 ? ms : 1 + (int)(ms / speed);
}

int epoll_wait(int fd, struct epoll_event *events, int count, int ms)
{
	return real_epoll_wait(fd, events, count, shorter_ms(ms));
}

int epoll_pwait(int fd, struct epoll_event *events, int count, int ms, const sigset_t *mask)
{
	return real_epoll_pwait(fd, events, count, shorter_ms(ms), mask);
}

int poll(struct pollfd *fds, nfds_t count, int ms)
{
	return real_poll(fds, count, shorter_ms(ms));
}

/* The daemon's conditions wait by either clock: which one is told by the size of the number. */
int pthread_cond_timedwait(pthread_cond_t *restrict cond, pthread_mutex_t *restrict mutex,
	const struct timespec *restrict at)
{
	int64_t at_ns = at->tv_sec * second_ns + at->tv_nsec;
	int64_t is_wall = at_ns > began_wall_ns / 2;
	int64_t left_ns = at_ns - fast_ns(is_wall ? began_wall_ns : began_mono_ns);
	struct timespec now;
	(void)real_clock_gettime(is_wall ? CLOCK_REALTIME : CLOCK_MONOTONIC, &now);
	const struct timespec until = timespec_of(
		now.tv_sec * second_ns + now.tv_nsec + (left_ns > 0 ? left_ns / speed : 0));
	return real_timedwait(cond, mutex, &until);
}

/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */
