/* The sealing VFS: it passes everything to the VFS below but page images, which Go seals
** on their way out and opens on their way in. What is no page image and is not known to
** hold no content is refused. */
#include "vfs.h"
#include "_cgo_export.h"
#include <string.h>

enum { DATABASE = 'D', LOG = 'W', JOURNAL = 'J' };

typedef struct {
	sqlite3_file base;
	int kind;
	sqlite3_int64 seal; /* what Go knows the keys by */
	unsigned char frame[WF_FRAME + WF_PAGE];
	int wrote;               /* a frame of the log, through this handle */
	sqlite3_int64 header_at; /* offset of the frame header written last; -1 */
	unsigned char header[WF_FRAME];
} sealed_file;

#define BELOW(f) ((sqlite3_file *)((sealed_file *)(f) + 1))
#define BASE(v) ((sqlite3_vfs *)(v)->pAppData)

/* image is where the page image of a log that holds offset at begins, -1 outside of one. */
static sqlite3_int64 image(sqlite3_int64 at) {
	sqlite3_int64 in = at - WF_WAL_HEADER, into;
	if (in < 0) return -1;
	into = in % (WF_FRAME + WF_PAGE);
	return into < WF_FRAME ? -1 : at - into + WF_FRAME;
}

static int sealed_close(sqlite3_file *f) {
	sealed_file *s = (sealed_file *)f;
	int rc = BELOW(f)->pMethods->xClose(BELOW(f));
	memset(s->frame, 0, sizeof s->frame);
	return rc;
}

/* A page of the database. A page that does not open is an error; only the peek at page 1
** that comes before recovery sees zeros, because the log may hold a whole copy. */
static int read_database(sealed_file *s, void *to, int n, sqlite3_int64 at) {
	sqlite3_file *below = BELOW(s);
	unsigned char *page = s->frame + WF_FRAME;
	sqlite3_int64 start = at - at % WF_PAGE;
	int rc;
	if (at - start + n > WF_PAGE) return SQLITE_IOERR_READ;
	rc = below->pMethods->xRead(below, page, WF_PAGE, start);
	if (rc == SQLITE_IOERR_SHORT_READ) {
		sqlite3_int64 size = 0;
		if (below->pMethods->xFileSize(below, &size) == SQLITE_OK && size <= start) {
			memset(to, 0, n);
			return rc; /* past the end, as SQLite expects */
		}
	} else if (rc != SQLITE_OK) {
		return rc;
	}
	if (rc == SQLITE_IOERR_SHORT_READ || wfUnseal(s->seal, DATABASE, start, 0, page) != 0) {
		memset(to, 0, n);
		return start == 0 && n < WF_PAGE ? SQLITE_OK : SQLITE_IOERR_DATA;
	}
	memcpy(to, page + (at - start), n);
	return SQLITE_OK;
}

/* Any part of the log. Recovery reads frames together with their headers and ends the log
** where a checksum is wrong, as after a torn write: there an image that does not open
** reads as zeros. Whoever reads an image alone relies on it, so that is an error. */
static int read_log(sealed_file *s, unsigned char *to, int n, sqlite3_int64 at) {
	sqlite3_file *below = BELOW(s);
	int recovering = image(at) < 0 && !s->wrote;
	while (n > 0) {
		sqlite3_int64 start = image(at);
		int part, rc;
		if (start < 0) {
			sqlite3_int64 in = at < WF_WAL_HEADER ? WF_WAL_HEADER - at : WF_FRAME - (at - WF_WAL_HEADER) % (WF_FRAME + WF_PAGE);
			part = in < n ? (int)in : n;
			rc = below->pMethods->xRead(below, to, part, at);
		} else {
			part = (int)(start + WF_PAGE - at);
			if (part > n) part = n;
			rc = below->pMethods->xRead(below, s->frame, WF_FRAME + WF_PAGE, start - WF_FRAME);
			if (rc == SQLITE_OK) {
				if (wfUnseal(s->seal, LOG, start, s->frame, s->frame + WF_FRAME) != 0) {
					if (!recovering) return SQLITE_IOERR_DATA;
					memset(s->frame, 0, sizeof s->frame);
				}
				memcpy(to, s->frame + WF_FRAME + (at - start), part);
			}
		}
		if (rc == SQLITE_IOERR_SHORT_READ) memset(to, 0, n);
		if (rc != SQLITE_OK) return rc;
		to += part;
		at += part;
		n -= part;
	}
	return SQLITE_OK;
}

/* The journal's checksum looks at few bytes of a page, so zeros may pass for a page: an
** image that does not open is an error. */
static int read_journal(sealed_file *s, unsigned char *to, int n, sqlite3_int64 at) {
	sqlite3_file *below = BELOW(s);
	int rc = below->pMethods->xRead(below, to, n, at);
	if (rc == SQLITE_OK && n == WF_PAGE && wfUnseal(s->seal, JOURNAL, at, 0, to) != 0) {
		memset(to, 0, n);
		return SQLITE_IOERR_DATA;
	}
	return rc;
}

static int sealed_read(sqlite3_file *f, void *to, int n, sqlite3_int64 at) {
	sealed_file *s = (sealed_file *)f;
	switch (s->kind) {
	case DATABASE: return read_database(s, to, n, at);
	case LOG: return read_log(s, to, n, at);
	default: return read_journal(s, to, n, at);
	}
}

static int write_image(sealed_file *s, const void *from, sqlite3_int64 at, const unsigned char *bound) {
	sqlite3_file *below = BELOW(s);
	unsigned char *page = s->frame + WF_FRAME;
	memcpy(page, from, WF_PAGE);
	if (wfSeal(s->seal, s->kind, at, (void *)bound, page) != 0) return SQLITE_IOERR_AUTH;
	return below->pMethods->xWrite(below, page, WF_PAGE, at);
}

static int write_log(sealed_file *s, const void *from, int n, sqlite3_int64 at) {
	sqlite3_file *below = BELOW(s);
	sqlite3_int64 start = image(at);
	if (start >= 0) {
		unsigned char header[WF_FRAME];
		if (start != at || n != WF_PAGE) return SQLITE_IOERR_WRITE;
		if (s->header_at == at - WF_FRAME) {
			memcpy(header, s->header, WF_FRAME);
		} else {
			int rc = below->pMethods->xRead(below, header, WF_FRAME, at - WF_FRAME);
			if (rc != SQLITE_OK) return rc;
		}
		return write_image(s, from, at, header);
	}
	if (at == 0) {
		const unsigned char *h = from;
		if (n > WF_WAL_HEADER) return SQLITE_IOERR_WRITE;
		if (n >= 12 && (h[8] != 0 || h[9] != 0 || h[10] != WF_PAGE >> 8 || h[11] != 0)) return SQLITE_IOERR_WRITE;
	} else if (n != WF_FRAME) {
		return SQLITE_IOERR_WRITE;
	} else {
		s->wrote = 1;
		s->header_at = at;
		memcpy(s->header, from, WF_FRAME);
	}
	return below->pMethods->xWrite(below, from, n, at);
}

static int sealed_write(sqlite3_file *f, const void *from, int n, sqlite3_int64 at) {
	sealed_file *s = (sealed_file *)f;
	if (s->kind == LOG) return write_log(s, from, n, at);
	if (n == WF_PAGE && (s->kind == JOURNAL || at % WF_PAGE == 0)) return write_image(s, from, at, 0);
	if (s->kind == JOURNAL && n <= WF_SECTOR) return BELOW(f)->pMethods->xWrite(BELOW(f), from, n, at); /* headers, page numbers, checksums */
	return SQLITE_IOERR_WRITE;
}

static int sealed_truncate(sqlite3_file *f, sqlite3_int64 size) {
	((sealed_file *)f)->header_at = -1;
	return BELOW(f)->pMethods->xTruncate(BELOW(f), size);
}
static int sealed_sync(sqlite3_file *f, int flags) { return BELOW(f)->pMethods->xSync(BELOW(f), flags); }
static int sealed_size(sqlite3_file *f, sqlite3_int64 *size) { return BELOW(f)->pMethods->xFileSize(BELOW(f), size); }
static int sealed_lock(sqlite3_file *f, int level) { return BELOW(f)->pMethods->xLock(BELOW(f), level); }
static int sealed_unlock(sqlite3_file *f, int level) { return BELOW(f)->pMethods->xUnlock(BELOW(f), level); }
static int sealed_reserved(sqlite3_file *f, int *out) { return BELOW(f)->pMethods->xCheckReservedLock(BELOW(f), out); }

static int sealed_control(sqlite3_file *f, int op, void *arg) {
	switch (op) {
	case SQLITE_FCNTL_MMAP_SIZE: /* none: a mapped page would be read sealed */
		*(sqlite3_int64 *)arg = 0;
		return SQLITE_OK;
	case SQLITE_FCNTL_BEGIN_ATOMIC_WRITE:
	case SQLITE_FCNTL_COMMIT_ATOMIC_WRITE:
	case SQLITE_FCNTL_ROLLBACK_ATOMIC_WRITE:
		return SQLITE_NOTFOUND;
	}
	return BELOW(f)->pMethods->xFileControl(BELOW(f), op, arg);
}

/* With larger sectors a journal's header would have the size of a page, and the log
** would write parts of pages. */
static int sealed_sector(sqlite3_file *f) { return WF_SECTOR; }
static int sealed_traits(sqlite3_file *f) {
	int below = BELOW(f)->pMethods->xDeviceCharacteristics(BELOW(f));
	return SQLITE_IOCAP_POWERSAFE_OVERWRITE | (below & SQLITE_IOCAP_UNDELETABLE_WHEN_OPEN);
}

static int sealed_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **p) {
	return BELOW(f)->pMethods->xShmMap(BELOW(f), page, size, extend, p);
}
static int sealed_shm_lock(sqlite3_file *f, int offset, int n, int flags) {
	return BELOW(f)->pMethods->xShmLock(BELOW(f), offset, n, flags);
}
static void sealed_shm_barrier(sqlite3_file *f) { BELOW(f)->pMethods->xShmBarrier(BELOW(f)); }
static int sealed_shm_unmap(sqlite3_file *f, int delete) { return BELOW(f)->pMethods->xShmUnmap(BELOW(f), delete); }

/* Version 2: without xFetch nothing is memory-mapped. */
static const sqlite3_io_methods sealed_methods = {
	2, sealed_close, sealed_read, sealed_write, sealed_truncate, sealed_sync, sealed_size,
	sealed_lock, sealed_unlock, sealed_reserved, sealed_control, sealed_sector, sealed_traits,
	sealed_shm_map, sealed_shm_lock, sealed_shm_barrier, sealed_shm_unmap};

static int sealed_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out) {
	sealed_file *s = (sealed_file *)f;
	int rc;
	f->pMethods = 0;
	if (flags & (SQLITE_OPEN_TEMP_DB | SQLITE_OPEN_TRANSIENT_DB | SQLITE_OPEN_TEMP_JOURNAL | SQLITE_OPEN_SUBJOURNAL)) {
		if (out) *out = flags;
		return wf_memory(f);
	}
	memset(s, 0, sizeof *s);
	s->header_at = -1;
	if (flags & SQLITE_OPEN_MAIN_DB) s->kind = DATABASE;
	else if (flags & SQLITE_OPEN_WAL) s->kind = LOG;
	else if (flags & SQLITE_OPEN_MAIN_JOURNAL) s->kind = JOURNAL;
	else return SQLITE_CANTOPEN;
	s->seal = name ? sqlite3_uri_int64(name, "seal", 0) : 0;
	if (!wfKnown(s->seal)) return SQLITE_CANTOPEN;
	rc = BASE(v)->xOpen(BASE(v), name, BELOW(f), flags, out);
	if (BELOW(f)->pMethods) f->pMethods = &sealed_methods; /* SQLite closes it, also after an error */
	return rc;
}

static int sealed_delete(sqlite3_vfs *v, const char *name, int sync) { return BASE(v)->xDelete(BASE(v), name, sync); }
static int sealed_access(sqlite3_vfs *v, const char *name, int flags, int *out) { return BASE(v)->xAccess(BASE(v), name, flags, out); }
static int sealed_path(sqlite3_vfs *v, const char *name, int n, char *out) { return BASE(v)->xFullPathname(BASE(v), name, n, out); }
static int sealed_random(sqlite3_vfs *v, int n, char *out) { return BASE(v)->xRandomness(BASE(v), n, out); }
static int sealed_sleep(sqlite3_vfs *v, int us) { return BASE(v)->xSleep(BASE(v), us); }
static int sealed_time(sqlite3_vfs *v, double *t) { return BASE(v)->xCurrentTime(BASE(v), t); }
static int sealed_error(sqlite3_vfs *v, int n, char *out) { return BASE(v)->xGetLastError(BASE(v), n, out); }
static int sealed_time64(sqlite3_vfs *v, sqlite3_int64 *t) { return BASE(v)->xCurrentTimeInt64(BASE(v), t); }

/* Before the first page of a database is made, room for nonce and tag is asked for: a
** hook of a connection would be too late. */
static int reserve(sqlite3 *db, char **message, const void *api) {
	sqlite3_vfs *v = 0;
	int n = WF_RESERVE;
	if (sqlite3_file_control(db, "main", SQLITE_FCNTL_VFS_POINTER, &v) != SQLITE_OK || !v || v->xOpen != sealed_open) return SQLITE_OK;
	return sqlite3_file_control(db, "main", SQLITE_FCNTL_RESERVE_BYTES, &n);
}

int wf_register(const char *name, const char *base) {
	sqlite3_vfs *below, *v;
	int rc, size = sizeof(sealed_file);
	if (!sqlite3_vfs_find) return SQLITE_NOTFOUND; /* linked without go-sqlite3 */
	if ((rc = sqlite3_initialize()) != SQLITE_OK) return rc;
	below = sqlite3_vfs_find(base);
	if (!below || below->iVersion < 2) return SQLITE_NOTFOUND;
	v = sqlite3_malloc64(sizeof *v);
	if (!v) return SQLITE_NOMEM;
	memset(v, 0, sizeof *v);
	size += below->szOsFile;
	v->iVersion = 2;
	v->szOsFile = size > wf_memory_size() ? size : wf_memory_size();
	v->mxPathname = below->mxPathname;
	v->zName = name;
	v->pAppData = below;
	v->xOpen = sealed_open;
	v->xDelete = sealed_delete;
	v->xAccess = sealed_access;
	v->xFullPathname = sealed_path;
	v->xRandomness = sealed_random;
	v->xSleep = sealed_sleep;
	v->xCurrentTime = sealed_time;
	v->xGetLastError = sealed_error;
	v->xCurrentTimeInt64 = sealed_time64;
	if ((rc = sqlite3_vfs_register(v, 0)) != SQLITE_OK) return rc;
	return sqlite3_auto_extension((void (*)(void))reserve);
}
