/* SHA-1 (RFC 3174): for the handshake of WebSocket, whose security does not rest on it (RFC 6455
 * section 10.8). Not for anything that needs a secure hash. */
#pragma once

#include "base/str.h"

enum { SHA1_BYTES = 20 };

/* text: less than 2^61 bytes. */
void sha1(struct str text, unsigned char ret[SHA1_BYTES]);
