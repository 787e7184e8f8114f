package actions

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/triage"
	"watchfloor/ui/act"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
	wf "watchfloor/ui/theme"
	"watchfloor/ui/widget"
)

// Settling is what the window lends to the conflict dialog.
type Settling struct {
	act.Frame
	Clock func() present.Clock
	// Over opens a dialog over this one.
	Over func(*act.Dialog)
	// Settle, Follow and Drop carry the decision out and hand back what is wrong with it,
	// as a sentence, while the dialog stays open.
	Settle       func([]outbox.Choice, func(problem string))
	Follow, Drop func(func(problem string))
	// Exact opens the requests of a decision over this dialog.
	Exact func([]outbox.Choice)
}

// cardsView shows Cards.
type cardsView struct {
	c       *Cards
	s       Settling
	cards   *fyne.Container
	scroll  *container.Scroll
	full    *widget.Passage // the values of the card under the cursor, where some are long
	problem *widget.Line
	catch   *widget.Catcher
	router  keys.Router
}

// NewConflict opens the cards of an action in conflict.
func NewConflict(a outbox.Action, s Settling) *act.Dialog {
	v := &cardsView{c: NewCards(a), s: s, cards: widget.Column(8), problem: widget.NewLine(look.Cell{Tone: look.Warn})}
	t := s.Tenant(a.Seq)
	head := widget.Column(3,
		widget.Sized(look.Cell{Text: "Conflict on " + About(a), Bold: true}, theme.SizeNameSubHeadingText),
		widget.NewLine(aboutTitle(a)),
		widget.Loose(act.TenantLine(t, look.D(a.Ref.Source.Label()+"  ·  tenant "+present.Field(t.Name)))),
		widget.Pad(widget.NewLine(look.Cell{Text: "You decided " + s.Clock().Both(a.Created) + ": " + Words(a), Bold: true}), 6, 0, 0, 0),
		widget.NewLine(look.Cell{Text: present.Field(a.Reason), Tone: look.Warn}), widget.Pad(widget.Rule(), 5, 0, 2, 0))
	body := widget.Column(8, head)
	if to, merged := Redirected(a); merged {
		if Followable(a) {
			head.Objects = slices.Delete(head.Objects, 4, 5) // the reason says the same
		}
		body.Add(widget.NewLine(look.T(mergedWords(a, to))))
		body.Add(widget.Pad(v.problem, 2, 0, 0, 0))
		if Followable(a) {
			body.Add(v.buttons([]offer{{"t", "drop it", keys.KeepTheirs}}, offer{"f", "do it on " + present.Number(to), keys.Follow}))
		} else {
			body.Add(v.buttons(nil, offer{"t", "drop it", keys.KeepTheirs}))
		}
	} else {
		v.scroll = container.NewVScroll(v.cards)
		least := widget.NewFill(theme.ColorNameOverlayBackground)
		least.Least = fyne.NewSize(0, min(4, float32(len(a.Drift)))*(cardHeight+8))
		body.Add(widget.Yield(widget.Over(least, v.scroll), cardHeight))
		if slices.ContainsFunc(a.Drift, func(d outbox.Drift) bool { return len(d.Theirs)+len(d.Mine) > longValue }) {
			v.full = widget.NewPassage(false)
			room := widget.NewFill(theme.ColorNameOverlayBackground)
			room.Least = fyne.NewSize(0, 76)
			body.Add(widget.Yield(widget.Over(room, container.NewVScroll(v.full)), 40))
		}
		exact := widget.NewButton("Ctrl+P", "exact request", func() { v.do(keys.ShowRequest) })
		exact.Quiet = true
		head.Objects[0] = container.NewBorder(nil, nil, nil, exact, head.Objects[0])
		body.Add(widget.Pad(v.problem, 2, 0, 0, 0))
		body.Add(v.buttons([]offer{
			{"t", "theirs", keys.KeepTheirs},
			{"m", "mine", keys.KeepMine},
			{"e", "other value…", keys.Edit},
			{"T", "all theirs", keys.AllTheirs},
			{"M", "all mine", keys.AllMine},
		}, offer{"Ctrl+Enter", "Settle", keys.Send}))
	}
	v.catch = widget.NewCatcher(body, v.press)
	v.draw()
	return &act.Dialog{Body: v.catch, Press: v.press, First: v.catch, Width: 760, On: keys.Conflict}
}

// mergedWords say what can be done about an incident that was merged meanwhile.
func mergedWords(a outbox.Action, to string) string {
	switch {
	case Followable(a):
		return "This incident was merged into " + present.Number(to) + ". What you decided can be done there instead, or dropped."
	case to == "":
		return "The service does not say where it went. Drop this and decide again."
	}
	return "This concerns several incidents. Drop it and decide again with " + present.Number(to) + "."
}

type offer struct {
	key, label string
	do         keys.Command
}

func (v *cardsView) buttons(choices []offer, main offer) fyne.CanvasObject {
	row := widget.Row(4)
	for _, o := range choices {
		b := widget.NewButton(o.key, o.label, func() { v.do(o.do) })
		b.Framed = true
		row.Add(b)
	}
	ok := widget.NewButton(main.key, main.label, func() { v.do(main.do) })
	ok.Strong = true
	no := widget.NewButton("Esc", "Cancel", v.s.Close)
	no.Framed = true
	return container.NewBorder(nil, nil, nil, widget.Row(8, no, ok), widget.Loose(row))
}

func (v *cardsView) press(key string) bool {
	cmd, ok := v.router.Press(keys.Conflict, key)
	if cmd != "" {
		v.do(cmd)
	}
	return ok
}

func (v *cardsView) do(cmd keys.Command) {
	_, merged := Redirected(v.c.Action)
	switch {
	case cmd == keys.Cancel:
		v.s.Close()
		return
	case Followable(v.c.Action) && cmd == keys.Follow:
		v.s.Follow(v.wrong)
		return
	case merged && cmd == keys.KeepTheirs:
		v.s.Drop(v.wrong)
		return
	case merged:
		v.wrong(OfferSentence(v.c.Action))
		return
	case cmd == keys.Send:
		if choices, ok := v.c.Choices(); ok {
			v.s.Settle(choices, v.wrong)
		}
	case cmd == keys.ShowRequest:
		if choices, ok := v.c.Choices(); ok {
			v.s.Exact(choices)
		}
	case cmd == keys.Edit:
		v.edit()
	default:
		v.c.Do(cmd)
	}
	v.draw()
}

func (v *cardsView) wrong(problem string) {
	v.c.Problem = problem
	v.draw()
}

// edit opens the editor that fits the field.
func (v *cardsView) edit() {
	why, ok := v.c.Editable()
	if !ok {
		v.c.Problem = why
		return
	}
	if p, named := v.c.property(); named {
		v.editProperty(p)
		return
	}
	f, mine := v.c.Current().Field, v.c.Mine()
	set := func(x app.Fields, fields ...app.Field) {
		v.c.Edit(x, fields...)
		v.draw()
	}
	title := present.ChangeWord(f) + " of " + present.Number(v.c.Action.Number)
	switch f {
	case app.FieldSeverity:
		v.s.Over(act.NewPick(title, []act.Option{{Key: "h", Label: "High"}, {Key: "m", Label: "Medium"}, {Key: "l", Label: "Low"}, {Key: "i", Label: "Informational"}},
			v.s.Frame, func(i int) { set(app.Fields{Severity: app.Severities[i]}, f) }))
	case app.FieldStatus:
		states := []app.Status{app.StatusNew, app.StatusActive, app.StatusClosed}
		v.s.Over(act.NewPick(title, []act.Option{{Key: "n", Label: "New"}, {Key: "p", Label: "In progress"}, {Key: "r", Label: "Closed"}},
			v.s.Frame, func(i int) { set(app.Fields{Status: states[i]}, f) }))
	case app.FieldClassification, app.FieldDetermination:
		v.s.Over(act.NewReason(title, v.s.Frame, func(r app.Reason) {
			set(app.Fields{Classification: r.Classification, Determination: app.DeterminationFor(v.c.Action.Ref.Source, r.Classification, r.Determination)},
				app.FieldClassification, app.FieldDetermination)
		}))
	case app.FieldOwner:
		v.text(title, "Sign-in name; empty for nobody", 1, mine.Owner.UPN, func(s string) (app.Fields, string) {
			if strings.TrimSpace(s) == "" {
				return app.Fields{}, ""
			}
			r, wrong := act.AssignRequest(triage.Row{}, s)
			return r.Want, wrong
		})
	case app.FieldTags:
		v.text(title, `All tags it shall have: vip "two words"`, 1, quoted(mine.Tags), func(s string) (app.Fields, string) {
			if strings.TrimSpace(s) == "" {
				return app.Fields{}, ""
			}
			r, wrong := act.TagRequest(triage.Row{}, s)
			if len(r.RemoveTags) > 0 {
				wrong = "List the tags that shall remain; leave the others out."
			}
			return app.Fields{Tags: r.AddTags}, wrong
		})
	default:
		v.text(title, "The note", 5, mine.ClosingNote, func(s string) (app.Fields, string) {
			return app.Fields{ClosingNote: strings.TrimSpace(s)}, ""
		})
	}
}

// editProperty opens the editor of a property of a subject.
func (v *cardsView) editProperty(p app.Property) {
	title := present.ChangeWord(app.Field(p)) + " of " + About(v.c.Action)
	set := func(s string) {
		v.c.EditText(s)
		v.draw()
	}
	if values, options := propertyOptions(p); values != nil {
		v.s.Over(act.NewPick(title, options, v.s.Frame, func(i int) { set(values[i]) }))
		return
	}
	lines := 1
	if p == app.PropControlNote {
		lines = 5
	}
	v.s.Over(act.NewValue(title, "The value; several with a semicolon between them", lines, v.c.Action.Set[p], v.s.Frame, func(s string) string {
		set(listText(p, s))
		return ""
	}))
}

// aboutTitle is the line beneath the heading: the incident's title, or what kind of
// subject it is.
func aboutTitle(a outbox.Action) look.Cell {
	if a.On.IsZero() {
		return look.Cell{Text: present.Title(a.Title), Fit: look.Middle}
	}
	return look.Cell{Text: "A " + subjectKind(a) + ". " + outbox.Words(app.Deed(a.Verb)), Fit: look.End}
}

func quoted(tags []string) string {
	out := make([]string, len(tags))
	for i, t := range tags {
		if out[i] = t; strings.ContainsAny(t, " ,") {
			out[i] = `"` + t + `"`
		}
	}
	return strings.Join(out, " ")
}

func (v *cardsView) text(title, hint string, lines int, initial string, read func(string) (app.Fields, string)) {
	f := v.c.Current().Field
	v.s.Over(act.NewValue(title, hint, lines, initial, v.s.Frame, func(s string) string {
		x, wrong := read(s)
		if wrong == "" {
			v.c.Edit(x, f)
			v.draw()
		}
		return wrong
	}))
}

// longValue is from how many bytes on values are shown in full below the cards.
const longValue = 90

// cardHeight is that of a card with three values.
const cardHeight = 93

func (v *cardsView) draw() {
	v.problem.Set(look.Cell{Text: v.c.Problem, Tone: look.Warn})
	if v.scroll == nil {
		return
	}
	v.cards.RemoveAll()
	for i, x := range v.c.Cards {
		v.cards.Add(v.card(x, i == v.c.At))
	}
	if x := v.c.Current(); v.full != nil {
		text := ""
		if len(x.Theirs)+len(x.Mine) > longValue {
			text = "Theirs: " + present.SafeBlock(x.Theirs) + "\nMine: " + present.SafeBlock(x.Mine)
		}
		v.full.SetText(text)
	}
	at := float32(v.c.At) * (cardHeight + 8)
	if y, h := v.scroll.Offset.Y, v.scroll.Size().Height; h > 0 && (at < y || at+cardHeight > y+h) {
		v.scroll.ScrollToOffset(fyne.NewPos(0, max(0, at+cardHeight-h)))
	}
}

// card shows a field: what the analyst saw, what they made of it, what the analyst
// wants; the side that is kept has a dot.
func (v *cardsView) card(x Card, current bool) fyne.CanvasObject {
	col := widget.Column(3, widget.NewLine(look.Cell{Text: present.ChangeWord(x.Field), Bold: true}))
	line := func(name, text, more string, side outbox.Side) {
		name1 := look.Cell{Text: name, Tone: look.Dim}
		val := look.Cell{Text: text, Fit: look.Middle}
		switch {
		case side == "":
		case x.Keep == side:
			name1 = look.Cell{Text: name, Bold: true, Shape: look.Dot, ShapeTone: look.Accent}
			val.Bold = true
		default:
			name1.Shape, name1.ShapeTone = look.Ring, look.Dim
			if x.Keep != "" {
				val.Tone = look.Dim
			}
		}
		right := widget.Natural(look.D(more))
		col.Add(container.NewBorder(nil, nil, widget.Fixed(widget.NewLine(name1), 96), right, widget.NewLine(val)))
	}
	line("You saw", value(x.Field, x.Base), "", "")
	line("Theirs", value(x.Field, x.Theirs), author(x.Drift, v.s.Clock()), outbox.Theirs)
	if x.Keep == outbox.Edited {
		line("Other", value(x.Field, x.other(v.c.Action)), "instead of your "+value(x.Field, x.Mine), outbox.Edited)
	} else {
		line("Mine", value(x.Field, x.Mine), "", outbox.Mine)
	}
	back := widget.NewFill(wf.Panel)
	back.Border = true
	bar := widget.NewFill(wf.Panel)
	if current {
		bar.Name = wf.Cursor
	}
	bar.Least = fyne.NewSize(3, 3)
	return widget.Over(back, container.NewBorder(nil, nil, bar, nil, widget.Pad(col, 6, 10, 8, 8)))
}
