/* otel-ai-monitor-daemon: what "otel-ai-monitor serve" executes. It reads its settings from the
 * same command line, environment and file. */
#include "app/app.h"
#include "cli/cli_main.h"

int main(int argc, char **argv)
{
	return cli_main(argc, argv, app_run);
}
