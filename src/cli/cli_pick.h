/* The session that a word on the command line names. */
#pragma once

#include "base/str.h"

struct cli_list;
struct cli_session;

/* The session with this id, else this number (as status shows it), else an id that begins so, else
 * this project, or one that begins so. NULL, with a message, if there is none or more than one. */
const struct cli_session *cli_pick(const struct cli_list *list, struct str word);

/* The same without a message. */
const struct cli_session *cli_pick_silently(const struct cli_list *list, struct str word);

/* The session that needs its user most; NULL, with a message, if there is no session. */
const struct cli_session *cli_pick_most_urgent(const struct cli_list *list);

/* cli_pick(), or without a word cli_pick_most_urgent(). */
const struct cli_session *cli_pick_or_most_urgent(const struct cli_list *list, const char *word);
