package posture

import (
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/driver/software"
	"fyne.io/fyne/v2/test"

	"watchfloor/app"
	"watchfloor/app/fleet"
	"watchfloor/app/outbox"
	model "watchfloor/app/posture"
	"watchfloor/ui/act"
	"watchfloor/ui/keys"
	"watchfloor/ui/theme"
	"watchfloor/ui/uitest"
	"watchfloor/ui/widget"
)

// stage is the place in a window.
type stage struct {
	x *place
	*Screen
	win  fyne.Window
	path keys.Router
	ran  []keys.Command
}

func screen(t *testing.T, dark bool) *stage {
	t.Helper()
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{Dark: dark})
	st := &stage{x: open(t, Scores)}
	st.Screen = NewScreen(st.x.Presenter, Frame{Press: st.press, Run: st.run})
	st.win = test.NewTempWindow(t, st.Root())
	st.win.SetPadded(false)
	st.win.Resize(fyne.NewSize(1300, 800))
	st.x.line.Drain()
	st.win.Canvas().Focus(st.Keys())
	return st
}

func (st *stage) press(key string) bool {
	c, ok := st.path.Press(keys.Posture, key)
	if c != "" {
		st.run(c)
	}
	return ok
}

func (st *stage) run(c keys.Command) {
	st.ran = append(st.ran, c)
	st.Screen.Do(c)
}

// keys types to what has the focus.
func (st *stage) typed(names ...string) {
	for _, n := range names {
		if st.win.Canvas().Focused() == nil { // a click beside the rows
			st.win.Canvas().Focus(st.Keys())
		}
		f := st.win.Canvas().Focused()
		if k, ok := map[string]fyne.KeyName{"Enter": fyne.KeyReturn, "Esc": fyne.KeyEscape, "Down": fyne.KeyDown, "Right": fyne.KeyRight, "Tab": fyne.KeyTab, "F6": fyne.KeyF6}[n]; ok {
			f.TypedKey(&fyne.KeyEvent{Name: k})
		} else {
			for _, r := range n {
				f.TypedRune(r)
			}
		}
		st.x.line.Drain()
	}
}

func (st *stage) golden(t *testing.T, name string) {
	t.Helper()
	for _, w := range []float32{1301, 1300} { // as a drawn frame would, lay out what changed its size
		st.win.Resize(fyne.NewSize(w, 800))
	}
	if dir := os.Getenv("WATCHFLOOR_SHOTS"); dir != "" {
		f, err := os.Create(filepath.Join(dir, "posture-"+name+".png"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := png.Encode(f, software.RenderCanvas(st.win.Canvas(), fyne.CurrentApp().Settings().Theme())); err != nil {
			t.Fatal(err)
		}
	}
	test.AssertRendersToMarkup(t, name+".xml", st.win.Canvas())
}

// The whole way by keyboard: a drop, its control, a recommendation, its resources, and
// back.
func TestTheWayByKeyboard(t *testing.T) {
	st := screen(t, true)
	st.golden(t, "score")
	st.typed("Down", "Enter")
	st.golden(t, "recommendations")
	st.typed("Enter", "Down")
	if !st.x.recs.inside() || st.resources.Cursor() != 1 || !st.resources.Focused() {
		t.Errorf("resources: cursor %d, focused %v", st.resources.Cursor(), st.resources.Focused())
	}
	st.golden(t, "resources")
	st.typed("Esc", "Esc")
	if st.x.tab != Scores || !st.steps.Focused() {
		t.Errorf("on tab %d, the steps have the keyboard: %v", st.x.tab, st.steps.Focused())
	}
	st.typed("F6")
	if !st.scopes.Focused() {
		t.Error("F6 leads to the subscriptions")
	}
	st.typed("3")
	st.golden(t, "compliance")
	st.typed("4")
	st.golden(t, "contacts")
	st.typed("5")
	st.golden(t, "controls")
	st.typed("/", "legacy", "Enter")
	if st.x.Len() != 1 || !st.controls.Focused() {
		t.Errorf("%d controls match, the list has the keyboard: %v", st.x.Len(), st.controls.Focused())
	}
	st.typed("Esc")
	if st.x.Len() != 5 || st.filter.Text != "" {
		t.Errorf("after Esc %d controls, filter %q", st.x.Len(), st.filter.Text)
	}
}

// The remediation is longer than the preview: the keyboard reaches it, scrolls it, and
// comes back; commands work from there and from the filter.
func TestPreviewByKeyboard(t *testing.T) {
	st := screen(t, true)
	st.typed("2")
	st.win.Resize(fyne.NewSize(1300, 420))
	st.typed("Tab")
	if !focusedOn(st, st.catch) {
		t.Fatal("Tab does not lead to the preview")
	}
	st.typed("Down")
	if st.scroll.Offset.Y <= 0 {
		t.Error("Down does not scroll the preview")
	}
	st.typed("Esc")
	if !st.recs.Focused() {
		t.Error("Esc does not lead back to the rows")
	}
	st.typed("F6", "5")
	if st.x.tab != Controls {
		t.Error("keys of the place do nothing while the preview has the keyboard")
	}
	st.typed("/")
	st.ran = nil
	st.filter.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyO, Modifier: fyne.KeyModifierControl})
	if !slices.Contains(st.ran, keys.Offline) {
		t.Errorf("Ctrl+O in the filter ran %v", st.ran)
	}
	st.filter.TypedKey(&fyne.KeyEvent{Name: fyne.KeyF6})
	if !st.controls.Focused() {
		t.Error("F6 does not lead from the filter to the rows")
	}
}

func focusedOn(st *stage, f fyne.Focusable) bool { return st.win.Canvas().Focused() == f }

func TestThePlaceInLight(t *testing.T) {
	st := screen(t, false)
	st.golden(t, "score-light")
	st.typed("2")
	st.golden(t, "recommendations-light")
}

func TestClicks(t *testing.T) {
	st := screen(t, true)
	test.Tap(st.panels[1].root.(fyne.Tappable))
	st.x.line.Drain()
	if !st.x.Cards()[1].Chosen {
		t.Error("a click on a card chooses its model")
	}
	st.typed("2")
	test.Tap(st.pinned[1].root.(fyne.Tappable))
	st.x.line.Drain()
	if st.x.recs.pin != model.PinEndpoint || st.x.Len() != 2 {
		t.Errorf("a click on a pinned risk shows %q, %d lines", st.x.recs.pin, st.x.Len())
	}
	test.Tap(st.pinned[1].root.(fyne.Tappable))
	st.x.line.Drain()
	if st.x.recs.pin != "" {
		t.Error("a second click shows all again")
	}
}

// dialog opens a form and hands back what it asked for.
type dialog struct {
	*act.Dialog
	win    fyne.Window
	sent   []outbox.Request
	shown  []outbox.Request
	kept   []model.Local
	closed int
}

func (d *dialog) frame() act.DeedFrame {
	return act.DeedFrame{
		Tenant: fleet.Tenant{Name: "contoso.example", Colour: "teal"}, Close: func() { d.closed++ }, Focus: func(o fyne.Focusable) { d.win.Canvas().Focus(o) },
		Show: func(rs []outbox.Request) { d.shown = rs },
	}
}

func (d *dialog) open(t *testing.T, make func() *act.Dialog) *dialog {
	t.Helper()
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{Dark: true})
	d.win = test.NewTempWindow(t, widget.NewFill("x"))
	d.win.Resize(fyne.NewSize(900, 700))
	d.Dialog = make()
	widget.ShowModal(d.win.Canvas(), d.Body, d.Width, false)
	d.win.Canvas().Focus(d.First)
	return d
}

func (d *dialog) send(r outbox.Request) { d.sent = append(d.sent, r) }

func TestAContactIsEdited(t *testing.T) {
	x := uitest.NewPosture().AllContacts[1]
	d := &dialog{}
	d.open(t, func() *act.Dialog { return NewContact(x, 5, d.frame(), d.send) })
	words := ""
	for _, o := range test.LaidOutObjects(d.Body) {
		switch x := o.(type) {
		case *widget.Line:
			words += x.Cell().Text + "\n"
		case *widget.Passage:
			words += x.Text + "\n"
		}
	}
	contains(t, "form", words, "Security contact of Contoso Platform", "Tenant: contoso.example", "who Defender for Cloud notifies", "! Missing now: no role is notified;", "Attack paths from")
	if d.Press("Ctrl+Enter"); len(d.sent) != 0 || d.closed != 0 {
		t.Fatal("nothing was changed, yet something is sent")
	}
	mails := d.First.(*widget.Entry)
	mails.SetText("platform@contoso.example, soc@contoso.example")
	d.Press("Ctrl+P")
	if len(d.shown) != 1 {
		t.Error("the exact request is not shown")
	}
	d.Press("Ctrl+Enter")
	if len(d.sent) != 1 || d.closed != 1 {
		t.Fatalf("sent %v", d.sent)
	}
	r := d.sent[0]
	if r.IncidentID != 5 || r.Verb != outbox.EditContact || r.On.ID != uitest.SubPlatform || len(r.Set) != 1 || r.Set[app.PropEmails] != "platform@contoso.example;soc@contoso.example" {
		t.Errorf("sent %+v", r)
	}
}

// Where there is no contact the form sends all it has, and roles it does not know stay.
func TestAContactIsMade(t *testing.T) {
	d := &dialog{}
	d.open(t, func() *act.Dialog { return NewContact(uitest.NewPosture().AllContacts[2], 0, d.frame(), d.send) })
	d.First.(*widget.Entry).SetText("lab@contoso.example")
	d.Press("Ctrl+Enter")
	if r := d.sent[0]; len(r.Set) != 2 || r.Set[app.PropNotify] != "true" {
		t.Errorf("sent %+v", r.Set)
	}
	odd := model.Contact{Subscription: "s", On: true, Roles: []string{"Owner", "Hausmeister"}, AlertSeverity: "Immer"}
	d = &dialog{}
	d.open(t, func() *act.Dialog { return NewContact(odd, 0, d.frame(), d.send) })
	d.First.(*widget.Entry).SetText("a@contoso.example")
	d.Press("Ctrl+Enter")
	if r := d.sent[0]; len(r.Set) != 1 {
		t.Errorf("what the form does not know was changed: %+v", r.Set)
	}
}

func TestAStateNeedsNoMouse(t *testing.T) {
	x := uitest.NewPosture().AllControls[1]
	for c, want := range map[keys.Command]string{keys.ControlReviewed: "Reviewed", keys.ControlIgnored: "Ignored", keys.ControlThirdParty: "ThirdParty", keys.ControlDefault: "Default"} {
		d := &dialog{}
		d.open(t, func() *act.Dialog { return NewState(c, x, 9, d.frame(), d.send) })
		d.First.(*widget.Entry).SetText("  because ")
		d.Press("Ctrl+P")
		d.Press("Ctrl+Enter")
		if r := d.sent[0]; r.Set[app.PropControlState] != want || r.Set[app.PropControlNote] != "because" || r.On.ID != "BlockLegacyAuthentication" || len(d.shown) != 1 {
			t.Errorf("%s sends %+v", c, r)
		}
	}
}

func TestADueDateIsADay(t *testing.T) {
	d := &dialog{}
	d.open(t, func() *act.Dialog {
		return NewLocal(uitest.NewPosture().Recs[0], d.frame(), func(l model.Local) { d.kept = append(d.kept, l) })
	})
	test.AssertRendersToMarkup(t, "local.xml", d.win.Canvas())
	d.win.Canvas().FocusNext()
	due := d.win.Canvas().Focused().(*widget.Entry)
	due.SetText("soon")
	if d.Press("Ctrl+Enter"); len(d.kept) != 0 {
		t.Fatal("a date that is none was kept")
	}
	due.SetText("2026-12-31")
	d.Press("Ctrl+Enter")
	if len(d.kept) != 1 || d.kept[0].Due.Format("2 Jan 2006") != "31 Dec 2026" || d.kept[0].Owner != "mei@contoso.example" {
		t.Errorf("kept %+v", d.kept)
	}
}
