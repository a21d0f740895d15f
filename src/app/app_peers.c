#include "app/app_peers.h"

#include <inttypes.h>

#include "base/instant.h"
#include "base/log.h"
#include "http/http_request.h"
#include "process/process_info.h"
#include "process/process_peers.h"
#include "process/process_project_cache.h"
#include "process/process_socket.h"
#include "session/session_peers.h"
#include "session/session_tracker.h"

enum { HOME_BYTES = 4096 };

static void on_client_found(uint64_t connection, const struct process_info *info, void *data)
{
	struct app_peers *p = data;
	if (!info->is_watched) {
		return; // its end would never be reported
	}
	const struct session_process process = {
		.pid = info->pid,
		.names = {str_from(info->name), str_from(info->program), str_from(info->script)},
		.cwd = str_from(info->cwd),
	};
	log_debug("connection %" PRIu64 " is process %" PRId64 ", \"%s\"", connection, info->pid,
		log_shown(str_from(info->name)));
	session_tracker_set_process(p->tracker, connection, &process);
	p->on_change(p->data);
}

static void on_client_end(int64_t pid, void *data)
{
	struct app_peers *p = data;
	session_tracker_handle_process_end(p->tracker, pid, instant_at(uv_now(p->loop)));
	p->on_change(p->data);
}

static struct session_project session_project_of(const struct process_project *project)
{
	return (struct session_project){
		.name = str_from(project->name),
		.root = str_from(project->root),
		.is_repository = project->is_repository,
	};
}

static bool find_project(struct str cwd, struct session_project *ret, void *data)
{
	struct app_peers *p = data;
	const struct process_project *project = process_project_cache_ask(p->projects, cwd);
	if (project != NULL) {
		*ret = session_project_of(project);
	}
	return project != NULL;
}

static void on_project_known(struct str cwd, const struct process_project *project, void *data)
{
	struct app_peers *p = data;
	struct session_project known = session_project_of(project);
	session_tracker_set_project(p->tracker, cwd, &known);
	p->on_change(p->data);
}

void app_peers_open(struct app_peers *p)
{
	char home[HOME_BYTES];
	size_t size = sizeof(home);
	struct process_project_cache_settings settings = process_project_cache_settings_default();
	settings.home = uv_os_homedir(home, &size) == 0 ? home : NULL;
	p->processes = process_peers_create(p->loop, on_client_found, on_client_end, p);
	p->projects = process_project_cache_create(p->loop, &settings, on_project_known, p);
	session_tracker_set_projects(p->tracker, find_project, p);
}

void app_peers_close(struct app_peers *p)
{
	process_peers_close(p->processes);
	process_project_cache_close(p->projects);
}

void app_peers_note(struct app_peers *p, const struct http_peer *peer)
{
	if (peer->is_unix) {
		(void)process_peers_look_up_pid(p->processes, peer->connection_id, peer->pid);
	} else if (peer->is_loopback) { // not worth a warning
		(void)process_peers_look_up(
			p->processes, peer->connection_id, &peer->local.any, &peer->sockaddr.any);
	}
}

void app_peers_note_end(struct app_peers *p, const struct http_peer *peer, bool by_peer)
{
	int64_t pid = process_peers_pid(p->processes, peer->connection_id);
	session_tracker_handle_connection_end(
		p->tracker, peer->connection_id, by_peer, instant_at(uv_now(p->loop)));
	if (pid != 0 && session_tracker_has_process(p->tracker, pid)) {
		process_peers_hold(p->processes, pid); // its end will end them
	}
	process_peers_forget(p->processes, peer->connection_id);
	p->on_change(p->data);
}

int64_t app_peers_owner(const struct http_peer *peer)
{
	int64_t uid;
	int r = process_socket_owner(&peer->local.any, &peer->sockaddr.any, &uid);
	return r == 0 ? uid : -1;
}
