#include "session/session_cwd.h"

#include <stdlib.h>

#include "base/mem.h"
#include "session/session.h"

enum { PATH_BYTES = 4096 }; // longer ones are not paths

static void set_path(char **path, struct str value)
{
	char *copy = value.size > 0 ? str_dup(value) : NULL;
	free(*path);
	*path = copy;
}

void session_cwd_finish(struct session_cwd *c)
{
	set_path(&c->root, (struct str){0});
	set_path(&c->asked, (struct str){0});
	set_path(&c->next, (struct str){0});
}

static struct str without_slashes(struct str path)
{
	while (path.size > 0 && path.data[path.size - 1] == '/') {
		path.size--;
	}
	return path;
}

static struct str last_segment(struct str path)
{
	path = without_slashes(path);
	for (size_t i = path.size; i > 0; i--) {
		if (path.data[i - 1] == '/') {
			return str_skip(path, i);
		}
	}
	return path;
}

static bool is_below(struct str path, struct str root)
{
	return root.size > 0 && str_starts_with(path, root) &&
	       (path.size == root.size || path.data[root.size] == '/');
}

/* A session keeps its project while it moves around within it. Only if it was in no repository, one
 * that it enters gives a better name. */
static bool stays(const struct session_cwd *c, const struct session_project *project)
{
	return is_below(project->root, str_from(c->root)) &&
	       (c->is_repository || !project->is_repository);
}

/* The functions below return whether anything shown has changed. */
static bool take(struct session_cwd *c, struct session *shown, struct str cwd,
	const struct session_project *found)
{
	struct session_project project = *found;
	if (project.name.size == 0) {
		project = (struct session_project){
			.name = last_segment(cwd), .root = without_slashes(cwd)};
	}
	if (c->is_named || stays(c, &project)) {
		return false;
	}
	set_path(&c->root, project.root);
	c->is_repository = project.is_repository;
	return session_set_text(&shown->project, project.name);
}

static bool ask(struct session_cwd *c, struct session *shown, struct str cwd)
{
	const struct session_projects *projects = c->projects;
	struct session_project project = {0};
	if (projects->find == NULL || projects->find(cwd, &project, projects->data)) {
		return take(c, shown, cwd, &project);
	}
	set_path(&c->asked, cwd);
	return false;
}

/* One lookup at a time, so that the first directory names the project even if another is entered
 * before the answer. */
static bool enter(struct session_cwd *c, struct session *shown, struct str cwd)
{
	if (c->asked == NULL) {
		return ask(c, shown, cwd);
	}
	if (is_below(cwd, without_slashes(str_from(c->asked)))) {
		set_path(&c->next, cwd);
		return false;
	}
	set_path(&c->asked, (struct str){0});
	set_path(&c->next, (struct str){0});
	return ask(c, shown, cwd);
}

bool session_cwd_answer(struct session_cwd *c, struct session *shown, struct str cwd,
	const struct session_project *project)
{
	if (c->asked == NULL || !str_equal(str_from(c->asked), cwd)) {
		return false;
	}
	set_path(&c->asked, (struct str){0});
	bool changed = take(c, shown, cwd, project);
	if (c->next != NULL) {
		cleanup_free char *next = c->next;
		c->next = NULL;
		changed |= ask(c, shown, str_from(next));
	}
	return changed;
}

bool session_cwd_set(struct session_cwd *c, struct session *shown, struct str cwd,
	struct str project, enum session_cwd_source source)
{
	bool changed = false;
	if (project.size > 0) { // no better source
		c->is_named = true;
		changed = session_set_text(&shown->project, project);
	}
	if (cwd.size == 0 || cwd.size > PATH_BYTES || source < c->source) {
		return changed;
	}
	c->source = source;
	if (!session_set_text(&shown->cwd, cwd)) {
		return changed;
	}
	if (!c->is_named) {
		enter(c, shown, cwd);
	}
	return true;
}
