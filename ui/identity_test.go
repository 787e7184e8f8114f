package ui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"watchfloor/app"
	"watchfloor/app/fleet"
	"watchfloor/app/identity"
	"watchfloor/app/outbox"
	"watchfloor/app/sync"
	"watchfloor/ui/keys"
	"watchfloor/ui/uitest"
	"watchfloor/ui/work"
)

// peopled is a window whose tenant has identities.
func peopled(t *testing.T, change func(*Services)) (*desk, *uitest.Identity) {
	t.Helper()
	d := &desk{t: t, line: &work.Line{}, prefs: &uitest.Prefs{}}
	people := uitest.NewIdentity(40)
	s := d.services(30)
	s.Identity = func(int) identity.Reader { return people }
	if change != nil {
		change(&s)
	}
	d.Shell = New(test.NewTempApp(t), s)
	t.Cleanup(d.Close)
	d.Show()
	d.win.Resize(fyne.NewSize(1280, 760))
	d.line.Drain()
	return d, people
}

func (d *desk) people() *identityPage { return d.pages[keys.Identity].(*identityPage) }
func (d *desk) person() *personPage   { return d.pages[keys.Person].(*personPage) }

// typeIn writes where the keyboard is.
func (d *desk) typeIn(s string) {
	for _, r := range s {
		d.win.Canvas().Focused().TypedRune(r)
	}
	d.line.Drain()
}

// The story by keyboard alone, offline: an account of an incident leads to the person;
// compared, confirmed compromised, sessions revoked; and back to the incident.
func TestFromAnIncidentToThePersonAndBack(t *testing.T) {
	d, _ := peopled(t, nil)
	d.press("Ctrl+O")
	d.fire()
	d.press("j", "Enter", "3", "i")
	if d.on != keys.Person || d.person().P.Name() != "Jo Doe" {
		t.Fatalf("on %s", d.on)
	}
	incident := d.pages[keys.Incident].(*casePage).P.Row().ID
	d.press("3", "Space", "Space", "b")
	if d.dialog == nil {
		t.Fatal("two marked sign-ins are not compared")
	}
	d.press("Esc", "Esc", "x")
	if d.dialog == nil {
		t.Fatal("x opens no form")
	}
	d.press("1", "Enter")
	d.typeIn("contoso.example")
	d.press("Enter")
	if len(d.box.Asked) != 1 || d.box.Asked[0].Verb != outbox.ConfirmCompromised || d.box.Asked[0].On.Kind != app.SubjectUser {
		t.Fatalf("asked %+v", d.box.Asked)
	}
	if !strings.HasSuffix(d.message.Text, "queued, offline") {
		t.Errorf("said %q", d.message.Text)
	}
	d.press("x", "2", "Enter")
	d.typeIn("CONTOSO.example ")
	d.press("Ctrl+Enter")
	if len(d.box.Asked) != 2 || d.box.Asked[1].Verb != outbox.RevokeSessions || d.box.Asked[1].On.ID != d.box.Asked[0].On.ID {
		t.Fatalf("asked %+v", d.box.Asked)
	}
	d.press("Esc")
	if d.on != keys.Incident || d.pages[keys.Incident].(*casePage).P.Row().ID != incident {
		t.Fatalf("Esc leads to %s", d.on)
	}
	d.press("Esc")
	if d.on != keys.Queue {
		t.Errorf("and then to %s", d.on)
	}
}

// However one wanders between persons and incidents, Esc finds the way out.
func TestEscEndsEveryWay(t *testing.T) {
	d, _ := peopled(t, nil)
	d.press("Enter", "3", "i", "4", "Enter")
	if d.on != keys.Incident {
		t.Fatalf("Enter on an incident of the person leads to %s", d.on)
	}
	d.press("3", "i", "4", "Enter")
	for range 12 {
		if d.on == keys.Queue {
			return
		}
		d.press("Esc")
	}
	t.Errorf("still on %s", d.on)
}

// A wrong tenant's name, or none, sends nothing.
func TestTheTenantIsTypedForWhatLocksOut(t *testing.T) {
	d, _ := peopled(t, nil)
	d.press("g", "i", "x", "3", "Ctrl+Enter")
	if d.dialog == nil || len(d.box.Asked) != 0 {
		t.Fatal("sent without the tenant's name")
	}
	d.typeIn("fabrikam")
	d.press("Enter")
	if d.dialog == nil || len(d.box.Asked) != 0 {
		t.Fatal("sent to a tenant that was not meant")
	}
	d.press("Esc")
	d.press("x", "6", "Enter") // dismissing asks for no name
	if len(d.box.Asked) != 1 || d.box.Asked[0].Verb != outbox.DismissRisk {
		t.Errorf("asked %+v", d.box.Asked)
	}
}

// Rows without an id cannot be acted on; the form says how many it leaves out.
func TestRowsWithoutAnIDAreLeftOut(t *testing.T) {
	d, people := peopled(t, nil)
	people.Change(func(f *uitest.Identity) {
		f.SignRows[0].ID, f.SignRows[0].UserID, f.SignRows[0].At = "", "", uitest.Now
	})
	d.press("g", "i", "3", "x")
	if d.dialog != nil || !strings.HasPrefix(d.message.Text, "Nothing here that could be acted on") {
		t.Errorf("a form opened, or %q", d.message.Text)
	}
	d.press("Space", "Space", "x", "3", "Ctrl+Enter")
	if len(d.box.Asked) != 1 || d.box.Asked[0].On.Kind != app.SubjectSignIn || d.box.Asked[0].On.ID == "" {
		t.Errorf("asked %+v", d.box.Asked)
	}
}

// One form for many; what is refused is listed; undo takes back what has not left.
func TestOneFormForManyAccounts(t *testing.T) {
	d, _ := peopled(t, nil)
	d.box.Grace, d.box.Keep = 10*time.Second, true
	refused := 0
	d.box.OnDo = func(outbox.Request) error {
		if refused++; refused == 3 {
			return app.E(app.KindInvalid, "This account is gone.", nil)
		}
		return nil
	}
	d.press("g", "i", "Space", "Space", "Space", "Space", "x", "5", "Ctrl+Enter")
	if len(d.box.Asked) != 4 || d.dialog == nil || d.message.Text != "Confirm safe: 3 queued, 1 refused – B shows why" {
		t.Fatalf("asked %d, said %q", len(d.box.Asked), d.message.Text)
	}
	if !d.strip.root.Visible() || !strings.HasPrefix(d.strip.line.Cell().Text, "Confirm safe, 4 accounts: ") {
		t.Errorf("the line says %q", d.strip.line.Cell().Text)
	}
	d.press("Esc", "Ctrl+Z")
	if len(d.box.Calls) != 1 || d.box.Calls[0] != "undo 101 102 103" {
		t.Errorf("calls %q", d.box.Calls)
	}
	if len(d.people().P.Marked()) != 0 {
		t.Error("the marks outlived the form")
	}
}

// A sent disabling is put back by enabling, asked for in a form of its own.
func TestDisablingIsPutBack(t *testing.T) {
	d, _ := peopled(t, nil)
	d.press("g", "i", "x", "3", "Enter")
	d.typeIn("contoso.example")
	d.press("Enter")
	on := d.box.Asked[0].On
	d.box.Back = map[int64]outbox.Request{101: {Verb: outbox.EnableAccount, On: on}}
	d.box.OnUndo = func([]int64) (int, error) { return 0, app.E(app.KindInvalid, "It has left.", nil) }
	d.press("Ctrl+Z")
	if d.dialog == nil {
		t.Fatal("nothing is offered")
	}
	d.press("Enter")
	if len(d.box.Asked) != 2 || d.box.Asked[1].Verb != outbox.EnableAccount || d.box.Asked[1].On != on {
		t.Errorf("asked %+v", d.box.Asked)
	}
	d.box.Back = nil
	d.press("Ctrl+Z")
	if d.dialog != nil || !strings.HasPrefix(d.message.Text, "It has been sent, and nothing takes it back") {
		t.Errorf("said %q", d.message.Text)
	}
}

// A permission that the source said is missing is named, and nothing is sent.
func TestAMissingPermissionIsNamed(t *testing.T) {
	d, _ := peopled(t, nil)
	d.sync.Now.Sources = append(d.sync.Now.Sources, sync.Status{
		Source: app.EntraRisk, LastSuccess: uitest.Now,
		Lacks: []app.Lack{{What: "Ending sessions", Needs: "User.RevokeSessions.All or User Administrator", Still: "The rest."}},
	})
	d.hub.Publish(app.Event{Topic: app.TopicSync})
	d.fire()
	d.press("g", "i", "x", "2", "Enter")
	d.typeIn("contoso.example")
	d.press("Ctrl+Enter")
	if d.dialog == nil || len(d.box.Asked) != 0 {
		t.Fatal("sent although a permission is missing")
	}
}

// The list of high-value accounts is read from a file, with what is odd about it said.
func TestImportingAList(t *testing.T) {
	d, people := peopled(t, nil)
	path := filepath.Join(t.TempDir(), "vip.csv")
	if err := os.WriteFile(path, []byte("upn;name;reason\njo.doe0@contoso.example;Jo Doe;board\n;nobody;\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d.press("g", "i", "L", "Enter")
	if d.dialog == nil || people.Important != nil {
		t.Fatal("no path, and yet something was imported")
	}
	d.typeIn(path)
	d.press("Enter")
	if len(people.Important) != 1 || people.Important[0].Key != "jo.doe0@contoso.example" {
		t.Errorf("imported %+v", people.Important)
	}
	d.press("Esc")
	if d.dialog != nil || d.on != keys.Identity {
		t.Error("Esc does not lead back")
	}
}

// Exports write the list of the open tab; the exact request is shown over the form.
func TestExportAndExactRequest(t *testing.T) {
	d, _ := peopled(t, nil)
	d.press("g", "i", "3", "E", "c", "E", "j")
	if got := strings.Join(d.out.Asked, ", "); got != "sign-ins csv 240, sign-ins json 240" {
		t.Errorf("written %q", got)
	}
	d.press("1", "x", "P")
	if d.dialog == nil || d.dialog.under == nil {
		t.Fatal("no exact request over the form")
	}
	d.press("Esc", "Esc")
	if d.dialog != nil {
		t.Error("the form is still open")
	}
}

// two answers for two tenants.
type two struct{}

func (two) Tenants() []fleet.Tenant {
	return []fleet.Tenant{{Slot: 0, Name: "Contoso", Colour: "teal", Me: uitest.Me}, {Slot: 1, Name: "Fabrikam", Colour: "violet", Me: uitest.Me}}
}

func (r two) Of(id int64) fleet.Tenant {
	slot, _ := fleet.Split(id)
	return r.Tenants()[slot]
}

// One tenant at a time: the next one's people replace those of the first, by name.
func TestTheTenantOfThePlace(t *testing.T) {
	asked := []int{}
	d, people := peopled(t, func(s *Services) {
		one := s.Identity
		s.Roster = two{}
		s.Identity = func(slot int) identity.Reader {
			asked = append(asked, slot)
			if slot == 1 {
				return uitest.NewIdentity(3)
			}
			return one(slot)
		}
	})
	d.press("g", "i")
	rows := d.people().P.Tally()
	d.press("W", "x", "6", "Enter")
	if d.people().P.Slot() != 1 || d.people().P.Tally() == rows || asked[len(asked)-1] != 1 {
		t.Fatalf("slot %d: %s", d.people().P.Slot(), d.people().P.Tally())
	}
	if len(d.box.Asked) != 1 {
		t.Fatalf("asked %+v", d.box.Asked)
	}
	if slot, local := fleet.Split(d.box.Asked[0].IncidentID); slot != 1 || local != 0 {
		t.Errorf("the action goes to slot %d, incident %d", slot, local)
	}
	d.press("W")
	if d.people().P.Slot() != 0 || len(people.Asked) == 0 {
		t.Error("the first tenant does not come back")
	}
}

// Without identities the place says so, and no key does harm.
func TestIdentityWithoutAReader(t *testing.T) {
	d := window(t, 5)
	d.press("g", "i", "j", "x", "b", "L", "4", "H", "E", "c", "Enter", "W", "y", "Esc", "Enter", "3", "i")
	if d.on != keys.Incident || d.dialog != nil {
		t.Errorf("on %s", d.on)
	}
}
