/* Our notifications on the notification server, by session. libnotify is synchronous: a hanging
 * server blocks only this program. */
#pragma once

#include <stdbool.h>

struct notify_command;

/* Connects to nothing yet. */
void notifier_screen_init(void);
void notifier_screen_finish(void);

/* Prints the name and version of the notification server; used alone. False if none answers. */
bool notifier_screen_check(void);

/* Whether nothing of ours is on the screen. */
bool notifier_screen_is_empty(void);

/* Executes a command of the daemon, and answers on stdout. A missing server is logged once, until
 * one answers again. */
void notifier_screen_handle(const struct notify_command *command);
