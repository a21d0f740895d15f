/* Counts the facts of sessions in their series. */
#pragma once

#include <stdint.h>

#include "base/str.h"

struct meter;
struct session_call;
struct session_span;

/* now_ms: wall clock. */
void meter_note_call(struct meter *m, const struct session_call *call, int64_t now_ms);
void meter_note_span(struct meter *m, const struct session_span *span, int64_t now_ms);
