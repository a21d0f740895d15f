/* One request as a handler sees it: borrowed views, valid during the call. */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/instant.h"
#include "base/str.h"

enum http_method { // bits, so that a route can name several
	HTTP_GET = 1 << 0,
	HTTP_HEAD = 1 << 1,
	HTTP_POST = 1 << 2,
	HTTP_PUT = 1 << 3,
	HTTP_DELETE = 1 << 4,
	HTTP_PATCH = 1 << 5,
	HTTP_OPTIONS = 1 << 6,
	HTTP_TRACE = 1 << 7,
	HTTP_CONNECT = 1 << 8,
	HTTP_METHOD_OTHER = 1 << 9, // known to the parser, unused here
};

enum { HTTP_PARAMETERS = 2 }; // most wildcard segments in a route's path

/* One end of a connection, no larger than needed: only the family of a Unix socket. */
union http_address {
	struct sockaddr any;
	struct sockaddr_in ipv4;
	struct sockaddr_in6 ipv6;
};

/* Who is at the other end of a connection. The same for all its requests. */
struct http_peer {
	uint64_t connection_id;      // never used twice by a server
	unsigned listener;           // the mark of the socket it connected to
	union http_address sockaddr; // of the peer; AF_UNIX for a unix socket
	union http_address local;    // of this end
	char address[64];            // for people: "127.0.0.1:51234", "[::1]:51234", "unix"
	bool is_unix;
	bool is_loopback; // unix, 127.0.0.0/8, ::1, ::ffff:127.0.0.0/8
	int64_t pid;      // of a unix socket's peer; -1: not known
	int64_t uid;      // of a Unix socket's peer, or on loopback if looked up; -1: unknown
};

struct http_request {
	enum http_method method; // 0: not known yet
	int minor_version;       // of HTTP/1
	bool complete; // false: rejected before it was complete; what follows may be missing

	struct str target;    // as sent: path, query and all
	struct str path;      // raw, without the query; of an absolute target too
	struct str query;     // raw, without the '?'
	struct str authority; // of the target if it is absolute, else the Host field

	/* what each '*' of the route matched, percent-decoded */
	struct str path_parameters[HTTP_PARAMETERS];

	struct str content_type; // trimmed, with parameters
	bool content_type_missing, content_type_repeated;

	struct str fields; // the raw field lines, each with its CR LF; see http_request_header()

	struct str body;   // decoded; data is never NULL in a complete request
	char *body_data;   // the same bytes, which the handler may modify during the call
	size_t wire_bytes; // size of the body as received, before decoding

	const struct http_peer *peer; // never NULL from a server
	bool token_is_due;            // see HTTP_ROUTE_WEBSOCKET
	struct instant now;           // when its last bytes were read, or its late answer came
};

/* The method's name as on the wire; "?" for HTTP_METHOD_OTHER and 0. */
const char *http_method_name(enum http_method method);

/* Compares type/subtype of Content-Type without regard to case; parameters are ignored (RFC 9110
 * section 8.3.1). */
bool http_request_media_type_is(const struct http_request *req, struct str media_type);

/* The trimmed value of the first field with this name (case does not matter); empty with data NULL
 * if there is none. Looks through the field lines each time. */
struct str http_request_header(const struct http_request *req, struct str name);

/* Whether Accept allows this media type (RFC 9110 section 12.5.1): no such field, or one with the
 * type or its range at a weight above 0. */
bool http_request_accepts(const struct http_request *req, struct str media_type);

/* Whether Accept-Encoding names this coding with a weight above 0 (RFC 9110 section 12.5.3);
 * without the field, none is used. */
bool http_request_accepts_coding(const struct http_request *req, struct str coding);

/* Whether it asks to switch to this protocol (RFC 9110 section 7.8): an HTTP/1.1 GET with the
 * protocol in Upgrade and "upgrade" in Connection. */
bool http_request_upgrades_to(const struct http_request *req, struct str protocol);
