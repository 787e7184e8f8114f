#ifndef WATCHFLOOR_FAULT_H
#define WATCHFLOOR_FAULT_H

#include "../sqlite.h"

enum { FAULT_OPEN, FAULT_READ, FAULT_WRITE, FAULT_TRUNCATE, FAULT_SYNC, FAULT_DELETE, FAULT_SIZE };

int fault_register(const char *name);

#endif
