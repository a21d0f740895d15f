#include "event/event_testing.h"

#include "event/event_map.h"

struct event map_record(enum otlp_signal signal, const char *service, const char *scope,
	const char *name, const struct otlp_attribute *attributes, size_t count)
{
	struct otlp_attribute resource = {STR("service.name"), {.kind = OTLP_VALUE_STRING}};
	resource.value.string = str_from(service);
	struct otlp_record record = {
		.signal = signal,
		.scope_name = str_from(scope),
		.name = str_from(name),
		.resource = {&resource, service != NULL ? 1 : 0},
		.attributes = {attributes, count},
		.time_ns = 2000000000000000000,
	};
	struct event_map map;
	struct event e;
	event_map_begin(&map);
	event_map_record(&map, &record, &e);
	return e;
}
