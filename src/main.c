/* The command line, without the loop: a hook is run with every step of an assistant, and must start
 * at once. The daemon is a program of its own: app/daemon_main.c. */
#include <stddef.h>

#include "cli/cli_main.h"

int main(int argc, char **argv)
{
	return cli_main(argc, argv, NULL);
}
