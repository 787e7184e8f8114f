package lock

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"watchfloor/app/unlock"
	"watchfloor/ui/theme"
)

// asked is a view of a question and the answers it gave.
type asked struct {
	*View
	p   *Presenter
	got []unlock.Answer
	win fyne.Window
}

func ask(t *testing.T, n *unlock.Need) *asked {
	t.Helper()
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{Dark: true})
	a := &asked{}
	a.p = NewPresenter(n, func(x unlock.Answer) { a.got = append(a.got, x) })
	a.View = NewView(a.p, func(string) bool { return false }, func(f fyne.Focusable) { a.win.Canvas().Focus(f) })
	a.win = test.NewTempWindow(t, a.Page())
	a.win.Resize(fyne.NewSize(900, 600))
	a.win.Canvas().Focus(a.First())
	return a
}

func (a *asked) key(name fyne.KeyName) { a.win.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: name}) }

// Only Enter is needed where the keyring has the key; nothing is asked.
func TestGoal35EnterUnlocksWhereTheKeyringHasTheKey(t *testing.T) {
	a := ask(t, &unlock.Need{State: unlock.Idle, Tenant: "Northwind"})
	if words, _ := a.p.Words(); words {
		t.Error("words are asked for")
	}
	if strings.Contains(a.title.Cell().Text, "Northwind") {
		t.Error("a locked window names the tenant")
	}
	a.key(fyne.KeyReturn)
	a.key(fyne.KeyReturn) // one is enough
	if len(a.got) != 1 || a.got[0].Do != unlock.Again || !a.p.Busy {
		t.Errorf("%v", a.got)
	}
}

func TestGoal35APassphraseIsTypedToldWrongAndForgotten(t *testing.T) {
	a := ask(t, &unlock.Need{State: unlock.Words, Passphrase: true, Phrase: true})
	a.key(fyne.KeyReturn)
	if len(a.got) != 0 || a.p.Problem == "" {
		t.Error("nothing was taken for a passphrase")
	}
	test.Type(a.win.Canvas().Focused(), "correct horse")
	a.key(fyne.KeyReturn)
	if len(a.got) != 1 || a.got[0] != (unlock.Answer{Do: unlock.Passphrase, Words: "correct horse"}) || a.words.Text != "" {
		t.Fatalf("%#v, the field holds %q", a.got, a.words.Text)
	}
	a.p.Ask(&unlock.Need{State: unlock.Words, Passphrase: true, Phrase: true, Why: "This is not the passphrase of this cache."})
	if a.p.Busy || !a.problem.Visible() || !strings.Contains(a.problem.Text, "not the passphrase") {
		t.Error("a wrong one is not told")
	}
	a.Press("Ctrl+R")
	if a.win.Canvas().Focused() != fyne.Focusable(a.phrase) {
		t.Error("the recovery phrase has not the keyboard")
	}
	if a.title.Cell().Text != "Recovery phrase" || !strings.Contains(a.about.Text, "written down") {
		t.Errorf("asks for the phrase as %q, %q", a.title.Cell().Text, a.about.Text)
	}
	a.p.Ask(&unlock.Need{State: unlock.Words, Passphrase: true, Phrase: true, Why: "This is not the recovery phrase of this cache."})
	if a.p.Mode != unlock.Phrase {
		t.Error("a wrong recovery phrase asks for the passphrase next")
	}
}

func TestGoal32ANewPassphraseIsTypedTwiceAndNotShort(t *testing.T) {
	a := ask(t, &unlock.Need{State: unlock.Choose, Tenant: "North\u202ewind", Why: "The system's keyring is locked."})
	if got := a.title.Cell().Text; strings.Contains(got, "\u202e") || !strings.Contains(got, "North") {
		t.Errorf("the title is %q", got)
	}
	for _, c := range []struct{ one, two, problem string }{{"short", "short", "at least"}, {"four words that differ", "four words that difer", "not the same"}} {
		a.words.SetText(c.one)
		a.again.SetText(c.two)
		a.key(fyne.KeyReturn)
		if len(a.got) != 0 || !strings.Contains(a.p.Problem, c.problem) {
			t.Errorf("%q: %q", c.one, a.p.Problem)
		}
	}
	a.key(fyne.KeyTab)
	if a.win.Canvas().Focused() != fyne.Focusable(a.again) {
		t.Error("Tab does not lead to the second field")
	}
	a.again.SetText("four words that differ")
	a.words.SetText("four words that differ")
	a.key(fyne.KeyReturn)
	if len(a.got) != 1 || a.got[0].Do != unlock.Passphrase {
		t.Errorf("%v", a.got)
	}
}

// The cache is given up only when asked twice, and what is inside is said.
func TestGoal34StartingAfreshIsAskedTwice(t *testing.T) {
	a := ask(t, &unlock.Need{State: unlock.Lost, Known: true, Unsent: 3, Phrase: true})
	if !strings.Contains(a.about.Text, "3 unsent actions") {
		t.Errorf("says %q", a.about.Text)
	}
	a.Press("Ctrl+N")
	if len(a.got) != 0 || !strings.Contains(a.problem.Text, "again") {
		t.Fatalf("%v, %q", a.got, a.problem.Text)
	}
	a.Press("Ctrl+R") // something else in between takes it back
	a.Press("Ctrl+N")
	if len(a.got) != 0 {
		t.Fatal("the first press was remembered")
	}
	a.Press("Ctrl+N")
	if len(a.got) != 1 || a.got[0].Do != unlock.Fresh {
		t.Errorf("%v", a.got)
	}
	if a := ask(t, &unlock.Need{State: unlock.Words, Passphrase: true}); a.Press("Ctrl+E") || a.Press("Ctrl+J") {
		t.Error("what is not offered is taken")
	}
}
