#include "config/config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fd.h"
#include "base/mem.h"
#include "config/config_flags.h"
#include "config/config_ini.h"
#include "config/config_loader.h"

enum { UNIX_PATH_BYTES = 107, TOKEN_FILE_BYTES = 4096 };

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

static int load_environment(struct config_loader *l)
{
	for (int id = 0; id < OPTION_COUNT; id++) {
		const char *name = config_options[id].variable;
		const char *value = name != NULL ? variable(l->inputs, name) : NULL;
		if (value == NULL) {
			continue;
		}
		int r = config_loader_set(l, (enum config_option_id)id, str_from(value),
			(struct config_origin){.source = CONFIG_SOURCE_ENVIRONMENT});
		if (r != 0) {
			return r;
		}
	}
	return CONFIG_OK;
}

/* ---- file ---- */

static int on_entry(const struct config_ini_entry *entry, void *data)
{
	struct config_loader *l = data;
	struct config_origin origin = {.source = CONFIG_SOURCE_FILE, .line = entry->line};
	enum config_option_id id = config_option_find(entry->name);
	const char *section = id != OPTION_COUNT ? config_options[id].section : NULL;
	if (section == NULL) {
		config_loader_say(
			l, "%s:%d: there is no setting ", l->config.config_path, entry->line);
		config_loader_say_shown(l, entry->name);
		return -EINVAL;
	}
	if (entry->section.size > 0 && !str_equal(entry->section, str_from(section))) {
		config_loader_say_place(l, id, origin);
		config_loader_say(l, " belongs to the section [%s], not to ", section);
		config_loader_say_shown(l, entry->section);
		return -EINVAL;
	}
	if (l->origins[id].source == CONFIG_SOURCE_FILE) {
		config_loader_say_place(l, id, origin);
		config_loader_say(l, " stands in line %d already", l->origins[id].line);
		return -EINVAL;
	}
	return config_loader_set(l, id, entry->value, origin) == CONFIG_OK ? 0 : -EINVAL;
}

/* Reads a whole file into text, and what it is. */
static int read_file(const char *path, struct buf *text, struct stat *ret_stat)
{
	cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || fstat(fd, ret_stat) != 0) {
		return -errno;
	}
	return fd_read_all(fd, text);
}

static char *default_file(const struct config_inputs *inputs)
{
	const char *base = variable(inputs, "XDG_CONFIG_HOME");
	if (base != NULL && base[0] == '/') { // others are to be ignored: XDG Base Directory
		return xasprintf("%s/otel-ai-monitor/config.ini", base);
	}
	const char *home = variable(inputs, "HOME");
	return home != NULL ? xasprintf("%s/.config/otel-ai-monitor/config.ini", home) : NULL;
}

static int parse_file(struct config_loader *l, struct str text)
{
	int line = 0;
	int r = config_ini_parse(text, on_entry, l, &line);
	if (r > 0) {
		config_loader_say(l, "%s:%d: this line %s", l->config.config_path, line,
			config_ini_fault_text((enum config_ini_fault)r));
	}
	return r != 0 ? CONFIG_FAULT : CONFIG_OK;
}

static int load_file(struct config_loader *l)
{
	bool named = l->origins[OPTION_CONFIG].source != CONFIG_SOURCE_DEFAULT;
	if (!named) {
		l->config.config_path = default_file(l->inputs);
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
		config_loader_say(
			l, "cannot read the configuration file %s: %s", path, strerror(-r));
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

/* Where the socket and the FIFO are, unless that was said; none with a warning where they cannot
 * be. */
static void resolve_paths(struct config_loader *l)
{
	struct config *c = &l->config;
	bool needs_socket = l->origins[OPTION_SOCKET].source == CONFIG_SOURCE_DEFAULT;
	bool needs_pipe = l->origins[OPTION_PIPE].source == CONFIG_SOURCE_DEFAULT;
	const char *dir = runtime_dir(l->inputs);
	if (dir == NULL) {
		if (c->command == CONFIG_SERVE && (needs_socket || needs_pipe)) {
			config_loader_say(l, "XDG_RUNTIME_DIR is not set: there is no %s%s%s",
				needs_socket ? "Unix socket" : "",
				needs_socket && needs_pipe ? " and no " : "",
				needs_pipe ? "pipe" : "");
		}
		return;
	}
	if (needs_pipe) {
		c->pipe_path = xasprintf("%s/otel-ai-monitor.pipe", dir);
	}
	if (needs_socket) {
		c->socket_path = xasprintf("%s/otel-ai-monitor.sock", dir);
		if (strlen(c->socket_path) > UNIX_PATH_BYTES) {
			config_loader_say(
				l, "XDG_RUNTIME_DIR is too long for a Unix socket: there is none");
			free(c->socket_path);
			c->socket_path = NULL;
		}
	}
}

static int refuse_token_file(struct config_loader *l, const char *why)
{
	config_loader_say_place(l, OPTION_TOKEN_FILE, l->origins[OPTION_TOKEN_FILE]);
	config_loader_say(l, ": the file %s %s", l->config.token_file, why);
	return CONFIG_FAULT;
}

/* A token and a file that holds one: the stronger source counts. */
static int resolve_token(struct config_loader *l)
{
	struct config_origin *file = &l->origins[OPTION_TOKEN_FILE],
			     *token = &l->origins[OPTION_TOKEN];
	if (l->config.token_file == NULL || token->source > file->source) {
		return CONFIG_OK;
	}
	if (token->source == file->source) {
		config_loader_say_place(l, OPTION_TOKEN_FILE, *file);
		config_loader_say(l, " and a token stand in one place; it takes one of them");
		return CONFIG_FAULT;
	}
	struct buf text;
	struct stat st;
	buf_init(&text, TOKEN_FILE_BYTES);
	int r = read_file(l->config.token_file, &text, &st);
	struct str content = str_trim(buf_str(&text));
	while (content.size > 0 && strchr("\r\n", content.data[content.size - 1]) != NULL) {
		content.size--;
	}
	const struct config_limits *limits = &config_options[OPTION_TOKEN].limits;
	if (r < 0) {
		refuse_token_file(l, "cannot be read: ");
		config_loader_say(l, "%s", strerror(-r));
	} else if (S_ISREG(st.st_mode) && (st.st_mode & 077) != 0) {
		r = refuse_token_file(l, "must not be open to others: chmod 600 it");
	} else if (!config_kind_text.parse(limits, content, &l->config.token)) {
		r = refuse_token_file(l, "must hold ");
		config_option_describe(OPTION_TOKEN, l->message);
	}
	buf_finish(&text);
	return r;
}

const char *config_variable(const struct config *c, const char *name)
{
	return variable(&c->state->inputs, name);
}

bool config_is_loopback(const char *address)
{
	struct in_addr v4;
	struct in6_addr v6;
	if (inet_pton(AF_INET, address, &v4) == 1) {
		return (ntohl(v4.s_addr) >> 24) == 127;
	}
	if (inet_pton(AF_INET6, address, &v6) != 1) {
		return false;
	}
	return IN6_IS_ADDR_LOOPBACK(&v6) || (IN6_IS_ADDR_V4MAPPED(&v6) && v6.s6_addr[12] == 127);
}

/* Whoever can reach the port can see prompts go by. */
static int check_listen(struct config_loader *l)
{
	const struct config *c = &l->config;
	for (size_t i = 0; c->command == CONFIG_SERVE && i < c->listen.count; i++) {
		if (!config_is_loopback(c->listen.items[i]) && c->token == NULL) {
			config_loader_say_place(l, OPTION_LISTEN, l->origins[OPTION_LISTEN]);
			config_loader_say(l,
				": other machines can reach %s, so a token or token-file is needed",
				c->listen.items[i]);
			return CONFIG_FAULT;
		}
	}
	return CONFIG_OK;
}

/* Terminal, pipe, file or socket, but not the journal's socket (systemd.exec(5), JOURNAL_STREAM).
 */
static bool stdout_is_read(const struct config_inputs *inputs)
{
	struct stat st;
	unsigned long long device, inode;
	if (fstat(inputs->stdout_fd, &st) != 0) {
		return false;
	}
	const char *journal = variable(inputs, "JOURNAL_STREAM");
	if (journal != NULL && sscanf(journal, "%llu:%llu", &device, &inode) == 2 &&
		st.st_dev == device && st.st_ino == inode) {
		return false;
	}
	return !S_ISCHR(st.st_mode) || isatty(inputs->stdout_fd) == 1;
}

/* --json and --format say the same thing, or one of them is not meant. */
static int check_format(struct config_loader *l)
{
	int format = l->config.format;
	if (l->config.status_json && format != CONFIG_FORMAT_AUTO && format != CONFIG_FORMAT_LIST) {
		config_loader_say(l, "--json is --format list; it takes one of them");
		return CONFIG_FAULT;
	}
	return CONFIG_OK;
}

static int resolve(struct config_loader *l)
{
	struct config *c = &l->config;
	int r = check_format(l);
	if (r == 0) {
		r = resolve_token(l);
	}
	if (r == 0) {
		r = check_listen(l);
	}
	if (r != 0) {
		return r;
	}
	resolve_paths(l);
	c->use_stdout = c->stdout_mode == CONFIG_STDOUT_YES ||
			(c->stdout_mode == CONFIG_STDOUT_AUTO && stdout_is_read(l->inputs));
	return CONFIG_OK;
}

/* ---- all of it ---- */

struct config_inputs config_inputs_of_process(int argc, char **argv)
{
	static char run_user_dir[32];
	snprintf(run_user_dir, sizeof(run_user_dir), "/run/user/%lu", (unsigned long)geteuid());
	return (struct config_inputs){
		.argc = argc,
		.argv = (const char *const *)argv,
		.environment = (const char *const *)environ,
		.run_user_dir = run_user_dir,
		.stdout_fd = STDOUT_FILENO,
	};
}

static bool needs_settings(enum config_command command)
{
	return command != CONFIG_HELP && command != CONFIG_VERSION && command != CONFIG_COMPLETE;
}

static int load_everything(struct config_loader *l)
{
	int r = config_flags_load(l);
	if (r != 0 || !needs_settings(l->config.command)) {
		return r;
	}
	r = load_environment(l);
	if (r == 0) {
		r = load_file(l);
	}
	return r != 0 ? r : resolve(l);
}

int config_load(struct config *ret, const struct config_inputs *inputs, struct buf *message)
{
	struct config_loader l = {.inputs = inputs, .message = message};
	config_option_defaults(&l.config);
	int r = load_everything(&l);
	if (r != 0) {
		ret->command = l.config.command;
		ret->verbose = l.config.verbose;
		config_finish(&l.config);
		return r;
	}
	l.config.state = xcalloc(1, sizeof(*l.config.state));
	l.config.state->inputs = *inputs;
	*ret = l.config;
	return 0;
}

void config_finish(struct config *c)
{
	for (int id = 0; id < OPTION_COUNT; id++) {
		const struct config_kind *kind = config_options[id].kind;
		if (kind->finish != NULL) {
			kind->finish(config_option_field((enum config_option_id)id, c));
		}
	}
	free(c->state);
	c->state = NULL;
}

static bool same_value(enum config_option_id id, struct config *a, struct config *b)
{
	const struct config_option *o = &config_options[id];
	struct buf texts[2];
	struct config *configs[2] = {a, b};
	for (int i = 0; i < 2; i++) {
		buf_init(&texts[i], CONFIG_INI_MAX_BYTES);
		o->kind->format(&o->limits, config_option_field(id, configs[i]), &texts[i]);
	}
	bool same = str_equal(buf_str(&texts[0]), buf_str(&texts[1]));
	buf_finish(&texts[0]);
	buf_finish(&texts[1]);
	return same;
}

static void swap_values(enum config_option_id id, struct config *a, struct config *b)
{
	size_t size = config_options[id].kind->size;
	union config_field value;
	memcpy(&value, config_option_field(id, a), size);
	memcpy(config_option_field(id, a), config_option_field(id, b), size);
	memcpy(config_option_field(id, b), &value, size);
}

int config_reload(struct config *c, struct buf *message)
{
	struct config fresh;
	struct buf warning; // told at the start already
	buf_init(&warning, CONFIG_INI_MAX_BYTES);
	int r = config_load(&fresh, &c->state->inputs, &warning);
	if (r != 0) {
		buf_append_str(message, buf_str(&warning));
	}
	buf_finish(&warning);
	if (r != 0) {
		return r;
	}
	for (int i = 0; i < OPTION_COUNT; i++) {
		enum config_option_id id = (enum config_option_id)i;
		if (config_options[id].effect != CONFIG_AT_START) {
			continue;
		}
		if (!same_value(id, c, &fresh)) {
			buf_printf(message, "%s%s",
				message->size == 0 ? "only a restart changes: " : ", ",
				config_options[id].name);
		}
		swap_values(id, c, &fresh); // also the equal ones: others hold pointers into them
	}
	fresh.use_stdout = c->use_stdout;
	config_finish(c);
	*c = fresh;
	return 0;
}
