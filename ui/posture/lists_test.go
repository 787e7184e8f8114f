package posture

import (
	"strings"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/fleet"
	"watchfloor/app/outbox"
	model "watchfloor/app/posture"
	"watchfloor/app/sync"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/uitest"
)

func TestRecommendationsStandInTheirGroups(t *testing.T) {
	x := open(t, Recommendations)
	var heads []string
	for i, l := range x.recs.lines {
		if l.rec == nil {
			heads = append(heads, x.RecCells(i)[1].Text)
		}
	}
	if got := strings.Join(heads, ", "); got != "Machines  3, Network  2, Storage and data  2, Applications  1, Identity  1, Other  1" {
		t.Errorf("heads: %s", got)
	}
	contains(t, "the cursor is on the first recommendation", x.row(), "Critical", "System updates", "mei@contoso.example", "! 18 Nov 2026")
	x.do(keys.NextGroup, keys.NextGroup)
	contains(t, "second group", x.Heading(), "2 recommendations", "Network")
	x.do(keys.NextPin)
	if x.recs.pin != model.PinUpdates || x.Instead() == "" {
		t.Errorf("pin %q; no machine is missing updates on the network: %q", x.recs.pin, x.Instead())
	}
	x.do(keys.Back)
	if x.recs.pin != "" || x.recs.group != "" {
		t.Error("Esc shows all groups again")
	}
	x.do(keys.Sort)
	if a := x.src.Asked[len(x.src.Asked)-1]; a.Order != model.ByRisk {
		t.Errorf("sorted by %q", a.Order)
	}
	x.Type("shared key")
	x.line.Drain()
	if a := x.src.Asked[len(x.src.Asked)-1]; a.Words != "shared key" || x.Len() != 2 {
		t.Errorf("asked for %q, %d lines", a.Words, x.Len())
	}
}

// A sort or an event leaves the cursor on its recommendation.
func TestTheCursorKeepsItsRecommendation(t *testing.T) {
	x := open(t, Recommendations)
	x.do(keys.Down, keys.Down, keys.Down, keys.Down)
	was := x.recs.current().ID
	x.src.Edit(func(p *uitest.Posture) {
		p.Recs = append([]model.Recommendation{{Meta: model.Meta{ID: "new", Title: "New"}, Group: model.Machines, Unhealthy: 1}}, p.Recs...)
	})
	x.Stale()
	x.line.Drain()
	if got := x.recs.current(); got == nil || got.ID != was {
		t.Errorf("the cursor is on %+v", got)
	}
}

// The preview follows the cursor; an answer that comes too late for it is dropped.
func TestThePreviewIsOfTheCursor(t *testing.T) {
	x := open(t, Recommendations)
	_, body := x.Detail()
	contains(t, "preview", body, "31 unhealthy", "owner mei@contoso.example · due 18 Nov 2026 (overdue)", "srv-web-001", "hxxps://contoso[.]example/kb", "and 19 more")
	x.Do(keys.Down, 1)
	x.Do(keys.Down, 1)
	x.line.Drain()
	if x.recs.peeked != x.recs.current().ID || x.recs.beside[0].ID != x.recs.current().ID {
		t.Errorf("the preview has resources of %s", x.recs.beside[0].ID)
	}
}

func TestUnknownWordsStay(t *testing.T) {
	x := open(t, Recommendations)
	for i, l := range x.recs.lines {
		if l.rec != nil && l.rec.Severity == "Sehr hoch" {
			x.Move(i)
		}
	}
	contains(t, "row", x.row(), "? Sehr hoch", "仮想マシン", "!")
	_, body := x.Detail()
	contains(t, "preview", body, "! unknown severity Sehr hoch")
	x.src.Edit(func(p *uitest.Posture) {
		p.Recs[0].Group = "Weltraum"
		p.ResourcesOf[p.Recs[0].ID] = []model.Assessment{{ID: p.Recs[0].ID, Resource: "not an id", Code: "Kaputt", Risk: "?", Changed: uitest.Now.AddDate(1, 0, 0), Findings: -1}}
	})
	x.Stale()
	x.line.Drain()
	if x.recs.count[model.Other] != 2 {
		t.Errorf("an unknown group is Other: %v", x.recs.count)
	}
	for i, l := range x.recs.lines {
		if l.rec != nil && l.rec.Group == "Weltraum" {
			x.Move(i)
		}
	}
	x.do(keys.Open)
	contains(t, "resource", x.row(), "? Kaputt", "not an id", "! 2027")
	_, body = x.Detail()
	contains(t, "preview", body, "future")
}

// A long list is read page by page as the cursor goes on.
func TestResourcesComeInPages(t *testing.T) {
	x := open(t, Recommendations)
	id := x.recs.current().ID
	x.src.Edit(func(p *uitest.Posture) {
		for i := range 2*page + 7 {
			a := p.ResourcesOf[id][0]
			a.Resource += strings.Repeat("x", 1+i%3) + time.Duration(i).String()
			p.ResourcesOf[id] = append(p.ResourcesOf[id], a)
		}
	})
	all := len(x.src.ResourcesOf[id])
	x.do(keys.Open)
	if x.Len() != page {
		t.Fatalf("%d at first", x.Len())
	}
	for range 4 {
		x.do(keys.End)
	}
	if x.Len() != all || x.recs.more {
		t.Errorf("%d of %d in the end", x.Len(), all)
	}
	name, l, err := x.Export()(t.Context())
	if err != nil || name != "resources" || len(l.Rows) != all {
		t.Errorf("exported %d of %d as %q, %v", len(l.Rows), all, name, err)
	}
}

func TestWhatIsKeptHere(t *testing.T) {
	x := open(t, Recommendations)
	r, ok := x.Editable()
	if !ok {
		t.Fatal("nothing to edit")
	}
	x.Keep(r, model.Local{Owner: "jo", Due: uitest.Now.AddDate(0, 0, 3), Note: "soon"})
	x.line.Drain()
	contains(t, "row", x.row(), "jo", "23 Nov 2026")
	if x.src.Kept[r.ID].Note != "soon" || !strings.Contains(x.said, "Kept") {
		t.Errorf("kept %+v, said %q", x.src.Kept[r.ID], x.said)
	}
	x.src.Edit(func(p *uitest.Posture) { p.Err = app.E(app.KindInternal, "The cache is full.", nil) })
	x.Keep(r, model.Local{})
	x.line.Drain()
	if x.said != "The cache is full." {
		t.Errorf("said %q", x.said)
	}
}

func TestAStandardShowsItsControls(t *testing.T) {
	x := open(t, Compliance)
	contains(t, "standard", x.row(), "Microsoft cloud security benchmark", "Contoso Production", "Failed", "40|23|0|11", "63.5 %")
	x.do(keys.Down, keys.Open)
	contains(t, "heading", x.Heading(), "PCI-DSS-4", "4 controls")
	contains(t, "control", x.row(), "1.1", "Network segmentation", "Failed")
	x.Type("backup")
	contains(t, "filtered", x.row(), "Backups are tested", "Skipped")
	contains(t, "heading", x.Heading(), "1 of 4 controls", "filter: backup")
	x.do(keys.Back, keys.Back)
	contains(t, "back on the standard", x.row(), "PCI-DSS-4")
}

func TestContactsSayWhatIsMissing(t *testing.T) {
	x := open(t, Contacts)
	x.waiting = []outbox.Action{{Seq: 7, State: outbox.Queued, Request: outbox.Request{Verb: outbox.EditContact, On: app.Subject{Kind: app.SubjectContact, ID: strings.ToUpper(uitest.SubLab), Name: "Contoso Lab"}}}}
	x.Stale()
	x.line.Drain()
	contains(t, "heading", x.Heading(), "3 subscriptions", "2 with something missing")
	x.do(keys.Down)
	contains(t, "row", x.row(), "Contoso Platform", "platform@contoso.example", "no role is notified", "attack paths are not sent", "no phone number")
	x.do(keys.Down)
	contains(t, "none", x.row(), "no security contact")
	_, body := x.Detail()
	contains(t, "preview", body, "Queued, not confirmed yet")
	if x.ContactCells(2)[1].Shape != look.Clock {
		t.Error("what is queued has no clock")
	}
}

func TestControlsOfMicrosoft365(t *testing.T) {
	x := open(t, Controls)
	contains(t, "what would bring most comes first", x.row(), "Require multifactor authentication", "Default", "4 / 10")
	x.do(keys.End)
	contains(t, "gone ones come last", x.row(), "gone 20 Oct 2026")
	_, body := x.Detail()
	contains(t, "preview", body, "not listed since 20 Oct 2026", "unknown state Erledigt", "above its maximum")
	x.waiting = []outbox.Action{{Seq: 7, State: outbox.Queued, Request: outbox.Request{
		Verb: outbox.SetControl, Set: app.Values{app.PropControlState: "ThirdParty"},
		On: app.Subject{Kind: app.SubjectControl, ID: "AdminMFAV2"},
	}}}
	x.Stale()
	x.line.Drain()
	x.do(keys.Home)
	if c := x.ControlCells(0); c[2].Text != "Third party" || c[1].Shape != look.Clock {
		t.Errorf("what is queued shows as %q", c[2].Text)
	}
}

// Every state of the place has its words.
func TestStatesOfThePlace(t *testing.T) {
	notices := func(x *place) string {
		var out []string
		for _, c := range x.Notices() {
			out = append(out, c.Text)
		}
		return strings.Join(out, "\n")
	}
	x := open(t, Scores)
	contains(t, "fresh", notices(x), "Cloud posture as of 13:42Z", "Microsoft 365 score as of 13:42Z")
	contains(t, "health", x.Health().Text, "12 alerts of Defender for Cloud, 3 never became an incident")
	x.state.Sources[0].LastSuccess = uitest.Now.Add(-13 * time.Hour) // more than an hourly pull explains
	x.state.Sources[1] = sync.Status{Source: app.M365Score, Phase: sync.FirstPull, Rows: 1204, Total: -1}
	contains(t, "stale", notices(x), "old figures as of 01:02Z", "first pull, 1,204 rows so far")
	x.state.Sources[0].Problem, x.state.Sources[0].Phase = "The role Security Reader is missing.", sync.Failing
	x.state.Sources[0].Lacks = []app.Lack{{What: "Regulatory compliance", Needs: "a Defender plan", Still: "Scores work."}}
	contains(t, "lack", notices(x), "Not available: Regulatory compliance (needs a Defender plan). Scores work.", "The role Security Reader is missing.")

	x = open(t, Compliance)
	x.src.Edit(func(p *uitest.Posture) { p.AllStandards = nil })
	x.Stale()
	x.line.Drain()
	contains(t, "true zero", x.Instead(), "regulatory compliance needs a paid plan")
	x.state.Sources = []sync.Status{{Source: app.CloudPosture, Phase: sync.FirstPull}}
	contains(t, "first pull", x.Instead(), "first pull is under way")
	x.src.Edit(func(p *uitest.Posture) { p.Err = app.E(app.KindInternal, "The cache cannot be read.", nil) })
	x.Stale()
	x.line.Drain()
	contains(t, "error", x.Instead(), "The cache cannot be read. Press r to sync.")
}

// A key that has nothing to do on a tab says where it has.
func TestKeysOfOtherTabs(t *testing.T) {
	for _, c := range []struct {
		tab  Tab
		do   []keys.Command
		want string
	}{
		{Contacts, []keys.Command{keys.Sort}, "2 shows it"},
		{Recommendations, []keys.Command{keys.Open, keys.NextPin}, "2 shows it"},
		{Controls, []keys.Command{keys.LastDrop}, "1 shows them"},
		{Contacts, []keys.Command{keys.Open}, "Nothing lies behind"},
		{Recommendations, []keys.Command{keys.Open, keys.Open}, "Nothing lies behind"},
		{Compliance, []keys.Command{keys.Open, keys.Open}, "Nothing lies behind"},
		{Recommendations, []keys.Command{keys.Home, keys.Open}, "Choose a recommendation"},
	} {
		x := open(t, c.tab)
		x.do(c.do...)
		contains(t, string(c.do[len(c.do)-1]), x.said, c.want)
	}
}

// Postures of different tenants are never on one screen.
func TestAnotherTenant(t *testing.T) {
	x := open(t, Scores)
	x.do(keys.NextTenant)
	if x.said != "One tenant is connected." {
		t.Errorf("said %q", x.said)
	}
	x.tenants = append(x.tenants, fleet.Tenant{Slot: 1, Name: "Research campus"})
	x.do(keys.NextTenant)
	if x.Tenant().Slot != 1 || len(x.Cards()) != 0 || x.Len() != 0 {
		t.Errorf("slot %d shows %d cards", x.Tenant().Slot, len(x.Cards()))
	}
	contains(t, "no reader", x.Instead(), "The posture of this tenant is not read here.")
	x.do(keys.NextTenant)
	if len(x.Cards()) != 3 {
		t.Error("back at the first its scores are gone")
	}
}

func TestEveryListCanBeExported(t *testing.T) {
	for tab, rows := range map[Tab]int{Scores: 91 + 60 + 91 + 2, Recommendations: 10, Compliance: 9, Contacts: 3, Controls: 5} {
		x := open(t, tab)
		name, l, err := x.Export()(t.Context())
		if err != nil || name == "" || len(l.Rows) != rows {
			t.Errorf("tab %d: %d rows as %q, want %d; %v", tab, len(l.Rows), name, rows, err)
		}
	}
}

// A name that plays tricks is shown plain, wherever it stands.
func TestHostileNames(t *testing.T) {
	for _, s := range uitest.Hostile {
		x := open(t, Scores)
		x.src.Edit(func(p *uitest.Posture) {
			for i := range p.Scores {
				p.Scores[i].ScopeName = s
			}
			p.Recs[0].Title, p.Recs[0].Owner, p.Recs[0].Description, p.Recs[0].Control = s, s, s, s
			p.AllControls[0].Title, p.AllControls[0].Note, p.AllControls[0].By = s, s, s
			p.AllContacts[0].Name, p.AllContacts[0].Emails, p.AllContacts[0].Phone = s, []string{s}, s
			p.AllStandards[0].ID, p.Requirement[0].Title = s, s
		})
		for tab := range tabs {
			x.do(keys.Tab(int(tab) + 1))
			title, body := x.Detail()
			for _, text := range []string{x.row(), title.Text, strings.NewReplacer("\n", " ", "\t", " ").Replace(body), x.Heading()} {
				for _, r := range text {
					if r < ' ' || r == '\u202e' || r == '\u200b' || r == 0x7f {
						t.Errorf("tab %d shows %U of %.20q", tab, r, s)
						break
					}
				}
			}
		}
	}
}
