/* A configuration loaded from what a test writes down: arguments, environment and a file. */
#pragma once

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "config/config_option.h"
#include "config/config_report.h"

#define ARGUMENTS(...) ((const char *[]){__VA_ARGS__, NULL})
#define NO_ARGUMENTS   ((const char *[]){NULL})

struct fixture {
	char dir[64];  // XDG_CONFIG_HOME and XDG_RUNTIME_DIR
	char file[96]; // its config.ini
	const char *environment[8];
	char entries[2][80];
	struct config_flag flags[8]; // a reload reads them again
	struct config_inputs inputs;
	struct config config;
	struct config_report report;
};

static inline void fixture_init(struct fixture *f)
{
	*f = (struct fixture){0};
	strcpy(f->dir, "/tmp/otel-ai-monitor-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(f->dir));
	snprintf(f->file, sizeof(f->file), "%s/otel-ai-monitor/config.ini", f->dir);
	snprintf(f->entries[0], sizeof(f->entries[0]), "XDG_CONFIG_HOME=%s", f->dir);
	snprintf(f->entries[1], sizeof(f->entries[1]), "XDG_RUNTIME_DIR=%s", f->dir);
	f->environment[0] = f->entries[0];
	f->environment[1] = f->entries[1];
	config_report_init(&f->report);
	f->inputs.serves = true;
	f->inputs.environment = f->environment;
	f->inputs.stdout_fd = -1;
}

static inline void fixture_finish(struct fixture *f)
{
	config_finish(&f->config);
	config_report_finish(&f->report);
	unlink(f->file);
	char sub[96];
	snprintf(sub, sizeof(sub), "%s/otel-ai-monitor", f->dir);
	rmdir(sub);
	ck_assert_int_eq(rmdir(f->dir), 0);
}

static inline void fixture_write_file(struct fixture *f, const char *text)
{
	char sub[96];
	snprintf(sub, sizeof(sub), "%s/otel-ai-monitor", f->dir);
	mkdir(sub, 0700);
	FILE *out = fopen(f->file, "w");
	ck_assert_ptr_nonnull(out);
	fputs(text, out);
	ck_assert_int_eq(fclose(out), 0);
}

/* entry: "NAME=value", kept. */
static inline void fixture_setenv(struct fixture *f, const char *entry)
{
	size_t i = 0;
	while (f->environment[i] != NULL) {
		i++;
	}
	ck_assert_uint_lt(i + 1, ARRAY_SIZE(f->environment));
	f->environment[i] = entry;
}

/* arguments: "--name=value" each, up to a NULL. */
static inline int fixture_load(struct fixture *f, const char *const *arguments)
{
	f->inputs.flags = f->flags;
	f->inputs.flag_count = 0;
	for (; *arguments != NULL; arguments++) {
		struct str value = str_skip(str_from(*arguments), 2), name = str_cut(&value, '=');
		size_t number = config_option_find(name);
		ck_assert_msg(number != CONFIG_OPTIONS_MAX, "%s", *arguments);
		ck_assert_uint_lt(f->inputs.flag_count, ARRAY_SIZE(f->flags));
		f->flags[f->inputs.flag_count++] = (struct config_flag){
			config_option_at(number), value};
	}
	config_finish(&f->config);
	f->config = (struct config){0};
	config_report_finish(&f->report);
	config_report_init(&f->report);
	return config_load(&f->config, &f->inputs, &f->report);
}

static inline const char *fixture_errors(struct fixture *f)
{
	buf_append_char(&f->report.errors, '\0');
	return f->report.errors.data;
}

static inline const char *fixture_warnings(struct fixture *f)
{
	buf_append_char(&f->report.warnings, '\0');
	return f->report.warnings.data;
}

static inline void assert_contains(const char *text, const char *part)
{
	ck_assert_msg(strstr(text, part) != NULL, "\"%s\" is not in \"%s\"", part, text);
}
