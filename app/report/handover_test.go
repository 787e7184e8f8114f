package report

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
)

func shiftPage(t *testing.T, h Handover, note string) string {
	t.Helper()
	var b bytes.Buffer
	if err := HandoverReport(h, note, meta).HTML(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The first page says what must be done, what the next shift must know, and how much.
func TestHandoverTellsFirstWhatMustBeDone(t *testing.T) {
	page := shiftPage(t, shift(20), "Watch srv-file-02.\nCall back at 14:00.")
	at := -1
	for _, want := range []string{
		"1 action in conflict", "1 action failed", "5 open incidents of high severity that nobody owns", "Defender XDR: not synced for 3h",
		"In short", "Notes for the next shift", "Watch srv-file-02.\nCall back at 14:00.", "Actions that need a person", "Open, and nobody owns them", "7 of 96 shown", "Figures", "Closed, by what", "Still open, owned", "13 of 118 shown", "Closed in this period", "Sources",
	} {
		i := strings.Index(page, want)
		if i < 0 {
			t.Errorf("does not say %q", want)
		} else if i < at {
			t.Errorf("%q comes too early", want)
		}
		at = max(at, i)
	}
	if strings.Contains(page, "Sentinel: no") || strings.Contains(page, "Sentinel: not") {
		t.Error("a fresh source is called silent")
	}
}

func TestHandoverOfAQuietShift(t *testing.T) {
	h := Handover{Period: Period{noon.Add(-8 * time.Hour), noon}}
	page := shiftPage(t, h, "  ")
	if strings.Contains(page, `class="notice"`) || strings.Contains(page, "Notes for the next shift") || strings.Count(page, "None.") != 5 {
		t.Error("a quiet shift is told with alarms or empty tables")
	}
	if !strings.Contains(page, "0 incidents") {
		t.Error("nothing is not said to be nothing")
	}
}

func TestSilenceInWords(t *testing.T) {
	ago := func(h float64) time.Time { return noon.Add(-time.Duration(h * float64(time.Hour))) }
	for _, c := range []struct {
		source SourceAge
		want   string
	}{
		{SourceAge{}, "never synced"},
		{SourceAge{Synced: ago(0.5), Newest: ago(3)}, ""},
		{SourceAge{Synced: ago(0.5)}, ""},
		{SourceAge{Synced: ago(5), Newest: ago(5)}, "not synced for 5h"},
		{SourceAge{Synced: ago(0.1), Newest: ago(30)}, "no new incident for 30h"},
	} {
		if got := silence(c.source, noon); c.want == "" && got != "" || !strings.HasPrefix(got, c.want) {
			t.Errorf("%+v: %q, want %q", c.source, got, c.want)
		}
	}
}

// Two tenants are joined: figures add up, lists are put in one order and cut again.
func TestJoin(t *testing.T) {
	a, b := shift(3), shift(3)
	b.Open[1].Severity, b.Open[0].Severity, b.Open[0].Created = app.High, app.High, noon.Add(time.Hour)
	b.Waiting = []WaitingAction{{Action: outbox.Action{State: outbox.Conflict, Created: noon.Add(-99 * time.Hour)}}}
	j := Join([]Handover{a, b}, []string{"Clinic", "Lab"})
	if j.Arrived.Total() != 2*a.Arrived.Total() || j.Counts.Conflict != 2 || j.Classified[app.FalsePositive] != 28 || len(j.Sources) != 4 {
		t.Errorf("figures %+v", j)
	}
	if len(j.Open) != 3 || j.Open[0].Tenant != "Lab" || j.Open[0].Owner+j.Open[1].Owner != "" || j.Open[2].Tenant != "Lab" || j.Open[2].Owner == "" {
		t.Errorf("open: %d, first of %q; what nobody owns comes first, then the worst and the newest", len(j.Open), j.Open[0].Tenant)
	}
	if len(j.Waiting) != 3 || j.Waiting[0].Tenant != "Lab" || j.Waiting[1].State != outbox.Conflict {
		t.Errorf("waiting: %+v", j.Waiting[0])
	}
	if one := Join([]Handover{a}, []string{"Clinic"}); one.Open[0].Tenant != "" {
		t.Error("a single tenant is named in every row")
	}
	if none := Join(nil, nil); len(none.Open) != 0 {
		t.Error("a hand-over of nothing")
	}
}

// Whatever text the tenant holds, the hand-over has the same elements.
func TestGoal40HostileTextAddsNothingToTheHandover(t *testing.T) {
	page := func(s string) string {
		var b bytes.Buffer
		if err := shiftOf(s).HTML(&b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	want, _ := outline(t, page("harmless"))
	for _, h := range hostile {
		if got, _ := outline(t, page(h)); strings.Join(got, "") != strings.Join(want, "") {
			t.Errorf("%q changes the elements of the page", h)
		}
	}
}

func TestActionWords(t *testing.T) {
	for want, a := range map[string]outbox.Request{
		"assign to nobody":                 {Verb: outbox.Assign},
		"set status to In progress":        {Verb: outbox.SetStatus, Want: app.Fields{Status: app.StatusActive}},
		"close as False positive":          {Verb: outbox.Close, Want: app.Fields{Classification: app.FalsePositive}},
		"tag +vip +lab -new":               {Verb: outbox.Tag, AddTags: []string{"vip", "lab"}, RemoveTags: []string{"new"}},
		"comment: seen":                    {Verb: outbox.Comment, Text: "seen"},
		"complete task: revoke":            {Verb: outbox.FinishTask, TaskTitle: "revoke"},
		"merge":                            {Verb: outbox.Merge},
		"set severity to Informational":    {Verb: outbox.SetSeverity, Want: app.Fields{Severity: app.Informational}},
		"add task: call the user back <b>": {Verb: outbox.AddTask, TaskTitle: "call the user back <b>"},
	} {
		if got := actionWords(outbox.Action{Request: a}); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// Narrow columns name people by what stands before the @, unless two would be one.
func TestPeopleInNarrowColumns(t *testing.T) {
	p := people{}
	for _, n := range []string{"ana.sa@clinic.example", "Ana.Sa@Clinic.example", "jo@clinic.example", "jo@evil.example", "Zoë Doe", "", "mail jo@x.example now"} {
		p.add(n)
	}
	for name, want := range map[string]string{
		"ana.sa@clinic.example": "ana[.]sa", "jo@clinic.example": "jo[@]clinic[.]example", "jo@evil.example": "jo[@]evil[.]example",
		"Zoë Doe": "Zoë Doe", "": "", "new@clinic.example": "new[@]clinic[.]example", "@x": "@x",
	} {
		if got := p.short(name); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}
