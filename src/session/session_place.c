#include "session/session_place.h"

#include <stdlib.h>

#include "base/mem.h"
#include "session/session.h"

enum { PATH_BYTES = 4096 }; // longer ones are no paths

static void set_path(char **path, struct str value)
{
	char *copy = value.size > 0 ? str_dup(value) : NULL;
	free(*path);
	*path = copy;
}

void session_place_finish(struct session_place *place)
{
	set_path(&place->root, (struct str){0});
	set_path(&place->asked, (struct str){0});
	set_path(&place->next, (struct str){0});
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

/* A session keeps its project wherever it goes within that. Only where there was no repository,
 * one that it enters is a better name. */
static bool stays(const struct session_place *place, const struct session_project *project)
{
	return is_below(project->root, str_from(place->root)) &&
	       (place->is_repository || !project->is_repository);
}

/* The functions from here on tell whether what is shown has changed. */
static bool take(struct session_place *place, struct session *shown, struct str cwd,
	const struct session_project *found)
{
	struct session_project project = *found;
	if (project.name.size == 0) {
		project = (struct session_project){
			.name = last_segment(cwd), .root = without_slashes(cwd)};
	}
	if (place->is_named || stays(place, &project)) {
		return false;
	}
	set_path(&place->root, project.root);
	place->is_repository = project.is_repository;
	return session_set_text(&shown->project, project.name);
}

static bool ask(struct session_place *place, struct session *shown, struct str cwd)
{
	const struct session_projects *projects = place->projects;
	struct session_project project = {0};
	if (projects->find == NULL || projects->find(cwd, &project, projects->data)) {
		return take(place, shown, cwd, &project);
	}
	set_path(&place->asked, cwd);
	return false;
}

/* One question at a time, so that the first directory names the project also where the second is
 * entered before the answer. */
static bool enter(struct session_place *place, struct session *shown, struct str cwd)
{
	if (place->asked == NULL) {
		return ask(place, shown, cwd);
	}
	if (is_below(cwd, without_slashes(str_from(place->asked)))) {
		set_path(&place->next, cwd);
		return false;
	}
	set_path(&place->asked, (struct str){0});
	set_path(&place->next, (struct str){0});
	return ask(place, shown, cwd);
}

bool session_place_answer(struct session_place *place, struct session *shown, struct str cwd,
	const struct session_project *project)
{
	if (place->asked == NULL || !str_equal(str_from(place->asked), cwd)) {
		return false;
	}
	set_path(&place->asked, (struct str){0});
	bool changed = take(place, shown, cwd, project);
	if (place->next != NULL) {
		cleanup_free char *next = place->next;
		place->next = NULL;
		changed |= ask(place, shown, str_from(next));
	}
	return changed;
}

bool session_place_set(struct session_place *place, struct session *shown, struct str cwd,
	struct str project, enum session_place_source source)
{
	bool changed = false;
	if (project.size > 0) { // nobody knows better
		place->is_named = true;
		changed = session_set_text(&shown->project, project);
	}
	if (cwd.size == 0 || cwd.size > PATH_BYTES || source < place->source) {
		return changed;
	}
	place->source = source;
	if (!session_set_text(&shown->cwd, cwd)) {
		return changed;
	}
	if (!place->is_named) {
		enter(place, shown, cwd);
	}
	return true;
}
