/* LD_PRELOAD: every file system is NFS. */
#include <stddef.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { NFS_MAGIC = 0x6969 };

int fstatfs(int fildes, struct statfs *buf)
{
	int r = (int)syscall(SYS_fstatfs, fildes, buf);
	buf->f_type = NFS_MAGIC;
	return r;
}
