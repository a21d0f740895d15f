/* Builds in a file: writes it to standard output as the C source of a constant struct str.
 *
 * usage: embed FILE HEADER NAME */
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
	FILE *file = argc == 4 ? fopen(argv[1], "rb") : NULL;
	if (file == NULL) {
		(void)fprintf(stderr, "usage: embed FILE HEADER NAME\n");
		return EXIT_FAILURE;
	}
	printf("#include \"%s\"\n\nstatic const char bytes[] = {", argv[2]);
	int c, column = 0;
	while ((c = getc(file)) != EOF) {
		printf("%s'\\x%02x',", column++ % 16 == 0 ? "\n\t" : " ", (unsigned)c);
	}
	printf("\n};\n\nconst struct str %s = {bytes, sizeof(bytes)};\n", argv[3]);
	int good = ferror(file) == 0 && fflush(stdout) == 0;
	(void)fclose(file);
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
