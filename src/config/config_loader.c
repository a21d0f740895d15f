#include "config/config_loader.h"

#include <stdarg.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

enum { SHOWN_BYTES = 128 };

void config_loader_say(struct config_loader *l, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	buf_vprintf(l->message, fmt, args);
	va_end(args);
}

void config_loader_say_shown(struct config_loader *l, struct str text)
{
	config_loader_say(l, "\"");
	utf8_append_shown(l->message, text, SHOWN_BYTES);
	config_loader_say(l, "\"");
}

void config_loader_say_place(
	struct config_loader *l, enum config_option_id id, struct config_origin origin)
{
	const struct config_option *o = &config_options[id];
	switch (origin.source) {
	case CONFIG_SOURCE_FLAG: config_loader_say(l, "--%s", o->name); break;
	case CONFIG_SOURCE_ENVIRONMENT: config_loader_say(l, "$%s", o->variable); break;
	case CONFIG_SOURCE_FILE:
		config_loader_say(l, "%s:%d: %s", l->config.config_path, origin.line, o->name);
		break;
	case CONFIG_SOURCE_DEFAULT: config_loader_say(l, "%s", o->name); break;
	}
}

static int refuse_value(struct config_loader *l, enum config_option_id id,
	struct config_origin origin, struct str text)
{
	config_loader_say_place(l, id, origin);
	if (id == OPTION_TOKEN) { // a secret stays one, also when it is mistyped
		config_loader_say(l, ": this token is not allowed; it takes ");
	} else {
		config_loader_say(l, ": ");
		config_loader_say_shown(l, text);
		config_loader_say(l, " is not allowed; it takes ");
	}
	config_option_describe(id, l->message);
	return CONFIG_FAULT;
}

int config_loader_set(struct config_loader *l, enum config_option_id id, struct str text,
	struct config_origin origin)
{
	const struct config_option *o = &config_options[id];
	struct config_origin *known = &l->origins[id];
	void *field = config_option_field(id, &l->config);
	union config_field value = {0};
	if (known->source == CONFIG_SOURCE_FLAG && origin.source == CONFIG_SOURCE_FLAG &&
		o->kind == &config_kind_list) {
		return o->kind->parse(&o->limits, text, field) ? CONFIG_OK
							       : refuse_value(l, id, origin, text);
	}
	bool allowed = o->kind->parse(&o->limits, text, &value);
	bool taken = allowed && origin.source >= known->source;
	void *unused = taken ? field : &value;
	if (o->kind->finish != NULL) {
		o->kind->finish(unused);
	}
	if (taken) {
		memcpy(field, &value, o->kind->size);
		*known = origin;
	}
	return allowed ? CONFIG_OK : refuse_value(l, id, origin, text);
}
