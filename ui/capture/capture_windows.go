package capture

import (
	"fmt"

	"fyne.io/fyne/v2/driver"
	"golang.org/x/sys/windows"
)

// Offered reports whether the system can do it.
const Offered = true

// Values of SetWindowDisplayAffinity, winuser.h. Versions before 2004 know monitorOnly,
// which paints the window black in pictures.
const (
	everywhere  = 0x00
	monitorOnly = 0x01
	excluded    = 0x11
)

var setAffinity = windows.NewLazySystemDLL("user32.dll").NewProc("SetWindowDisplayAffinity")

func exclude(context any, on bool) error {
	c, ok := context.(driver.WindowsWindowContext)
	if !ok || c.HWND == 0 {
		return ErrNotYet
	}
	if err := setAffinity.Find(); err != nil {
		return fmt.Errorf("SetWindowDisplayAffinity: %w", err)
	}
	wanted := []uintptr{excluded, monitorOnly}
	if !on {
		wanted = []uintptr{everywhere}
	}
	var err error
	for _, v := range wanted {
		var done uintptr
		if done, _, err = setAffinity.Call(c.HWND, v); done != 0 {
			return nil
		}
	}
	return fmt.Errorf("SetWindowDisplayAffinity: %w", err)
}
