package present

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"watchfloor/app"
	"watchfloor/app/triage"
	"watchfloor/ui/look"
	"watchfloor/ui/uitest"
)

var at = Clock{Now: uitest.Now, Zone: time.UTC}

func TestSeverityIsShapeAndWordAndColour(t *testing.T) {
	shapes := map[look.Shape]bool{}
	for _, s := range app.Severities {
		c := Severity(s)
		if c.Text != s.Short() || c.Shape == look.NoShape || c.ShapeTone == look.Normal || shapes[c.Shape] {
			t.Errorf("%v: %+v: want its own shape, a colour and the word", s, c)
		}
		shapes[c.Shape] = true
	}
	if c := Severity(app.SeverityUnknown); !strings.Contains(c.Text, "?") {
		t.Errorf("unknown severity reads %q", c.Text)
	}
}

func TestClocks(t *testing.T) {
	berlin := time.FixedZone("CET", 3600)
	for _, c := range []struct {
		when time.Time
		zone *time.Location
		at   string
		ago  string
	}{
		{uitest.Now.Add(-12 * time.Minute), time.UTC, "13:50Z", "12m ago"},
		{uitest.Now.Add(-12 * time.Minute), berlin, "14:50 CET", "12m ago"},
		{uitest.Now.Add(-50 * time.Hour), time.UTC, "18 Nov 12:02Z", "2d ago"},
		{uitest.Now.AddDate(-1, 0, 0), time.UTC, "2025-11-20 14:02Z", "365d ago"},
		{uitest.Now.Add(3 * time.Hour), time.UTC, "17:02Z", "in 3h"},
		{uitest.Now, time.UTC, "14:02Z", "now"},
		{time.Time{}, time.UTC, "–", "–"},
	} {
		k := Clock{uitest.Now, c.zone}
		if got := k.At(c.when); got != c.at {
			t.Errorf("At %q, want %q", got, c.at)
		}
		if got := k.Ago(c.when); got != c.ago {
			t.Errorf("Ago %q, want %q", got, c.ago)
		}
	}
}

func TestAcknowledgeClock(t *testing.T) {
	row := func(s app.Severity, st app.Status, age time.Duration) triage.Row {
		return triage.Row{Severity: s, Status: st, Created: uitest.Now.Add(-age)}
	}
	for _, c := range []struct {
		row  triage.Row
		text string
		tone look.Tone
	}{
		{row(app.High, app.StatusNew, 5*time.Minute), "25m left", look.Normal},
		{row(app.High, app.StatusNew, 25*time.Minute), "5m left", look.Warn},
		{row(app.High, app.StatusNew, 90*time.Minute), "1h late", look.Alarm},
		{row(app.High, app.StatusActive, 90*time.Minute), "✓", look.Dim},
		{row(app.High, app.StatusClosed, 90*time.Minute), "–", look.Dim},
		{row(app.Informational, app.StatusNew, time.Hour), "–", look.Dim},
	} {
		if got := Ack(c.row, triage.DefaultTargets, uitest.Now); got.Text != c.text || got.Tone != c.tone {
			t.Errorf("%v %v: %+v, want %q in %q", c.row.Severity, c.row.Status, got, c.text, c.tone)
		}
	}
}

// Whatever a tenant calls an incident, the row is one bounded line in which nothing
// hides and nothing is live.
func TestGoal38HostileTextBecomesPlain(t *testing.T) {
	for _, s := range uitest.Hostile {
		for _, c := range RowCells(triage.Row{Title: s, Owner: s, Entities: s, Number: s, Tags: []string{s}}, triage.DefaultTargets, at, uitest.Me) {
			if n := len([]rune(c.Text)); n > 2*maxTitle {
				t.Errorf("%.20q: %d runes", s, n)
			}
			for _, r := range c.Text {
				if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
					t.Errorf("%.20q shows %U", s, r)
				}
			}
		}
	}
	if got := Title("\u202egnp.exe"); !strings.Contains(got, "⟨U+202E⟩") {
		t.Errorf("the reordering mark is not visible: %q", got)
	}
	if got := Title("open https://evil.example/x"); got != "open hxxps://evil[.]example/x" {
		t.Errorf("a live address: %q", got)
	}
	if got := Title("\t \n"); got != "(no title)" {
		t.Errorf("an empty title reads %q", got)
	}
}

func TestMarksSayWhatMattersMost(t *testing.T) {
	r := triage.Row{Queued: 2, Conflict: true, Disagree: true}
	if Mark(r).Text != "!" {
		t.Error("a conflict goes before everything")
	}
	if w := MarkWords(r); !strings.Contains(w, "conflict") || !strings.Contains(w, "2 queued") || !strings.Contains(w, "disagree") {
		t.Errorf("words: %q", w)
	}
	r.Conflict = false
	if Mark(r).Shape != look.Clock {
		t.Error("queued is a hollow clock")
	}
	r.Queued = 0
	if Mark(r).Text != "≠" {
		t.Error("twins that disagree")
	}
	if Mark(triage.Row{}) != (look.Cell{}) {
		t.Error("nothing to mark")
	}
}

func TestStoryIsInTheOrderOfTime(t *testing.T) {
	tenant := uitest.NewTenant(3)
	k := uitest.Sample(tenant.Rows[0])
	k.Changes = append(k.Changes, app.Change{Field: app.FieldComment, To: "told twice", Seen: uitest.Now})
	events := Story(k)
	if len(events) != 3+1+3 {
		t.Fatalf("%d events: alerts, comment and changes are told once each", len(events))
	}
	for i := 1; i < len(events); i++ {
		if events[i].When.Before(events[i-1].When) {
			t.Errorf("event %d is older than the one before", i)
		}
	}
	for _, e := range events {
		if strings.Contains(e.Text+e.More, "https://") {
			t.Errorf("a live address in %q", e.Text)
		}
	}
}

func TestChangeLines(t *testing.T) {
	for _, c := range []struct {
		change app.Change
		want   string
	}{
		{app.Change{Field: app.FieldOwner, From: "", To: "Jo", Who: "ana@contoso.example"}, "set to Jo  by ana@contoso.example"},
		{app.Change{Field: app.FieldOwner, From: "Jo", To: ""}, "Jo removed"},
		{app.Change{Field: app.FieldStatus, From: "New", To: "Closed", Origin: app.OriginAction}, "New to Closed  (from here)"},
		{app.Change{Field: app.FieldCreated}, "Incident created"},
	} {
		if got := ChangeLine(c.change); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestHeaderNamesBothTwins(t *testing.T) {
	r := uitest.NewTenant(5).Rows[2]
	h := Head(r, nil, triage.DefaultTargets, at, uitest.Me)
	if got := h.Facts[0].Text; !strings.Contains(got, "#48211 Sentinel") || !strings.Contains(got, "#7002 Defender XDR") {
		t.Errorf("numbers: %q", got)
	}
	r.Owner, r.OwnerUPN = "Ana Lyst", strings.ToUpper(uitest.Me.UPN)
	if got := Head(r, nil, triage.DefaultTargets, at, uitest.Me).Facts[2].Text; got != "mine" {
		t.Errorf("owner: %q", got)
	}
}
