/* Whether an address in a client's settings leads to this daemon, however it is spelled. */
#pragma once

#include <stdbool.h>

#include "base/str.h"

/* True for http:// to loopback (localhost, 127.0.0.1 or ::1 in any spelling) on this port, with
 * this path: "" or one such as "/v1/logs". A slash at the end of an empty path is no difference. */
bool setup_url_is_local(struct str url, int port, struct str path);

/* The same on whatever port. *ret_port: that port. */
bool setup_url_is_loopback(struct str url, struct str path, int *ret_port);
