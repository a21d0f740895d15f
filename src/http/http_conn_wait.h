/* What a connection waits for, and until when. For http_conn.c only. */
#pragma once

#include <stdbool.h>

#include "http/http_conn.h"

/* A wait is timed from its start; repeating the call does not extend it. */
void http_conn_wait(struct http_conn *c, enum http_conn_wait wait);

/* For the next request, or the rest of this one. */
void http_conn_wait_for_request(struct http_conn *c);

/* For unsent bytes to be accepted; for nothing if there are none. */
void http_conn_wait_unsent(struct http_conn *c);

/* Grants another period to a reader that is slow but makes progress. False if it does not. */
bool http_conn_wait_again(struct http_conn *c);
