package capture

import (
	"errors"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver"
)

// ErrNotYet means that the window has not been created by the system: ask again.
var ErrNotYet = errors.New("the window is not there yet")

// Exclude leaves a window out of pictures of the screen, or lets it be in them again. It
// belongs to the UI goroutine. Where Offered is false it does nothing.
func Exclude(w fyne.Window, on bool) error {
	native, ok := w.(driver.NativeWindow)
	if !Offered || !ok {
		return nil
	}
	var err error
	native.RunNative(func(context any) { err = exclude(context, on) })
	return err
}
