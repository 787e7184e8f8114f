package clip

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"watchfloor/ui/widget"
)

// clock runs what is due when it is told to.
type clock struct {
	now time.Duration
	due []due
}

type due struct {
	at time.Duration
	do func()
}

func (c *clock) after(d time.Duration, f func()) { c.due = append(c.due, due{c.now + d, f}) }

func (c *clock) pass(d time.Duration) {
	c.now += d
	late := c.due
	c.due = nil
	for _, x := range late {
		if x.at > c.now {
			c.due = append(c.due, x)
			continue
		}
		x.do()
	}
}

func watched(t *testing.T) (*App, *clock) {
	t.Helper()
	a := Watch(test.NewTempApp(t))
	c := &clock{}
	a.Keeper().On(func(f func()) { f() }, c.after)
	return a, c
}

func TestGoal36WhatWasCopiedGoesAfterHalfAMinute(t *testing.T) {
	a, c := watched(t)
	a.Clipboard().SetContent("10[.]1[.]2[.]3")
	c.pass(29 * time.Second)
	if got := a.Clipboard().Content(); got != "10[.]1[.]2[.]3" {
		t.Fatalf("too early: %q", got)
	}
	c.pass(time.Second)
	if got := a.Clipboard().Content(); got != "" {
		t.Errorf("after 30 s: %q", got)
	}
}

func TestGoal36ACodeGoesAfterTenSeconds(t *testing.T) {
	a, c := watched(t)
	a.Keeper().Stay(0)
	a.Keeper().Secret("FJKSWQTR")
	c.pass(9 * time.Second)
	if got := a.Clipboard().Content(); got != "FJKSWQTR" {
		t.Fatalf("too early: %q", got)
	}
	c.pass(time.Second)
	if got := a.Clipboard().Content(); got != "" {
		t.Errorf("after 10 s: %q", got)
	}
}

// What another program copied meanwhile is not touched, neither by time nor at the end;
// and what is copied again has its whole time.
func TestGoal36WhatIsNotOursStays(t *testing.T) {
	a, c := watched(t)
	theirs := a.App.Clipboard()
	a.Clipboard().SetContent("ours")
	theirs.SetContent("a letter")
	c.pass(time.Minute)
	a.Keeper().Close()
	if got := theirs.Content(); got != "a letter" {
		t.Errorf("another's text became %q", got)
	}
	a.Clipboard().SetContent("first")
	c.pass(20 * time.Second)
	a.Clipboard().SetContent("second")
	c.pass(20 * time.Second)
	if got := theirs.Content(); got != "second" {
		t.Errorf("the timer of the first took %q", got)
	}
	c.pass(10 * time.Second)
	if got := theirs.Content(); got != "" {
		t.Errorf("the second stays: %q", got)
	}
}

func TestGoal36NothingOfOursIsLeftAtTheEnd(t *testing.T) {
	a, _ := watched(t)
	a.Clipboard().SetContent("ours")
	a.Keeper().Close()
	if got := a.Clipboard().Content(); got != "" {
		t.Errorf("left: %q", got)
	}
	a.Keeper().Stay(0) // the person wants it to stay
	a.Clipboard().SetContent("kept")
	a.Keeper().Close()
	if got := a.Clipboard().Content(); got != "kept" {
		t.Errorf("taken away although it should stay: %q", got)
	}
}

// The toolkit's own copying is watched too: by the keys of a field, which are handed the
// system's clipboard, and of a text that can be selected.
func TestGoal36TheToolkitCopiesThroughTheKeeper(t *testing.T) {
	a, c := watched(t)
	before := fyne.CurrentApp()
	fyne.SetCurrentApp(a)
	t.Cleanup(func() { fyne.SetCurrentApp(before) })
	e := widget.NewEntry("", 1, nil)
	l := widget.NewPassage(false)
	l.SetText("host-7")
	win := test.NewTempWindow(t, container.NewVBox(e, l))
	win.Resize(fyne.NewSize(400, 200))
	e.SetText("host-7")
	e.TypedShortcut(&fyne.ShortcutSelectAll{})
	for name, shortcut := range map[string]fyne.Shortcut{"copy": &fyne.ShortcutCopy{Clipboard: a.App.Clipboard()}, "cut": &fyne.ShortcutCut{Clipboard: a.App.Clipboard()}} {
		e.SetText("host-7")
		e.TypedShortcut(&fyne.ShortcutSelectAll{})
		e.TypedShortcut(shortcut)
		goes(t, a, c, name+" in a field")
	}
	for _, o := range test.WidgetRenderer(l).Objects() {
		if f, ok := o.(fyne.DoubleTappable); ok {
			f.DoubleTapped(&fyne.PointEvent{Position: fyne.NewPos(12, 12)})
			o.(fyne.Shortcutable).TypedShortcut(&fyne.ShortcutCopy{})
			goes(t, a, c, "copy of a text")
			return
		}
	}
	t.Error("the text cannot be selected")
}

// goes checks that something was copied and is taken away.
func goes(t *testing.T, a *App, c *clock, how string) {
	t.Helper()
	if got := a.App.Clipboard().Content(); !strings.Contains(got, "host") {
		t.Errorf("%s: %q was copied", how, got)
	}
	c.pass(Usual)
	if got := a.App.Clipboard().Content(); got != "" {
		t.Errorf("%s: %q is left", how, got)
	}
}

// No other code talks to a clipboard: a copy that nobody takes away would be one of these.
func TestGoal36AllCopyingGoesThroughOneGate(t *testing.T) {
	seen := 0
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		path = filepath.ToSlash(path)
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "ui/clip/") || strings.HasSuffix(path, "ui/widget/watched.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		seen++
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.Name == "Clipboard" {
				t.Errorf("%s uses a clipboard by itself: ask package clip", path)
			}
			return true
		})
		return nil
	})
	if err != nil || seen < 300 {
		t.Fatalf("%d files, %v", seen, err)
	}
}
