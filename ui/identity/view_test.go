package identity

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"watchfloor/app"
	"watchfloor/app/fleet"
	"watchfloor/app/identity"
	"watchfloor/ui/keys"
	"watchfloor/ui/theme"
	"watchfloor/ui/uitest"
	"watchfloor/ui/work"
)

func frame() Frame {
	return Frame{
		Press: func(string) bool { return false }, Run: func(keys.Command) {}, Clock: clock, Several: func() bool { return true },
		Tenant: func() fleet.Tenant { return fleet.Tenant{Name: "Contoso", Colour: "teal"} },
	}
}

func show(t *testing.T, b *bench, w, h float32) (*Screen, fyne.Canvas) {
	t.Helper()
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{Dark: true})
	s := NewScreen(b.Presenter, frame())
	win := test.NewTempWindow(t, s.Root())
	win.SetPadded(false)
	win.Resize(fyne.NewSize(w, h))
	s.draw(Rows | Cursor | Preview | Head | Table)
	b.line.Drain()
	return s, win.Canvas()
}

func TestUsersOnScreen(t *testing.T) {
	b := open(t, 12)
	_, c := show(t, b, 1300, 460)
	b.do(keys.Mark, keys.Down)
	test.AssertRendersToMarkup(t, "users.xml", c)
}

func TestSignInsOnScreen(t *testing.T) {
	b := open(t, 2)
	s, c := show(t, b, 1300, 420)
	b.do(keys.Tab(3), keys.Down)
	s.Do(keys.Wide)
	test.AssertRendersToMarkup(t, "sign-ins.xml", c)
}

func TestDetectionsOnScreen(t *testing.T) {
	b := open(t, 4)
	_, c := show(t, b, 1200, 520)
	b.do(keys.Tab(4))
	test.AssertRendersToMarkup(t, "detections.xml", c)
}

func TestNoLicenceOnScreen(t *testing.T) {
	b := open(t, 0)
	b.people.Change(func(f *uitest.Identity) { f.UserRows = nil })
	s := fresh()
	s.Sources[0].Lacks = []app.Lack{{What: "Users at risk", Needs: "Microsoft Entra ID P2", Still: "Sign-ins without their risk, and everything about incidents."}}
	b.SetSync(s)
	_, c := show(t, b, 1000, 360)
	test.AssertRendersToMarkup(t, "no-licence.xml", c)
}

func TestTwoSignInsOnScreen(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{Dark: true})
	f := uitest.NewIdentity(8)
	a, z := f.SignRows[0].SignIn, f.SignRows[2].SignIn
	var copied []string
	left := false
	d := NewCompare(identity.Compare(a, z), clock(), func() { left = true }, func(s string, original bool) { copied = append(copied, s) })
	win := test.NewTempWindow(t, d.Body)
	win.Resize(fyne.NewSize(1200, 700))
	win.Canvas().Focus(d.First)
	test.AssertRendersToMarkup(t, "compare.xml", win.Canvas())
	d.Press("y")
	d.Press("Y")
	d.Press("Esc")
	if !left || len(copied) != 2 || strings.Contains(copied[0], a.IP) || !strings.Contains(copied[1], a.IP) {
		t.Errorf("left %v, copied %q", left, copied)
	}
}

// texts walks everything that is drawn.
func texts(o fyne.CanvasObject, visit func(t *canvas.Text)) {
	if !o.Visible() {
		return
	}
	if txt, ok := o.(*canvas.Text); ok {
		visit(txt)
	}
	for _, child := range test.LaidOutObjects(o) {
		if txt, ok := child.(*canvas.Text); ok && child != o {
			visit(txt)
		}
	}
}

// hostile fills every name of a tenant with one text, and times and places that cannot be.
func hostile(f *uitest.Identity, s string) {
	far := time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	u := identity.UserRow{User: identity.User{ID: s, UPN: s, Name: s, Level: identity.Level(s), State: identity.State(s), Detail: s, Changed: far}, High: s, Roles: []string{s}}
	f.UserRows = append(f.UserRows, u)
	f.WorkRows = append(f.WorkRows, identity.WorkloadRow{Workload: identity.Workload{ID: s, AppID: s, Name: s, Type: s, Level: identity.Level(s), State: identity.State(s), Changed: far}})
	place := identity.Place{City: s, Country: s, Lat: 1e9, Lon: -1e9, Located: true}
	sign := identity.SignIn{
		ID: s, At: far, UPN: s, Name: s, App: s, IP: s, ClientApp: s, Access: s, MFA: s, Failure: s, ErrorCode: -1, During: identity.Level(s), Aggregated: identity.Level(s),
		State: identity.State(s), Types: []string{s}, Place: place, Device: identity.Device{Name: s, OS: s, Browser: s, Managed: s}, Policies: []identity.Policy{{Name: s, Result: s}}, TokenID: s,
	}
	f.SignRows = append(f.SignRows, identity.SignInRow{SignIn: sign, High: s})
	f.Found = append(f.Found, identity.Detection{ID: s, Subject: s, UPN: s, Name: s, Type: s, Level: identity.Level(s), State: identity.State(s), IP: s, Place: place, At: far, Info: []identity.Pair{{Key: s, Value: s}}})
	f.Persons[s] = identity.Person{
		Account: identity.Account{ID: s, UPN: s, Name: s, Enabled: s, SID: s, SAM: s, Roles: []string{s}}, User: &u.User, Conflicts: []string{s},
		High: []identity.HighValue{{Reason: s}}, Turns: []identity.Turn{{Level: identity.Level(s), State: identity.State(s), Detail: s, By: s, At: far, Events: []string{s}}, {}},
		SignIns: []identity.SignIn{sign}, Incidents: []identity.Mention{{Number: s, Title: s, Severity: s, Status: s, By: s}}, Actions: []identity.Done{{What: s, State: s, Reason: s}},
	}
}

// Whatever a tenant calls its people, it stays in its column, plain and visible.
func TestHostileNamesStayInTheirColumn(t *testing.T) {
	b := open(t, 0)
	b.people.Change(func(f *uitest.Identity) {
		f.UserRows, f.WorkRows, f.SignRows, f.Found = nil, nil, nil, nil
		for _, s := range uitest.Hostile {
			hostile(f, s)
		}
	})
	b.typed("")
	seen := 0
	look := func(c fyne.Canvas, where string) {
		texts(c.Content(), func(txt *canvas.Text) {
			seen++
			if w := fyne.MeasureText(txt.Text, txt.TextSize, txt.TextStyle).Width; txt.Size().Width > 0 && w > txt.Size().Width+1.5 {
				t.Errorf("%s: %.40q is %v wide in %v", where, txt.Text, w, txt.Size().Width)
			}
			if strings.ContainsAny(txt.Text, "\u202e\n\x1b\x00") {
				t.Errorf("%s: raw control character in %.40q", where, txt.Text)
			}
		})
	}
	for _, width := range []float32{760, 2200} {
		_, c := show(t, b, width, 700)
		for tab := range tabs {
			b.Open(tab)
			b.line.Drain()
			b.typed("")
			for range uitest.Hostile[:len(uitest.Hostile)*int(width)/2200] { // the widest shows every preview
				b.do(keys.Down)
			}
			look(c, tabNames[tab])
		}
		p, s, c := personOf(t, b.people, uitest.Hostile[0], width)
		for tab := range personTabs {
			p.Select(tab)
			look(c, personNames[tab])
		}
		s.Tick()
	}
	if seen < 500 {
		t.Fatalf("only %d texts seen: the test looks at the wrong place", seen)
	}
}

// The preview is there with the row, before anything is read.
func TestThePreviewFollowsAtOnce(t *testing.T) {
	b := open(t, 60)
	s, _ := show(t, b, 1300, 600)
	began := time.Now()
	for range 40 {
		b.Do(keys.Down, 20) // nothing that was asked for is answered
		r, _ := b.Current()
		if s.preview.title.Text != r.User.Name {
			t.Fatalf("the preview shows %s, the cursor is on %s", s.preview.title.Text, r.User.Name)
		}
	}
	if each := time.Since(began) / 40; each > 50*time.Millisecond {
		t.Errorf("%v a row", each)
	}
}

// By keyboard through the panes: filter, list, preview, table and back.
func TestTheKeyboardReachesEveryPane(t *testing.T) {
	b := open(t, 20)
	s, c := show(t, b, 1300, 600)
	c.Focus(s.Keys())
	s.Do(keys.Filter)
	if c.Focused() != fyne.Focusable(s.filter) {
		t.Fatal("/ does not reach the filter")
	}
	test.Type(s.filter, "is:high")
	b.line.Drain()
	if b.list().filter.String() != "state:atrisk,confirmedcompromised is:high" {
		t.Errorf("filter %q", b.list().filter)
	}
	s.filter.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	s.filter.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if b.list().text != "" || c.Focused() != s.Keys() {
		t.Error("Esc does not clear the filter and leave it")
	}
	s.Do(keys.NextPane)
	if c.Focused() != fyne.Focusable(s.preview.catch) {
		t.Error("the preview cannot be reached")
	}
	s.preview.catch.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	b.do(keys.Tab(4))
	s.Do(keys.Heat)
	if c.Focused() != fyne.Focusable(s.heat) {
		t.Fatal("the table cannot be reached")
	}
	for _, k := range []fyne.KeyName{fyne.KeyDown, fyne.KeyRight, fyne.KeyRight, fyne.KeyLeft} {
		c.Focused().TypedKey(&fyne.KeyEvent{Name: k})
	}
	if b.cell != [2]int{1, 1} {
		t.Errorf("cell %v", b.cell)
	}
	want := b.heat.Count[1][1]
	c.Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	b.line.Drain()
	if c.Focused() != s.Keys() || b.list().total != want {
		t.Errorf("%d rows behind a cell of %d", b.list().total, want)
	}
}

// H on another list leads to the table at once, also where its figures come later.
func TestTheTableFromAnotherList(t *testing.T) {
	b := open(t, 20)
	s, c := show(t, b, 1300, 600)
	c.Focus(s.Keys())
	s.f.Run = func(do keys.Command) { b.Do(do, 20) }
	s.Do(keys.Heat)
	b.line.Drain()
	if c.Focused() != fyne.Focusable(s.heat) {
		t.Error("the table has not the keyboard")
	}
}

// personOf is the page of a person by object id.
func personOf(t *testing.T, f *uitest.Identity, id string, width float32) (*PersonPresenter, *PersonScreen, fyne.Canvas) {
	t.Helper()
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{Dark: true})
	line := &work.Line{}
	p := NewPerson(PersonDeps{Reader: func(int) identity.Reader { return f }, Desk: line.Desk(), Clock: clock})
	s := NewPersonScreen(p, frame())
	win := test.NewTempWindow(t, s.Root())
	win.SetPadded(false)
	win.Resize(fyne.NewSize(width, 620))
	p.Open(0, identity.Key{ObjectID: id}, "Somebody")
	line.Drain()
	return p, s, win.Canvas()
}

func TestAPersonOnScreen(t *testing.T) {
	f := uitest.NewIdentity(12)
	_, s, c := personOf(t, f, f.UserRows[0].ID, 1100)
	c.Focus(s.Keys())
	test.AssertRendersToMarkup(t, "person.xml", c)
}

// Details that are longer than their pane are read by keyboard too.
func TestTheDetailsOfAPersonScroll(t *testing.T) {
	f := uitest.NewIdentity(12)
	_, s, c := personOf(t, f, f.UserRows[0].ID, 1100)
	s.Do(keys.Tab(3))
	s.root.Resize(fyne.NewSize(1100, 500)) // as a drawn frame would, lay out what changed
	c.Focus(s.Keys())
	s.Do(keys.NextPane)
	if c.Focused() != fyne.Focusable(s.below) {
		t.Fatal("F6 does not reach the details")
	}
	c.Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	if s.low.Offset.Y <= 0 {
		t.Error("Down does not scroll the details")
	}
	c.Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if c.Focused() != s.Keys() {
		t.Error("Esc does not lead back to the rows")
	}
}

func TestAnAccountThatNobodyKnows(t *testing.T) {
	p, s, _ := personOf(t, uitest.NewIdentity(1), "nobody", 900)
	if p.Name() != "Somebody" || !strings.Contains(s.note.Cell().Text, "Nothing is known") {
		t.Errorf("%s: %q", p.Name(), s.note.Cell().Text)
	}
	if _, ok := p.Subject(); ok {
		t.Error("an unknown account could be acted on")
	}
}
