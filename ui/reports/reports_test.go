package reports

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"watchfloor/app"
	"watchfloor/app/triage"
	"watchfloor/ui/keys"
	"watchfloor/ui/present"
	"watchfloor/ui/theme"
	"watchfloor/ui/uitest"
	"watchfloor/ui/work"
)

// desk is the page with everything it needs in memory.
type desk struct {
	*Presenter
	out   *uitest.Exports
	line  *work.Line
	prefs *uitest.Prefs
	row   triage.Row
}

func open(t *testing.T) *desk {
	t.Helper()
	d := &desk{out: &uitest.Exports{}, line: &work.Line{}, prefs: &uitest.Prefs{}}
	filter, _ := triage.Parse("sev:high")
	d.Presenter = New(Deps{
		Source: d.out, Desk: d.line.Desk(), Clock: func() present.Clock { return present.Clock{Now: uitest.Now, Zone: time.UTC} },
		Query: func() triage.Query { return triage.Query{Filter: filter} }, Row: func() (triage.Row, bool) { return d.row, d.row.ID != 0 }, Prefs: d.prefs,
	})
	d.Load()
	d.line.Drain()
	return d
}

func (d *desk) press(cs ...keys.Command) {
	for _, c := range cs {
		d.Do(c, 5)
		d.line.Drain()
	}
}

func (d *desk) asked() string { return strings.Join(d.out.Asked, "; ") }

func TestAHandoverIsWrittenAndItsFolderOpened(t *testing.T) {
	d := open(t)
	d.SetNote("Watch srv-07")
	d.press(keys.Longer, keys.Format, keys.Send)
	if d.asked() != "html 12h0m0s Watch srv-07" {
		t.Errorf("asked for %q", d.asked())
	}
	if d.message.Text != "Written to /exports/hand-over.html" || len(d.files) != 1 {
		t.Errorf("says %q, lists %d", d.message.Text, len(d.files))
	}
	d.press(keys.ShowFolder)
	if !strings.HasSuffix(d.asked(), "folder of /exports/hand-over.html") {
		t.Errorf("asked for %q", d.asked())
	}
	if d.prefs.Get(noteKey) != "Watch srv-07" {
		t.Error("the note is not kept")
	}
}

func TestTheQueueIsWrittenAsItIsFiltered(t *testing.T) {
	d := open(t)
	d.press(keys.ChooseQueue, keys.Send, keys.Format, keys.Format, keys.Send)
	if d.asked() != "xlsx sev:high; json sev:high" {
		t.Errorf("asked for %q", d.asked())
	}
	if !strings.Contains(d.About(), "sev:high") {
		t.Errorf("does not say the filter: %q", d.About())
	}
}

func TestOneIncidentNeedsACursor(t *testing.T) {
	d := open(t)
	d.press(keys.ChooseCase, keys.Send)
	if d.asked() != "" || !strings.HasPrefix(d.message.Text, "No incident is under the cursor") {
		t.Errorf("asked for %q, says %q", d.asked(), d.message.Text)
	}
	d.row = triage.Row{ID: 7, Number: "48213", Title: "Beacon"}
	if !strings.Contains(d.About(), "#48213 Beacon") {
		t.Errorf("does not say which: %q", d.About())
	}
	d.press(keys.Send)
	if d.asked() != "pdf" {
		t.Errorf("asked for %q", d.asked())
	}
}

// Esc gives up what is being written; twice asked is written once.
func TestWritingCanBeGivenUp(t *testing.T) {
	d := open(t)
	d.Do(keys.Send, 5)
	d.Do(keys.Send, 5)
	if !d.Busy() || !strings.Contains(d.message.Text, "Writing") {
		t.Fatalf("not busy, says %q", d.message.Text)
	}
	if !d.Do(keys.Back, 5) {
		t.Error("Esc leaves the page instead")
	}
	d.line.Drain()
	if d.Busy() || len(d.out.Asked) > 1 || !strings.HasPrefix(d.message.Text, "Given up") {
		t.Errorf("asked for %q, says %q", d.asked(), d.message.Text)
	}
	if d.Do(keys.Back, 5) {
		t.Error("with nothing to give up Esc is the window's")
	}
}

func TestAFailureIsASentence(t *testing.T) {
	d := open(t)
	d.out.Err = app.E(app.KindInvalid, "The export could not be written.", nil)
	d.press(keys.Send)
	if d.message.Text != "The export could not be written." || d.Busy() {
		t.Errorf("says %q", d.message.Text)
	}
	d.press(keys.ShowFolder)
	if d.message.Text != "Nothing was written yet." {
		t.Errorf("says %q", d.message.Text)
	}
}

func TestPeriodsAndFormatsHaveEnds(t *testing.T) {
	d := open(t)
	for range 20 {
		d.press(keys.Longer)
	}
	if got := d.Period(); got.To.Sub(got.From) != 7*24*time.Hour || !got.To.Equal(uitest.Now.UTC().Truncate(time.Minute)) {
		t.Errorf("the longest is %v", got)
	}
	for range 20 {
		d.press(keys.Shorter)
	}
	if got := d.Period(); got.To.Sub(got.From) != 4*time.Hour {
		t.Errorf("the shortest is %v", got)
	}
	d.press(keys.Format, keys.Format, keys.Format)
	if d.format[Handover] != 0 {
		t.Error("formats do not go round")
	}
}

func TestReportsOnScreen(t *testing.T) {
	d := open(t)
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{Dark: true})
	s := NewScreen(d.Presenter, Frame{Press: func(string) bool { return false }, Run: func(c keys.Command) { d.press(c) }})
	win := test.NewTempWindow(t, s.Root())
	win.SetPadded(false)
	win.Resize(fyne.NewSize(900, 560))
	d.press(keys.Send)
	test.AssertRendersToMarkup(t, "handover.xml", win.Canvas())
	d.press(keys.ChooseQueue)
	test.AssertRendersToMarkup(t, "queue.xml", win.Canvas())
}

// In the notes keys are text, and Esc leads back to the list.
func TestNotesKeepTheirKeys(t *testing.T) {
	d := open(t)
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{Dark: true})
	var ran []keys.Command
	s := NewScreen(d.Presenter, Frame{Press: func(string) bool { return false }, Run: func(c keys.Command) { ran = append(ran, c) }})
	win := test.NewTempWindow(t, s.Root())
	win.Resize(fyne.NewSize(900, 560))
	s.Do(keys.Note)
	if win.Canvas().Focused() != s.note {
		t.Fatal("n does not lead to the notes")
	}
	test.Type(s.note, "w=2")
	if s.noteKey("w") || d.note != "w=2" || ran != nil {
		t.Errorf("the note is %q, ran %v", d.note, ran)
	}
	s.noteKey("Esc")
	if win.Canvas().Focused() != s.Keys() {
		t.Error("Esc does not lead back")
	}
	s.noteKey("Ctrl+Enter")
	if len(ran) != 1 || ran[0] != keys.Send {
		t.Errorf("Ctrl+Enter ran %v", ran)
	}
}

// A period of identities or posture is of whole UTC days; each kind keeps its own format
// and length, and those without a period have none.
func TestReportsOfAPeriod(t *testing.T) {
	d := open(t)
	d.press(keys.ChooseIdentity, keys.Format, keys.Format, keys.Format, keys.Send)
	d.press(keys.ChoosePosture, keys.Shorter, keys.Send)
	d.press(keys.ChooseIdentity, keys.Send)
	today := uitest.Now.UTC().Truncate(24 * time.Hour)
	month, week := today.AddDate(0, 0, -29).Format("2006-01-02 15:04"), today.AddDate(0, 0, -6).Format("2006-01-02 15:04")
	if want := "identity csv since " + month + "; posture pdf since " + week + "; identity csv since " + month; d.asked() != want {
		t.Errorf("asked for %q, want %q", d.asked(), want)
	}
	d.press(keys.ChooseQueue, keys.Longer)
	if p := d.Period(); !p.From.Equal(p.To) {
		t.Errorf("the queue has a period: %v", p)
	}
}
