#include "store/store_connection.h"

#include "base/mem.h"
#include "event/event.h"
#include "session/session.h"

/* As it appears in the names of its tools, which allow only these characters. */
static struct str name_of(struct str server, char *name, size_t size)
{
	size_t count = server.size < size ? server.size : size;
	for (size_t i = 0; i < count; i++) {
		char c = server.data[i];
		bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			    (c >= '0' && c <= '9') || c == '-';
		name[i] = (char)(fits ? c : '_');
	}
	return (struct str){name, count};
}

static uint64_t id_of(const struct event *e)
{
	const uint64_t parts[] = {
		str_hash(e->session_id),
		(uint64_t)e->time_ns,
		(uint64_t)e->sequence,
		str_hash(e->call_server),
		str_hash(e->mcp_status),
	};
	return str_hash((struct str){(const char *)parts, sizeof(parts)});
}

bool store_connection_of(const struct event *e, struct store_connection *ret)
{
	static const char *const words[] = {"connected", "failed", "disconnected"};
	size_t word = 0;
	while (word < ARRAY_SIZE(words) && !str_equal(e->mcp_status, str_from(words[word]))) {
		word++;
	}
	if (word == ARRAY_SIZE(words)) {
		return false;
	}
	int64_t duration_ns = e->time_ns - e->begin_ns;
	ret->id = id_of(e);
	ret->server = name_of(e->call_server, ret->name, sizeof(ret->name));
	ret->status = words[word];
	ret->duration_ms = duration_ns > 0 ? duration_ns / 1000000 : -1;
	return true;
}
