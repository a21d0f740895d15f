/* An answer that comes later, from a store or another process: the handler takes a token, and gives
 * the answer to it when it is there.
 *
 *	static void on_rows(struct rows *rows, void *data)
 *	{
 *		struct query *q = data;
 *		http_later_answer(q->later, write_rows, rows);   // write_rows is an http_handler
 *	}
 *
 * Everything happens on the loop. A token is answered exactly once, whether or not somebody still
 * waits for it, and is gone with that.
 *
 * No route needs it yet: it is meant for the queries of a store. */
#pragma once

#include "http/http_router.h"

struct http_later;
struct http_request;
struct http_response;

/* Nobody waits any more: the peer has left, it took too long, or the server stops. The work may be
 * given up; the token still wants its answer, which is dropped. It may be given from within. */
typedef void http_later_gone(void *data);

/* Called by a handler instead of answering. NULL if too many answers are waited for: the request is
 * then answered with 503, and the handler has nothing more to do. gone may be NULL. A peer that has
 * only ended its sending side still waits. */
struct http_later *http_later_begin(const struct http_request *req, struct http_response *res,
	http_later_gone *gone, void *data);

/* Calls handler with the request, whose body is no longer there, and with a fresh response, at
 * once; if nobody waits, it is not called. Not from within the handler of another request. Called
 * from within the one that began it, or by a test without a server, it fills that handler's
 * response. */
void http_later_answer(struct http_later *l, http_handler *handler, void *data);

/* For whoever carries the answer to the peer: from here on on_answer, called with waiter, is asked
 * for it. */
typedef void http_later_answered(void *waiter, http_handler *handler, void *data);
void http_later_wait(struct http_later *l, http_later_answered *on_answer, void *waiter);

/* The waiter is gone; reported to whoever was to answer. */
void http_later_give_up(struct http_later *l);
