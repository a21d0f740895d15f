/* [server], [limits], and settings of the program itself. */
#include <netinet/in.h>
#include <string.h>

#include "base/address.h"
#include "base/mem.h"
#include "config/config_option.h"

enum { HOST_BYTES = 253, ORIGIN_BYTES = 512 };

static bool is_address(struct str text)
{
	struct sockaddr_storage ignored;
	return address_parse(text, 0, &ignored);
}

static bool only_holds(struct str text, const char *others)
{
	for (size_t i = 0; i < text.size; i++) {
		char c = text.data[i], lower = (char)(c | 0x20);
		bool common = (c >= '0' && c <= '9') || (lower >= 'a' && lower <= 'z');
		if (!common && strchr(others, c) == NULL) {
			return false;
		}
	}
	return true;
}

static bool is_host(struct str text)
{
	return only_holds(text, "-._");
}

/* As browsers send it: RFC 6454 section 6.2, never with a path. */
static bool is_origin(struct str text)
{
	const char *scheme_end = memmem(text.data, text.size, "://", 3);
	if (scheme_end == NULL || scheme_end == text.data) {
		return false;
	}
	struct str host = str_skip(text, (size_t)(scheme_end - text.data) + 3);
	return host.size > 0 && only_holds(host, "-._:[]");
}

/* What Authorization can carry: RFC 6750 section 2.1. */
static bool is_token(struct str text)
{
	return only_holds(text, "-._~+/=");
}

static const struct config_option server[] = {
	{.name = "port",
		.letter = 'p',
		.variable = "OTLP_PORT",
		.kind = &config_kind_port,
		.offset = CONFIG_FIELD(port),
		.limits = {.min = 0, .max = 65535},
		.standard = "4318",
		.effect = CONFIG_AT_START,
		.value_name = "PORT",
		.help = "TCP port to receive telemetry on; 0 picks a free one"},
	{.name = "listen",
		.variable = "OTEL_AI_LISTEN",
		.kind = &config_kind_list,
		.offset = CONFIG_FIELD(listen),
		.limits = {.max = INET6_ADDRSTRLEN,
			.is_allowed = is_address,
			.allowed = "numeric IP addresses separated by commas, or none"},
		.standard = "127.0.0.1, ::1",
		.negated = "none",
		.effect = CONFIG_AT_START,
		.value_name = "ADDRESS",
		.help = "addresses to listen on; any but loopback needs a token"},
	{.name = "socket",
		.variable = "OTEL_AI_SOCKET",
		.kind = &config_kind_path,
		.offset = CONFIG_FIELD(socket_path),
		.limits = {.min = 1, .max = ADDRESS_UNIX_BYTES},
		.negated = "none",
		.effect = CONFIG_AT_START,
		.value_name = "PATH",
		.help = "Unix socket with the same service; default otel-ai-monitor.sock in "
			"$XDG_RUNTIME_DIR"},
	{.name = "token",
		.variable = "OTEL_AI_TOKEN",
		.kind = &config_kind_text,
		.offset = CONFIG_FIELD(token),
		.limits = {.min = 16,
			.max = 256,
			.is_allowed = is_token,
			.allowed = "16 to 256 letters, digits and -._~+/="},
		.effect = CONFIG_AT_START,
		.value_name = "TOKEN",
		.help = "bearer token that lets other users and machines in over TCP; prefer "
			"--token-file, as other users can see command lines"},
	{.name = "token-file",
		.variable = "OTEL_AI_TOKEN_FILE",
		.kind = &config_kind_path,
		.offset = CONFIG_FIELD(token_file),
		.limits = {.min = 1, .max = CONFIG_PATH_BYTES},
		.effect = CONFIG_AT_START,
		.value_name = "PATH",
		.help = "file with the token, readable by its owner only"},
	{.name = "allowed-hosts",
		.variable = "OTEL_AI_ALLOWED_HOSTS",
		.kind = &config_kind_list,
		.offset = CONFIG_FIELD(allowed_hosts),
		.limits = {.max = HOST_BYTES,
			.is_allowed = is_host,
			.allowed = "host names separated by commas, or none"},
		.effect = CONFIG_AT_START,
		.value_name = "NAME",
		.help = "Host names to accept besides localhost and IP addresses"},
	{.name = "allowed-origins",
		.variable = "OTEL_AI_ALLOWED_ORIGINS",
		.kind = &config_kind_list,
		.offset = CONFIG_FIELD(allowed_origins),
		.limits = {.max = ORIGIN_BYTES,
			.is_allowed = is_origin,
			.allowed = "origins such as http://localhost:3000 separated by commas, or "
				   "none"},
		.effect = CONFIG_AT_START,
		.value_name = "ORIGIN",
		.help = "origins of web pages that may use the API"},
	{.name = "allow-other-users",
		.variable = "OTEL_AI_ALLOW_OTHER_USERS",
		.kind = &config_kind_switch,
		.offset = CONFIG_FIELD(allow_other_users),
		.standard = "no",
		.bare = "yes",
		.negated = "no",
		.effect = CONFIG_AT_START,
		.help = "serve every user of this machine over TCP, not only you and root"},
	{.name = "verbose",
		.letter = 'v',
		.variable = "OTEL_AI_VERBOSE",
		.kind = &config_kind_switch,
		.offset = CONFIG_FIELD(verbose),
		.standard = "no",
		.bare = "yes",
		.negated = "no",
		.help = "log every state change"},
};

const struct config_section config_server = {"server", server, ARRAY_SIZE(server)};

static const struct config_option limits[] = {
	{.name = "max-body",
		.variable = "OTEL_AI_MAX_BODY",
		.kind = &config_kind_bytes,
		.offset = CONFIG_FIELD(max_body_bytes),
		.limits = {.min = 1024, .max = 1 << 30},
		.standard = "64M",
		.effect = CONFIG_AT_START,
		.value_name = "BYTES",
		.help = "largest request body, as received and unpacked; accepts K, M and G"},
	{.name = "max-connections",
		.variable = "OTEL_AI_MAX_CONNECTIONS",
		.kind = &config_kind_count,
		.offset = CONFIG_FIELD(max_connections),
		.limits = {.min = 1, .max = 65536},
		.standard = "512",
		.effect = CONFIG_AT_START,
		.value_name = "COUNT",
		.help = "connections at a time; readers of the stream are counted separately"},
};

const struct config_section config_limits_section = {"limits", limits, ARRAY_SIZE(limits)};

static const struct config_option unfiled[] = {
	{.name = "config",
		.letter = 'c',
		.variable = "OTEL_AI_CONFIG",
		.kind = &config_kind_path,
		.offset = CONFIG_FIELD(config_path),
		.limits = {.min = 1, .max = CONFIG_PATH_BYTES},
		.effect = CONFIG_AT_START,
		.value_name = "PATH",
		.help = "configuration file, or none; default otel-ai-monitor/config.ini in "
			"$XDG_CONFIG_HOME"},
	{.name = "notifier",
		.variable = "OTEL_AI_MONITOR_NOTIFIER",
		.kind = &config_kind_path,
		.offset = CONFIG_FIELD(notifier_path),
		.limits = {.min = 1, .max = CONFIG_PATH_BYTES},
		.effect = CONFIG_AT_START,
		.value_name = "PATH",
		.help = "program that shows notifications, instead of the installed one"},
	{.name = "focus",
		.variable = "OTEL_AI_MONITOR_FOCUS",
		.kind = &config_kind_path,
		.offset = CONFIG_FIELD(focus_path),
		.limits = {.min = 1, .max = CONFIG_PATH_BYTES},
		.effect = CONFIG_AT_START,
		.value_name = "PATH",
		.help = "program that raises windows, instead of the installed one"},
	{.name = "tray-program",
		.variable = "OTEL_AI_MONITOR_TRAY",
		.kind = &config_kind_path,
		.offset = CONFIG_FIELD(tray_path),
		.limits = {.min = 1, .max = CONFIG_PATH_BYTES},
		.effect = CONFIG_AT_START,
		.value_name = "PATH",
		.help = "program that shows the tray icon, instead of the installed one"},
};

const struct config_section config_unfiled = {NULL, unfiled, ARRAY_SIZE(unfiled)};
