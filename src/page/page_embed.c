/* Builds the page in: writes its files to standard output as C, each with its address, type, ETag,
 * bytes and, where that is smaller, a gzip copy. Runs at build only.
 *
 * usage: page-embed VERSION WAYS ROOT NAME...
 *
 * ROOT/index.html is served as "/", ROOT/x/y.js as "/page/x/y.js". "@BUILD@" in an HTML file
 * becomes the id of this build of the page, "@MODULES@" a link to preload each script, "@WAYS@" the
 * WAYS in which this build of the daemon sends live data. Scripts and styles go without comments
 * and blanks, which are more than a third of their bytes. */
#include <inttypes.h>
#include <libdeflate.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "page_strip.h"

enum { FILE_BYTES_MAX = 1 << 20, FILES_MAX = 256, GZIP_LEVEL = 12 };

struct bytes {
	unsigned char *data;
	size_t size;
};

struct file {
	const char *name; // below ROOT
	const char *type;
	struct bytes plain, gzip; // gzip.size 0: none
};

static const struct {
	const char *ending, *type;
} types[] = {
	{".html", "text/html; charset=utf-8"},
	{".css", "text/css; charset=utf-8"},
	{".js", "text/javascript; charset=utf-8"},
	{".svg", "image/svg+xml"},
};

static void die(const char *what, const char *name)
{
	(void)fprintf(stderr, "page-embed: %s: %s\n", name, what);
	exit(EXIT_FAILURE);
}

static void *allocate(size_t size)
{
	void *p = malloc(size);
	if (p == NULL) {
		die("out of memory", "");
	}
	return p;
}

static bool ends_with(const char *s, const char *ending)
{
	size_t size = strlen(s), ending_size = strlen(ending);
	return size >= ending_size && strcmp(s + size - ending_size, ending) == 0;
}

static const char *type_of(const char *name)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (ends_with(name, types[i].ending)) {
			return types[i].type;
		}
	}
	die("no type is known for this ending", name);
	return NULL;
}

static struct bytes read_file(const char *root, const char *name)
{
	char path[4096];
	(void)snprintf(path, sizeof(path), "%s/%s", root, name);
	FILE *stream = fopen(path, "rb");
	if (stream == NULL) {
		die("cannot be opened", path);
		return (struct bytes){0};
	}
	struct bytes b = {.data = allocate(FILE_BYTES_MAX)};
	b.size = fread(b.data, 1, FILE_BYTES_MAX, stream);
	if (ferror(stream) != 0 || b.size == FILE_BYTES_MAX) {
		die("cannot be read, or is larger than 1 MiB", path);
	}
	(void)fclose(stream);
	return b;
}

/* FNV-1a */
static uint64_t hash(uint64_t so_far, const void *data, size_t size)
{
	const unsigned char *p = data;
	for (size_t i = 0; i < size; i++) {
		so_far = (so_far ^ p[i]) * UINT64_C(0x100000001b3);
	}
	return so_far;
}

static const uint64_t hash_begin = UINT64_C(0xcbf29ce484222325);

static uint64_t hash_all(const char *version, const struct file *files, size_t count)
{
	uint64_t h = hash(hash_begin, version, strlen(version));
	for (size_t i = 0; i < count; i++) {
		h = hash(h, files[i].name, strlen(files[i].name) + 1);
		h = hash(h, files[i].plain.data, files[i].plain.size);
	}
	return h;
}

static void strip(struct file *f)
{
	char *data = allocate(f->plain.size + 1);
	const char *text = (const char *)f->plain.data;
	size_t size = ends_with(f->name, ".js") ? page_strip_script(text, f->plain.size, data)
						: page_strip_style(text, f->plain.size, data);
	free(f->plain.data);
	f->plain = (struct bytes){(unsigned char *)data, size};
}

/* Every placeholder becomes the text. */
static void fill_in(struct file *f, const char *placeholder, const char *text)
{
	size_t old_size = strlen(placeholder), new_size = strlen(text), at = 0, done = 0;
	size_t most = f->plain.size / old_size + 1;
	unsigned char *data = allocate(f->plain.size + most * new_size);
	while (done < f->plain.size) {
		size_t left = f->plain.size - done;
		if (left >= old_size && memcmp(f->plain.data + done, placeholder, old_size) == 0) {
			memcpy(data + at, text, new_size);
			at += new_size;
			done += old_size;
		} else {
			data[at++] = f->plain.data[done++];
		}
	}
	free(f->plain.data);
	f->plain = (struct bytes){data, at};
}

/* So that a browser asks for all modules at once, and not for each when it has read another. On the
 * heap. */
static char *preloads(const struct file *files, size_t count)
{
	static const char before[] = "<link rel=\"modulepreload\" href=\"page/", after[] = "\">\n";
	size_t size = 1;
	for (size_t i = 0; i < count; i++) {
		size += strlen(files[i].name) + sizeof(before) + sizeof(after);
	}
	char *text = allocate(size), *at = text;
	*text = '\0';
	for (size_t i = 0; i < count; i++) {
		if (ends_with(files[i].name, ".js")) {
			at += snprintf(at, size - (size_t)(at - text), "%s%s%s", before,
				files[i].name, after);
		}
	}
	return text;
}

static void compress_file(struct file *f, struct libdeflate_compressor *c)
{
	size_t bound = libdeflate_gzip_compress_bound(c, f->plain.size);
	f->gzip.data = allocate(bound);
	f->gzip.size = libdeflate_gzip_compress(
		c, f->plain.data, f->plain.size, f->gzip.data, bound);
	if (f->gzip.size >= f->plain.size) {
		f->gzip.size = 0;
	}
}

static void print_bytes(const char *name, size_t number, struct bytes b)
{
	printf("static const char %s_%zu[] = {", name, number);
	for (size_t i = 0; i < b.size; i++) {
		printf("%s'\\x%02x',", i % 16 == 0 ? "\n\t" : " ", b.data[i]);
	}
	printf("\n};\n");
}

static void print_row(const struct file *f, size_t number)
{
	bool is_index = strcmp(f->name, "index.html") == 0;
	uint64_t etag = hash(hash_begin, f->plain.data, f->plain.size);
	printf("\t{\"%s%s\", \"%s\", STR_INIT(\"\\\"%016" PRIx64
	       "\\\"\"), STR_INIT(\"\\\"%016" PRIx64
	       "-gzip\\\"\"), {plain_%zu, sizeof(plain_%zu)}, ",
		is_index ? "/" : "/page/", is_index ? "" : f->name, f->type, etag, etag, number,
		number);
	if (f->gzip.size > 0) {
		printf("{gzip_%zu, sizeof(gzip_%zu)}},\n", number, number);
	} else {
		printf("{NULL, 0}},\n");
	}
}

static void print_all(const struct file *files, size_t count, const char *build)
{
	printf("#include \"page/page_files.h\"\n\n");
	for (size_t i = 0; i < count; i++) {
		print_bytes("plain", i, files[i].plain);
		if (files[i].gzip.size > 0) {
			print_bytes("gzip", i, files[i].gzip);
		}
	}
	printf("\nconst char page_build[] = \"%s\";\n\nconst struct page_file page_files[] = {\n",
		build);
	for (size_t i = 0; i < count; i++) {
		print_row(&files[i], i);
	}
	printf("};\n\nconst size_t page_file_count = %zu;\n", count);
}

int main(int argc, char **argv)
{
	static struct file files[FILES_MAX];
	if (argc < 5 || argc - 4 > FILES_MAX) {
		die("usage: page-embed VERSION WAYS ROOT NAME...", "wrong usage");
	}
	size_t count = (size_t)argc - 4;
	for (size_t i = 0; i < count; i++) {
		const char *name = argv[i + 4];
		files[i] = (struct file){name, type_of(name), read_file(argv[3], name), {0}};
		if (!ends_with(name, ".html")) {
			strip(&files[i]);
		}
	}
	char build[17];
	(void)snprintf(build, sizeof(build), "%016" PRIx64, hash_all(argv[1], files, count));
	char *modules = preloads(files, count);
	struct libdeflate_compressor *c = libdeflate_alloc_compressor(GZIP_LEVEL);
	if (c == NULL) {
		die("out of memory", "");
	}
	for (size_t i = 0; i < count; i++) {
		if (ends_with(files[i].name, ".html")) {
			fill_in(&files[i], "@BUILD@", build);
			fill_in(&files[i], "@MODULES@", modules);
			fill_in(&files[i], "@WAYS@", argv[2]);
		}
		compress_file(&files[i], c);
	}
	libdeflate_free_compressor(c);
	free(modules);
	print_all(files, count, build);
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
