/* Detects the signal of a request body, if the path does not say. Neither function validates or
 * modifies the body; both return OTLP_LOGS if nothing indicates another. */
#pragma once

#include <stddef.h>

#include "otlp/otlp_record.h"

/* The three requests look alike from outside, so by the fields of the first record. */
enum otlp_signal otlp_detect_wire(struct str body);

/* By the first known name. */
enum otlp_signal otlp_detect_json(char *body, size_t size);
