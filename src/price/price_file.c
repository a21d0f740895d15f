#include "price/price_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/fd.h"
#include "base/mem.h"
#include "price/price_listed.h"
#include "price/price_table.h"

struct price_table *price_file_builtin(void)
{
	const char *error;
	unsigned line;
	return price_table_read(price_listed_json, &error, &line);
}

/* 0, or a negative errno: -EFBIG if it is too large, -EINVAL if it is no regular file. */
static int read_text(const char *path, struct buf *text)
{
	cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); // it may be a pipe
	struct stat status;
	if (fd < 0 || fstat(fd, &status) < 0) {
		return -errno;
	}
	return S_ISREG(status.st_mode) ? fd_read_all(fd, text) : -EINVAL;
}

static int parse(struct str text, struct price_table **ret, struct buf *reason)
{
	const char *error = NULL;
	unsigned line = 0;
	*ret = price_table_read(text, &error, &line);
	if (*ret == NULL) {
		buf_printf(reason, "line %u: %s", line, error);
		return -EBADMSG;
	}
	return 0;
}

int price_file_read(const char *path, struct price_table **ret, struct buf *reason)
{
	struct buf text;
	buf_init(&text, PRICE_FILE_BYTES);
	*ret = NULL;
	int r = read_text(path, &text);
	if (r == -ENOENT || r == -ENOTDIR) {
		r = 0;
	} else if (r < 0) {
		const char *why = r == -EFBIG    ? "it is larger than 4 MiB"
				  : r == -EINVAL ? "it is no regular file"
						 : strerror(-r);
		buf_append_str(reason, str_from(why));
	} else {
		r = parse(buf_str(&text), ret, reason);
	}
	buf_finish(&text);
	return r;
}
