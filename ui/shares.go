package ui

import (
	"fyne.io/fyne/v2"
)

// shares lays out the status line: how the sources stand, what waits, what was said, and
// buttons at the right end. Words that want more room than there is are cut, those of the
// sources first: they never make the window wider than its screen.
type shares struct{ left, unsent, middle, right fyne.CanvasObject }

const (
	sharesMargin, sharesGap = 10, 18
	saidShare               = 0.55 // of the room, at most, for what was said
)

// MinSize implements fyne.Layout.
func (s shares) MinSize([]fyne.CanvasObject) fyne.Size {
	least := fyne.NewSize(s.right.MinSize().Width+sharesMargin, 0)
	for _, o := range []fyne.CanvasObject{s.left, s.unsent, s.middle, s.right} {
		least.Height = max(least.Height, o.MinSize().Height)
	}
	return least
}

// Layout implements fyne.Layout.
func (s shares) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	x := float32(sharesMargin)
	end := size.Width - s.right.MinSize().Width
	left, unsent, middle := s.left.MinSize().Width, s.unsent.MinSize().Width, s.middle.MinSize().Width
	room := max(0, end-x-unsent-3*sharesGap)
	if left+middle > room {
		middle = min(middle, max(room*saidShare, room-left))
		left = min(left, room-middle)
	}
	put := func(o fyne.CanvasObject, w float32) {
		o.Move(fyne.NewPos(x, 0))
		o.Resize(fyne.NewSize(max(0, w), size.Height))
		if w > 0 {
			x += w + sharesGap
		}
	}
	put(s.left, left)
	put(s.unsent, unsent)
	put(s.middle, middle)
	s.right.Move(fyne.NewPos(max(0, end), 0))
	s.right.Resize(fyne.NewSize(s.right.MinSize().Width, size.Height))
}
