/* Held against diff -u of the system. */
#include "setup/setup_diff.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "support/suite.h"

enum { TEXT_BYTES = 1 << 20, ROUNDS = 200, LINES = 40 };

static char *write_file(struct str text)
{
	char *path = xstrdup("/tmp/test-setup-diff-XXXXXX");
	int fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text.data, text.size), (ssize_t)text.size);
	close(fd);
	return path;
}

static int run_patch(const char *file, const char *patch)
{
	int status;
	pid_t pid = fork();
	if (pid == 0) {
		execlp("patch", "patch", "-s", "-N", "-F0", file, patch, (char *)NULL);
		_exit(EXIT_FAILURE);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return status;
}

static void check_file(const char *path, struct str expected)
{
	struct buf text;
	buf_init(&text, TEXT_BYTES);
	ck_assert_int_eq(buf_reserve(&text, TEXT_BYTES), 0);
	FILE *file = fopen(path, "re");
	text.size = fread(text.data, 1, TEXT_BYTES, file);
	(void)fclose(file);
	ck_assert(str_equal(buf_str(&text), expected));
	buf_finish(&text);
}

/* Applies our diff with patch(1): whichever of the possible differences it is,
 * it must lead there. */
static void check(struct str before, struct str after)
{
	struct buf diff;
	buf_init(&diff, TEXT_BYTES);
	setup_diff_append(&diff, "file", before, after);
	cleanup_free char *file = write_file(before), *patch = write_file(buf_str(&diff));
	ck_assert_int_eq(str_equal(before, after), diff.size == 0);
	if (diff.size > 0) {
		ck_assert_msg(run_patch(file, patch) == 0, "%.*s", STR_ARG(buf_str(&diff)));
	}
	check_file(file, after);
	unlink(file);
	unlink(patch);
	buf_finish(&diff);
}

/* The same on every machine. */
static unsigned next(unsigned *seed)
{
	*seed = *seed * 1103515245 + 12345;
	return *seed >> 16;
}

static void random_lines(struct buf *out, unsigned *seed, const struct buf *like)
{
	for (int i = 0; i < LINES; i++) {
		int dice = (int)next(seed) % 12;
		if (dice == 0 || like == NULL) {
			buf_printf(out, "line %d\n", (int)next(seed) % 20);
		}
		if (dice != 1 && like != NULL) {
			buf_printf(out, "same %d\n", i);
		}
	}
	out->size -= (int)next(seed) % 4 == 0; // the last line may lack its end
}

START_TEST(patch_makes_the_one_text_from_the_other)
{
	unsigned seed = 1;
	for (int i = 0; i < ROUNDS; i++) {
		struct buf before, after;
		buf_init(&before, TEXT_BYTES);
		buf_init(&after, TEXT_BYTES);
		random_lines(&before, &seed, i % 2 == 0 ? NULL : &before);
		random_lines(&after, &seed, i % 2 == 0 ? NULL : &before);
		check(buf_str(&before), buf_str(&after));
		buf_finish(&before);
		buf_finish(&after);
	}
}
END_TEST

START_TEST(it_looks_as_people_know_it)
{
	struct buf out;
	buf_init(&out, TEXT_BYTES);
	setup_diff_append(&out, "f", STR("1\n2\n3\n4\n5\n6\n7\n8\n9\n"),
		STR("1\n2\n3\n4\nfive\n6\n7\n8\n9\n10"));
	ck_assert(str_equal(buf_str(&out),
		STR("--- f\n+++ f\n@@ -2,8 +2,9 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n 9\n+10\n"
		    "\\ No newline at end of file\n")));
	buf_clear(&out);
	setup_diff_append(&out, "f", STR(""), STR("a\n"));
	ck_assert(str_equal(buf_str(&out), STR("--- /dev/null\n+++ f\n@@ -0,0 +1 @@\n+a\n")));
	buf_clear(&out);
	setup_diff_append(&out, "f", STR("a\n"), STR("a\n"));
	ck_assert_uint_eq(out.size, 0);
	buf_finish(&out);
}
END_TEST

START_TEST(long_texts_are_compared_too)
{
	struct buf before, after, diff;
	buf_init(&before, TEXT_BYTES);
	buf_init(&after, TEXT_BYTES);
	buf_init(&diff, TEXT_BYTES);
	for (int i = 0; i < 5000; i++) {
		buf_printf(&before, "b%d\n", i);
		buf_printf(&after, "a%d\n", i);
	}
	setup_diff_append(&diff, "f", buf_str(&before), buf_str(&after));
	ck_assert(
		str_starts_with(buf_str(&diff), STR("--- f\n+++ f\n@@ -1,5000 +1,5000 @@\n-b0\n")));
	buf_finish(&before);
	buf_finish(&after);
	buf_finish(&diff);
}
END_TEST

static Suite *setup_diff_suite(void)
{
	Suite *suite = suite_create("setup_diff");
	TCase *tcase = tcase_create("setup_diff");
	tcase_set_timeout(tcase, 60);
	if (access("/usr/bin/patch", X_OK) == 0) {
		tcase_add_test(tcase, patch_makes_the_one_text_from_the_other);
	}
	tcase_add_test(tcase, it_looks_as_people_know_it);
	tcase_add_test(tcase, long_texts_are_compared_too);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(setup_diff_suite());
}
