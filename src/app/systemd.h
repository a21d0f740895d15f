/* What systemd and a service say to each other: sockets handed down, readiness, status, watchdog.
 * The two protocols are a variable and a datagram (sd_listen_fds(3), sd_notify(3)); libsystemd
 * would cost more memory than all the rest of an idle daemon. */
#pragma once

#include <stdint.h>

/* How many sockets were handed to this process, from descriptor 3 on; 0 if none. Removes the
 * variables, so that children are not told of them. */
int service_take_sockets(void);

/* Sends lines like "READY=1" or "STATUS=…" to the service manager, if there is one. Never blocks; a
 * manager that does not listen is not told. */
void service_notify(const char *lines);

/* Every how many ms the service manager wants to hear WATCHDOG=1; 0: never. */
int64_t service_watchdog_ms(void);
