#include "fuzz/fuzz_shown.h"

#include "base/buf.h"
#include "cli/cli_bar.h"
#include "cli/cli_format.h"
#include "cli/cli_list.h"
#include "cli/cli_style.h"
#include "cli/cli_table.h"
#include "config/config.h"
#include "fuzz/fuzz_target.h"

enum { TEXT_BYTES = 32 << 20 };

/* Lines, the last one with its end. */
static void check_lines(struct str text)
{
	fuzz_check(text.size > 0 && text.data[text.size - 1] == '\n');
	while (text.size > 0) {
		fuzz_check_line(str_cut(&text, '\n'));
	}
}

static void check_bar(const struct cli_list *list, enum config_format format, int64_t wall_ms)
{
	static char star[] = "*";
	static char *icon[] = {star};
	static const struct config_list icons[CONFIG_BAR_STATE_COUNT] = {
		{icon, 1}, {icon, 1}, {icon, 1}, {icon, 1}};
	struct cli_bar bar;
	struct buf out;
	buf_init(&out, CLI_FORMAT_MAX_LINE_BYTES);
	cli_bar_init(&bar, list, icons, wall_ms);
	cli_format_append(&out, format, &bar);
	fuzz_check(!out.overflowed);
	check_lines(buf_str(&out));
	if (format == CONFIG_FORMAT_WAYBAR) {
		fuzz_check_json(buf_str(&out));
	}
	buf_finish(&out);
}

void fuzz_check_shown(struct cli_list *list, int64_t wall_ms)
{
	const struct cli_style narrow = {.width = 60};
	struct buf out;
	for (unsigned f = 0; f < CONFIG_FORMAT_COUNT; f++) {
		if (cli_format_is_bar((enum config_format)f)) {
			check_bar(list, (enum config_format)f, wall_ms);
		}
	}
	cli_list_sort(list);
	buf_init(&out, TEXT_BYTES);
	cli_table_append(&out, list, &narrow, wall_ms);
	check_lines(buf_str(&out));
	buf_finish(&out);
}
