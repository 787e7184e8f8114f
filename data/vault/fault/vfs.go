package fault

// #include "fault.h"
import "C"

import (
	"os"
	"path/filepath"
	"sync"
	"unsafe"

	_ "github.com/mattn/go-sqlite3" // SQLite itself, which fault.c meets in the program
)

// VFS is the name to give to vault.Attach or data.Config.VFS.
const VFS = "watchfloor-fault"

var register = sync.OnceValue(func() int { return int(C.fault_register(C.CString(VFS))) })

// disks are the folders that are watched. What is opened elsewhere is passed on.
var disks sync.Map // string to *Disk

// Op is a kind of operation.
type Op int

// What SQLite asks of a file.
const (
	Open     Op = C.FAULT_OPEN
	Read     Op = C.FAULT_READ
	Write    Op = C.FAULT_WRITE
	Truncate Op = C.FAULT_TRUNCATE
	Sync     Op = C.FAULT_SYNC
	Delete   Op = C.FAULT_DELETE
	Size     Op = C.FAULT_SIZE
)

// Codes that an operation can fail with.
const (
	Full    = C.SQLITE_FULL
	IOError = C.SQLITE_IOERR
)

// step is an operation that changes a file, or a mark of the test.
type step struct {
	op    Op
	file  string // base name
	at    int64  // offset; size for Truncate; not 0 for a Delete that is durable
	bytes []byte
	mark  string
}

const mark Op = -1

// Disk is a folder whose database files are watched. Safe for concurrent use.
type Disk struct {
	dir string

	mu     sync.Mutex
	before map[string][]byte // files as they were when the record began
	steps  []step
	count  int // operations since FailAt
	fail   func(n int, op Op) int
}

// Watch begins to record what happens to the database files of a folder. A test ends it
// with Close.
func Watch(dir string) (*Disk, error) {
	if rc := register(); rc != C.SQLITE_OK {
		return nil, os.ErrInvalid
	}
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil, err
	}
	d := &Disk{dir: dir, before: map[string][]byte{}}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if filepath.Ext(f) == ".db-shm" {
			continue // rebuilt after a crash
		}
		if b, err := os.ReadFile(f); err == nil {
			d.before[filepath.Base(f)] = b
		}
	}
	disks.Store(dir, d)
	return d, nil
}

// Close ends the watch.
func (d *Disk) Close() { disks.Delete(d.dir) }

// FailWhen has operations fail: when answers with one of the codes, or 0, for the n-th
// operation, from 1, since this call. nil lets all succeed again.
func (d *Disk) FailWhen(when func(n int, op Op) int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.count, d.fail = 0, when
}

// Count is the number of operations since FailWhen.
func (d *Disk) Count() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.count
}

// Mark notes that something was acknowledged at this moment.
func (d *Disk) Mark(what string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.steps = append(d.steps, step{op: mark, mark: what})
}

func (d *Disk) ask(op Op, name string, at int64, bytes []byte) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.count++
	if d.fail != nil {
		if rc := d.fail(d.count, op); rc != 0 {
			return rc
		}
	}
	switch op {
	case Write, Truncate, Sync, Delete:
		d.steps = append(d.steps, step{op: op, file: name, at: at, bytes: bytes})
	}
	return C.SQLITE_OK
}

//export wfFault
func wfFault(op C.int, name *C.char, at C.longlong, bytes unsafe.Pointer, n C.int) C.int {
	path := C.GoString(name)
	d, ok := disks.Load(filepath.Dir(path))
	if !ok {
		return C.SQLITE_OK
	}
	var b []byte
	if Op(op) == Write {
		b = C.GoBytes(bytes, n)
	}
	return C.int(d.(*Disk).ask(Op(op), filepath.Base(path), int64(at), b))
}
