/* The interface to systemd: inherited sockets, readiness, status, watchdog. The two protocols are a
 * variable and a datagram (sd_listen_fds(3), sd_notify(3)); libsystemd would cost more memory than
 * the rest of an idle daemon. */
#pragma once

#include <stdint.h>

/* How many sockets this process has inherited, from descriptor 3 on; 0 if none. Removes the
 * variables, so that children do not see them. */
int service_take_sockets(void);

/* Sends lines like "READY=1" or "STATUS=…" to the service manager, if there is one. Never blocks;
 * drops them if the manager does not read. */
void service_notify(const char *lines);

/* The interval in ms in which the service manager expects WATCHDOG=1; 0: never. */
int64_t service_watchdog_ms(void);
