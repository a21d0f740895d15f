/* Why a session is in its state, as a member of GET /api/sessions/ID: docs/api.md. */
#pragma once

struct json_writer;
struct session_why;

/* An object. */
void web_why_write(struct json_writer *j, const struct session_why *why);
