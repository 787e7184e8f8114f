package connect

import (
	"errors"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"watchfloor/app/permission"
	"watchfloor/ui/theme"
	"watchfloor/ui/uitest"
)

// rightsOf is the permission screen of a tenant with nothing on screen.
func rightsOf(t *testing.T) (*rights, *bench, *uitest.Guard) {
	t.Helper()
	b, g := newBench(t), uitest.NewGuard()
	r := newRights(contoso, g, b.desk(), Lent{At: func(t time.Time) string { return t.Format("15:04Z") }, Turned: func() {}})
	r.check()
	b.line.Drain()
	return r, b, g
}

// The screen counts what is granted, missing and cannot be told, tells when that was, and
// says of a row what it unlocks and what it needs.
func TestLeastPrivilegeTheScreenSaysWhatIsThereAndWhatIsMissing(t *testing.T) {
	r, _, _ := rightsOf(t)
	granted, missing, open := permission.Count(r.rows, permission.Granted), permission.Count(r.rows, permission.Missing), permission.Count(r.rows, permission.CannotTell)
	if len(r.rows) != len(permission.All()) || granted+missing+open != len(r.rows) || missing == 0 || open == 0 || !strings.Contains(r.sum(), " missing, ") || !strings.HasSuffix(r.sum(), "checked 13:59Z.") {
		t.Errorf("%d rows: %s", len(r.rows), r.sum())
	}
	for r.rows[r.cursor].Feature != "defender.change" {
		r.press("j")
	}
	for _, words := range []string{"Unlocks: Status, owner", "Needs: Delegated permission SecurityIncident.ReadWrite.All", "Without it: ", "Answer: The permission SecurityIncident.ReadWrite.All is not in the token."} {
		if !strings.Contains(r.about(), words) {
			t.Errorf("%q is not said: %s", words, r.about())
		}
	}
	r.press("End")
	r.press("j")
	if r.cursor != len(r.rows)-1 {
		t.Errorf("the cursor is at %d", r.cursor)
	}
}

// The switch says what holds, also where that of all tenants is over it; a check that
// fails keeps what was known in sight.
func TestLeastPrivilegeTheScreenTurnsTheSwitchOfItsTenant(t *testing.T) {
	r, b, g := rightsOf(t)
	if r.mode() != "Actions are on, as far as they are granted." {
		t.Error(r.mode())
	}
	r.press("a")
	b.line.Drain()
	if !g.Only[contoso.Slot] || !strings.HasPrefix(r.mode(), "Read-only: nothing is changed") || r.turnLabel() != "Turn actions on" {
		t.Errorf("%v, %s", g.Only, r.mode())
	}
	g.All = true
	if !strings.Contains(r.mode(), "here and everywhere") {
		t.Error(r.mode())
	}
	rows := len(r.rows)
	g.Err = errors.New("secret of the inside")
	r.press("r")
	r.press("a")
	b.line.Drain()
	if len(r.rows) != rows || r.problem == "" || strings.Contains(r.problem, "secret of the inside") || !r.p.ReadOnly {
		t.Errorf("%d rows, %q", len(r.rows), r.problem)
	}
}

// What the dialog shows fits it, in both themes.
func TestLeastPrivilegeTheScreenFits(t *testing.T) {
	for _, dark := range []bool{true, false} {
		test.NewTempApp(t).Settings().SetTheme(theme.Theme{Dark: dark})
		s := &screen{bench: newBench(t)}
		d := NewPermissions(contoso, uitest.NewGuard(), s.desk(), Lent{At: func(time.Time) string { return "14:02Z" }, Turned: func() {}})
		s.open(t, d.Body, d.First)
		s.line.Drain()
		if got := d.Body.MinSize(); got.Height > 495 || got.Width > Width-36 {
			t.Errorf("the dialog needs %v", got)
		}
		if got := test.RenderToMarkup(s.win.Canvas()); !strings.Contains(got, "SecurityIncident.Read.All") || !strings.Contains(got, "Copy a request") || !strings.Contains(got, "14:02Z") {
			t.Errorf("it does not show what it is for: %s", got)
		}
		s.shot(t, map[bool]string{true: "7-permissions-dark", false: "7-permissions-light"}[dark])
	}
}
