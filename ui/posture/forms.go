package posture

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"watchfloor/app"
	"watchfloor/app/outbox"
	model "watchfloor/app/posture"
	"watchfloor/ui/act"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
	"watchfloor/ui/widget"
)

// form is a dialog of named fields with what it says of itself and what is wrong with it.
type form struct {
	f      act.DeedFrame
	wrong  *widget.Line
	column *fyne.Container
	submit func()
	show   func() // nil where nothing is sent
}

func newForm(f act.DeedFrame, title, what, effect string) *form {
	v := &form{f: f, wrong: widget.NewLine(look.Cell{Tone: look.Warn})}
	v.column = widget.Column(8, widget.Column(3, widget.Sized(look.Cell{Text: title, Bold: true, Fit: look.Middle}, theme.SizeNameSubHeadingText),
		widget.NewLine(look.Cell{Text: what, Fit: look.Middle}), widget.Loose(act.TenantLine(f.Tenant, look.D("Tenant: "+present.Field(f.Tenant.Name)))), widget.Pad(widget.Rule(), 5, 0, 5, 0)))
	if effect != "" {
		words := widget.NewProse()
		words.SetText(effect)
		room := widget.NewFill(theme.ColorNameOverlayBackground)
		room.Least = fyne.NewSize(0, 76)
		v.column.Add(widget.Yield(widget.Over(room, container.NewVScroll(words)), 36))
	}
	return v
}

func (v *form) add(name string, o fyne.CanvasObject) {
	v.column.Add(container.NewBorder(nil, nil, widget.Fixed(widget.Pad(widget.NewLine(look.D(name)), 6, 0, 0, 0), 150), nil, o))
}

// dialog closes the form with its buttons.
func (v *form) dialog(word string, first fyne.Focusable) *act.Dialog {
	ok, no := widget.NewButton("Ctrl+Enter", word, v.submit), widget.NewButton("Esc", "Cancel", v.f.Close)
	ok.Strong, no.Framed = true, true
	var left fyne.CanvasObject
	if v.show != nil {
		exact := widget.NewButton("Ctrl+P", "exact request", v.show)
		exact.Quiet = true
		left = exact
	}
	v.column.Add(v.wrong)
	v.column.Add(container.NewBorder(nil, nil, left, widget.Row(8, no, ok)))
	return &act.Dialog{Body: v.column, Press: v.press, First: first, Width: 700, On: keys.Form}
}

func (v *form) press(key string) bool {
	switch {
	case key == "Esc":
		v.f.Close()
	case key == "Ctrl+Enter":
		v.submit()
	case key == "Ctrl+P" && v.show != nil:
		v.show()
	default:
		return false
	}
	return true
}

// line is an entry of one line, which Enter sends too.
func (v *form) line(hint, initial string) *widget.Entry {
	e := widget.NewEntry(hint, 1, func(key string) bool {
		if key == "Enter" {
			v.submit()
			return true
		}
		return v.press(key)
	})
	put(e, initial)
	return e
}

// put fills an entry and goes behind what is there.
func put(e *widget.Entry, s string) {
	e.SetText(s)
	lines := strings.Split(s, "\n")
	e.CursorRow, e.CursorColumn = len(lines)-1, len([]rune(lines[len(lines)-1]))
}

func (v *form) say(wrong string) { v.wrong.Set(look.Cell{Text: wrong, Tone: look.Warn}) }

// NewLocal opens owner, due date and note of a recommendation, which stay on this
// computer.
func NewLocal(x model.Recommendation, f act.DeedFrame, keep func(model.Local)) *act.Dialog {
	v := newForm(f, "Owner, due date, note", present.Title(x.Title), "")
	initial := ""
	if !x.Due.IsZero() {
		initial = x.Due.UTC().Format(time.DateOnly)
	}
	owner, due := v.line("Who sees to it", x.Owner), v.line("A day such as 2026-12-31; empty for none", initial)
	note := widget.NewEntry("What was agreed", 4, v.press)
	put(note, x.Note)
	v.submit = func() {
		l := model.Local{Owner: strings.TrimSpace(owner.Text), Note: strings.TrimSpace(note.Text)}
		if s := strings.TrimSpace(due.Text); s != "" {
			t, err := time.Parse(time.DateOnly, s)
			if err != nil {
				v.say("The due date is a day such as 2026-12-31.")
				f.Focus(due)
				return
			}
			l.Due = t
		}
		f.Close()
		keep(l)
	}
	v.add("Owner", owner)
	v.add("Due", due)
	v.add("Note", note)
	v.column.Add(widget.NewLine(look.D("Kept in this cache only; nothing is sent.")))
	return v.dialog("Keep", owner)
}

var stateWords = map[keys.Command]struct{ state, label string }{
	keys.ControlReviewed: {"Reviewed", "reviewed"}, keys.ControlIgnored: {"Ignored", "ignored"},
	keys.ControlThirdParty: {"ThirdParty", "third party"}, keys.ControlDefault: {"Default", "default"},
}

// NewState asks for the comment that goes with another state of a Microsoft 365 control.
// c is one of the four commands; id routes the request to its tenant.
func NewState(c keys.Command, x model.Control, id int64, f act.DeedFrame, send func(outbox.Request)) *act.Dialog {
	w := stateWords[c]
	v := newForm(f, "Set the control to "+w.label, present.Title(first(x.Title, x.ID)), outbox.Words(app.SetControl))
	note := widget.NewEntry("Why: it is stored beside the control", 4, v.press)
	put(note, x.Note)
	request := func() outbox.Request {
		return outbox.Request{
			IncidentID: id, Verb: outbox.SetControl, On: app.Subject{Kind: app.SubjectControl, ID: x.ID, Name: first(x.Title, x.ID)},
			Set: app.Values{app.PropControlState: w.state, app.PropControlNote: strings.TrimSpace(note.Text)},
		}
	}
	v.submit = func() {
		f.Close()
		send(request())
	}
	v.show = func() { f.Show([]outbox.Request{request()}) }
	v.add("State", widget.NewLine(look.T("from "+controlState(x.State).Text+" to "+controlState(w.state).Text)))
	v.add("Comment", note)
	return v.dialog(act.SendWord(f.Offline), note)
}

// NewBack asks whether a setting shall be put back to what it was.
func NewBack(r outbox.Request, f act.DeedFrame, send func(outbox.Request)) *act.Dialog {
	v := newForm(f, "Put back", present.Safe(r.Describe()), outbox.Words(app.Deed(r.Verb)))
	v.submit = func() {
		f.Close()
		send(r)
	}
	v.show = func() { f.Show([]outbox.Request{r}) }
	catch := widget.NewCatcher(v.column, v.press)
	d := v.dialog(act.SendWord(f.Offline), catch)
	d.Body = catch
	return d
}
