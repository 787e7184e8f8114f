//go:build cgo

package capture

/*
#cgo CFLAGS: -x objective-c
#cgo LDFLAGS: -framework AppKit
#import <AppKit/AppKit.h>

static void share(void *window, int readable) {
	[(NSWindow *)window setSharingType:readable ? NSWindowSharingReadOnly : NSWindowSharingNone];
}
*/
import "C"

import (
	"unsafe"

	"fyne.io/fyne/v2/driver"
)

// Offered reports whether the system can do it.
const Offered = true

func exclude(context any, on bool) error {
	c, ok := context.(driver.MacWindowContext)
	if !ok || c.NSWindow == 0 {
		return ErrNotYet
	}
	readable := C.int(1)
	if on {
		readable = 0
	}
	C.share(*(*unsafe.Pointer)(unsafe.Pointer(&c.NSWindow)), readable) // a handle of AppKit, no memory of Go
	return nil
}
