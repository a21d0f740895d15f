#include "session/session_clients.h"

#include <stdlib.h>

#include "base/mem.h"

void session_clients_init(struct session_clients *c)
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

void session_clients_finish(struct session_clients *c)
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

void session_clients_add(
	struct session_clients *c, uint64_t connection, const struct session_process *process)
{
	session_clients_remove(c, connection);
	struct session_client *client = xcalloc(1, sizeof(*client));
	client->connection = connection;
	client->pid = process->pid;
	for (size_t i = 0; i < ARRAY_SIZE(client->names); i++) {
		client->names[i] = copy(process->names[i]);
	}
	client->cwd = copy(process->cwd);
	list_append(&c->all, &client->link);
}

static struct session_client *find(const struct session_clients *c, uint64_t connection)
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

const struct session_client *session_clients_find(
	const struct session_clients *c, uint64_t connection)
{
	return find(c, connection);
}

void session_clients_remove(struct session_clients *c, uint64_t connection)
{
	struct session_client *client = find(c, connection);
	if (client != NULL) {
		destroy(client);
	}
}

bool session_client_is(const struct session_client *client, struct str program)
{
	for (size_t i = 0; i < ARRAY_SIZE(client->names) && program.size > 0; i++) {
		if (client->names[i] != NULL &&
			str_starts_with(str_from(client->names[i]), program)) {
			return true;
		}
	}
	return false;
}
