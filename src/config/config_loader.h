/* A configuration in the making: values by the strength of their sources, and the message about the
 * first that is wrong. */
#pragma once

#include "config/config_option.h"

enum config_source { // weakest first
	CONFIG_SOURCE_DEFAULT,
	CONFIG_SOURCE_FILE,
	CONFIG_SOURCE_ENVIRONMENT,
	CONFIG_SOURCE_FLAG,
};

struct config_origin {
	enum config_source source;
	int line; // CONFIG_SOURCE_FILE only
};

struct config_loader {
	const struct config_inputs *inputs; // borrowed
	struct config config;               // handed on by config_load()
	struct config_origin origins[OPTION_COUNT];
	struct buf *message; // borrowed
};

/* Adds to the message. */
void config_loader_say(struct config_loader *l, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The same for text from outside: in quotes, harmless, cut. */
void config_loader_say_shown(struct config_loader *l, struct str text);

/* "$OTLP_PORT", "--port", "/home/dev/.config/otel-ai-monitor/config.ini:3: port" */
void config_loader_say_place(
	struct config_loader *l, enum config_option_id id, struct config_origin origin);

/* Takes a value unless a stronger source has spoken; checks it in any case. CONFIG_FAULT with a
 * message if it is not allowed. A list grows when the flag is repeated. */
int config_loader_set(struct config_loader *l, enum config_option_id id, struct str text,
	struct config_origin origin);
