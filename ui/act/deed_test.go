package act

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"watchfloor/app"
	"watchfloor/app/fleet"
	"watchfloor/app/outbox"
	"watchfloor/ui/present"
	"watchfloor/ui/theme"
	"watchfloor/ui/uitest"
	"watchfloor/ui/widget"
)

func subjects(k app.SubjectKind, names ...string) []app.Subject {
	var out []app.Subject
	for i, n := range names {
		out = append(out, app.Subject{Kind: k, ID: fmt.Sprint(k, i), Name: n})
	}
	return out
}

// deedForm opens the form on a canvas.
func deedForm(t *testing.T, d Deeds, offline bool) (*Dialog, *[]outbox.Request, fyne.Canvas) {
	t.Helper()
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{Dark: true})
	win := test.NewTempWindow(t, widget.NewFill("x"))
	win.Resize(fyne.NewSize(960, 700))
	var sent []outbox.Request
	f := DeedFrame{
		Tenant: fleet.Tenant{Name: "Contoso", Colour: "teal"}, Offline: offline, Life: 15 * time.Minute, Close: func() {},
		Clock: func() present.Clock { return present.Clock{Now: uitest.Now, Zone: time.UTC} }, Focus: func(o fyne.Focusable) { win.Canvas().Focus(o) },
		Show: func(rs []outbox.Request) { sent = append(sent[:0:0], rs...) },
	}
	x := NewDeed(d, f, func(rs []outbox.Request) { sent = rs })
	widget.ShowModal(win.Canvas(), x.Body, x.Width, x.Bottom)
	win.Canvas().Focus(x.First)
	return x, &sent, win.Canvas()
}

func TestADeedOnScreen(t *testing.T) {
	_, _, c := deedForm(t, Deeds{Users: subjects(app.SubjectUser, "Jo Doe", "Mei Castro", "Ravi Okafor")}, true)
	test.AssertRendersToMarkup(t, "deed.xml", c)
}

// Each kind is offered what exists for it, and nothing else.
func TestWhatCanBeDoneToWhom(t *testing.T) {
	d := Deeds{Users: subjects(app.SubjectUser, "u"), Workloads: subjects(app.SubjectWorkload, "w"), SignIns: subjects(app.SubjectSignIn, "s")}
	n := map[app.SubjectKind]int{}
	for _, o := range d.options() {
		n[o.kind]++
		d.at = 0
		r := outbox.Request{Verb: outbox.Verb(o.deed), On: d.of(o.kind)[0]}
		if outbox.Words(o.deed) == "" || o.feature().Graph == "" || DeedLabel(o.deed) == string(o.deed) || r.Describe() == "" {
			t.Errorf("%s of %s says nothing", o.deed, o.kind)
		}
	}
	if n[app.SubjectUser] != 6 || n[app.SubjectWorkload] != 2 || n[app.SubjectSignIn] != 3 || d.options()[0].kind != app.SubjectSignIn {
		t.Errorf("%v", n)
	}
	d.AccountsFirst = true
	if d.options()[0].kind != app.SubjectUser {
		t.Error("accounts do not come first")
	}
	if d.Only = app.EnableAccount; len(d.options()) != 1 {
		t.Errorf("%v", d.options())
	}
}

// The form names who, where, until when; what locks out is only sent with the tenant's
// name.
func TestWhatLocksOutIsConfirmed(t *testing.T) {
	d, sent, c := deedForm(t, Deeds{Users: subjects(app.SubjectUser, "Jo Doe"), Incident: 77}, false)
	if !says(d.Body, "Confirm compromised: Jo Doe") || !says(d.Body, "Tenant: Contoso") || !says(d.Body, "Is not sent after 14:17Z") {
		t.Error("who, where or until when is missing")
	}
	d.Press("Ctrl+Enter")
	if *sent != nil || !says(d.Body, "Type the name of the tenant") {
		t.Fatal("sent without the tenant's name")
	}
	for _, r := range " contoso" {
		c.Focused().TypedRune(r)
	}
	c.Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if len(*sent) != 1 || (*sent)[0].IncidentID != 77 || (*sent)[0].On.Name != "Jo Doe" {
		t.Errorf("sent %+v", *sent)
	}
}

// Tab leads from the choice of the deed straight to the tenant's name.
func TestTabLeadsToTheName(t *testing.T) {
	_, sent, c := deedForm(t, Deeds{Users: subjects(app.SubjectUser, "Jo Doe")}, false)
	c.(interface{ FocusNext() }).FocusNext()
	for _, r := range "Contoso" {
		c.Focused().TypedRune(r)
	}
	c.Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if len(*sent) != 1 {
		t.Errorf("sent %+v", *sent)
	}
}

func TestWhatLocksNobodyOutIsSentAtOnce(t *testing.T) {
	d, sent, _ := deedForm(t, Deeds{Users: subjects(app.SubjectUser, "a", "b")}, false)
	for range 9 { // down to the last one
		d.Press("j")
	}
	if !says(d.Body, "Waits as long as it must") {
		t.Error("a dismissal does not expire")
	}
	d.Press("P")
	if len(*sent) != 2 {
		t.Errorf("shown %d requests", len(*sent))
	}
	d.Press("Enter")
	if len(*sent) != 2 || (*sent)[1].Verb != outbox.DismissRisk {
		t.Errorf("sent %+v", *sent)
	}
}

// What the sign-in may not do is said with what it needs, for every kind of subject, and
// is not sent.
func TestALackingPermissionIsSaid(t *testing.T) {
	for kind, needs := range map[app.SubjectKind]string{
		app.SubjectUser:     "IdentityRiskyUser.ReadWrite.All",
		app.SubjectWorkload: "IdentityRiskyServicePrincipal.ReadWrite.All",
		app.SubjectSignIn:   "IdentityRiskEvent.ReadWrite.All",
	} {
		var d Deeds
		for k, list := range map[app.SubjectKind]*[]app.Subject{app.SubjectUser: &d.Users, app.SubjectWorkload: &d.Workloads, app.SubjectSignIn: &d.SignIns} {
			if k == kind {
				*list = subjects(k, "x")
			}
		}
		d.Lacking = func(p string) string { return "It needs " + p + "." }
		d.Only = app.DismissRisk
		form, sent, _ := deedForm(t, d, false)
		form.Press("Ctrl+Enter")
		if *sent != nil || !says(form.Body, "needs "+needs+".") {
			t.Errorf("%s: sent %v, or not said", kind, *sent)
		}
	}
}

// Many are counted, a few of them named.
func TestManyAreCounted(t *testing.T) {
	d := Deeds{Users: subjects(app.SubjectUser, strings.Fields("a b c d e f g h i j k")...)}
	if d.Title() != "Confirm compromised: 11 accounts" || d.names() != "a, b, c, d, e, f, g, h and 3 more" {
		t.Errorf("%s: %s", d.Title(), d.names())
	}
	if d = (Deeds{SignIns: subjects(app.SubjectSignIn, "x \u202egnp.exe")}); strings.Contains(d.Title()+d.names(), "\u202e") {
		t.Error("a hidden character is left")
	}
}

// A path is asked for, read, and what was found is said; the form stays until it is left.
func TestAPathIsTaken(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{Dark: true})
	var asked []string
	var answer func(string, bool)
	closed := false
	d := NewPath(Path{
		Title: "Import", Tenant: fleet.Tenant{Name: "Contoso"}, Close: func() { closed = true },
		Take: func(p string, say func(string, bool)) { asked, answer = append(asked, p), say },
	})
	win := test.NewTempWindow(t, d.Body)
	win.Canvas().Focus(d.First)
	d.Press("Enter")
	if asked != nil || !says(d.Body, "Write the path") {
		t.Fatal("no path was taken for one")
	}
	test.Type(d.First, "/tmp/vip.csv")
	d.Press("Enter")
	d.Press("Enter") // while it is being read
	answer("Taken in: 3 accounts.\nLine 4 has no key.", false)
	if len(asked) != 1 || asked[0] != "/tmp/vip.csv" || !says(d.Body, "Taken in: 3 accounts.") || closed {
		t.Errorf("asked %q, closed %v", asked, closed)
	}
	d.Press("Esc")
	if !closed {
		t.Error("Esc does not leave")
	}
}
