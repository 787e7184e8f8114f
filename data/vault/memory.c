/* Files in memory: what SQLite would spill to a temporary file, which nothing seals. */
#include "vfs.h"
#include <string.h>

typedef struct {
	sqlite3_file base;
	unsigned char *bytes;
	sqlite3_int64 size, room;
} memory_file;

static int memory_close(sqlite3_file *f) {
	memory_file *m = (memory_file *)f;
	if (m->bytes) {
		memset(m->bytes, 0, m->room);
		sqlite3_free(m->bytes);
	}
	m->bytes = 0;
	return SQLITE_OK;
}

static int memory_read(sqlite3_file *f, void *to, int n, sqlite3_int64 at) {
	memory_file *m = (memory_file *)f;
	sqlite3_int64 have = m->size - at;
	if (have >= n) {
		memcpy(to, m->bytes + at, n);
		return SQLITE_OK;
	}
	if (have < 0) have = 0;
	if (have) memcpy(to, m->bytes + at, have);
	memset((char *)to + have, 0, n - have);
	return SQLITE_IOERR_SHORT_READ;
}

static int memory_write(sqlite3_file *f, const void *from, int n, sqlite3_int64 at) {
	memory_file *m = (memory_file *)f;
	if (at + n > m->room) {
		sqlite3_int64 room = (at + n) * 2;
		unsigned char *more = sqlite3_malloc64(room);
		if (!more) return SQLITE_NOMEM;
		memset(more, 0, room);
		if (m->bytes) {
			memcpy(more, m->bytes, m->size);
			memset(m->bytes, 0, m->room);
			sqlite3_free(m->bytes);
		}
		m->bytes = more;
		m->room = room;
	}
	memcpy(m->bytes + at, from, n);
	if (at + n > m->size) m->size = at + n;
	return SQLITE_OK;
}

static int memory_truncate(sqlite3_file *f, sqlite3_int64 size) {
	memory_file *m = (memory_file *)f;
	if (size < m->size) {
		memset(m->bytes + size, 0, m->size - size);
		m->size = size;
	}
	return SQLITE_OK;
}

static int memory_filesize(sqlite3_file *f, sqlite3_int64 *size) {
	*size = ((memory_file *)f)->size;
	return SQLITE_OK;
}

static int memory_flag(sqlite3_file *f, int flag) { return SQLITE_OK; }
static int memory_reserved(sqlite3_file *f, int *out) {
	*out = 0;
	return SQLITE_OK;
}
static int memory_control(sqlite3_file *f, int op, void *arg) { return SQLITE_NOTFOUND; }
static int memory_sector(sqlite3_file *f) { return WF_SECTOR; }
static int memory_traits(sqlite3_file *f) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

static const sqlite3_io_methods memory_methods = {
	1, memory_close, memory_read, memory_write, memory_truncate, memory_flag, memory_filesize,
	memory_flag, memory_flag, memory_reserved, memory_control, memory_sector, memory_traits,
	0, 0, 0, 0};

int wf_memory(sqlite3_file *f) {
	memset(f, 0, sizeof(memory_file));
	f->pMethods = &memory_methods;
	return SQLITE_OK;
}

int wf_memory_size(void) { return sizeof(memory_file); }
