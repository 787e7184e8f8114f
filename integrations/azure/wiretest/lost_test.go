package wiretest

import (
	"strings"
	"testing"
	"time"

	"watchfloor/app"
)

func TestWhatADecoderDropsIsFound(t *testing.T) {
	raw := []byte(`{"title":"kept","severity":"High","status":"resolved","n":41,"at":"2026-11-22T05:00:00Z",
		"list":["a1","b1"],"deep":{"x":"gone","y":null,"z":"","off":false,"on":true},"late":"2026-11-22T06:00:00Z","hide":{"a":"secret"}}`)
	in := app.Incident{Title: "kept", AlertCount: 41, Created: time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC), Rules: []string{"a1"}}
	in.Severity, in.Status = app.High, app.StatusClosed
	lost, err := Lost(raw, `hide\..*`, in)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(lost, "; "); got != "deep.on = true; deep.x = gone; late = 2026-11-22T06:00:00Z; list = b1" {
		t.Error(got)
	}
	if _, err := Lost([]byte("{"), "", in); err == nil {
		t.Error("no JSON")
	}
}
