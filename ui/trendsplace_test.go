package ui

import (
	"context"
	"testing"
	"time"

	"watchfloor/app/metrics"
	"watchfloor/app/posture"
	"watchfloor/ui/keys"
	"watchfloor/ui/uitest"
)

// scored is a source that knows places too: one recommendation is open.
type scored struct {
	backlog
	slots []int
}

func (s *scored) PlaceChart(ctx context.Context, slot int, k metrics.Kind, days int) (metrics.Chart, error) {
	s.slots = append(s.slots, slot)
	return metrics.LoadPlace(ctx, metrics.Sources{Posture: oneOpen{}}, k, days, uitest.Now)
}

type oneOpen struct{ metrics.PostureSource }

func (oneOpen) PostureKnown(context.Context) (asOf, since time.Time, err error) {
	return uitest.Now, uitest.Now, nil
}

func (oneOpen) Recommendations(context.Context, posture.Ask) ([]posture.Recommendation, error) {
	return []posture.Recommendation{{Meta: posture.Meta{Title: "Close ports", Severity: "High"}, Unhealthy: 2, First: uitest.Now}}, nil
}

// From a figure of posture to what is behind it and back, by keyboard: it is listed on the
// page, for the queue has no such rows.
func TestFromAFigureOfPostureToItsRowsByKeyboard(t *testing.T) {
	d := window(t, 5)
	src := &scored{}
	d.s.Trends = src
	d.press("g", "t", "7")
	p := d.pages[keys.Trends].(*trendsPage).P
	if got := p.Caption(); got != "under 7 days: 1 recommendation. Enter lists what is behind it." {
		t.Fatalf("reads out %q", got)
	}
	d.press("Enter")
	if got := p.Caption(); d.on != keys.Trends || got != "under 7 days: 1 recommendation. 1 row. Esc goes back to the chart." {
		t.Errorf("on %s: %q", d.on, got)
	}
	d.press("Esc")
	if d.on != keys.Trends {
		t.Fatalf("Esc left the page for %s", d.on)
	}
	d.press("j", "Enter") // of the next series, critical ones, there is none
	if d.message.Text != "There is nothing behind this figure." {
		t.Errorf("said %q", d.message.Text)
	}
	d.press("Esc")
	if d.on != keys.Queue || len(src.slots) != 1 {
		t.Errorf("on %s, read %v", d.on, src.slots)
	}
}
