package actions

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/ui/act"
	"watchfloor/ui/keys"
	"watchfloor/ui/present"
	"watchfloor/ui/theme"
	"watchfloor/ui/uitest"
	"watchfloor/ui/widget"
)

// disputed is a close that overlaps in four fields.
func disputed() outbox.Action {
	a := uitest.SampleActions()[2]
	a.Request = outbox.Request{IncidentID: 7, Verb: outbox.Close, Want: app.Fields{
		Status: app.StatusClosed, Classification: app.FalsePositive,
		Determination: "notMalicious", ClosingNote: "seen before",
	}}
	a.Ref = app.Ref{Source: app.Defender, ID: "9004"}
	a.Drift = nil
	for _, d := range [][4]string{
		{"status", "New", "In progress", "Closed"},
		{"classification", "Not classified", "True positive", "False positive"},
		{"determination", "", "malware", "notMalicious"},
		{"closing note", "", "", "seen before"},
	} {
		a.Drift = append(a.Drift, outbox.Drift{Field: app.Field(d[0]), Base: d[1], Theirs: d[2], Mine: d[3], Who: "jo@contoso.example", When: uitest.Now.Add(-12 * time.Minute)})
	}
	return a
}

// stage is a conflict dialog with what it asks for in the test's hands.
type stage struct {
	*act.Dialog
	t       *testing.T
	win     fyne.Window
	over    []*act.Dialog
	settled [][]outbox.Choice
	follow  int
	dropped int
	shown   [][]outbox.Choice // of which the requests were asked for
	answer  string            // problem that settling comes back with
}

func conflict(t *testing.T, a outbox.Action) *stage {
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{Dark: true})
	st := &stage{t: t, win: test.NewTempWindow(t, widget.NewFill("x"))}
	st.win.Resize(fyne.NewSize(920, 720))
	st.Dialog = NewConflict(a, Settling{
		Frame:  act.Frame{Tenant: contoso, Close: func() {}, Focus: func(o fyne.Focusable) { st.win.Canvas().Focus(o) }},
		Clock:  func() present.Clock { return present.Clock{Now: uitest.Now, Zone: time.UTC} },
		Over:   func(d *act.Dialog) { st.over = append(st.over, d) },
		Settle: func(c []outbox.Choice, done func(string)) { st.settled = append(st.settled, c); done(st.answer) },
		Follow: func(func(string)) { st.follow++ }, Drop: func(func(string)) { st.dropped++ },
		Exact: func(c []outbox.Choice) { st.shown = append(st.shown, c) },
	})
	widget.ShowModal(st.win.Canvas(), st.Body, st.Width, false)
	st.win.Canvas().Focus(st.First)
	return st
}

func (st *stage) press(keys ...string) {
	for _, k := range keys {
		st.Press(k)
	}
}

// last are the choices settled last, as words.
func (st *stage) last() string {
	if len(st.settled) == 0 {
		return ""
	}
	var out []string
	for _, c := range st.settled[len(st.settled)-1] {
		w := string(c.Field) + "=" + string(c.Keep)
		if c.Keep == outbox.Edited {
			w += ":" + outbox.Value(c.Value, c.Field)
		}
		out = append(out, w)
	}
	return strings.Join(out, " ")
}

func TestCardsByKeyboard(t *testing.T) {
	for _, c := range []struct{ keys, want string }{
		{"t t t m Ctrl+Enter", "status=theirs classification=theirs determination=theirs closing note=mine"},
		{"M Ctrl+Enter", "status=mine classification=mine determination=mine closing note=mine"},
		{"T Down Down Down m Ctrl+Enter", "status=theirs classification=theirs determination=theirs closing note=mine"},
		{"t Ctrl+Enter", ""},
		{"M k k j t Ctrl+Enter", "status=mine classification=theirs determination=mine closing note=mine"},
	} {
		st := conflict(t, disputed())
		st.press(strings.Fields(c.keys)...)
		if got := st.last(); got != c.want {
			t.Errorf("%s: %q, want %q", c.keys, got, c.want)
		}
	}
}

// Every field has an editor that fits it; the reason of a close sets both its fields.
func TestOtherValues(t *testing.T) {
	st := conflict(t, disputed())
	st.press("e")
	st.over[0].Press("p")
	st.press("e")
	for _, k := range []string{"b", "1", "Ctrl+Enter"} {
		st.over[1].Press(k)
	}
	st.press("e")
	e := st.over[2].First.(*widget.Entry)
	if e.Text != "seen before" {
		t.Errorf("the note begins with %q", e.Text)
	}
	e.SetText("not again")
	st.over[2].Press("Ctrl+Enter")
	st.press("Ctrl+Enter")
	if got := st.last(); got != "status=edited:In progress classification=edited:Benign positive (expected) determination=edited:securityTesting closing note=edited:not again" {
		t.Error(got)
	}
}

func TestOwnersAndTagsAreChecked(t *testing.T) {
	a := disputed()
	a.Request = outbox.Request{IncidentID: 7, Verb: outbox.Assign, Want: app.Fields{Owner: uitest.Me}}
	a.Drift = []outbox.Drift{{Field: app.FieldOwner, Theirs: "Jo Doe", Mine: "Ana Lyst"}}
	st := conflict(t, a)
	st.press("e")
	e := st.over[0].First.(*widget.Entry)
	e.SetText("jo")
	if st.over[0].Press("Ctrl+Enter"); len(st.settled) != 0 {
		t.Error("a name that is none was taken")
	}
	e.SetText("mei@contoso.example")
	st.over[0].Press("Ctrl+Enter")
	st.press("Ctrl+Enter")
	if got := st.last(); got != "owner=edited:mei@contoso.example" {
		t.Error(got)
	}
	a.Request = outbox.Request{IncidentID: 7, Verb: outbox.Tag, AddTags: []string{"two words"}}
	a.Theirs, a.Drift = app.Fields{Tags: []string{"vip"}}, []outbox.Drift{{Field: app.FieldTags, Theirs: "vip", Mine: "two words, vip"}}
	st = conflict(t, a)
	st.press("e")
	if e := st.over[0].First.(*widget.Entry); e.Text != `"two words" vip` {
		t.Errorf("tags begin with %q", e.Text)
	}
	st.over[0].Press("Ctrl+Enter")
	st.press("Ctrl+Enter")
	if got := st.last(); got != "tags=edited:two words, vip" {
		t.Error(got)
	}
	a.Request = outbox.Request{Verb: outbox.Comment, Text: "x"}
	st = conflict(t, a)
	if st.press("e"); len(st.over) != 0 {
		t.Error("a comment has no other value")
	}
}

// What the outbox refuses is said in the dialog, which stays.
func TestARefusalIsSaidInPlace(t *testing.T) {
	st := conflict(t, disputed())
	st.answer = "An open incident has no classification."
	st.press("m", "t", "t", "t", "Ctrl+Enter")
	found := false
	for _, o := range test.LaidOutObjects(st.Body) {
		if l, ok := o.(*widget.Line); ok && l.Cell().Text == st.answer {
			found = true
		}
	}
	if !found {
		t.Error("the sentence is not on screen")
	}
}

func TestMergedMeanwhile(t *testing.T) {
	a := disputed()
	a.Drift = []outbox.Drift{{Field: app.FieldRedirect, Theirs: "9001", Mine: "Close as False positive"}}
	st := conflict(t, a)
	st.press("m", "T", "Ctrl+Enter", "e")
	if len(st.settled) != 0 || len(st.over) != 0 {
		t.Errorf("a merged incident was settled as if it were there: %v", st.settled)
	}
	st.press("f")
	st.press("t")
	if st.follow != 1 || st.dropped != 1 || st.last() != "" {
		t.Errorf("followed %d times, dropped %d times, settled %q", st.follow, st.dropped, st.last())
	}
	if got := Offers(a); !slices.Equal(got, []keys.Command{keys.Follow, keys.KeepTheirs}) {
		t.Errorf("offered %v", got)
	}
}

// What concerns several incidents cannot be done on the survivor of one: it is dropped.
func TestAMergeOvertakenByAMergeIsOnlyDropped(t *testing.T) {
	a := disputed()
	a.Verb, a.Reason = outbox.Merge, "One of these incidents was merged meanwhile."
	a.Drift = []outbox.Drift{{Field: app.FieldRedirect, Theirs: "9001", Mine: "Merge 2 incidents"}}
	st := conflict(t, a)
	st.press("f", "t")
	if st.follow != 0 || st.dropped != 1 {
		t.Errorf("followed %d times, dropped %d times", st.follow, st.dropped)
	}
	if got := Offers(a); !slices.Equal(got, []keys.Command{keys.KeepTheirs}) {
		t.Errorf("offered %v", got)
	}
}

// The exact request is that of the decision on the cards: not before there is one.
func TestTheExactRequestOfADecision(t *testing.T) {
	st := conflict(t, disputed())
	if st.press("m", "Ctrl+P"); len(st.shown) != 0 {
		t.Error("shown while fields are open")
	}
	st.press("T", "Ctrl+P")
	if len(st.shown) != 1 || len(st.shown[0]) != 4 || st.shown[0][0].Keep != outbox.Theirs || len(st.settled) != 0 {
		t.Errorf("shown %+v, settled %v", st.shown, st.settled)
	}
}

func TestCardsOnScreen(t *testing.T) {
	st := conflict(t, disputed())
	st.press("t", "m")
	test.AssertRendersToMarkup(t, "cards.xml", st.win.Canvas())
}
