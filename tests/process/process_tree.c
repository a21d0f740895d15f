#include "process_tree.h"

#include <check.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATHS = 4, PATH_BYTES = 512 };

static char root[] = "/tmp/process-tree-XXXXXX";

void process_tree_make(void)
{
	strcpy(root + strlen(root) - 6, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(root));
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)ftw;
	if (type == FTW_DNR) {
		(void)chmod(path, 0700);
	}
	return remove(path);
}

void process_tree_remove(void)
{
	(void)nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *process_tree_path(const char *name)
{
	static char paths[PATHS][PATH_BYTES];
	static unsigned next;
	char *path = paths[next++ % PATHS];
	snprintf(path, PATH_BYTES, "%s%s%s", root, name[0] != '\0' ? "/" : "", name);
	return path;
}

static void make_above(const char *path)
{
	char part[PATH_BYTES];
	for (const char *slash = path + strlen(root); slash != NULL;
		slash = strchr(slash + 1, '/')) {
		snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
		ck_assert(mkdir(part, 0700) == 0 || errno == EEXIST);
	}
}

void process_tree_directory(const char *name)
{
	const char *path = process_tree_path(name);
	make_above(path);
	ck_assert(mkdir(path, 0700) == 0 || errno == EEXIST);
}

void process_tree_file(const char *name, const char *text)
{
	const char *path = process_tree_path(name);
	make_above(path);
	FILE *file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(text, file), 0);
	fclose(file);
}

void process_tree_link(const char *name, const char *target)
{
	const char *path = process_tree_path(name);
	make_above(path);
	ck_assert_int_eq(symlink(target, path), 0);
}
