package ui

import (
	"context"
	"strings"
	"testing"
	"time"

	"watchfloor/app/chart"
	"watchfloor/app/metrics"
	"watchfloor/ui/keys"
	"watchfloor/ui/trends"
	"watchfloor/ui/uitest"
)

// backlog is a source with the same backlog on every day.
type backlog struct{ written []string }

func (b *backlog) Chart(_ context.Context, k metrics.Kind, days int) (metrics.Chart, error) {
	if k != metrics.OpenByAge {
		return metrics.NewTrend(nil, days, uitest.Now, time.UTC), nil
	}
	a := metrics.Ageing{Zone: "UTC", AsOf: uitest.Now, Since: uitest.Now}
	for i := range days {
		d := uitest.Now.Truncate(24*time.Hour).AddDate(0, 0, i+1-days)
		a.Days = append(a.Days, metrics.AgeDay{Slot: metrics.Slot{First: d, Last: d, At: d.AddDate(0, 0, 1)}, Ages: metrics.Ages{3, 0, 1, 2, 4}})
	}
	return a, nil
}

func (*backlog) Draw(context.Context, metrics.Chart, trends.Place) (trends.Picture, error) {
	return trends.Picture{}, nil
}

func (b *backlog) Export(_ context.Context, _ metrics.Chart, _ chart.Axis, format string) (string, error) {
	b.written = append(b.written, format)
	return "/exports/ageing." + format, nil
}

func TestFromAFigureToItsRowsByKeyboard(t *testing.T) {
	d := window(t, 5)
	src := &backlog{}
	d.s.Trends = src
	d.press("g", "t", "2", "Down", "Enter")
	q := d.pages[keys.Queue].(*queuePage)
	if d.on != keys.Queue || q.P.Query().Filter.String() != "status:any openat:2026-11-20 agethen<4h" {
		t.Errorf("on %s the queue shows %q", d.on, q.P.Query().Filter)
	}
	d.press("g", "t", "Down", "Enter")
	if d.on != keys.Trends || d.message.Text != "There is no incident behind this figure." {
		t.Errorf("on %s, said %q", d.on, d.message.Text)
	}
	d.press("E", "s")
	if strings.Join(src.written, " ") != "svg" || !strings.Contains(d.message.Text, "/exports/ageing.svg") {
		t.Errorf("written %v, said %q", src.written, d.message.Text)
	}
	d.press("t", "E", "c", "Esc")
	if d.on != keys.Queue || len(src.written) != 2 {
		t.Errorf("from the table: on %s, written %v", d.on, src.written)
	}
}
