#include "cli/cli_report.h"

#include <stdarg.h>
#include <stdio.h>

void cli_report_say(struct cli_report *r, enum cli_mark mark, const char *fmt, ...)
{
	static const char *const marks[] = {[CLI_GOOD] = "✓", [CLI_NOTE] = "!", [CLI_WRONG] = "✗"};
	va_list args;
	va_start(args, fmt);
	printf("%s ", marks[mark]);
	vprintf(fmt, args);
	putchar('\n');
	va_end(args);
	r->wrong = r->wrong || mark == CLI_WRONG;
}
