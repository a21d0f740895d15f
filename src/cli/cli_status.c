#include "cli/cli_status.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/buf.h"
#include "base/log.h"
#include "cli/cli_client.h"
#include "cli/cli_list.h"
#include "cli/cli_table.h"
#include "config/config.h"

enum { TABLE_BYTES = 32 * 1024 * 1024 };

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
	buf_init(&table, TABLE_BYTES);
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
	int status = cli_client_list(&target, &body);
	int result = EXIT_FAILURE;
	if (status != 200) {
		cli_client_complain(&target, status);
	} else {
		result = config->status_json ? print_json(&body) : print_table(&body);
	}
	buf_finish(&body);
	return result;
}
