/* What a connection waits for, and until when; its host wakes it then. For http_conn.c alone. */
#pragma once

#include <stdbool.h>

#include "http/http_conn.h"

/* The time of a wait runs from its start; going on with the same one does not prolong it. */
void http_conn_wait(struct http_conn *c, enum http_conn_wait wait);

/* For the next request, or the rest of this one. */
void http_conn_wait_for_request(struct http_conn *c);

/* For what is unsent to be taken; for nothing if all is. */
void http_conn_wait_unsent(struct http_conn *c);

/* Another period for a reader that is slow, but reads. False if it does not. */
bool http_conn_wait_again(struct http_conn *c);
