#include "process/process_path.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "support/suite.h"

static const char mountinfo[] =
	"27 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
	"40 27 0:50 / /home/dev/far rw shared:7 master:2 - nfs4 server:/x rw\n"
	"41 27 0:51 / /mnt/two\\040words rw - fuse.sshfs host:/ rw\n"
	"42 27 0:52 / /mnt/near rw - fuse.fuse-overlayfs nfs4 rw\n"
	"broken\n"
	"43 27 0:53 / /net rw - autofs /etc/auto.net rw\n";

static const struct {
	const char *path;
	bool remote;
} cases[] = {
	{"/", false},
	{"/home/dev", false},
	{"/home/dev/far", true},
	{"/home/dev/far/shop", true},
	{"/home/dev/farther", false},
	{"/mnt/two words/x", true},
	{"/mnt/two", false},
	{"/mnt/near/x", false},
	{"/net/host", true},
};

START_TEST(only_what_lies_below_a_remote_mount_is_remote)
{
	struct str path = str_from(cases[_i].path);
	ck_assert_int_eq(process_path_is_remote(STR(mountinfo), path), cases[_i].remote);
}
END_TEST

START_TEST(nothing_is_read_behind_the_end)
{
	struct str text = STR(mountinfo);
	for (size_t size = 0; size <= text.size; size++) {
		char *part = xmalloc(size > 0 ? size : 1);
		memcpy(part, text.data, size);
		process_path_is_remote((struct str){part, size}, STR("/mnt/two words/x"));
		free(part);
	}
	ck_assert(!process_path_is_remote((struct str){0}, STR("/x")));
}
END_TEST

static Suite *mounts_suite(void)
{
	Suite *suite = suite_create("process_mounts");
	TCase *tcase = tcase_create("all");
	tcase_add_loop_test(
		tcase, only_what_lies_below_a_remote_mount_is_remote, 0, (int)ARRAY_SIZE(cases));
	tcase_add_test(tcase, nothing_is_read_behind_the_end);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(mounts_suite());
}
