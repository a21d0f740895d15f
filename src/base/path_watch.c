#include "base/path_watch.h"

#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>

#include "base/mem.h"

void path_watch_parents(int inotify_fd, const char *path)
{
	cleanup_free char *parent = xstrdup(path);
	char *slash;
	while ((slash = strrchr(parent, '/')) != NULL && slash != parent) {
		*slash = '\0';
		(void)inotify_add_watch(
			inotify_fd, parent, IN_MOVE_SELF | IN_ONLYDIR | IN_MASK_ADD);
	}
}
