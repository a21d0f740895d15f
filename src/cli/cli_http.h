/* HTTP requests to the running daemon: over its Unix socket, else its port on loopback. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "cli/cli_response.h"

struct buf;
struct config;

struct cli_endpoint {            // texts are borrowed
	const char *socket_path; // NULL: not tried
	const char *host;        // numeric address; NULL: not tried
	uint16_t port;
	const char *token; // for HOST; NULL: none
	bool with_cost;    // request today's cost in lists
	int answer_ms;     // how long to wait for a complete answer
};

/* Where a daemon with this configuration listens, with answer_ms at 5 s. Borrows from it. */
struct cli_endpoint cli_endpoint_of(const struct config *config);

/* For messages: "/run/user/1000/x.sock or 127.0.0.1:4318", for the caller to free. */
char *cli_endpoint_shown(const struct cli_endpoint *t);

struct cli_request {
	const char *method, *path;
	const char *accept; // a media type
	const char *json;   // body of a POST, a few KiB at most; NULL: an empty one
};

/* Connects to the socket, else to the host, waiting 2 s at most for each. A non-blocking descriptor
 * for the caller to close, or a negative errno. */
int cli_http_connect(const struct cli_endpoint *t, bool *ret_over_socket);

/* Appends the request as it goes over the wire. */
void cli_http_write(struct buf *out, const struct cli_endpoint *t, bool over_socket,
	const struct cli_request *request);

/* Connects like cli_http_connect() and sends the request. Returns a non-blocking descriptor on
 * which the answer will arrive, or a negative errno. */
int cli_http_ask(const struct cli_endpoint *t, const struct cli_request *request);

/* Waits for the complete answer, answer_ms at most. ret_body must be initialised; its max_bytes
 * limits the answer. Returns the HTTP status, or a negative errno. */
int cli_http_call(
	const struct cli_endpoint *t, const struct cli_request *request, struct buf *ret_body);

/* The same for a long answer: the body of a 200 goes to on_body piece by piece, with answer_ms for
 * each; that of another status is appended to ret_error. Returns the HTTP status, or a negative
 * errno: on_body's, or -EPROTO if the answer was cut short. */
int cli_http_receive(const struct cli_endpoint *t, const struct cli_request *request,
	cli_response_on_body *on_body, void *data, struct buf *ret_error);

/* The same for a list of all sessions. Initialises ret_body; the caller finishes it. */
int cli_http_list(const struct cli_endpoint *t, struct buf *ret_body);

/* Statuses with a message of their own. */
enum { CLI_HTTP_UNAUTHORIZED = 401, CLI_HTTP_FORBIDDEN = 403 };

/* Prints why a call failed. result: that of cli_http_call(), other than 200. */
void cli_http_complain(const struct cli_endpoint *t, int result);

/* "user alice (1001)", for the caller to free: who listens on the target's port on this machine.
 * NULL if it is this user, nobody, or unknown. */
char *cli_endpoint_owner_shown(const struct cli_endpoint *t);

/* ---- what commands have the daemon do */

/* Sends a POST. Returns an exit status, after a message if it is 1. */
int cli_http_post(const struct cli_endpoint *endpoint, const char *path);

/* Appends text as a part of a path or query: RFC 3986 section 2.3. */
void cli_http_append_escaped(struct buf *path, struct str text);

/* The same for an action on a session: "ack", "mute" or "unmute". A session that is gone meanwhile
 * is no failure. */
int cli_http_post_session(const struct cli_endpoint *endpoint, struct str id, const char *action);
