/* A configuration being loaded: values by the precedence of their sources, and their errors. */
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
	const struct config_inputs *inputs;               // borrowed
	struct config config;                             // handed on by config_load()
	struct config_origin origins[CONFIG_OPTIONS_MAX]; // by the settings' numbers
	struct config_report *report;                     // borrowed
};

/* "$OTLP_PORT", "--port", "/home/dev/.config/otel-ai-monitor/config.ini:3: port" */
void config_loader_append_place(const struct config_loader *l, const struct config_option *o,
	struct config_origin origin, struct buf *out);

/* Appends text from outside: in quotes, made safe to show, cut. */
void config_loader_append_shown(struct buf *out, struct str text);

/* Sets a value unless a stronger source has done so; validates it in any case. CONFIG_FAULT with an
 * error in the report if it is not allowed. A list grows with repeated flags. */
int config_loader_set(
	struct config_loader *l, size_t number, struct str text, struct config_origin origin);

/* The same for an option of a single command, which only its flag can set. */
int config_loader_set_flag(struct config_loader *l, const struct config_option *o, struct str text);
