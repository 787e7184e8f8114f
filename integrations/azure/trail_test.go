package azure

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"watchfloor/app"
)

func TestGoal19ACircleStops(t *testing.T) {
	tr := Trail{Most: 100}
	tr.Start()
	steps := [][2]string{{"", "a"}, {"a", "b"}, {"a", "b"}, {"b", "c"}} // "a" is asked for twice: its commit failed
	for _, s := range steps {
		if err := tr.Step(s[0], s[1]); err != nil {
			t.Fatalf("%v: %v", s, err)
		}
	}
	if err := tr.Step("c", "a"); app.KindOf(err) != app.KindInvalid {
		t.Errorf("circle: %v", err)
	}
	tr.Start()
	if err := tr.Step("c", "c"); app.KindOf(err) != app.KindInvalid {
		t.Errorf("a page that leads to itself: %v", err)
	}
}

func TestGoal19EndlessPagesAndRestartsStop(t *testing.T) {
	tr := Trail{Most: 10}
	var err error
	n := 0
	for ; err == nil && n < 100; n++ {
		err = tr.Step(fmt.Sprint(n), fmt.Sprint(n+1))
	}
	if n != 10 {
		t.Errorf("stopped after %d pages", n)
	}
	tr.Start()
	for n = 0; tr.Restart() == nil; n++ {
		if n > 10 {
			break
		}
	}
	if n != restartsAllowed {
		t.Errorf("%d restarts", n)
	}
}

// A link that expired while the program was closed costs its page, not the run.
func TestARunBeginsAgainWhereItsLinkExpired(t *testing.T) {
	tr := Trail{Most: 10}
	var asked []string
	pull := func(_ context.Context, cur app.Cursor) (app.Page, error) {
		if asked = append(asked, cur.Next); cur.Next != "" {
			return app.Page{}, app.E(app.KindNotFound, "It no longer exists.", statusError{status: http.StatusGone})
		}
		return app.Page{}, nil
	}
	for range restartsAllowed {
		if _, err := tr.Pull(context.Background(), app.Cursor{Next: "expired"}, pull); err != nil {
			t.Fatal(err)
		}
	}
	if len(asked) != 2*restartsAllowed || asked[0] != "expired" || asked[1] != "" {
		t.Errorf("asked for %q", asked)
	}
	if _, err := tr.Pull(context.Background(), app.Cursor{Next: "expired"}, pull); app.KindOf(err) != app.KindInvalid {
		t.Errorf("a service that goes on like this: %v", err)
	}
}
