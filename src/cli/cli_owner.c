#include "cli/cli_owner.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "cli/cli_http.h"
#include "config/config.h"
#include "process/process_listener.h"

static bool read_address(const struct cli_endpoint *t, struct sockaddr_storage *ret)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(t->port)};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(t->port)};
	memset(ret, 0, sizeof(*ret));
	if (inet_pton(AF_INET, t->host, &v4.sin_addr) == 1) {
		memcpy(ret, &v4, sizeof(v4));
		return true;
	}
	if (inet_pton(AF_INET6, t->host, &v6.sin6_addr) == 1) {
		memcpy(ret, &v6, sizeof(v6));
		return true;
	}
	return false;
}

char *cli_owner_shown(const struct cli_endpoint *t)
{
	struct sockaddr_storage address;
	int64_t uid;
	if (t->host == NULL || !config_is_loopback(t->host) || !read_address(t, &address) ||
		process_listener_owner((struct sockaddr *)&address, t->port, &uid) < 0 ||
		uid == (int64_t)geteuid()) {
		return NULL;
	}
	const struct passwd *user = getpwuid((uid_t)uid);
	return user != NULL ? xasprintf("user %s (%lld)", log_shown(str_from(user->pw_name)),
				      (long long)uid)
			    : xasprintf("user %lld", (long long)uid);
}
