#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "bench.h"

static const struct {
	const char *name;
	int (*run)(const struct bench_options *o);
} measurements[] = {
	{"load", bench_load},
	{"probe", bench_probe},
	{"fanout", bench_fanout},
	{"startup", bench_startup},
	{"idle", bench_idle},
};

static int number(const char *option, const char *text, int max)
{
	char *end;
	long value = strtol(text, &end, 10);
	if (*end != '\0' || value < 1 || value > max) {
		bench_die("%s takes 1 to %d", option, max);
	}
	return (int)value;
}

static void add_body(struct bench_options *o, const char *path)
{
	if (o->body_count == BENCH_MAX_BODIES) {
		bench_die("too many bodies");
	}
	o->bodies[o->body_count++] = path;
}

static void set_option(struct bench_options *o, const char *option, const char *value)
{
	if (strcmp(option, "--url") == 0) {
		o->url = value;
	} else if (strcmp(option, "--body") == 0) {
		add_body(o, value);
	} else if (strcmp(option, "--pid") == 0) {
		o->pid = number(option, value, INT_MAX);
	} else if (strcmp(option, "--connections") == 0) {
		o->connections = number(option, value, 4096);
	} else if (strcmp(option, "--seconds") == 0) {
		o->seconds = number(option, value, 600);
	} else if (strcmp(option, "--requests") == 0) {
		o->requests = number(option, value, INT_MAX);
	} else if (strcmp(option, "--samples") == 0) {
		o->samples = number(option, value, 100000);
	} else if (strcmp(option, "--readers") == 0) {
		o->readers = number(option, value, 10000);
	} else if (strcmp(option, "--lines") == 0) {
		o->lines = value;
	} else if (strcmp(option, "--stream") == 0) {
		o->stream = value;
	} else {
		bench_die("unknown option %s", option);
	}
}

int main(int argc, char **argv)
{
	struct bench_options o = {.connections = 8, .seconds = 5, .samples = 100, .readers = 100};
	signal(SIGPIPE, SIG_IGN);
	for (int i = 2; i < argc; i += 2) {
		if (strcmp(argv[i], "--") == 0) {
			o.command = argv + i + 1;
			break;
		}
		if (i + 1 == argc) {
			bench_die("%s needs a value", argv[i]);
		}
		set_option(&o, argv[i], argv[i + 1]);
	}
	for (size_t i = 0; argc > 1 && i < ARRAY_SIZE(measurements); i++) {
		if (strcmp(argv[1], measurements[i].name) == 0) {
			if (o.url == NULL && measurements[i].run != bench_idle) {
				bench_die("%s needs --url", argv[1]);
			}
			return measurements[i].run(&o);
		}
	}
	bench_die("usage: otlpbench load|probe|fanout|startup|idle OPTION...; see README.md");
}
