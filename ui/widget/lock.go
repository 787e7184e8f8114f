package widget

// Lock holds buttons that are off while a question of theirs is answered with true: they
// stay visible, and what they run says why nothing happens. The zero Lock is ready.
type Lock struct{ all []locked }

type locked struct {
	b   *Button
	off func() bool
}

// Add takes a button in and returns it; a nil off leaves it on.
func (l *Lock) Add(b *Button, off func() bool) *Button {
	if off != nil {
		l.all = append(l.all, locked{b, off})
		b.Off = off()
	}
	return b
}

// Draw asks again and draws what changed.
func (l *Lock) Draw() {
	for _, x := range l.all {
		if off := x.off(); off != x.b.Off {
			x.b.Off = off
			x.b.Refresh()
		}
	}
}
