#include "config/config_loader.h"

#include <string.h>

#include "base/buf.h"
#include "base/suggest.h"
#include "base/utf8.h"
#include "config/config_report.h"

enum { SHOWN_BYTES = 128 };

void config_loader_append_shown(struct buf *out, struct str text)
{
	buf_append_char(out, '"');
	utf8_append_shown(out, text, SHOWN_BYTES);
	buf_append_char(out, '"');
}

void config_loader_append_place(const struct config_loader *l, const struct config_option *o,
	struct config_origin origin, struct buf *out)
{
	switch (origin.source) {
	case CONFIG_SOURCE_FLAG: buf_printf(out, "--%s", o->name); break;
	case CONFIG_SOURCE_ENVIRONMENT: buf_printf(out, "$%s", o->variable); break;
	case CONFIG_SOURCE_FILE:
		buf_printf(out, "%s:%d: %s", l->config.config_path, origin.line, o->name);
		break;
	case CONFIG_SOURCE_DEFAULT: buf_append_str(out, str_from(o->name)); break;
	}
}

/* For a mistyped choice; not for lists, where it could be any item. */
static void append_suggestion(const struct config_option *o, struct str text, struct buf *out)
{
	struct suggestion meant = suggest_for(text);
	const char *word;
	for (size_t i = 0; (word = config_limits_word(&o->limits, i)) != NULL; i++) {
		suggest_offer(&meant, word);
	}
	if (meant.best != NULL) {
		buf_printf(out, " (did you mean %s?)", meant.best);
	}
}

static int reject_value(struct config_loader *l, const struct config_option *o,
	struct config_origin origin, struct str text)
{
	struct buf *line = config_report_error(l->report);
	config_loader_append_place(l, o, origin, line);
	if (o->offset == CONFIG_FIELD(token)) { // a secret stays secret, even if mistyped
		buf_append_str(line, STR(": invalid token"));
	} else {
		buf_append_str(line, STR(": invalid value "));
		config_loader_append_shown(line, text);
		append_suggestion(o, text, line);
	}
	buf_append_str(line, STR("; expected "));
	config_option_describe(o, line);
	return CONFIG_FAULT;
}

/* A list from several flags has the items of all. */
static bool grows(const struct config_option *o, struct config_origin known)
{
	return known.source == CONFIG_SOURCE_FLAG &&
	       (o->kind == &config_kind_list || o->kind == &config_kind_paths);
}

static int replace(struct config_loader *l, const struct config_option *o, struct str text,
	struct config_origin origin, bool is_taken)
{
	union config_field value = {0};
	void *field = config_option_field(o, &l->config);
	bool is_allowed = o->kind->parse(&o->limits, text, &value);
	void *unused = is_allowed && is_taken ? field : &value;
	if (o->kind->finish != NULL) {
		o->kind->finish(unused);
	}
	if (is_allowed && is_taken) {
		memcpy(field, &value, o->kind->size);
	}
	return is_allowed ? CONFIG_OK : reject_value(l, o, origin, text);
}

static int add(struct config_loader *l, const struct config_option *o, struct str text)
{
	bool is_allowed = o->kind->parse(&o->limits, text, config_option_field(o, &l->config));
	return is_allowed ? CONFIG_OK
			  : reject_value(l, o, (struct config_origin){.source = CONFIG_SOURCE_FLAG},
				    text);
}

int config_loader_set(
	struct config_loader *l, size_t number, struct str text, struct config_origin origin)
{
	const struct config_option *o = config_option_at(number);
	struct config_origin *known = &l->origins[number];
	if (origin.source == CONFIG_SOURCE_FLAG && grows(o, *known)) {
		return add(l, o, text);
	}
	bool is_taken = origin.source >= known->source;
	int r = replace(l, o, text, origin, is_taken);
	if (r == CONFIG_OK && is_taken) {
		*known = origin;
	}
	return r;
}

int config_loader_set_flag(struct config_loader *l, const struct config_option *o, struct str text)
{
	struct config_origin origin = {.source = CONFIG_SOURCE_FLAG};
	return grows(o, origin) ? add(l, o, text) : replace(l, o, text, origin, true);
}
