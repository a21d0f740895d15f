/* What a peer may demand of us: every size it can choose has a maximum here. Defaults:
 * http_server_config_default(). */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct http_limits {
	size_t target_bytes;         // request target: 414 above
	size_t head_bytes;           // all field lines including the final empty one: 431 above
	size_t fields;               // field lines: 431 above
	size_t chunk_extra_bytes;    // chunk extensions, leading zeros and trailers together: 431
	size_t body_bytes;           // a body as received: 413 above; a route may set its own
	size_t inflated_bytes;       // and after decompression: 413 above
	size_t discarded_body_bytes; // of a rejected body, read so that the connection stays usable
	size_t drained_bytes;        // read and dropped after an answer that ends the connection
	size_t memory_bytes;         // held by all unfinished requests and answers together: 503
	size_t stream_unsent_bytes;  // pending for one reader of a stream: -ENOBUFS above
	size_t connections;          // streams not counted
	size_t streams;              // 503 above
	size_t waiting;              // answers that come later: 503 above

	uint64_t head_ms;          // a head, from its first byte: 408 after
	uint64_t body_progress_ms; // without one byte of the body: 408 after
	uint64_t body_ms;          // the whole body: 408 after
	uint64_t idle_ms;          // between requests, unless the route keeps the connection
	uint64_t unsent_ms;        // while the peer accepts nothing of an answer or stream
	uint64_t later_ms;         // until an answer that comes later: 503 after
	uint64_t drained_ms;       // reading on after an answer that ends the connection
	uint64_t stop_ms;          // from http_server_stop() to the end, at most
};
