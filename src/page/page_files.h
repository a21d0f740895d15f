/* The files of the page, as page_embed.c has built them in. */
#pragma once

#include <stddef.h>

#include "base/str.h"

struct page_file {
	const char *path; // "/", "/page/app.js"
	const char *type;
	struct str etag, gzip_etag; // strong, with their quotation marks
	struct str bytes, gzip;     // gzip is empty where it would not be smaller
};

extern const struct page_file page_files[];
extern const size_t page_file_count;

/* Another one for every other page; index.html has it as <meta name="build">. */
extern const char page_build[];
