/* The daemon and the command line, put together. */
#include "app/app.h"
#include "cli/cli_main.h"

int main(int argc, char **argv)
{
	return cli_main(argc, argv, app_run);
}
