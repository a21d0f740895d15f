/* A file system that stops answering: SQLite's file functions, of which some wait at a gate. */
#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#include "store/store_db.h"
#include "store_fixture.h"
#include "support/suite.h"

static pthread_mutex_t gate_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t gate_opens = PTHREAD_COND_INITIALIZER;
static bool gate_is_closed;
static atomic_uint waiting; // at the gate

static void set_gate(bool is_closed)
{
	pthread_mutex_lock(&gate_lock);
	gate_is_closed = is_closed;
	pthread_cond_broadcast(&gate_opens);
	pthread_mutex_unlock(&gate_lock);
}

static void pass_gate(void)
{
	pthread_mutex_lock(&gate_lock);
	while (gate_is_closed) {
		waiting++;
		pthread_cond_wait(&gate_opens, &gate_lock);
		waiting--;
	}
	pthread_mutex_unlock(&gate_lock);
}

/* ---- the file functions: those of the real file lie behind ours in memory */

struct file {
	sqlite3_file base;
};

static sqlite3_file *real_of(sqlite3_file *f)
{
	return (sqlite3_file *)(void *)((struct file *)(void *)f + 1);
}

static int on_close(sqlite3_file *f)
{
	return real_of(f)->pMethods->xClose(real_of(f));
}

static int on_read(sqlite3_file *f, void *to, int size, sqlite3_int64 at)
{
	return real_of(f)->pMethods->xRead(real_of(f), to, size, at);
}

static int on_write(sqlite3_file *f, const void *from, int size, sqlite3_int64 at)
{
	pass_gate();
	return real_of(f)->pMethods->xWrite(real_of(f), from, size, at);
}

static int on_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	pass_gate();
	return real_of(f)->pMethods->xTruncate(real_of(f), size);
}

static int on_sync(sqlite3_file *f, int flags)
{
	pass_gate();
	return real_of(f)->pMethods->xSync(real_of(f), flags);
}

static int on_size(sqlite3_file *f, sqlite3_int64 *size)
{
	return real_of(f)->pMethods->xFileSize(real_of(f), size);
}

static int on_lock(sqlite3_file *f, int level)
{
	return real_of(f)->pMethods->xLock(real_of(f), level);
}

static int on_unlock(sqlite3_file *f, int level)
{
	return real_of(f)->pMethods->xUnlock(real_of(f), level);
}

static int on_check(sqlite3_file *f, int *result)
{
	return real_of(f)->pMethods->xCheckReservedLock(real_of(f), result);
}

static int on_control(sqlite3_file *f, int op, void *arg)
{
	return real_of(f)->pMethods->xFileControl(real_of(f), op, arg);
}

static int on_sector(sqlite3_file *f)
{
	return real_of(f)->pMethods->xSectorSize(real_of(f));
}

static int on_traits(sqlite3_file *f)
{
	return real_of(f)->pMethods->xDeviceCharacteristics(real_of(f));
}

static int on_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **ret)
{
	return real_of(f)->pMethods->xShmMap(real_of(f), page, size, extend, ret);
}

static int on_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
	return real_of(f)->pMethods->xShmLock(real_of(f), offset, n, flags);
}

static void on_shm_barrier(sqlite3_file *f)
{
	real_of(f)->pMethods->xShmBarrier(real_of(f));
}

static int on_shm_unmap(sqlite3_file *f, int remove)
{
	return real_of(f)->pMethods->xShmUnmap(real_of(f), remove);
}

static const sqlite3_io_methods gated = {
	.iVersion = 2, // without memory maps of the file
	.xClose = on_close,
	.xRead = on_read,
	.xWrite = on_write,
	.xTruncate = on_truncate,
	.xSync = on_sync,
	.xFileSize = on_size,
	.xLock = on_lock,
	.xUnlock = on_unlock,
	.xCheckReservedLock = on_check,
	.xFileControl = on_control,
	.xSectorSize = on_sector,
	.xDeviceCharacteristics = on_traits,
	.xShmMap = on_shm_map,
	.xShmLock = on_shm_lock,
	.xShmBarrier = on_shm_barrier,
	.xShmUnmap = on_shm_unmap,
};

static sqlite3_vfs *real_vfs;

static int on_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *ret_flags)
{
	(void)vfs;
	int r = real_vfs->xOpen(real_vfs, name, real_of(f), flags, ret_flags);
	f->pMethods = r == SQLITE_OK ? &gated : NULL;
	return r;
}

static void install_gate(void)
{
	static sqlite3_vfs vfs;
	real_vfs = sqlite3_vfs_find(NULL);
	vfs = *real_vfs;
	vfs.zName = "gated";
	vfs.szOsFile = (int)sizeof(struct file) + real_vfs->szOsFile;
	vfs.xOpen = on_open;
	sqlite3_vfs_register(&vfs, 1);
}

static void setup(void)
{
	fixture_setup();
	install_gate();
	set_gate(false);
}

/* ---- */

static int64_t mono_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void put(struct store *s, uint64_t id)
{
	struct session_call call = fixture_call(fixture_session('a'), id);
	store_put_call(s, &call, FIXTURE_NOW_MS);
}

static struct store *open_store(void)
{
	struct store_settings settings = fixture_settings();
	settings.stuck_ms = 700; // a busy machine may hold the thread up, too
	return store_open(&settings);
}

static void await_stuck_write(struct store *s)
{
	set_gate(true);
	put(s, 1);
	while (waiting == 0) {
		fixture_sleep(1);
	}
}

START_TEST(puts_go_on_and_all_is_written_once_it_answers)
{
	struct store *s = open_store();
	ck_assert_int_eq(fixture_flush(s), 0);
	await_stuck_write(s);
	int64_t began_ms = mono_ms();
	for (uint64_t id = 2; id <= 5000; id++) {
		put(s, id);
	}
	ck_assert_int_lt(mono_ms() - began_ms, 2000); // 0.4 ms each, as sanitizers need
	ck_assert_int_eq(fixture_number(s, "SELECT count(*) FROM call"), 0); // answers at once
	fixture_await(s, STORE_STUCK);
	put(s, 5001);
	put(s, 5002);
	ck_assert_uint_eq(fixture_logged("has not answered"), 1);
	ck_assert_uint_eq(fixture_logged("answers again"), 0);
	set_gate(false);
	fixture_await(s, STORE_OK);
	ck_assert_int_eq(fixture_flush(s), 0);
	ck_assert_int_eq(fixture_number(s, "SELECT count(*) FROM call"), 5002);
	fixture_close(s);
	ck_assert_uint_eq(fixture_logged("answers again"), 1);
	ck_assert_uint_eq(fixture_logged("history"), 2);
}
END_TEST

START_TEST(much_to_write_is_not_stuck)
{
	struct store_settings settings = fixture_settings();
	settings.stuck_ms = 1000;
	struct store *s = store_open(&settings);
	int64_t began_ms = mono_ms();
	for (uint64_t id = 0; mono_ms() - began_ms < 2500; id++) {
		put(s, id);
		while (store_state(s).queued_bytes > 1000000) {
			fixture_sleep(1);
		}
	}
	ck_assert_int_eq(fixture_flush(s), 0);
	fixture_close(s);
	ck_assert_uint_eq(fixture_logged("has not answered"), 0);
}
END_TEST

static int answered_result;

static void on_answer(int r, void *arg)
{
	(void)arg;
	answered_result = r;
}

static int change_nothing(struct store_db *db, void *arg)
{
	(void)db;
	(void)arg;
	return 0;
}

START_TEST(the_end_gives_up_after_its_limit)
{
	struct store *s = open_store();
	ck_assert_int_eq(fixture_flush(s), 0);
	await_stuck_write(s);
	put(s, 2);
	answered_result = 1;
	ck_assert_int_eq(store_change(s, change_nothing, on_answer, NULL), 0);
	int64_t began_ms = mono_ms();
	store_close(s, 300);
	int64_t took_ms = mono_ms() - began_ms;
	ck_assert_int_ge(took_ms, 290);
	ck_assert_int_lt(took_ms, 2000);
	ck_assert_int_eq(answered_result, -ECANCELED);
	ck_assert_uint_eq(fixture_logged("could not be written before the end"), 1);
	set_gate(false); // the thread that was left behind comes to its end
	fixture_sleep(200);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("store stuck");
	TCase *tests = tcase_create("stuck");
	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, setup, fixture_teardown);
	tcase_add_test(tests, puts_go_on_and_all_is_written_once_it_answers);
	tcase_add_test(tests, much_to_write_is_not_stuck);
	tcase_add_test(tests, the_end_gives_up_after_its_limit);
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
