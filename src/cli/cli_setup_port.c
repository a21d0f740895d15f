#include "cli/cli_setup_port.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/xdg.h"
#include "cli/cli_setup_file.h"
#include "config/config.h"

enum { UNIT_PORT = 4318 };

#define UNIT  "otel-ai-monitor.socket"
#define FIRST "# Written by otel-ai-monitor setup.\n"

/* $variable/below, else ~/below_home/below. */
static char *user_path(
	const struct config *c, const char *variable, const char *below_home, const char *below)
{
	return xdg_path(
		config_variable(c, variable), config_variable(c, "HOME"), below_home, below);
}

static bool is_installed(const struct config *c)
{
	static const char *const places[] = {"/etc/systemd/user/" UNIT,
		"/usr/local/lib/systemd/user/" UNIT, "/usr/lib/systemd/user/" UNIT,
		"/lib/systemd/user/" UNIT};
	cleanup_free char *own = user_path(c, "XDG_CONFIG_HOME", ".config", "systemd/user/" UNIT);
	cleanup_free char *data = user_path(
		c, "XDG_DATA_HOME", ".local/share", "systemd/user/" UNIT);
	bool found = (own != NULL && access(own, F_OK) == 0) ||
		     (data != NULL && access(data, F_OK) == 0);
	for (size_t i = 0; i < ARRAY_SIZE(places) && !found; i++) {
		found = access(places[i], F_OK) == 0;
	}
	return found;
}

/* The drop-in as it should be; empty if the unit itself has that port. */
static void plan(struct cli_setup_file *f)
{
	bool ours = str_starts_with(buf_str(&f->before), STR(FIRST));
	bool by_unit = f->config->setup_undo || f->config->port == UNIT_PORT;
	if (f->before.size > 0 && !ours) {
		return; // somebody else's
	}
	f->no_copy = true;
	buf_clear(&f->after);
	if (!by_unit) {
		buf_printf(&f->after,
			FIRST "[Socket]\n"
			      "ListenStream=\n"
			      "ListenStream=127.0.0.1:%u\n"
			      "ListenStream=[::1]:%u\n"
			      "ListenStream=%%t/otel-ai-monitor.sock\n",
			f->config->port, f->config->port);
	}
}

static enum cli_setup_port change(struct cli_setup_file *f)
{
	static const enum cli_setup_port results[] = {[CLI_SETUP_CHANGED] = CLI_SETUP_PORT_CHANGED,
		[CLI_SETUP_KEPT] = CLI_SETUP_PORT_DIFFERS,
		[CLI_SETUP_FAILED] = CLI_SETUP_PORT_FAILED};
	plan(f);
	if (str_equal(buf_str(&f->before), buf_str(&f->after))) {
		return CLI_SETUP_PORT_FITS;
	}
	printf("Port of the service: %s\n", f->path);
	return results[cli_setup_file_change(f)];
}

enum cli_setup_port cli_setup_port(const struct config *config, bool *ret_unasked)
{
	struct cli_setup_file f;
	cleanup_free char *path = user_path(
		config, "XDG_CONFIG_HOME", ".config", "systemd/user/" UNIT ".d/port.conf");
	if (path == NULL || (!is_installed(config) && access(path, F_OK) != 0)) {
		return CLI_SETUP_PORT_UNKNOWN;
	}
	int r = cli_setup_file_open(&f, config, path);
	enum cli_setup_port result = CLI_SETUP_PORT_FAILED;
	if (r < 0) {
		log_errno(r, "cannot read '%s'; skipped", path);
	} else {
		result = change(&f);
	}
	*ret_unasked = *ret_unasked || f.unasked;
	cli_setup_file_finish(&f);
	return result;
}
