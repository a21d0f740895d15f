/* Finds the session that a word on the command line refers to. */
#pragma once

#include "base/str.h"

struct cli_list;
struct cli_session;

/* The session with this id, else this number (as shown by status), else an id with this prefix,
 * else this project, else a project with this prefix. NULL after a message if there is none or more
 * than one. */
const struct cli_session *cli_pick(const struct cli_list *list, struct str word);

/* The same without a message. */
const struct cli_session *cli_pick_silently(const struct cli_list *list, struct str word);

/* The session that needs its user most; NULL, with a message, if there is no session. */
const struct cli_session *cli_pick_most_urgent(const struct cli_list *list);

/* cli_pick(), or without a word cli_pick_most_urgent(). */
const struct cli_session *cli_pick_or_most_urgent(const struct cli_list *list, const char *word);
