package act

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"watchfloor/app"
	"watchfloor/app/fleet"
	"watchfloor/app/outbox"
	"watchfloor/app/triage"
	"watchfloor/ui/keys"
	"watchfloor/ui/theme"
	"watchfloor/ui/uitest"
	"watchfloor/ui/widget"
)

// two tenants: rows with even ids belong to the second.
func two(id int64) fleet.Tenant {
	if id%2 == 0 {
		return fleet.Tenant{Slot: 1, Name: "Fabrikam", Colour: "violet", Me: app.Owner{UPN: "ana@fabrikam.example"}}
	}
	return fleet.Tenant{Name: "Contoso", Colour: "teal", Me: uitest.Me}
}

// What makes no sense for a marked incident is left out and said, once per reason.
func TestExceptionsAreListed(t *testing.T) {
	rows := []triage.Row{
		{ID: 1, Number: "1", Status: app.StatusNew, Severity: app.High, OwnerUPN: "ANA@contoso.example", Owner: "Ana"},
		{ID: 2, Number: "2", Status: app.StatusClosed, Severity: app.Low, OwnerUPN: "ana@fabrikam.example", Owner: "Ana"},
		{ID: 3, Number: "3", Status: app.StatusClosed, Severity: app.Low},
		{ID: 4, Number: "4", Status: app.StatusRedirected},
		{ID: 5, Number: "5", Status: app.StatusNew, Deleted: true},
		{ID: 6, Number: "6", Status: app.StatusActive, Conflict: true, Ref: app.Ref{Source: app.Defender}},
	}
	const gone = ", 1 is merged into another, 1 is deleted at its source: left out."
	for c, want := range map[keys.Command][2]string{
		keys.CloseCase:    {"1 6", "2 are already closed" + gone},
		keys.AssignMe:     {"3 6", "2 are already yours" + gone},
		keys.Unassign:     {"1 2", "2 are unassigned already, 1 is merged into another, 1 is deleted at its source: left out."},
		keys.StatusActive: {"1 2 3", "1 is merged into another, 1 is deleted at its source, 1 is already in progress: left out."},
		keys.SevLow:       {"1 6", "2 are already low" + gone},
		keys.Merge:        {"6", "3 are of Sentinel only, which cannot merge" + gone},
	} {
		s := Choose(c, rows, two)
		var got []string
		for _, r := range s.Rows {
			got = append(got, r.Number)
		}
		if strings.Join(got, " ") != want[0] || s.LeftWords() != want[1] {
			t.Errorf("%s: %v, %q", c, got, s.LeftWords())
		}
	}
	if s := Choose(keys.StatusActive, rows, two); s.Note != "2 closed ones are opened again." {
		t.Errorf("note %q", s.Note)
	}
	if s := Choose(keys.CloseCase, rows, two); s.Note != "1 has a conflict to settle first (!): this waits behind it." || s.LeftNumbers() != "#2, #3, #4, #5" {
		t.Errorf("note %q, numbers %q", s.Note, s.LeftNumbers())
	}
	if s := Choose(keys.CloseCase, rows[1:3], two); s.Nothing() != "Nothing to do: 2 are already closed: left out." {
		t.Errorf("%q", s.Nothing())
	}
}

func TestAssignToMeMeansThatTenantsMe(t *testing.T) {
	s := Subject{Many: true, Rows: []triage.Row{{ID: 1}, {ID: 2}, {ID: 3}}}
	_, what := DirectWords(keys.AssignMe, s, two)
	if what != "To me: Ana Lyst (Contoso), ana@fabrikam.example (Fabrikam)." {
		t.Error(what)
	}
}

func marked(n int) Subject {
	s := Subject{Many: true, Rows: uitest.NewTenant(n).Rows}
	for i := range 2 {
		s.Left = append(s.Left, Left{triage.Row{Number: string(rune('7' + i))}, "already closed"})
	}
	return s
}

func shown(t *testing.T, name string, d func(f Frame) *Dialog) *Dialog {
	t.Helper()
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{Dark: true})
	win := test.NewTempWindow(t, widget.NewFill("x"))
	win.Resize(fyne.NewSize(920, 640))
	f := Frame{Tenant: two, Close: func() {}, Focus: func(o fyne.Focusable) { win.Canvas().Focus(o) }, Show: func(Subject, Plan) {}}
	x := d(f)
	widget.ShowModal(win.Canvas(), x.Body, x.Width, x.Bottom)
	win.Canvas().Focus(x.First)
	test.AssertRendersToMarkup(t, name, win.Canvas())
	return x
}

// One form for thirty: count, tenants with their share, exceptions.
func TestAFormForManyOnScreen(t *testing.T) {
	shown(t, "many.xml", func(f Frame) *Dialog {
		return NewConfirm(marked(30), f, "Assign", "To me.", func(triage.Row) outbox.Request { return outbox.Request{} }, nil)
	})
}

func TestMergeOnScreen(t *testing.T) {
	rows := []triage.Row{uitest.NewTenant(9).Rows[1], uitest.NewTenant(9).Rows[4], uitest.NewTenant(9).Rows[7]}
	var sent outbox.Request
	d := shown(t, "merge.xml", func(f Frame) *Dialog {
		return NewMerge(Subject{Many: true, Rows: rows}, f, func(done func([]Load, error)) {
			done([]Load{{3, 4, 1, true}, {2, 5, 0, true}, {}}, nil)
		}, func(r outbox.Request) { sent = r })
	})
	d.Press("Ctrl+Enter")
	if sent.Verb != outbox.Merge || sent.IncidentID != rows[0].ID || len(sent.With) != 2 || sent.With[1] != rows[2].ID {
		t.Errorf("%+v", sent)
	}
}

// Moving alerts says where they go, what stays, and refuses what cannot be.
func TestMovingAlerts(t *testing.T) {
	rows := uitest.NewTenant(9).Rows
	from, other, sentinels := rows[1], rows[7], rows[0]
	from.ID, other.ID, sentinels.ID = 1, 3, 5
	var sent []outbox.Request
	m := Move{From: from, Alerts: []app.Alert{{ID: "a1"}, {ID: "a2"}}, Stay: 0, Find: func(n string, done func(triage.Row, error)) {
		switch n {
		case other.Number:
			done(other, nil)
		case sentinels.Number:
			done(sentinels, nil)
		case from.Number:
			done(from, nil)
		default:
			done(triage.Row{}, app.E(app.KindNotFound, "No incident of the cache has this number.", nil))
		}
	}}
	d := shown(t, "move.xml", func(f Frame) *Dialog { return NewMove(m, f, func(r outbox.Request) { sent = append(sent, r) }) })
	number := d.First.(*widget.Entry)
	for text, words := range map[string]string{"77": "Give the number", sentinels.Number: "cannot take alerts", from.Number: "already"} {
		number.SetText(text)
		d.Press("Ctrl+Enter")
		if len(sent) != 0 || !says(d.Body, words) {
			t.Errorf("%s: sent %v, or not refused with %q", text, sent, words)
		}
	}
	number.SetText(other.Number)
	d.Press("Ctrl+Enter")
	number.SetText("")
	d.Press("Ctrl+Enter")
	if len(sent) != 2 || sent[0].Into != other.ID || sent[1].Into != 0 || len(sent[0].Alerts) != 2 {
		t.Errorf("%+v", sent)
	}
}

// While a number is looked up nothing goes to the incident of an earlier one, and the
// form says what it waits for; what is left out is said too.
func TestMovingWaitsForTheLookUp(t *testing.T) {
	rows := uitest.NewTenant(9).Rows
	from, other := rows[1], rows[7]
	var answer func(triage.Row, error)
	sent := 0
	m := Move{From: from, Alerts: []app.Alert{{ID: "a1"}}, Left: 2, Find: func(_ string, done func(triage.Row, error)) { answer = done }}
	d := shown(t, "move-left.xml", func(f Frame) *Dialog { return NewMove(m, f, func(outbox.Request) { sent++ }) })
	number := d.First.(*widget.Entry)
	number.SetText("#" + other.Number)
	d.Press("Ctrl+Enter")
	if sent != 0 || !says(d.Body, "Looking for") || !says(d.Body, "still being looked up") || !says(d.Body, "2 of the marked ones, which are left out") {
		t.Errorf("sent %d times, or it does not say why not", sent)
	}
	answer(other, nil)
	if says(d.Body, "still being looked up") {
		t.Error("it still says so after the answer")
	}
	d.Press("Ctrl+Enter")
	if sent != 1 {
		t.Errorf("sent %d times", sent)
	}
}

func TestATaskHasATitle(t *testing.T) {
	var sent []outbox.Request
	d := shown(t, "task.xml", func(f Frame) *Dialog {
		return NewTask(sentinel, 42, f, func(r outbox.Request) { sent = append(sent, r) })
	})
	d.Press("Ctrl+Enter")
	if len(sent) != 0 {
		t.Fatal("a task without a title was sent")
	}
	test.Type(d.First, " Call the user ")
	d.Press("Ctrl+Enter")
	if len(sent) != 1 || sent[0].TaskTitle != "Call the user" || sent[0].IncidentID != 42 || sent[0].Verb != outbox.AddTask {
		t.Errorf("%+v", sent)
	}
}

// The exact request is shown in full and copied in full, one action after the other.
func TestTheExactRequest(t *testing.T) {
	copied := ""
	asked := []int{}
	d := shown(t, "exact.xml", func(f Frame) *Dialog {
		return NewExact(Exact{
			N: 3, Close: func() {}, Copy: func(s string) { copied = s }, Title: func(i int) string { return "#" + string(rune('1'+i)) + ": Close" },
			Load: func(i int, done func([]app.WireRequest, error)) {
				asked = append(asked, i)
				done([]app.WireRequest{{Method: "PATCH", URL: "https://graph.example/incidents/1", Header: []string{"Authorization: Bearer •••"}, Body: "{\n  \"a\": 1\n}"}}, nil)
			},
		})
	})
	for _, k := range []string{"Right", "Right", "Right", "Left", "y"} {
		d.Press(k)
	}
	if want := "PATCH https://graph.example/incidents/1\nAuthorization: Bearer •••\n\n{\n  \"a\": 1\n}"; copied != want {
		t.Errorf("copied %q", copied)
	}
	if len(asked) != 4 || asked[3] != 1 {
		t.Errorf("asked for %v", asked)
	}
}

func says(o fyne.CanvasObject, part string) bool {
	found := false
	for _, c := range test.LaidOutObjects(o) {
		if l, ok := c.(*widget.Line); ok {
			found = found || strings.Contains(l.Cell().Text, part)
		}
	}
	return found
}
