#include "session/session_peers.h"

#include <stdlib.h>

#include "base/mem.h"

void session_peers_init(struct session_peers *c)
{
	list_init(&c->all);
}

static void destroy(struct session_client *client)
{
	list_remove(&client->link);
	for (size_t i = 0; i < ARRAY_SIZE(client->names); i++) {
		free(client->names[i]);
	}
	free(client->cwd);
	free(client);
}

void session_peers_finish(struct session_peers *c)
{
	struct session_client *client, *next;
	list_for_each_safe(client, next, &c->all, link)
	{
		destroy(client);
	}
}

static char *copy(struct str s)
{
	return s.size > 0 ? str_dup(s) : NULL;
}

void session_peers_add(
	struct session_peers *c, uint64_t connection, const struct session_process *process)
{
	session_peers_remove(c, connection);
	struct session_client *client = xcalloc(1, sizeof(*client));
	client->connection = connection;
	client->pid = process->pid;
	for (size_t i = 0; i < ARRAY_SIZE(client->names); i++) {
		client->names[i] = copy(process->names[i]);
	}
	client->cwd = copy(process->cwd);
	list_append(&c->all, &client->link);
}

static struct session_client *find(const struct session_peers *c, uint64_t connection)
{
	struct session_client *client;
	list_for_each(client, &c->all, link)
	{
		if (client->connection == connection) {
			return client;
		}
	}
	return NULL;
}

const struct session_client *session_peers_find(const struct session_peers *c, uint64_t connection)
{
	return find(c, connection);
}

void session_peers_remove(struct session_peers *c, uint64_t connection)
{
	struct session_client *client = find(c, connection);
	if (client != NULL) {
		destroy(client);
	}
}

bool session_peer_is(const struct session_client *client, struct str program)
{
	for (size_t i = 0; i < ARRAY_SIZE(client->names) && program.size > 0; i++) {
		if (client->names[i] != NULL &&
			str_starts_with(str_from(client->names[i]), program)) {
			return true;
		}
	}
	return false;
}
