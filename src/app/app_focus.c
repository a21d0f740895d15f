#include "app/app_focus.h"

#include <stdlib.h>

#include "app/app_notify.h"
#include "base/buf.h"
#include "base/mem.h"
#include "http/http_json.h"
#include "http/http_later.h"
#include "http/http_response.h"

struct focus_request {
	struct list link; // app_focus::waiting
	struct http_later *later;
};

static void write_raised(const struct http_request *req, struct http_response *res, void *data)
{
	(void)req;
	(void)data;
	http_json_begin(res);
	buf_append_str(http_response_body(res), STR("{\"raised\":true}\n"));
}

static void write_not_found(const struct http_request *req, struct http_response *res, void *data)
{
	http_response_status(res, 409);
	http_json_error(req, res, 409,
		STR("its terminal could not be raised; the daemon's log says why"), data);
}

static void write_not_tried(const struct http_request *req, struct http_response *res, void *data)
{
	http_response_status(res, 503);
	http_json_error(req, res, 503, STR("the focus command could not be started"), data);
}

static void answer(struct focus_request *r, http_handler *handler)
{
	list_remove(&r->link);
	http_later_answer(r->later, handler, NULL);
	free(r);
}

static void on_ended(int exit_status, void *data)
{
	answer(data, exit_status == EXIT_SUCCESS ? write_raised : write_not_found);
}

void app_focus_init(struct app_focus *f, struct app_notify *notify)
{
	f->notify = notify;
	list_init(&f->waiting);
}

void app_focus_begin(struct app_focus *f, struct str session_id, struct http_later *later)
{
	struct focus_request *r = xcalloc(1, sizeof(*r));
	r->later = later;
	list_append(&f->waiting, &r->link);
	if (app_notify_focus(f->notify, session_id, on_ended, r) < 0) {
		answer(r, write_not_tried);
	}
}

void app_focus_stop(struct app_focus *f)
{
	struct focus_request *r, *next;
	list_for_each_safe(r, next, &f->waiting, link)
	{
		answer(r, write_not_tried);
	}
}
