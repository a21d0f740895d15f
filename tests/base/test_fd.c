#include "base/fd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "support/suite.h"

START_TEST(what_fits_exactly_is_read_and_one_byte_more_is_not)
{
	for (size_t max_bytes = 4; max_bytes <= 5; max_bytes++) {
		int ends[2];
		struct buf text;
		buf_init(&text, max_bytes);
		ck_assert_int_eq(pipe(ends), 0);
		ck_assert_int_eq(write(ends[1], "12345", 5), 5);
		close(ends[1]);
		ck_assert_int_eq(fd_read_all(ends[0], &text), max_bytes == 5 ? 0 : -EFBIG);
		ck_assert_uint_eq(text.size, max_bytes == 5 ? 5 : 0);
		close(ends[0]);
		buf_finish(&text);
	}
}
END_TEST

START_TEST(a_socket_is_found_by_its_path)
{
	char directory[] = "/tmp/test-fd-XXXXXX";
	ck_assert_ptr_nonnull(mkdtemp(directory));
	cleanup_free char *path = xasprintf("%s/socket", directory);
	ck_assert_int_eq(fd_connect_unix(path, 0), -ENOENT);
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ck_assert_int_eq(bind(listener, (struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_int_eq(fd_connect_unix(path, 0), -ECONNREFUSED);
	ck_assert_int_eq(listen(listener, 1), 0);
	cleanup_close int ours = fd_connect_unix(path, 0);
	ck_assert_int_ge(ours, 0);
	cleanup_close int theirs = accept(listener, NULL, NULL);
	ck_assert_int_eq(fd_send_all(ours, STR("whole")), 0);
	shutdown(ours, SHUT_WR);
	struct buf text;
	buf_init(&text, 16);
	ck_assert_int_eq(fd_read_all(theirs, &text), 0);
	ck_assert(str_equal(buf_str(&text), STR("whole")));
	buf_finish(&text);
	shutdown(theirs, SHUT_RD);
	ck_assert_int_eq(fd_send_all(ours, STR("more")), -EPIPE);
	close(listener);
	unlink(path);
	rmdir(directory);
}
END_TEST

START_TEST(a_path_that_is_too_long_is_not_cut)
{
	char path[200];
	memset(path, 'a', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	ck_assert_int_eq(fd_connect_unix(path, 0), -ENAMETOOLONG);
}
END_TEST

START_TEST(the_journal_is_known_by_device_and_inode)
{
	struct stat st;
	int ends[2];
	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(fstat(ends[1], &st), 0);
	cleanup_free char *stream = xasprintf(
		"%llu:%llu", (unsigned long long)st.st_dev, (unsigned long long)st.st_ino);
	cleanup_free char *other = xasprintf(
		"%llu:%llu", (unsigned long long)st.st_dev, (unsigned long long)st.st_ino + 1);
	ck_assert(fd_is_journal(ends[1], stream));
	ck_assert(!fd_is_journal(ends[1], other));
	ck_assert(!fd_is_journal(ends[1], "1"));
	ck_assert(!fd_is_journal(ends[1], NULL));
	close(ends[0]);
	close(ends[1]);
	ck_assert(!fd_is_journal(ends[1], stream));
}
END_TEST

static Suite *fd_suite(void)
{
	Suite *suite = suite_create("fd");
	TCase *tcase = tcase_create("fd");
	tcase_add_test(tcase, what_fits_exactly_is_read_and_one_byte_more_is_not);
	tcase_add_test(tcase, a_socket_is_found_by_its_path);
	tcase_add_test(tcase, a_path_that_is_too_long_is_not_cut);
	tcase_add_test(tcase, the_journal_is_known_by_device_and_inode);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(fd_suite());
}
