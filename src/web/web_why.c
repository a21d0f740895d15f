#include "web/web_why.h"

#include "base/json_write.h"
#include "session/session_why.h"

static void write_time(struct json_writer *j, const char *name, int64_t at_ms)
{
	json_name(j, name);
	if (at_ms != 0) {
		json_int(j, at_ms);
	} else {
		json_null(j);
	}
}

static void write_evidence(struct json_writer *j, const struct session_why *why)
{
	json_name(j, "evidence");
	json_array_begin(j);
	for (size_t i = 0; i < why->evidence_count; i++) {
		const struct session_evidence *e = &why->evidence[i];
		json_object_begin(j);
		json_name_str(j, "what", str_from(e->what));
		json_name_str(j, "text", str_from(e->text));
		json_name_str(j, "source", str_from(e->source));
		json_name_int(j, "at", e->at_ms);
		json_object_end(j);
	}
	json_array_end(j);
}

static void write_open(struct json_writer *j, const struct session_why *why)
{
	json_name(j, "open");
	json_array_begin(j);
	for (size_t i = 0; i < why->open_count; i++) {
		const struct session_open *open = &why->open[i];
		json_object_begin(j);
		json_name_str(j, "kind", str_from(open->kind));
		json_name_str(j, "name", str_from(open->name));
		write_time(j, "since", open->since_ms);
		json_object_end(j);
	}
	json_array_end(j);
}

static void write_next(struct json_writer *j, const struct session_why *why)
{
	json_name(j, "next");
	json_array_begin(j);
	for (size_t i = 0; i < why->next_count; i++) {
		const struct session_next *next = &why->next[i];
		json_object_begin(j);
		json_name_str(j, "text", str_from(next->text));
		json_name_str(j, "state", str_from(session_state_name(next->state)));
		write_time(j, "at", next->at_ms);
		json_object_end(j);
	}
	json_array_end(j);
}

void web_why_write(struct json_writer *j, const struct session_why *why)
{
	json_object_begin(j);
	json_name_str(j, "rule", str_from(why->rule));
	json_name_str(j, "text", str_from(why->text));
	write_evidence(j, why);
	write_open(j, why);
	write_next(j, why);
	json_object_end(j);
}
