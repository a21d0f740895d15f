/* An answer that comes later, from the store or another process: the handler takes a token, and
 * answers through it when ready.
 *
 *	static void on_rows(struct rows *rows, void *data)
 *	{
 *		struct query *q = data;
 *		http_later_answer(q->later, write_rows, rows);   // write_rows is an http_handler
 *	}
 *
 * Everything happens on the loop. A token must be answered exactly once, whether or not anybody
 * still waits, and is freed by that. */
#pragma once

#include "http/http_router.h"

struct http_later;
struct http_request;
struct http_response;

/* Nobody waits any more: the peer has left, it took too long, or the server is stopping. The work
 * may be abandoned; the token must still be answered, also from within this call, but the answer is
 * dropped. */
typedef void http_later_gone(void *data);

/* Called by a handler instead of answering. NULL if too many requests are waiting: this one is then
 * answered with 503, and the handler is done. gone may be NULL. A peer that has closed only its
 * sending side still counts as waiting. */
struct http_later *http_later_begin(const struct http_request *req, struct http_response *res,
	http_later_gone *gone, void *data);

/* Calls handler at once, with the request, now without its body, and a fresh response; not called
 * if nobody waits. Not to be used within the handler of another request. Within the handler that
 * began it, or in a test without a server, it fills that handler's response. */
void http_later_answer(struct http_later *l, http_handler *handler, void *data);

/* For the connection: from here on, on_answer is called with waiter to make and send the answer. */
typedef void http_later_answered(void *waiter, http_handler *handler, void *data);
void http_later_wait(struct http_later *l, http_later_answered *on_answer, void *waiter);

/* The waiter is gone; calls http_later_gone. */
void http_later_give_up(struct http_later *l);
