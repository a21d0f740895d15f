/* Runs a fuzz target over every file of the directories given, so that a corpus is part of every
 * ordinary test run. Fails when there is none. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "fuzz/fuzz_target.h"

/* One file, in memory of exactly its size. */
static int replay_file(const char *path)
{
	struct stat st;
	FILE *file = fopen(path, "rb");
	if (file == NULL || fstat(fileno(file), &st) != 0) {
		perror(path);
		return EXIT_FAILURE;
	}
	size_t size = (size_t)st.st_size;
	cleanup_free uint8_t *bytes = xmalloc(size);
	size_t got = fread(bytes, 1, size, file);
	fclose(file);
	if (got != size) {
		fprintf(stderr, "%s: short read\n", path);
		return EXIT_FAILURE;
	}
	printf("%s\n", path);
	fflush(stdout); // the last line names the file that crashed
	return LLVMFuzzerTestOneInput(bytes, size);
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int replay_directory(const char *path, size_t *count)
{
	struct dirent **entries;
	int status = EXIT_SUCCESS;
	int found = scandir(path, &entries, is_visible, alphasort);
	if (found < 0) {
		perror(path);
		return EXIT_FAILURE;
	}
	for (int i = 0; i < found; i++) {
		cleanup_free char *file = xasprintf("%s/%s", path, entries[i]->d_name);
		status |= replay_file(file);
		free(entries[i]);
		(*count)++;
	}
	free(entries);
	return status;
}

int main(int argc, char **argv)
{
	size_t count = 0;
	int status = EXIT_SUCCESS;
	for (int i = 1; i < argc; i++) {
		status |= replay_directory(argv[i], &count);
	}
	if (count == 0) {
		fprintf(stderr, "no files to replay\n");
		return EXIT_FAILURE;
	}
	return status;
}
