/* Passes every operation on, after Go was asked whether it may succeed. */
#include "fault.h"
#include "_cgo_export.h"
#include <string.h>

typedef struct {
	sqlite3_file base;
	const char *name; /* SQLite keeps it until the file is closed */
} fault_file;

#define BELOW(f) ((sqlite3_file *)((fault_file *)(f) + 1))
#define BASE(v) ((sqlite3_vfs *)(v)->pAppData)

static int ask(sqlite3_file *f, int op, sqlite3_int64 at, const void *bytes, int n) {
	const char *name = ((fault_file *)f)->name;
	return name ? wfFault(op, (char *)name, at, (void *)bytes, n) : SQLITE_OK;
}

static int f_close(sqlite3_file *f) { return BELOW(f)->pMethods->xClose(BELOW(f)); }
static int f_read(sqlite3_file *f, void *to, int n, sqlite3_int64 at) {
	int rc = ask(f, FAULT_READ, at, 0, n);
	return rc ? rc : BELOW(f)->pMethods->xRead(BELOW(f), to, n, at);
}
static int f_write(sqlite3_file *f, const void *from, int n, sqlite3_int64 at) {
	int rc = ask(f, FAULT_WRITE, at, from, n);
	return rc ? rc : BELOW(f)->pMethods->xWrite(BELOW(f), from, n, at);
}
static int f_truncate(sqlite3_file *f, sqlite3_int64 size) {
	int rc = ask(f, FAULT_TRUNCATE, size, 0, 0);
	return rc ? rc : BELOW(f)->pMethods->xTruncate(BELOW(f), size);
}
/* What is recorded as on the disk need not be there: that would only take time. */
static int f_sync(sqlite3_file *f, int flags) { return ask(f, FAULT_SYNC, 0, 0, 0); }
static int f_size(sqlite3_file *f, sqlite3_int64 *size) {
	int rc = ask(f, FAULT_SIZE, 0, 0, 0);
	return rc ? rc : BELOW(f)->pMethods->xFileSize(BELOW(f), size);
}
static int f_lock(sqlite3_file *f, int level) { return BELOW(f)->pMethods->xLock(BELOW(f), level); }
static int f_unlock(sqlite3_file *f, int level) { return BELOW(f)->pMethods->xUnlock(BELOW(f), level); }
static int f_reserved(sqlite3_file *f, int *out) { return BELOW(f)->pMethods->xCheckReservedLock(BELOW(f), out); }
static int f_control(sqlite3_file *f, int op, void *arg) { return BELOW(f)->pMethods->xFileControl(BELOW(f), op, arg); }
static int f_sector(sqlite3_file *f) { return BELOW(f)->pMethods->xSectorSize(BELOW(f)); }
static int f_traits(sqlite3_file *f) { return BELOW(f)->pMethods->xDeviceCharacteristics(BELOW(f)); }
static int f_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **p) {
	return BELOW(f)->pMethods->xShmMap(BELOW(f), page, size, extend, p);
}
static int f_shm_lock(sqlite3_file *f, int offset, int n, int flags) {
	return BELOW(f)->pMethods->xShmLock(BELOW(f), offset, n, flags);
}
static void f_shm_barrier(sqlite3_file *f) { BELOW(f)->pMethods->xShmBarrier(BELOW(f)); }
static int f_shm_unmap(sqlite3_file *f, int delete) { return BELOW(f)->pMethods->xShmUnmap(BELOW(f), delete); }

static const sqlite3_io_methods methods = {
	2, f_close, f_read, f_write, f_truncate, f_sync, f_size, f_lock, f_unlock, f_reserved,
	f_control, f_sector, f_traits, f_shm_map, f_shm_lock, f_shm_barrier, f_shm_unmap};

static int v_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out) {
	int rc;
	f->pMethods = 0;
	((fault_file *)f)->name = name;
	if ((rc = ask(f, FAULT_OPEN, 0, 0, 0)) != SQLITE_OK) return rc;
	rc = BASE(v)->xOpen(BASE(v), name, BELOW(f), flags, out);
	if (BELOW(f)->pMethods) f->pMethods = &methods;
	return rc;
}
static int v_delete(sqlite3_vfs *v, const char *name, int sync) {
	int rc = wfFault(FAULT_DELETE, (char *)name, sync, 0, 0);
	return rc ? rc : BASE(v)->xDelete(BASE(v), name, 0);
}
static int v_access(sqlite3_vfs *v, const char *name, int flags, int *out) { return BASE(v)->xAccess(BASE(v), name, flags, out); }
static int v_path(sqlite3_vfs *v, const char *name, int n, char *out) { return BASE(v)->xFullPathname(BASE(v), name, n, out); }
static int v_random(sqlite3_vfs *v, int n, char *out) { return BASE(v)->xRandomness(BASE(v), n, out); }
static int v_sleep(sqlite3_vfs *v, int us) { return BASE(v)->xSleep(BASE(v), us); }
static int v_time(sqlite3_vfs *v, double *t) { return BASE(v)->xCurrentTime(BASE(v), t); }
static int v_error(sqlite3_vfs *v, int n, char *out) { return BASE(v)->xGetLastError(BASE(v), n, out); }
static int v_time64(sqlite3_vfs *v, sqlite3_int64 *t) { return BASE(v)->xCurrentTimeInt64(BASE(v), t); }

int fault_register(const char *name) {
	sqlite3_vfs *below, *v;
	int rc;
	if ((rc = sqlite3_initialize()) != SQLITE_OK) return rc;
	below = sqlite3_vfs_find(0);
	v = sqlite3_malloc64(sizeof *v);
	if (!below || !v) return SQLITE_NOMEM;
	memset(v, 0, sizeof *v);
	v->iVersion = 2;
	v->szOsFile = sizeof(fault_file) + below->szOsFile;
	v->mxPathname = below->mxPathname;
	v->zName = name;
	v->pAppData = below;
	v->xOpen = v_open;
	v->xDelete = v_delete;
	v->xAccess = v_access;
	v->xFullPathname = v_path;
	v->xRandomness = v_random;
	v->xSleep = v_sleep;
	v->xCurrentTime = v_time;
	v->xGetLastError = v_error;
	v->xCurrentTimeInt64 = v_time64;
	return sqlite3_vfs_register(v, 0);
}
