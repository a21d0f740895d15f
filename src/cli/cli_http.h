/* How subcommands reach the running daemon: its unix socket, else its port on the loopback
 * interface. */
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
	bool with_cost;    // lists are to say what today has cost
	int answer_ms;     // how long to wait for a whole answer
};

/* Where a daemon with this configuration listens, with 5 s for an answer. Borrows from it. */
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

/* Appends the request as it is sent over a connection to the target. */
void cli_http_write(struct buf *out, const struct cli_endpoint *t, bool over_socket,
	const struct cli_request *request);

/* Connects as cli_http_connect() and sends the request. Gives a non-blocking
 * descriptor on which the answer will come, or a negative errno. */
int cli_http_ask(const struct cli_endpoint *t, const struct cli_request *request);

/* The whole answer, waited for as long as the target says. ret_body must be initialised; its
 * max_bytes bounds the answer. The HTTP status, or a negative errno. */
int cli_http_call(
	const struct cli_endpoint *t, const struct cli_request *request, struct buf *ret_body);

/* The same for a long answer: the body of a 200 goes to on_body piece by piece, each waited for as
 * long as the target says; that of another status is appended to ret_error. The HTTP status, or a
 * negative errno: what on_body said; -EPROTO if the answer broke off. */
int cli_http_receive(const struct cli_endpoint *t, const struct cli_request *request,
	cli_response_on_body *on_body, void *data, struct buf *ret_error);

/* The same for a line with all sessions. Initialises ret_body; it is the caller's to finish. */
int cli_http_list(const struct cli_endpoint *t, struct buf *ret_body);

/* Statuses that the daemon means, which are to be told better than by their number. */
enum { CLI_HTTP_UNAUTHORIZED = 401, CLI_HTTP_FORBIDDEN = 403 };

/* Says why a call gave no answer, or none that the daemon would give. result: what
 * cli_http_call() gave, neither 200 nor anything that the caller says better. */
void cli_http_complain(const struct cli_endpoint *t, int result);

/* "user alice (1001)", for the caller to free: who listens on the port of the target, on this
 * machine. NULL if it is this user, nobody, or not to be known. */
char *cli_endpoint_owner_shown(const struct cli_endpoint *t);

/* ---- what commands have the daemon do */

/* POST to a path of the daemon. An exit status, with a message if it is 1. */
int cli_http_post(const struct cli_endpoint *endpoint, const char *path);

/* Appends text as a part of a path or query: RFC 3986 section 2.3. */
void cli_http_append_escaped(struct buf *path, struct str text);

/* The same for what is to be done with a session: "ack", "mute" or "unmute". One that has gone
 * meanwhile is no failure. */
int cli_http_post_session(const struct cli_endpoint *endpoint, struct str id, const char *action);
