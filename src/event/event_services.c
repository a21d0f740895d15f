#include "event/event_services.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"

enum { NAME_BYTES = 64, SHOWN_BYTES = NAME_BYTES + 16 }; // and an ellipsis

void event_services_finish(struct event_services *s)
{
	for (size_t i = 0; i < s->count; i++) {
		free(s->all[i].name);
	}
	*s = (struct event_services){0};
}

static char *shown_name(struct str name)
{
	struct buf shown;
	buf_init(&shown, SHOWN_BYTES);
	utf8_append_shown(&shown, name, NAME_BYTES);
	char *copy = str_dup(buf_str(&shown));
	buf_finish(&shown);
	return copy;
}

/* The service of that name, moved to the front; takes over name. */
static struct event_service *find_or_add(struct event_services *s, char *name)
{
	size_t i = 0;
	while (i < s->count && strcmp(s->all[i].name, name) != 0) {
		i++;
	}
	struct event_service found = {.name = name};
	if (i < s->count) {
		free(name);
		found = s->all[i];
	} else if (s->count < EVENT_SERVICES_MAX) {
		s->count++;
	} else {
		free(s->all[--i].name);
	}
	memmove(&s->all[1], &s->all[0], i * sizeof(found));
	s->all[0] = found;
	return &s->all[0];
}

void event_services_add(struct event_services *s, const struct event_tally *tally)
{
	struct event_service *service = find_or_add(s, shown_name(tally->name));
	service->is_understood = service->is_understood || tally->is_understood;
	for (size_t i = 0; i < OTLP_SIGNAL_COUNT; i++) {
		service->unused[i] += tally->unused[i];
	}
}
