/* Socket addresses, parsed and classified. Numeric only: no name is ever looked up. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/str.h"

/* text is "127.0.0.1" or "::1", without brackets. False, and *ret untouched, if it is not an
 * address. */
bool address_parse(struct str text, uint16_t port, struct sockaddr_storage *ret);

/* 127.0.0.0/8, also as IPv6 writes it, or ::1. */
bool address_is_loopback(const struct sockaddr *address);

/* The same for text; false if it is not an address. */
bool address_names_loopback(struct str text);

enum { ADDRESS_UNIX_BYTES = sizeof(((struct sockaddr_un *)NULL)->sun_path) - 1 }; // of a path

/* The address of a Unix socket. 0, or -ENAMETOOLONG, and *ret untouched, if the path does not fit.
 */
int address_unix(const char *path, struct sockaddr_un *ret);
