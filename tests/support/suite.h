/* What every test binary ends with. */
#pragma once

#include <check.h>

/* Runs the suite, prints what failed, and gives the exit status for main(). Frees the suite. */
int suite_run(Suite *suite);
