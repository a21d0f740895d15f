#include "http/http_later.h"

#include <stdlib.h>

#include "base/mem.h"
#include "http/http_response.h"

struct http_later {
	http_later_gone *gone; // may be NULL
	void *gone_data;

	/* while the handler runs that began it; borrowed, NULL afterwards */
	const struct http_request *request;
	struct http_response *response;

	http_later_answered *on_answer; // NULL: no waiter
	void *waiter;
};

struct http_later *http_later_begin(const struct http_request *req, struct http_response *res,
	http_later_gone *gone, void *data)
{
	if (!res->may_wait) {
		res->kind = HTTP_RESPONSE_BUSY;
		return NULL;
	}
	struct http_later *l = xcalloc(1, sizeof(*l));
	*l = (struct http_later){.gone = gone, .gone_data = data, .request = req, .response = res};
	res->kind = HTTP_RESPONSE_LATER;
	res->later = l;
	return l;
}

void http_later_answer(struct http_later *l, http_handler *handler, void *data)
{
	if (l->response != NULL) {
		l->response->kind = HTTP_RESPONSE_PLAIN;
		l->response->later = NULL;
		handler(l->request, l->response, data);
	} else if (l->on_answer != NULL) {
		l->on_answer(l->waiter, handler, data);
	}
	free(l);
}

void http_later_wait(struct http_later *l, http_later_answered *on_answer, void *waiter)
{
	l->request = NULL;
	l->response = NULL;
	l->on_answer = on_answer;
	l->waiter = waiter;
}

void http_later_give_up(struct http_later *l)
{
	http_later_wait(l, NULL, NULL);
	if (l->gone != NULL) {
		l->gone(l->gone_data); // may free l
	}
}
