package trends

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"watchfloor/app"
	"watchfloor/app/identity"
	"watchfloor/app/metrics"
	"watchfloor/app/posture"
	"watchfloor/ui/keys"
	"watchfloor/ui/present"
	"watchfloor/ui/theme"
	"watchfloor/ui/uitest"
	"watchfloor/ui/work"
)

// ward is a tenant with a score of two models, three recommendations, detections in two
// countries and two users at risk.
type ward struct {
	slots []int
	days  []int
	err   error
}

func (w *ward) PlaceChart(ctx context.Context, slot int, k metrics.Kind, days int) (metrics.Chart, error) {
	w.slots, w.days = append(w.slots, slot), append(w.days, days)
	return metrics.LoadPlace(ctx, metrics.Sources{Posture: w, Identity: w}, k, days, uitest.Now)
}

func (w *ward) Lines(context.Context, time.Time, time.Time) (out []posture.Score, _ error) {
	for i, m := range []posture.Model{posture.CloudClassic, posture.M365} {
		for d := range 5 {
			out = append(out, posture.Score{Model: m, Scope: "s", ScopeName: "Ward\u202e one", Day: today.AddDate(0, 0, d-4), Current: float64(10 + d + i), Max: 40})
		}
	}
	return out, nil
}

func (w *ward) Waterfall(_ context.Context, m posture.Model, _ string, from, to time.Time) (posture.Waterfall, error) {
	return posture.Waterfall{
		Model: m, FromDay: from, ToDay: to, From: posture.Score{Current: 10}, To: posture.Score{Current: 4},
		Steps: []posture.Step{{Control: "mfa", Name: "Enable MFA", From: 8, To: 2, MaxFrom: 8, MaxTo: 8}},
	}, nil
}

func (w *ward) Recommendations(context.Context, posture.Ask) (out []posture.Recommendation, _ error) {
	for i := range 3 {
		out = append(out, posture.Recommendation{Meta: posture.Meta{Title: fmt.Sprint("Close ports ", i), Severity: "High"}, Unhealthy: i + 1, First: today.AddDate(0, 0, -10)})
	}
	return out, w.err
}

func (w *ward) PostureKnown(context.Context) (asOf, since time.Time, err error) {
	return uitest.Now, today, nil
}

func (w *ward) Heat(context.Context, identity.Filter, int) (identity.Heat, error) {
	return identity.Heat{Types: []string{"unlikelyTravel", "passwordSpray"}, Countries: []string{"DE", ""}, Count: [][]int{{2, 0}, {1, 1}}, N: 4}, nil
}

func (w *ward) Detections(context.Context, identity.Query) (identity.Window[identity.Detection], error) {
	return identity.Window[identity.Detection]{Rows: []identity.Detection{{UPN: "ana@clinic.example"}, {UPN: "bo@clinic.example"}}}, nil
}

func (w *ward) RiskTurns(context.Context, time.Time) ([]metrics.RiskTurn, error) {
	return []metrics.RiskTurn{
		{Subject: "a", State: "atRisk", At: today.AddDate(0, 0, -3)},
		{Subject: "a", State: "dismissed", By: "x", At: today},
		{Subject: "b", State: "atRisk", At: today},
	}, nil
}

func (w *ward) IdentityKnown(context.Context) (asOf, detections, turns time.Time, err error) {
	return uitest.Now, today, today, nil
}

func openPlaces() (*Presenter, *ward, *work.Line) {
	line, w := &work.Line{}, &ward{}
	p := New(&source{}, line.Desk(), func() present.Clock { return present.Clock{Now: uitest.Now, Zone: time.UTC} })
	p.Offer(w, []Tenant{{0, "Clinic"}, {3, "Practice"}})
	p.Load()
	line.Drain()
	return p, w, line
}

// Charts of posture and identities by their keys, a figure by arrows, its rows by Enter and
// back by Esc.
func TestFiguresOfPlacesListWhatIsBehindThem(t *testing.T) {
	p, _, line := openPlaces()
	do := func(c keys.Command) {
		if !p.Take(c) {
			p.Do(c, 10)
		}
		line.Drain()
	}
	for _, c := range []struct {
		do           []keys.Command
		says, listed string
	}{
		{[]keys.Command{keys.Chart(5)}, "Defender for Cloud (classic): 35.0 %, 14 of 40 points.", "Ward⟨U+202E⟩ one|"},
		{[]keys.Command{keys.Chart(6), keys.Later}, "Enable MFA: −6 points", "Close ports 0|High|1|"},
		{[]keys.Command{keys.Chart(7), keys.Later}, "7 to 30 days: 3 recommendations.", "Close ports 0|High|1|"},
		{[]keys.Command{keys.Chart(8)}, "unlikelyTravel, DE: 2 detections", "|ana@clinic.example|"},
		{[]keys.Command{keys.Chart(9), keys.Later, keys.Later, keys.Later}, "Dismissed by a person: 1 user (50 %), after a median of 3.0 days", "a|"},
	} {
		for _, k := range c.do {
			do(k)
		}
		if got := p.Caption(); !strings.Contains(got, c.says) || !strings.HasSuffix(got, " Enter lists what is behind it.") {
			t.Errorf("%q, want %q", got, c.says)
		}
		do(keys.Open)
		if p.list == nil {
			t.Fatalf("%s: no rows", c.says)
		}
		row := ""
		for _, cell := range listCells(p.list.Cells[0]) {
			row += cell.Text + "|"
		}
		if !strings.Contains(row, c.listed) || !strings.HasSuffix(p.Caption(), "Esc goes back to the chart.") {
			t.Errorf("%s: listed %s, said %q", c.says, row, p.Caption())
		}
		do(keys.Open) // there is nothing further
		do(keys.Back)
		if p.list != nil || !strings.Contains(p.Caption(), c.says) {
			t.Errorf("after Esc: %q", p.Caption())
		}
	}
	do(keys.Later)
	if p.Take(keys.Open) || p.Nothing() != "There is nothing behind this figure." {
		t.Error("a figure of none has rows")
	}
	if p.Take(keys.Back) {
		t.Error("Esc stays on the page")
	}
}

func TestRowsBehindAFigureAreWalked(t *testing.T) {
	p, _, line := openPlaces()
	for _, c := range []keys.Command{keys.Chart(7), keys.Later, keys.Open} {
		if !p.Take(c) {
			p.Do(c, 10)
		}
		line.Drain()
	}
	for _, c := range []struct {
		keys.Command
		at int
	}{{keys.Down, 1}, {keys.PageDown, 2}, {keys.Down, 2}, {keys.Up, 1}, {keys.Home, 0}, {keys.PageUp, 0}, {keys.End, 2}, {keys.Later, 2}} {
		if !p.Do(c.Command, 10) || p.list.at != c.at {
			t.Errorf("after %s on row %d, want %d", c.Command, p.list.at, c.at)
		}
	}
	if p.Do(keys.ExportCSV, 10) {
		t.Error("the list takes what is the window's")
	}
	p.Do(keys.Longer, 10)
	line.Drain()
	if p.list != nil || p.Title() != "Trends of Clinic, 60 days" {
		t.Errorf("longer: %q, rows %v", p.Title(), p.list)
	}
}

// People and scores of tenants are never mixed: the charts are of one, the next by a key.
func TestThePlacesOfOneTenantAtATime(t *testing.T) {
	p, w, line := openPlaces()
	if p.Take(keys.NextTenant) {
		t.Error("incidents are of all tenants")
	}
	for _, c := range []keys.Command{keys.Chart(5), keys.NextTenant, keys.NextTenant} {
		if !p.Take(c) {
			p.Do(c, 10)
		}
		line.Drain()
	}
	if fmt.Sprint(w.slots) != "[0 3 0]" {
		t.Errorf("read the slots %v", w.slots)
	}
	for range 9 {
		p.Do(keys.Longer, 1)
		line.Drain()
	}
	p.Show(metrics.Volume)
	line.Drain()
	if w.days[len(w.days)-1] != 730 || p.chart.Len() != 180 {
		t.Errorf("of %v days; incidents of %d", w.days, p.chart.Len())
	}
	for k, want := range map[int]app.Topic{1: app.TopicIncidents, 5: app.TopicPosture, 7: app.TopicPosture, 9: app.TopicIdentity} {
		p.Do(keys.Chart(k), 1)
		if !p.Concerns(want) || p.Concerns(app.TopicOutbox) {
			t.Errorf("chart %d does not follow %s only", k, want)
		}
	}
}

func TestPlacesAsTables(t *testing.T) {
	for _, k := range metrics.PlaceKinds {
		p, _, line := openPlaces()
		p.Show(k)
		p.Do(keys.Table, 10)
		line.Drain()
		for series := range p.chart.Series() {
			p.move(series, p.point)
			for point := range p.chart.Len() {
				row := cells(p.chart, point, series)
				if len(row) != len(columns(p.chart)) {
					t.Fatalf("%s: %d cells under %d columns", k, len(row), len(columns(p.chart)))
				}
			}
		}
		start := p.point
		p.Do(keys.Down, 10)
		if p.line(p.point) != p.line(start)+1 {
			t.Errorf("%s: Down leads from row %d to %d", k, p.line(start), p.line(p.point))
		}
		p.Do(keys.Home, 10)
		if p.line(p.point) != 0 {
			t.Errorf("%s: Home is row %d", k, p.line(p.point))
		}
		p.Row(1)
		if p.line(p.point) != 1 {
			t.Errorf("%s: a click on row 1 is %d", k, p.line(p.point))
		}
	}
}

func TestRowsThatCannotBeReadAreASentence(t *testing.T) {
	p, w, line := openPlaces()
	for _, c := range []keys.Command{keys.Chart(6), keys.Later} {
		p.Do(c, 1)
		line.Drain()
	}
	w.err = app.E(app.KindInternal, "The cache cannot be read.", nil)
	p.Take(keys.Open)
	line.Drain()
	if p.list != nil || !strings.HasPrefix(p.Caption(), "The cache cannot be read.") {
		t.Errorf("said %q", p.Caption())
	}
}

func TestPlacesOnScreen(t *testing.T) {
	p, _, line := openPlaces()
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{Dark: true})
	s := NewScreen(p, Frame{Press: func(string) bool { return false }, Run: func(keys.Command) {}, Dark: func() bool { return true }})
	win := test.NewTempWindow(t, s.Root())
	win.Resize(fyne.NewSize(1000, 620))
	line.Drain()
	for _, c := range []keys.Command{keys.Chart(8), keys.Open} {
		if !p.Take(c) {
			s.Do(c)
		}
		line.Drain()
	}
	if s.middle.Objects[0] != fyne.CanvasObject(s.rows) || win.Canvas().Focused() != s.rows.Keys() {
		t.Error("the rows are not shown, or have no keyboard")
	}
	s.Do(keys.Down)
	if s.rows.Cursor() != 1 {
		t.Errorf("the cursor is on row %d", s.rows.Cursor())
	}
	p.Take(keys.Back)
	if s.middle.Objects[0] != fyne.CanvasObject(s.catcher) || win.Canvas().Focused() != fyne.Focusable(s.catcher) {
		t.Error("Esc does not lead back to the chart")
	}
	s.Do(keys.Table)
	line.Drain()
	if s.middle.Objects[0] != fyne.CanvasObject(s.grid) || len(s.tabs) != 9 || !s.scale.Hidden {
		t.Error("the table is not shown")
	}
}
