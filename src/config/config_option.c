#include "config/config_option.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"

const struct config_section *const config_sections[] = {
	&config_server,
	&config_sessions,
	&config_outlets,
	&config_notifications,
	&config_history,
	&config_boards,
	&config_limits_section,
	&config_bar,
	&config_unfiled,
	NULL,
};

/* The section that contains the number, which becomes the index within it. */
static const struct config_section *section_at(size_t *number)
{
	for (const struct config_section *const *s = config_sections; *s != NULL; s++) {
		if (*number < (*s)->count) {
			return *s;
		}
		*number -= (*s)->count;
	}
	return NULL;
}

const struct config_option *config_option_at(size_t number)
{
	const struct config_section *section = section_at(&number);
	return section != NULL ? &section->options[number] : NULL;
}

const struct config_section *config_section_of(size_t number)
{
	return section_at(&number);
}

bool config_option_is_called(const struct config_option *o, struct str text)
{
	size_t i = 0;
	while (i < text.size && o->name[i] != '\0' &&
		(text.data[i] == o->name[i] || (text.data[i] == '_' && o->name[i] == '-'))) {
		i++;
	}
	return i == text.size && o->name[i] == '\0';
}

size_t config_option_find(struct str name)
{
	const struct config_option *o;
	for (size_t i = 0; (o = config_option_at(i)) != NULL; i++) {
		if (config_option_is_called(o, name)) {
			return i;
		}
	}
	return CONFIG_OPTIONS_MAX;
}

const struct config_option *config_option_named(const char *name)
{
	const struct config_option *o = config_option_at(config_option_find(str_from(name)));
	assert(o != NULL);
	return o;
}

void config_option_describe(const struct config_option *o, struct buf *out)
{
	if (o->limits.allowed != NULL) {
		buf_append_str(out, str_from(o->limits.allowed));
	} else {
		o->kind->describe(&o->limits, out);
	}
}

void config_option_reset(const struct config_option *o, struct config *c)
{
	void *field = config_option_field(o, c);
	memset(field, 0, o->kind->size);
	if (o->standard != NULL) {
		bool is_allowed = o->kind->parse(&o->limits, str_from(o->standard), field);
		assert(is_allowed);
		(void)is_allowed;
	}
}

void config_option_defaults(struct config *ret)
{
	const struct config_option *o;
	*ret = (struct config){.sessions = session_settings_default()};
	for (size_t i = 0; (o = config_option_at(i)) != NULL; i++) {
		config_option_reset(o, ret);
	}
}
