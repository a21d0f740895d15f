/* otel-ai-monitor-daemon: what "otel-ai-monitor serve" executes. It reads the same command line,
 * environment and file, since those are where its settings come from. */
#include "app/app.h"
#include "cli/cli_main.h"

int main(int argc, char **argv)
{
	return cli_main(argc, argv, app_run);
}
