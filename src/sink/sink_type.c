#include "sink/sink_type.h"

#include "base/buf.h"
#include "http/http_query.h"

enum { ON_BOTH = SINK_ON_STREAM | SINK_ON_SOCKET, TYPES_BYTES = 256 };

const struct sink_type_row sink_types[SINK_TYPE_COUNT] = {
	[SINK_SESSION_LIST] = {"session_list", ON_BOTH, false, false, false},
	[SINK_SESSION_UPDATE] = {"session_update", ON_BOTH, true, true, false},
	[SINK_STATS] = {"stats", ON_BOTH, true, false, true},
	[SINK_EVENT] = {"event", ON_BOTH, true, true, false},
	[SINK_COST] = {"cost.update", SINK_ON_SOCKET, false, false, true},
	[SINK_TELEMETRY] = {"telemetry.update", SINK_ON_SOCKET, false, false, false},
	[SINK_TASK_CREATED] = {"task.created", ON_BOTH, true, true, false, true},
	[SINK_TASK_ASSIGNED] = {"task.assigned", ON_BOTH, true, true, false, true},
	[SINK_TASK_COMPLETED] = {"task.completed", ON_BOTH, true, true, false, true},
	[SINK_TASK_MOVED] = {"task.moved", ON_BOTH, true, true, false, true},
	[SINK_TASK_UPDATED] = {"task.updated", ON_BOTH, true, true, false, true},
	[SINK_TASK_DELETED] = {"task.deleted", ON_BOTH, true, true, false, true},
	[SINK_TASK_ERROR] = {"task.error", ON_BOTH, true, true, false, true},
	[SINK_METRIC] = {"metric", ON_BOTH, true, true, false, true},
	[SINK_LOOP] = {"loop", ON_BOTH, true, true, false, true},
	[SINK_GATE] = {"gate", ON_BOTH, true, true, false, true},
	[SINK_PING] = {"ping", 0, false, false, false},
};

unsigned sink_type_bit(enum sink_type type)
{
	return 1U << type;
}

unsigned sink_types_on(enum sink_outlet outlet)
{
	unsigned set = 0;
	for (unsigned i = 0; i < SINK_TYPE_COUNT; i++) {
		set |= (sink_types[i].outlets & outlet) != 0 ? 1U << i : 0;
	}
	return set;
}

/* "task.*" is all whose names begin with "task.". */
static unsigned bits_of(struct str name)
{
	bool is_prefix = str_ends_with(name, STR(".*"));
	struct str prefix = str_first(name, name.size - (is_prefix ? 1 : 0));
	unsigned bits = 0;
	for (unsigned i = 0; i < SINK_TYPE_COUNT; i++) {
		struct str type = str_from(sink_types[i].name);
		if (is_prefix ? str_starts_with(type, prefix) : str_equal(type, name)) {
			bits |= 1U << i;
		}
	}
	return bits;
}

bool sink_types_read(struct str text, unsigned *ret)
{
	unsigned set = 0;
	do {
		unsigned bits = bits_of(str_cut(&text, ','));
		if (bits == 0) {
			return false;
		}
		set |= bits;
	} while (text.size > 0);
	*ret = set;
	return true;
}

bool sink_types_read_query(struct str query, unsigned *ret)
{
	struct buf value;
	buf_init(&value, TYPES_BYTES);
	bool is_there = http_query_find(query, STR("types"), &value);
	bool is_known = !is_there || sink_types_read(buf_str(&value), ret);
	buf_finish(&value);
	return is_known;
}

void sink_types_append_hint(struct buf *out)
{
	buf_append_str(out, STR("types takes a comma-separated list of"));
	for (unsigned i = 0; i < SINK_TYPE_COUNT; i++) {
		buf_printf(out, "%s %s", i > 0 ? "," : "", sink_types[i].name);
	}
}
