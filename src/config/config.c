#include "config/config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/address.h"
#include "base/buf.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "base/xdg.h"
#include "config/config_ini.h"
#include "config/config_loader.h"
#include "config/config_option.h"
#include "config/config_report.h"

enum { TOKEN_FILE_BYTES = 4096 };

struct config_state {
	struct config_inputs inputs;
};

/* NULL if it is not set or empty, which is the same: OpenTelemetry environment variables. */
static const char *variable(const struct config_inputs *inputs, const char *name)
{
	size_t size = strlen(name);
	for (const char *const *e = inputs->environment; e != NULL && *e != NULL; e++) {
		if (strncmp(*e, name, size) == 0 && (*e)[size] == '=') {
			return (*e)[size + 1] != '\0' ? *e + size + 1 : NULL;
		}
	}
	return NULL;
}

static struct buf *new_error(struct config_loader *l)
{
	return config_report_error(l->report);
}

static struct buf *new_warning(struct config_loader *l)
{
	return config_report_warning(l->report);
}

/* Goes on after errors, to report all of them: CONFIG_OK, or the first failure. */
static int worse(int a, int b)
{
	return a != CONFIG_OK ? a : b;
}

static int load_flags(struct config_loader *l)
{
	int r = CONFIG_OK;
	for (size_t i = 0; i < l->inputs->flag_count; i++) {
		const struct config_flag *flag = &l->inputs->flags[i];
		size_t number = config_option_find(str_from(flag->option->name));
		bool is_setting = config_option_at(number) == flag->option;
		int set = is_setting ? config_loader_set(l, number, flag->value,
					       (struct config_origin){.source = CONFIG_SOURCE_FLAG})
				     : config_loader_set_flag(l, flag->option, flag->value);
		r = worse(r, set);
	}
	return r;
}

static int load_environment(struct config_loader *l)
{
	int r = CONFIG_OK;
	const struct config_option *o;
	for (size_t i = 0; (o = config_option_at(i)) != NULL; i++) {
		const char *value = o->variable != NULL ? variable(l->inputs, o->variable) : NULL;
		if (value != NULL) {
			r = worse(r, config_loader_set(l, i, str_from(value),
					     (struct config_origin){
						     .source = CONFIG_SOURCE_ENVIRONMENT}));
		}
	}
	return r;
}

/* ---- file ---- */

/* One of an older or newer version, or a typo: nothing else depends on it. */
static void warn_unknown(struct config_loader *l, const struct config_ini_entry *entry)
{
	struct suggestion meant = suggest_for(entry->name);
	const struct config_option *o;
	for (size_t i = 0; (o = config_option_at(i)) != NULL; i++) {
		if (config_section_of(i)->name != NULL) {
			suggest_offer(&meant, o->name);
		}
	}
	struct buf *line = new_warning(l);
	buf_printf(line, "%s:%d: unknown setting ", l->config.config_path, entry->line);
	config_loader_append_shown(line, entry->name);
	if (meant.best != NULL) {
		buf_printf(line, " (did you mean %s?)", meant.best);
	}
	buf_append_str(line, STR("; ignoring it"));
}

static int take_entry(struct config_loader *l, size_t number, const struct config_ini_entry *entry)
{
	const struct config_option *o = config_option_at(number);
	const char *section = config_section_of(number)->name;
	struct config_origin origin = {.source = CONFIG_SOURCE_FILE, .line = entry->line};
	if (entry->section.size > 0 && !str_equal(entry->section, str_from(section))) {
		struct buf *line = new_error(l);
		config_loader_append_place(l, o, origin, line);
		buf_printf(line, " belongs in [%s], not in ", section);
		config_loader_append_shown(line, entry->section);
		return CONFIG_FAULT;
	}
	if (l->origins[number].source == CONFIG_SOURCE_FILE) {
		struct buf *line = new_error(l);
		config_loader_append_place(l, o, origin, line);
		buf_printf(line, " is already set on line %d", l->origins[number].line);
		return CONFIG_FAULT;
	}
	return config_loader_set(l, number, entry->value, origin);
}

struct file_reading {
	struct config_loader *loader;
	int result;
};

static void on_entry(const struct config_ini_entry *entry, void *data)
{
	struct file_reading *f = data;
	size_t number = config_option_find(entry->name);
	if (number == CONFIG_OPTIONS_MAX || config_section_of(number)->name == NULL) {
		warn_unknown(f->loader, entry);
	} else {
		f->result = worse(f->result, take_entry(f->loader, number, entry));
	}
}

/* Reads a whole file into text, and its metadata. */
static int read_file(const char *path, struct buf *text, struct stat *ret_stat)
{
	cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || fstat(fd, ret_stat) != 0) {
		return -errno;
	}
	return fd_read_all(fd, text);
}

static char *user_path(const struct config_inputs *inputs, const char *name)
{
	cleanup_free char *below = xasprintf("otel-ai-monitor/%s", name);
	return xdg_path(
		variable(inputs, "XDG_CONFIG_HOME"), variable(inputs, "HOME"), ".config", below);
}

/* A line that cannot be parsed is one error; later lines may have others. */
static void on_bad_line(int line, enum config_ini_fault fault, void *data)
{
	struct file_reading *f = data;
	buf_printf(new_error(f->loader), "%s:%d: this line %s", f->loader->config.config_path, line,
		config_ini_fault_text(fault));
	f->result = CONFIG_FAULT;
}

static int parse_file(struct config_loader *l, struct str text)
{
	struct file_reading f = {.loader = l, .result = CONFIG_OK};
	config_ini_parse(text, on_entry, on_bad_line, &f);
	return f.result;
}

static struct config_origin *origin_of(struct config_loader *l, const char *name)
{
	return &l->origins[config_option_find(str_from(name))];
}

static int load_file(struct config_loader *l)
{
	bool named = origin_of(l, "config")->source != CONFIG_SOURCE_DEFAULT;
	if (!named) {
		l->config.config_path = user_path(l->inputs, "config.ini");
	}
	const char *path = l->config.config_path;
	if (path == NULL) {
		return CONFIG_OK;
	}
	struct buf text;
	struct stat st;
	buf_init(&text, CONFIG_INI_MAX_BYTES);
	int r = read_file(path, &text, &st);
	if (r == 0) {
		r = parse_file(l, buf_str(&text));
	} else if (!named && (r == -ENOENT || r == -ENOTDIR)) {
		r = CONFIG_OK;
	} else {
		buf_printf(new_error(l), "cannot read the configuration file %s: %s", path,
			strerror(-r));
	}
	buf_finish(&text);
	return r;
}

/* ---- what follows from the values ---- */

static bool is_own_directory(const char *path)
{
	struct stat st;
	return path != NULL && stat(path, &st) == 0 && S_ISDIR(st.st_mode) &&
	       st.st_uid == geteuid();
}

static const char *runtime_dir(const struct config_inputs *inputs)
{
	const char *dir = variable(inputs, "XDG_RUNTIME_DIR");
	if (dir != NULL && dir[0] == '/') {
		return dir;
	}
	return is_own_directory(inputs->run_user_dir) ? inputs->run_user_dir : NULL;
}

static char *socket_in(const char *dir)
{
	return xasprintf("%s/otel-ai-monitor.sock", dir);
}

/* The default places of socket and FIFO; none, with a warning, if there is no directory for them.
 */
static void resolve_paths(struct config_loader *l)
{
	struct config *c = &l->config;
	bool needs_socket = origin_of(l, "socket")->source == CONFIG_SOURCE_DEFAULT;
	bool needs_pipe = origin_of(l, "pipe")->source == CONFIG_SOURCE_DEFAULT;
	const char *dir = runtime_dir(l->inputs);
	c->shared_socket = is_own_directory(l->inputs->run_user_dir)
				   ? socket_in(l->inputs->run_user_dir)
				   : NULL;
	if (dir == NULL) {
		if (l->inputs->serves && (needs_socket || needs_pipe)) {
			buf_printf(new_warning(l),
				"XDG_RUNTIME_DIR is not set; running without %s%s%s",
				needs_socket ? "a Unix socket" : "",
				needs_socket && needs_pipe ? " and " : "",
				needs_pipe ? "a FIFO" : "");
		}
		return;
	}
	if (needs_pipe) {
		c->pipe_path = xasprintf("%s/otel-ai-monitor.pipe", dir);
	}
	if (needs_socket) {
		c->socket_path = socket_in(dir);
		if (strlen(c->socket_path) > ADDRESS_UNIX_BYTES) {
			buf_append_str(new_warning(l),
				STR("XDG_RUNTIME_DIR is too long for a Unix socket; running "
				    "without one"));
			free(c->socket_path);
			c->socket_path = NULL;
		}
	}
}

/* XDG Base Directory: ignore paths that are not absolute. */
static void resolve_store(struct config_loader *l)
{
	const char *state = variable(l->inputs, "XDG_STATE_HOME");
	const char *home = variable(l->inputs, "HOME");
	if (origin_of(l, "store")->source != CONFIG_SOURCE_DEFAULT) {
		return;
	}
	if (state != NULL && state[0] == '/') {
		l->config.store_path = xasprintf("%s/otel-ai-monitor/telemetry.db", state);
	} else if (home != NULL && home[0] == '/') {
		l->config.store_path = xasprintf(
			"%s/.local/state/otel-ai-monitor/telemetry.db", home);
	}
}

/* The start of an error about the token file, for the caller to complete. */
static struct buf *reject_token_file(struct config_loader *l, const char *why)
{
	struct buf *line = new_error(l);
	config_loader_append_place(
		l, config_option_named("token-file"), *origin_of(l, "token-file"), line);
	buf_printf(line, ": %s %s", l->config.token_file, why);
	return line;
}

static int read_token(struct config_loader *l)
{
	struct buf text;
	struct stat st = {0};
	const struct config_option *token = config_option_named("token");
	buf_init(&text, TOKEN_FILE_BYTES);
	int r = read_file(l->config.token_file, &text, &st);
	struct str content = str_trim(buf_str(&text));
	while (content.size > 0 && strchr("\r\n", content.data[content.size - 1]) != NULL) {
		content.size--;
	}
	if (r < 0) {
		buf_printf(reject_token_file(l, "cannot be read:"), " %s", strerror(-r));
	} else if (S_ISREG(st.st_mode) && (st.st_mode & 077) != 0) {
		reject_token_file(l, "is readable by others; chmod 600 it");
		r = CONFIG_FAULT;
	} else if (!token->kind->parse(&token->limits, content, &l->config.token)) {
		config_option_describe(token, reject_token_file(l, "must hold "));
		r = CONFIG_FAULT;
	}
	buf_finish(&text);
	return r;
}

/* Of token and token file, the one from the stronger source counts. */
static int check_tokens(struct config_loader *l)
{
	struct config_origin *file = origin_of(l, "token-file"), *token = origin_of(l, "token");
	if (l->config.token_file == NULL || token->source != file->source) {
		return CONFIG_OK;
	}
	struct buf *line = new_error(l);
	config_loader_append_place(l, config_option_named("token-file"), *file, line);
	buf_append_str(line, STR(" and token are both set; use one"));
	return CONFIG_FAULT;
}

static int resolve_token(struct config_loader *l)
{
	bool is_in_file = l->config.token_file != NULL &&
			  origin_of(l, "token")->source <= origin_of(l, "token-file")->source;
	int r = check_tokens(l);
	return r == CONFIG_OK && is_in_file ? read_token(l) : r;
}

const char *config_variable(const struct config *c, const char *name)
{
	return variable(&c->state->inputs, name);
}

char *config_user_path(const struct config *c, const char *name)
{
	return user_path(&c->state->inputs, name);
}

/* Whoever can reach the port can send and read everything. */
static int check_listen(struct config_loader *l)
{
	const struct config *c = &l->config;
	for (size_t i = 0; l->inputs->serves && i < c->listen.count; i++) {
		if (!address_names_loopback(str_from(c->listen.items[i])) && c->token == NULL) {
			struct buf *line = new_error(l);
			config_loader_append_place(
				l, config_option_named("listen"), *origin_of(l, "listen"), line);
			buf_printf(line, ": other machines can reach %s; set token or token-file",
				c->listen.items[i]);
			return CONFIG_FAULT;
		}
	}
	return CONFIG_OK;
}

/* Terminal, pipe, file or socket, but not the journal's socket. */
static bool stdout_is_read(const struct config_inputs *inputs)
{
	struct stat st;
	if (fstat(inputs->stdout_fd, &st) != 0 ||
		fd_is_journal(inputs->stdout_fd, variable(inputs, "JOURNAL_STREAM"))) {
		return false;
	}
	return !S_ISCHR(st.st_mode) || isatty(inputs->stdout_fd) == 1;
}

/* --json is a format of its own, list for status and ndjson for watch: it contradicts a bar's. */
static int check_format(struct config_loader *l)
{
	int format = l->config.format;
	if (l->config.json && format != CONFIG_FORMAT_AUTO && format != CONFIG_FORMAT_LIST &&
		format != CONFIG_FORMAT_NDJSON) {
		buf_append_str(new_error(l), STR("--json contradicts --format; use one of them"));
		return CONFIG_FAULT;
	}
	return CONFIG_OK;
}

static int resolve(struct config_loader *l)
{
	struct config *c = &l->config;
	int r = check_format(l);
	int token = resolve_token(l);
	r = worse(r, token);
	if (token == CONFIG_OK) { // else there is a token, though invalid
		r = worse(r, check_listen(l));
	}
	resolve_paths(l);
	resolve_store(l);
	c->prefers_port = origin_of(l, "port")->source == CONFIG_SOURCE_FLAG &&
			  origin_of(l, "socket")->source != CONFIG_SOURCE_FLAG;
	c->use_stdout = c->stdout_mode == CONFIG_STDOUT_YES ||
			(c->stdout_mode == CONFIG_STDOUT_AUTO && stdout_is_read(l->inputs));
	return r;
}

/* ---- all of it ---- */

struct config_inputs config_inputs_of_process(void)
{
	static char run_user_dir[32];
	snprintf(run_user_dir, sizeof(run_user_dir), "/run/user/%lu", (unsigned long)geteuid());
	return (struct config_inputs){
		.environment = (const char *const *)environ,
		.run_user_dir = run_user_dir,
		.stdout_fd = STDOUT_FILENO,
	};
}

static int load_everything(struct config_loader *l)
{
	int r = load_flags(l);
	if (l->inputs->flags_alone) {
		r = worse(r, check_format(l));
		return worse(r, check_tokens(l));
	}
	r = worse(r, load_environment(l));
	r = worse(r, load_file(l));
	return worse(r, resolve(l));
}

int config_load(
	struct config *ret, const struct config_inputs *inputs, struct config_report *report)
{
	struct config_loader l = {.inputs = inputs, .report = report};
	config_option_defaults(&l.config);
	int r = load_everything(&l);
	if (r != 0) {
		*ret = (struct config){.verbose = l.config.verbose};
		config_finish(&l.config);
		return r;
	}
	l.config.state = xcalloc(1, sizeof(*l.config.state));
	l.config.state->inputs = *inputs;
	*ret = l.config;
	return 0;
}

int config_check(const struct config *c, struct config_report *report, char **ret_path)
{
	struct config fresh;
	struct config_inputs inputs = c->state->inputs;
	inputs.serves = true;
	inputs.flags_alone = false;
	int r = config_load(&fresh, &inputs, report);
	bool is_there = fresh.config_path != NULL && access(fresh.config_path, F_OK) == 0;
	*ret_path = is_there ? xstrdup(fresh.config_path) : NULL;
	config_finish(&fresh);
	return r;
}

void config_finish(struct config *c)
{
	const struct config_option *o;
	for (size_t i = 0; (o = config_option_at(i)) != NULL; i++) {
		if (o->kind->finish != NULL) {
			o->kind->finish(config_option_field(o, c));
		}
	}
	config_kind_list.finish(&c->wait_for);
	free(c->shared_socket);
	free(c->history_kind);
	free(c->from_date);
	free(c->to_date);
	free(c->before_date);
	free(c->since_date);
	free(c->dashboard_session);
	free(c->log_model);
	free(c->log_value);
	free(c->log_message);
	free(c->log_file);
	config_kind_paths.finish(&c->log_tags);
	free(c->log_cost);
	free(c->log_session);
	free(c->log_tool);
	free(c->project);
	free(c->state);
	c->shared_socket = NULL;
	c->state = NULL;
}

static bool same_value(const struct config_option *o, struct config *a, struct config *b)
{
	struct buf texts[2];
	struct config *configs[2] = {a, b};
	for (int i = 0; i < 2; i++) {
		buf_init(&texts[i], CONFIG_INI_MAX_BYTES);
		o->kind->format(&o->limits, config_option_field(o, configs[i]), &texts[i]);
	}
	bool same = str_equal(buf_str(&texts[0]), buf_str(&texts[1]));
	buf_finish(&texts[0]);
	buf_finish(&texts[1]);
	return same;
}

static void swap_values(const struct config_option *o, struct config *a, struct config *b)
{
	union config_field value;
	memcpy(&value, config_option_field(o, a), o->kind->size);
	memcpy(config_option_field(o, a), config_option_field(o, b), o->kind->size);
	memcpy(config_option_field(o, b), &value, o->kind->size);
}

/* Values that need a restart stay as in c; the report names those that differ. */
static void keep_values(struct config *c, struct config *fresh, struct config_report *report)
{
	const struct config_option *o;
	struct buf *line = NULL;
	for (size_t i = 0; (o = config_option_at(i)) != NULL; i++) {
		if (o->effect != CONFIG_AT_START) {
			continue;
		}
		if (!same_value(o, c, fresh)) {
			const char *before = line == NULL ? "restart to apply: " : ", ";
			line = line == NULL ? config_report_warning(report) : line;
			buf_printf(line, "%s%s", before, o->name);
		}
		swap_values(o, c, fresh); // equal ones, too: others hold pointers into them
	}
}

int config_reload(struct config *c, struct config_report *report)
{
	struct config fresh;
	int r = config_load(&fresh, &c->state->inputs, report);
	if (r != 0) {
		return r;
	}
	keep_values(c, &fresh, report);
	fresh.use_stdout = c->use_stdout;
	config_finish(c);
	*c = fresh;
	return 0;
}
