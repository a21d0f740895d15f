/* What the notification server shows for us, by session. libnotify talks to it synchronously: a
 * server that hangs holds up this program and nobody else. */
#pragma once

#include <stdbool.h>

struct notify_command;

/* Connects to nothing yet. */
void notifier_screen_init(void);
void notifier_screen_finish(void);

/* Prints the name and version of the notification server. False if none answers. Instead of
 * everything else. */
bool notifier_screen_check(void);

/* Whether nothing of ours is on the screen. */
bool notifier_screen_is_empty(void);

/* Does what the daemon asks for, and answers on stdout. A server that is missing is logged once,
 * until one has answered again. */
void notifier_screen_handle(const struct notify_command *command);
