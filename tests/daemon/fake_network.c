/* LD_PRELOAD: every file system is NFS. */
#include <stddef.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { NFS_MAGIC = 0x6969 };

int fstatfs(int fd, struct statfs *fs)
{
	int r = (int)syscall(SYS_fstatfs, fd, fs);
	fs->f_type = NFS_MAGIC;
	return r;
}
