#ifndef WATCHFLOOR_VFS_H
#define WATCHFLOOR_VFS_H

#include "sqlite.h"

#define WF_PAGE 4096  /* bytes of a page image */
#define WF_RESERVE 28 /* of these, at its end: nonce and tag */
#define WF_FRAME 24   /* bytes before a page image in the log */
#define WF_WAL_HEADER 32

#define WF_SECTOR 512

/* wf_register registers the sealing VFS under a name, over the base VFS of another name
** or the system's where that is NULL. Both names must live for ever. */
int wf_register(const char *name, const char *base);

/* wf_memory opens a file that lives in memory: SQLite's temporary data. */
int wf_memory(sqlite3_file *);
int wf_memory_size(void);

#endif
