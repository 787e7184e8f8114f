package azure

import (
	"context"
	"crypto/sha256"
	"errors"
	"net/http"
	"sync"

	"watchfloor/app"
)

var errLoop = errors.New("paging does not end")

// Trail notices paging that runs in circles. It remembers hashes of the links of one
// run that were followed; asking for the same page again, after its commit failed, is
// not a circle.
type Trail struct {
	// Most is how many pages a run may have.
	Most int

	mu       sync.Mutex
	followed map[[32]byte]bool
	restarts int
}

// restartsAllowed bounds how often a run may begin again because its link expired.
const restartsAllowed = 3

// Start forgets the run before.
func (t *Trail) Start() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.followed, t.restarts = map[[32]byte]bool{}, 0
}

// Restart begins the run again; an error when it did so too often.
func (t *Trail) Restart() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.followed = map[[32]byte]bool{}
	if t.restarts++; t.restarts > restartsAllowed {
		t.restarts = 0
		return app.E(app.KindInvalid, "The service keeps refusing its own page links; the pull stopped and will start again later.", errLoop)
	}
	return nil
}

// Pull takes one step of a run with pull, the first where cur has no link. A link that
// the service refuses (400, 404, 410: it expired) starts the run again, at most three
// times.
func (t *Trail) Pull(ctx context.Context, cur app.Cursor, pull func(context.Context, app.Cursor) (app.Page, error)) (app.Page, error) {
	if cur.Next == "" {
		t.Start()
	}
	p, err := pull(ctx, cur)
	if cur.Next != "" && Expired(err) {
		if err := t.Restart(); err != nil {
			return app.Page{}, err
		}
		cur.Next = ""
		p, err = pull(ctx, cur)
	}
	return p, err
}

// Expired reports that a service refuses a page link because it is too old.
func Expired(err error) bool {
	switch StatusOf(err) {
	case http.StatusBadRequest, http.StatusNotFound, http.StatusGone:
		return true
	}
	return false
}

// Step records that from was followed ("" for the first page) and led to next.
// KindInvalid where next was followed before, or the run has too many pages.
func (t *Trail) Step(from, next string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.followed == nil {
		t.followed = map[[32]byte]bool{}
	}
	t.followed[sha256.Sum256([]byte(from))] = true
	if next != "" && t.followed[sha256.Sum256([]byte(next))] {
		return app.E(app.KindInvalid, "The service sent the same page link twice; the pull stopped instead of running in circles.", errLoop)
	}
	if next != "" && len(t.followed) >= t.Most {
		return app.E(app.KindInvalid, "The service sends more pages than a pull can have; the pull stopped.", errLoop)
	}
	return nil
}
