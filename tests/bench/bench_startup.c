/* What starting, stopping and doing nothing cost. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "bench.h"
#include "bench_http.h"
#include "bench_process.h"

enum { POLL_NS = 100000, SETTLE_NS = 50000000 };

#define GIVE_UP_NS 10000000000ULL

static pid_t start_command(char *const *command)
{
	pid_t pid = fork();
	if (pid == 0) {
		int fd = open("/dev/null", O_RDWR);
		dup2(fd, STDOUT_FILENO);
		dup2(fd, STDERR_FILENO);
		execvp(command[0], command);
		_exit(127);
	}
	return pid;
}

static uint64_t time_to_answer(pid_t pid, const struct bench_url *url,
	const struct bench_request *request, uint64_t began_ns)
{
	int fd;
	while ((fd = bench_connect(url)) < 0) {
		if (waitpid(pid, NULL, WNOHANG) == pid || bench_now_ns() - began_ns > GIVE_UP_NS) {
			bench_die("the command does not listen on %s", url->host);
		}
		bench_sleep_ns(POLL_NS);
	}
	int status = bench_exchange(fd, request->bytes, request->size);
	uint64_t took_ns = bench_now_ns() - began_ns;
	close(fd);
	if (status != 200) {
		bench_die("the first answer is %d", status);
	}
	return took_ns;
}

static uint64_t time_to_stop(pid_t pid, int *ret_status)
{
	uint64_t began_ns = bench_now_ns();
	kill(pid, SIGTERM);
	while (waitpid(pid, ret_status, WNOHANG) != pid) {
		if (bench_now_ns() - began_ns > GIVE_UP_NS) {
			kill(pid, SIGKILL);
			bench_die("the command does not stop");
		}
		bench_sleep_ns(POLL_NS);
	}
	return bench_now_ns() - began_ns;
}

int bench_startup(const struct bench_options *o)
{
	struct bench_url url = bench_url_parse(o->url);
	if (o->body_count != 1 || o->command == NULL) {
		bench_die("startup needs one --body and a command behind --");
	}
	struct bench_request request = bench_request_load(&url, o->bodies[0]);
	size_t samples = (size_t)o->samples;
	uint64_t *starts_ns = xcalloc(samples, sizeof(*starts_ns));
	uint64_t *stops_ns = xcalloc(samples, sizeof(*stops_ns));
	int status = 0, failures = 0;
	for (size_t i = 0; i < samples; i++) {
		uint64_t began_ns = bench_now_ns();
		pid_t pid = start_command(o->command);
		starts_ns[i] = time_to_answer(pid, &url, &request, began_ns);
		bench_sleep_ns(SETTLE_NS);
		stops_ns[i] = time_to_stop(pid, &status);
		failures += WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : 1;
	}
	bench_sort(starts_ns, samples);
	bench_sort(stops_ns, samples);
	printf("{\"samples\":%zu,\"first_answer_ms\":%.2f,\"stop_ms\":%.2f,\"failures\":%d}\n",
		samples, bench_quantile_ms(starts_ns, samples, 0.5),
		bench_quantile_ms(stops_ns, samples, 0.5), failures);
	bench_request_finish(&request);
	free(starts_ns);
	free(stops_ns);
	return failures > 0;
}

int bench_idle(const struct bench_options *o)
{
	struct bench_process before = bench_process_sample(o->pid);
	bench_sleep_ns((uint64_t)(o->seconds * 1e9));
	struct bench_process after = bench_process_sample(o->pid);
	if (after.threads == 0) {
		bench_die("there is no process %d", o->pid);
	}
	printf("{\"rss_kb\":%ld,\"threads\":%ld,\"wakeups\":%ld,\"cpu_ms\":%.3f}\n", after.rss_kb,
		after.threads, after.voluntary - before.voluntary,
		(after.cpu_s - before.cpu_s) * 1000);
	return 0;
}
