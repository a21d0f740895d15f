/* What the notification server shows for us, by session. libnotify talks to it synchronously: a
 * server that hangs holds up this program and nobody else. */
#pragma once

struct notify_command;

/* Connects to nothing yet. */
void notifier_screen_init(void);
void notifier_screen_finish(void);

/* Does what the daemon asks for, and answers on stdout. A server that is missing is logged once,
 * until one has answered again. */
void notifier_screen_handle(const struct notify_command *command);
