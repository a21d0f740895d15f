/* Whether anybody sits in front of the screen. */
#pragma once

#include <stdbool.h>

/* What logind knows of our user's session on this machine's screen: it is locked, or idle. False
 * where there is no logind, and where the desktop tells it neither. */
bool focus_seat_is_left(void);
