#include "app/app_setup.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/self.h"
#include "process/process_launch.h"
#include "version.h"

enum { OUTPUT_BYTES = 1 << 20 };

struct setup_request {
	struct list link; // app_setup::waiting
	struct http_later *later;
};

/* Whoever asks from within is answered next time. */
static void answer_all(struct app_setup *s, struct str clients)
{
	struct setup_request *r, *next;
	struct list waiting;
	list_init(&waiting);
	list_for_each_safe(r, next, &s->waiting, link)
	{
		list_remove(&r->link);
		list_append(&waiting, &r->link);
	}
	list_for_each_safe(r, next, &waiting, link)
	{
		list_remove(&r->link);
		web_setup_answer(&s->web, r->later, clients);
		free(r);
	}
}

static void on_output(int exit_status, struct str output, void *data)
{
	struct app_setup *s = data;
	s->is_looking = false;
	if (exit_status != EXIT_SUCCESS) {
		log_warn("cannot look for the clients: \"setup --json\" has failed");
	}
	answer_all(s, exit_status == EXIT_SUCCESS ? output : STR(""));
}

static int look(struct app_setup *s)
{
	cleanup_free char *program = self_companion("otel-ai-monitor", PROGRAM_PATH);
	cleanup_free char *port = xasprintf("%u", (unsigned)s->port);
	const char *const argv[] = {program, "setup", "--json", "--port", port, NULL};
	return process_launch_read(s->launcher, argv, OUTPUT_BYTES, on_output, s);
}

static void on_ask(struct http_later *later, void *data)
{
	struct app_setup *s = data;
	struct setup_request *r = xcalloc(1, sizeof(*r));
	r->later = later;
	list_append(&s->waiting, &r->link);
	if (!s->is_looking) {
		s->is_looking = s->launcher != NULL && look(s) == 0;
	}
	if (!s->is_looking) {
		answer_all(s, STR(""));
	}
}

void app_setup_init(struct app_setup *s, uv_loop_t *loop, const struct session_tracker *tracker)
{
	*s = (struct app_setup){
		.web = {.tracker = tracker, .on_ask = on_ask, .data = s},
		.launcher = process_launcher_create(loop),
	};
	list_init(&s->waiting);
}

void app_setup_stop(struct app_setup *s)
{
	process_launcher_close(s->launcher);
	s->launcher = NULL;
	answer_all(s, STR(""));
}
