#include "cli/cli_status.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/cli_client.h"
#include "cli/cli_list.h"
#include "cli/cli_table.h"
#include "config/config.h"

enum { ANSWER_BYTES = 32 * 1024 * 1024, TIMEOUT_MS = 5000 };

static int print_json(const struct buf *body)
{
	struct str line = buf_str(body);
	fwrite(line.data, 1, line.size, stdout);
	if (!str_ends_with(line, STR("\n"))) {
		putchar('\n');
	}
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int print_table(const struct buf *body)
{
	struct cli_list list;
	if (cli_list_read(body->data, body->size, &list) != 0) {
		log_error(
			"the answer is no list of sessions; is it the daemon that listens there?");
		return EXIT_FAILURE;
	}
	struct buf table;
	buf_init(&table, ANSWER_BYTES);
	cli_table_append(&table, &list, (int64_t)time(NULL) * 1000);
	fwrite(table.data, 1, table.size, stdout);
	buf_finish(&table);
	cli_list_finish(&list);
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int cli_status(const struct config *config)
{
	struct cli_target target = cli_target_of(config);
	struct buf body;
	buf_init(&body, ANSWER_BYTES);
	int status = 0;
	int r = cli_client_get(&target, "/api/sessions", TIMEOUT_MS, &body, &status);
	cleanup_free char *where = cli_target_shown(&target);
	if (r < 0) {
		log_errno(r, "the daemon is not reachable at %s", where);
	} else if (status != 200) {
		log_error("%s answered with HTTP status %d; is it the daemon that listens there?",
			where, status);
		r = -EPROTO;
	}
	int result = EXIT_FAILURE;
	if (r == 0) {
		result = config->status_json ? print_json(&body) : print_table(&body);
	}
	buf_finish(&body);
	return result;
}
