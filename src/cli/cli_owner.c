#include "cli/cli_owner.h"

#include <pwd.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/address.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/cli_http.h"
#include "process/process_listener.h"

char *cli_owner_shown(const struct cli_endpoint *t)
{
	struct sockaddr_storage address;
	int64_t uid;
	if (t->host == NULL || !address_parse(str_from(t->host), t->port, &address) ||
		!address_is_loopback((struct sockaddr *)&address) ||
		process_listener_owner((struct sockaddr *)&address, t->port, &uid) < 0 ||
		uid == (int64_t)geteuid()) {
		return NULL;
	}
	const struct passwd *user = getpwuid((uid_t)uid);
	return user != NULL ? xasprintf("user %s (%lld)", log_shown(str_from(user->pw_name)),
				      (long long)uid)
			    : xasprintf("user %lld", (long long)uid);
}
