/* Parses a configuration file: lines of "name = value", sections in brackets, comments on lines of
 * their own after # or ;. A value may be in double quotes. */
#pragma once

#include "base/str.h"

enum { CONFIG_INI_MAX_BYTES = 64 * 1024 };

enum config_ini_fault {
	CONFIG_INI_OK,
	CONFIG_INI_NOT_TEXT,  // bytes that are not UTF-8, or a NUL
	CONFIG_INI_NO_EQUALS, // a line that is neither section nor "name = value"
	CONFIG_INI_NO_NAME,   // nothing before the =
	CONFIG_INI_SECTION,   // a section without its ]
	CONFIG_INI_QUOTE,     // a quote that is not closed on its line
};

struct config_ini_entry {   // borrowed from the text
	struct str section; // empty: before any section
	struct str name, value;
	int line; // from 1
};

typedef void config_ini_on_entry(const struct config_ini_entry *entry, void *data);
typedef void config_ini_on_fault(int line, enum config_ini_fault fault, void *data);

/* Calls on_entry for every entry in text, on_fault for every invalid line. */
void config_ini_parse(
	struct str text, config_ini_on_entry *on_entry, config_ini_on_fault *on_fault, void *data);

/* "is not UTF-8 text": what is wrong with the line. */
const char *config_ini_fault_text(enum config_ini_fault fault);
