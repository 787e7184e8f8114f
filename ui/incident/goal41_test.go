package incident

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"watchfloor/app"
	"watchfloor/app/triage"
	"watchfloor/ui/present"
	"watchfloor/ui/uitest"
)

// caseWith is an incident with s wherever somebody outside can put text.
func caseWith(s []string) triage.Case {
	at := uitest.Now.Add(-time.Hour)
	in := app.Incident{
		ID: 1, Ref: app.Ref{Source: app.Sentinel, ID: "r"}, Number: "1", Title: s[0], Description: strings.Join(s, "\n"), Created: at, Modified: at, ModifiedBy: "by " + s[0],
		Products: s, Tactics: s, Rules: s, URL: s[0], ProviderName: s[0], Fields: app.Fields{Severity: app.High, Status: app.StatusClosed, Owner: app.Owner{Name: "see " + s[0]}, Determination: s[0], ClosingNote: s[0], Tags: s},
	}
	k := triage.Case{Row: triage.Row{ID: 1, Number: "1", Ref: in.Ref, Title: s[0], Owner: "see " + s[0], Entities: s[0], Tags: s, Severity: app.High, Created: at, Modified: at}, Incident: in, DetailsAt: at}
	for _, x := range s {
		e := app.Entity{Kind: app.EntityKind(x), Key: x, Name: x, Raw: []byte(`{"a":"` + strings.ReplaceAll(x, `\`, `\\`) + `"}`)}
		k.Alerts = append(k.Alerts, app.Alert{ID: x, Title: x, Description: x, Severity: app.High, Status: x, Product: x, Category: x, Techniques: []string{x}, Created: at, First: at})
		k.Entities = append(k.Entities, e)
		k.Evidence = append(k.Evidence, app.Evidence{AlertID: x, Entity: e, Verdict: x, Remediation: x, Roles: []string{x}, Created: at})
		k.Comments = append(k.Comments, app.Comment{ID: x, Author: "see " + x, Text: x, Created: at})
		k.Tasks = append(k.Tasks, app.Task{ID: x, Title: x, Description: x, CreatedBy: "see " + x})
		k.Bookmarks = append(k.Bookmarks, app.Bookmark{Title: x, Notes: x, Query: x, CreatedBy: "see " + x})
		for _, f := range []app.Field{app.FieldTitle, app.FieldOwner, app.FieldTags, app.FieldStatus} {
			k.Changes = append(k.Changes, app.Change{Seen: at, At: at, Who: "see " + x, Field: f, From: "see " + x, To: x + " of x", Origin: app.Origin(x)})
		}
	}
	return k
}

// shownOf is every text of the page of an incident and of its row in the queue, by where
// it stands.
func shownOf(t *testing.T, k triage.Case) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	clock := present.Clock{Now: uitest.Now, Zone: time.UTC}
	for _, c := range present.RowCells(k.Row, triage.DefaultTargets, clock, uitest.Me) {
		out["row"] = append(out["row"], c.Text)
	}
	h := present.Head(k.Row, &k, triage.DefaultTargets, clock, uitest.Me)
	out["head"] = append(out["head"], h.Title, h.Tags, h.Warning, h.Times)
	for _, c := range h.Facts {
		out["head"] = append(out["head"], c.Text)
	}
	b := bare()
	b.tenant.OnCase = func(int64) (triage.Case, error) { return k, nil }
	b.Open(k.Row)
	b.line.Drain()
	for i, tab := range b.tabs {
		if tab.Name == "Raw" {
			continue // as the service sent it, which is what it promises
		}
		out[tab.Name] = append(out[tab.Name], tab.Text)
		for _, l := range b.tabs[i].Rows {
			out[tab.Name] = append(out[tab.Name], l.More, l.Copy)
			for _, c := range l.Cells {
				out[tab.Name] = append(out[tab.Name], c.Text)
			}
		}
	}
	return out
}

// dose is how much of a goal is tried: ci in every run, release where WATCHFLOOR_SOAK=1.
func dose(ci, release int) int {
	if os.Getenv("WATCHFLOOR_SOAK") == "1" {
		return release
	}
	return ci
}

// Goal 41: of 2,000 indicators none is shown or copied as it was, in any column, tab or
// preview, unless it is asked for with Y.
func TestGoal41NoIndicatorIsShownLive(t *testing.T) {
	seen, all := 0, uitest.Indicators(dose(240, 2_000))
	for some := range slices.Chunk(all, 80) {
		for where, texts := range shownOf(t, caseWith(some)) {
			for _, s := range texts {
				seen++
				if found := uitest.Live.FindString(s); found != "" {
					at := uitest.Live.FindStringIndex(s)
					t.Errorf("%s shows %q: %.120q", where, found, s[max(0, at[0]-40):])
					break
				}
			}
		}
		if t.Failed() {
			return
		}
	}
	if seen < 25*len(all) {
		t.Errorf("only %d texts seen: the test looks at the wrong place", seen)
	}
}

// Goal 38: the same of every hostile text: nothing hides, turns or floods a line.
func TestGoal38NothingHidesOnThePageOfAnIncident(t *testing.T) {
	for _, s := range append(slices.Clone(uitest.Hostile), strings.Repeat("\u202e", 1<<20), "\u2066a\u2069\u200b", "\u202excod.exe", strings.Repeat("e\u0301", 4_000), "עברית\u202bx", "a\r\n\x1b]0;x\a") {
		if s == "" {
			continue
		}
		for where, all := range shownOf(t, caseWith([]string{s})) {
			for _, got := range all {
				if at := strings.IndexFunc(got, func(r rune) bool {
					return r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp))
				}); at >= 0 {
					t.Errorf("%s of %.30q hides %q", where, s, got[at:min(len(got), at+8)])
					break
				}
				if len(got) > 300_000 {
					t.Errorf("%s of %.30q is %d bytes long", where, s, len(got))
				}
			}
		}
	}
}
