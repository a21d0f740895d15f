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

static unsigned bit_of(struct str name)
{
	for (unsigned i = 0; i < SINK_TYPE_COUNT; i++) {
		if (str_equal(name, str_from(sink_types[i].name))) {
			return 1U << i;
		}
	}
	return 0;
}

bool sink_types_read(struct str text, unsigned *ret)
{
	unsigned set = 0;
	do {
		unsigned bit = bit_of(str_cut(&text, ','));
		if (bit == 0) {
			return false;
		}
		set |= bit;
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
	buf_append_str(out, STR("types takes one or more, with commas between them, of"));
	for (unsigned i = 0; i < SINK_TYPE_COUNT; i++) {
		buf_printf(out, "%s %s", i > 0 ? "," : "", sink_types[i].name);
	}
}
