package vault

// #include "vfs.h"
// #include <stdlib.h>
// #cgo darwin LDFLAGS: -Wl,-undefined,dynamic_lookup
import "C"

import (
	"fmt"
	"sync"
	"sync/atomic"
	"unsafe"

	_ "github.com/mattn/go-sqlite3" // SQLite itself, which vfs.c meets in the program
)

var (
	registering sync.Mutex
	registered  = map[string]error{}
)

// Over returns the name of the VFS that seals over another, registering it the first
// time; base "" is the system's own.
func Over(base string) (string, error) {
	name := "watchfloor-vault"
	if base != "" {
		name += "-over-" + base
	}
	registering.Lock()
	defer registering.Unlock()
	err, done := registered[name]
	if !done {
		var below *C.char
		if base != "" {
			below = C.CString(base)
		}
		if rc := C.wf_register(C.CString(name), below); rc != 0 { // SQLite keeps the names
			err = refuse("Watchfloor was built without what encrypts its cache, so it does not start. Install a release build.", fmt.Errorf("register VFS %s: SQLite code %d", name, int(rc)))
		}
		registered[name] = err
	}
	return name, err
}

// sealers are the attached files by the number that is in their DSN. Numbers are never
// used again.
var (
	sealers sync.Map // int64 to *sealer
	last    atomic.Int64
)

func lookup(seal C.longlong) *sealer {
	if s, ok := sealers.Load(int64(seal)); ok {
		return s.(*sealer)
	}
	return nil
}

//export wfKnown
func wfKnown(seal C.longlong) C.int {
	if lookup(seal) == nil {
		return 0
	}
	return 1
}

// wfSeal seals a page image where it is; 0 is success.
//
//export wfSeal
func wfSeal(seal C.longlong, kind C.int, at C.longlong, bound, page unsafe.Pointer) C.int {
	s := lookup(seal)
	if s == nil || s.seal(place(kind, at, bound), unsafe.Slice((*byte)(page), PageBytes)) != nil {
		return 1
	}
	return 0
}

// wfUnseal opens a page image where it is; 0 is success.
//
//export wfUnseal
func wfUnseal(seal C.longlong, kind C.int, at C.longlong, bound, page unsafe.Pointer) C.int {
	s := lookup(seal)
	if s == nil || s.open(place(kind, at, bound), unsafe.Slice((*byte)(page), PageBytes)) != nil {
		return 1
	}
	return 0
}

func place(kind C.int, at C.longlong, bound unsafe.Pointer) spot {
	p := spot{kind: byte(kind), at: int64(at)}
	if bound != nil {
		copy(p.bound[:], unsafe.Slice((*byte)(bound), len(p.bound)))
	}
	return p
}
