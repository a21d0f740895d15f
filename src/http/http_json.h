/* JSON answers: the headers they share, and the body of an error. */
#pragma once

#include "http/http_router.h"

struct http_response;

/* Sets Content-Type, and forbids caching: our data changes on its own. */
void http_json_begin(struct http_response *res);

/* {"error":{"code":404,"message":"…"}} */
http_error_writer http_json_error;
