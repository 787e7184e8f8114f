package connect

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	fynewidget "fyne.io/fyne/v2/widget"

	"watchfloor/app/profile"
	"watchfloor/ui/look"
	"watchfloor/ui/widget"
)

// nameForm asks for name, colour and account.
type nameForm struct {
	to      *profile.Profile
	body    *fyne.Container
	name    *widget.Entry
	account *widget.Entry
	colour  *widget.Choice
}

func newNameForm(to *profile.Profile, press widget.Press) *nameForm {
	f := &nameForm{to: to, name: widget.NewEntry("what people here call it", 1, press), account: widget.NewEntry("jo@contoso.example", 1, press)}
	f.name.OnChanged = func(s string) { to.Name = s }
	f.account.OnChanged = func(s string) { to.Account = s }
	var colours []widget.Option
	for _, c := range profile.Colours {
		colours = append(colours, widget.Option{Label: c, Mark: look.Tenant(c)})
	}
	f.colour = widget.NewChoice(colours, true, press)
	f.colour.OnChanged = func(i int) { to.Colour = profile.Colours[i] }
	f.body = widget.Column(6, row("Name", f.name), row("Colour", f.colour), row("Your account", f.account),
		row("", widget.NewLine(look.D("assign to me and owner:me stand for it"))))
	f.draw()
	return f
}

func (f *nameForm) draw() {
	if f.name.Text != f.to.Name {
		f.name.SetText(f.to.Name)
		f.name.CursorColumn = len([]rune(f.to.Name))
		f.name.Refresh()
	}
	if f.account.Text != f.to.Account {
		f.account.SetText(f.to.Account)
	}
	if i := slices.Index(profile.Colours, f.to.Colour); i >= 0 {
		f.colour.Choose(i)
	} else {
		f.to.Colour = profile.Colours[f.colour.At()]
	}
}

// namePage is the last step: what to call it, what will not work, what was stored.
type namePage struct {
	v     *View
	form  *nameForm
	acts  *widget.Choice
	note  *fynewidget.Label
	body  *fyne.Container
	catch *widget.Catcher
}

func newNamePage(v *View) *namePage {
	p := &namePage{v: v, form: newNameForm(&v.g.Draft.Profile, v.Press), note: wrapped(fynewidget.MediumImportance)}
	p.acts = widget.NewChoice([]widget.Option{{Label: "Read-only to begin with"}, {Label: "Actions allowed"}}, true, v.Press)
	p.acts.OnChanged = func(i int) {
		if on := i == 1; on == v.g.Draft.ReadOnly { // chosen, not drawn
			v.g.allow(on)
		}
	}
	p.form.body.Add(row("Actions", p.acts))
	p.form.body.Add(row("", widget.NewLine(look.D("read-only: nothing is changed or sent; later g s, then P, allows actions"))))
	p.body = widget.Column(10, p.form.body, flush(p.note))
	p.catch = widget.NewCatcher(p.body, v.Press)
	return p
}

func (p *namePage) root() fyne.CanvasObject { return p.catch }

func (p *namePage) first() fyne.Focusable {
	if p.v.g.Saved {
		return p.catch
	}
	return p.form.name
}

func (p *namePage) draw() {
	p.form.draw()
	p.acts.Choose(map[bool]int{true: 0, false: 1}[p.v.g.Draft.ReadOnly])
	if p.v.g.Saved {
		p.form.body.Hide()
	}
	p.note.SetText(p.v.g.notes())
	widget.Relayout(p.body)
}

// notes say before Save what will be missing and where the secret goes, after it what
// Save had to say.
func (g *Guide) notes() string {
	if g.Saved {
		return strings.TrimSpace(g.Draft.Name) + " is connected. " + g.Warning
	}
	var out []string
	if lost := losses(g.findings); len(lost) > 0 {
		out = append(out, "It can be saved as it is. Until the test is clean, this will not work:\n– "+strings.Join(lost, "\n– "))
	}
	if s := g.service.SessionOnly(); s != "" && g.Draft.Secret != "" && g.Draft.Authority == "" { // a simulated secret needs no keyring
		out = append(out, s)
	}
	return strings.Join(out, "\n")
}
