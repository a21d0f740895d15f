#include "process/process_path.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "process/process_mounts.h"

enum { LINKS_MAX = 40 }; // what the kernel allows

struct walk {
	struct str mountinfo;
	char done[PATH_MAX]; // resolved, without a slash at its end
	size_t done_size;
	char rest[PATH_MAX]; // still to go
	unsigned links;
};

static void leave_name(struct walk *w)
{
	const char *slash = memrchr(w->done, '/', w->done_size);
	w->done_size = slash != NULL ? (size_t)(slash - w->done) : 0;
	w->done[w->done_size] = '\0';
}

/* The last name was a link: its target goes before the rest of the path. */
static int follow(struct walk *w, const char *target)
{
	char rest[PATH_MAX];
	int size = snprintf(rest, sizeof(rest), "%s/%s", target, w->rest);
	if (size >= PATH_MAX) {
		return -ENAMETOOLONG;
	}
	if (++w->links > LINKS_MAX) {
		return -ELOOP;
	}
	memcpy(w->rest, rest, (size_t)size + 1);
	if (target[0] == '/') {
		w->done_size = 0;
		w->done[0] = '\0';
	} else {
		leave_name(w);
	}
	return 0;
}

static int enter_name(struct walk *w, struct str name)
{
	char target[PATH_MAX];
	if (w->done_size + 1 + name.size >= sizeof(w->done)) {
		return -ENAMETOOLONG;
	}
	w->done[w->done_size] = '/';
	memcpy(w->done + w->done_size + 1, name.data, name.size);
	w->done_size += 1 + name.size;
	w->done[w->done_size] = '\0';
	if (process_mounts_are_remote(w->mountinfo, (struct str){w->done, w->done_size})) {
		return -EREMOTE;
	}
	ssize_t size = readlink(w->done, target, sizeof(target) - 1);
	if (size < 0) {
		return errno == EINVAL ? 0 : -errno; // EINVAL: there, and no link
	}
	target[size] = '\0';
	return follow(w, target);
}

/* Cuts the first name from the rest; false at its end. */
static bool take_name(struct walk *w, char ret[PATH_MAX])
{
	const char *begin = w->rest + strspn(w->rest, "/");
	size_t size = strcspn(begin, "/");
	memcpy(ret, begin, size);
	ret[size] = '\0';
	memmove(w->rest, begin + size, strlen(begin + size) + 1);
	return size > 0;
}

int process_path_resolve(struct str mountinfo, const char *path, char ret[PATH_MAX])
{
	struct walk w = {.mountinfo = mountinfo};
	char name[PATH_MAX];
	if (path[0] != '/') {
		return -EINVAL;
	}
	if (strlen(path) >= sizeof(w.rest)) {
		return -ENAMETOOLONG;
	}
	memcpy(w.rest, path, strlen(path) + 1);
	while (take_name(&w, name)) {
		int r = 0;
		if (strcmp(name, "..") == 0) {
			leave_name(&w);
		} else if (strcmp(name, ".") != 0) {
			r = enter_name(&w, str_from(name));
		}
		if (r < 0) {
			return r;
		}
	}
	memcpy(ret, w.done, w.done_size + 1);
	return 0;
}
