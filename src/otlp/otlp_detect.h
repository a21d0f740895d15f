/* Which signal a request body is for, where the path does not say. Neither function checks the body
 * or changes it; both give OTLP_LOGS when nothing in it tells. */
#pragma once

#include <stddef.h>

#include "otlp/otlp_record.h"

/* The three requests look alike from outside, so by the fields of the first record. */
enum otlp_signal otlp_detect_wire(struct str body);

/* By the first known name. */
enum otlp_signal otlp_detect_json(char *body, size_t size);
