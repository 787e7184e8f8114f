package clip

import (
	"crypto/sha256"
	"time"

	"fyne.io/fyne/v2"
)

// Usual and Brief are how long text and secrets stay.
const (
	Usual = 30 * time.Second
	Brief = 10 * time.Second
)

// Keeper puts text on the clipboard and takes it away again.
type Keeper struct {
	board fyne.Clipboard
	post  func(func())
	after func(time.Duration, func())
	stay  time.Duration // 0 = until somebody else copies

	turn int // counts what was put there; a timer of an older turn does nothing
	ours bool
	sum  [sha256.Size]byte // of what is ours: it is not kept a second time in memory
}

var _ fyne.Clipboard = (*Keeper)(nil)

func newKeeper(board fyne.Clipboard) *Keeper {
	return &Keeper{board: board, post: fyne.Do, after: func(d time.Duration, f func()) { time.AfterFunc(d, f) }, stay: Usual}
}

// On tells which clock to use: after runs a function later on any goroutine, post on that
// of the UI.
func (k *Keeper) On(post func(func()), after func(time.Duration, func())) {
	k.post, k.after = post, after
}

// Stay sets how long text stays from now on; 0 leaves it there. It holds for
// what is copied next. Secrets stay no longer than Brief whatever is set.
func (k *Keeper) Stay(d time.Duration) { k.stay = d }

// Content implements fyne.Clipboard.
func (k *Keeper) Content() string { return k.board.Content() }

// SetContent implements fyne.Clipboard: text stays as long as is set.
func (k *Keeper) SetContent(text string) { k.put(text, k.stay) }

// Secret puts there what lets somebody in: a password, a code to sign in with.
func (k *Keeper) Secret(text string) { k.put(text, Brief) }

// Close takes away what is still there and meant to go.
func (k *Keeper) Close() { k.clear() }

func (k *Keeper) put(text string, stay time.Duration) {
	k.turn++
	k.board.SetContent(text)
	k.sum = sha256.Sum256([]byte(text))
	k.ours = text != "" && stay > 0
	if !k.ours {
		return
	}
	mine := k.turn
	k.after(stay, func() {
		k.post(func() {
			if mine == k.turn {
				k.clear()
			}
		})
	})
}

func (k *Keeper) clear() {
	if !k.ours {
		return
	}
	k.ours = false
	if sha256.Sum256([]byte(k.board.Content())) == k.sum {
		k.board.SetContent("")
	}
}
