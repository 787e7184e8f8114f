package report

import (
	"bytes"
	"encoding/json"
	"io"
	"time"

	"watchfloor/app"
	"watchfloor/app/triage"
)

// caseJSON is an incident with everything beneath it. Fields are only ever added;
// details that were never read are null.
type caseJSON struct {
	Row
	Description    string         `json:"description"`
	Classification string         `json:"classification"`
	Determination  string         `json:"determination"`
	ClosingNote    string         `json:"closingNote"`
	Products       []string       `json:"products"`
	Tactics        []string       `json:"tactics"`
	DetailsRead    *time.Time     `json:"detailsRead"`
	Alerts         []alertJSON    `json:"alertList"`
	Entities       []entityJSON   `json:"entityList"`
	Evidence       []evidenceJSON `json:"evidenceList"`
	Comments       []commentJSON  `json:"comments"`
	Tasks          []taskJSON     `json:"tasks"`
	Bookmarks      []bookmarkJSON `json:"bookmarks"`
	Changes        []changeJSON   `json:"changes"`
	Audit          []auditJSON    `json:"audit,omitempty"`
}

type alertJSON struct {
	ID         string          `json:"id"`
	Title      string          `json:"title"`
	Severity   string          `json:"severity"`
	Status     string          `json:"status"`
	Product    string          `json:"product"`
	Category   string          `json:"category"`
	Techniques []string        `json:"techniques"`
	Created    *time.Time      `json:"created"`
	Raw        json.RawMessage `json:"raw,omitempty"`
}

type entityJSON struct {
	Kind string `json:"kind"`
	Key  string `json:"key"`
	Name string `json:"name"`
}

type evidenceJSON struct {
	AlertID     string     `json:"alertId"`
	Entity      entityJSON `json:"entity"`
	Verdict     string     `json:"verdict"`
	Remediation string     `json:"remediation"`
	Roles       []string   `json:"roles"`
}

type commentJSON struct {
	Author  string     `json:"author"`
	Text    string     `json:"text"`
	Created *time.Time `json:"created"`
	Pending bool       `json:"pending"`
}

type taskJSON struct {
	Title string `json:"title"`
	Done  bool   `json:"done"`
}

type bookmarkJSON struct {
	Title string `json:"title"`
	Query string `json:"query"`
	Notes string `json:"notes"`
	By    string `json:"by"`
}

type changeJSON struct {
	Seen  *time.Time `json:"seen"`
	At    *time.Time `json:"at"`
	Who   string     `json:"who"`
	Field string     `json:"field"`
	From  string     `json:"from"`
	To    string     `json:"to"`
}

// CaseJSON writes one incident; of m only the audit logs are told.
func CaseJSON(w io.Writer, c triage.Case, m Meta) error {
	i := c.Incident
	return WriteJSON(w, caseJSON{
		Row: RowOf(c.Row), Description: i.Description, Classification: string(i.Classification),
		Determination: i.Determination, ClosingNote: i.ClosingNote, Products: i.Products, Tactics: i.Tactics, DetailsRead: instant(c.DetailsAt),
		Alerts: each(c.Alerts, func(a app.Alert) alertJSON {
			raw := json.RawMessage(nil)
			if json.Valid(a.Raw) {
				raw = bytes.ToValidUTF8(a.Raw, []byte("\ufffd"))
			}
			return alertJSON{a.ID, a.Title, a.Severity.String(), a.Status, a.Product, a.Category, a.Techniques, instant(a.Created), raw}
		}),
		Entities: each(c.Entities, entityOf),
		Evidence: each(c.Evidence, func(e app.Evidence) evidenceJSON {
			return evidenceJSON{e.AlertID, entityOf(e.Entity), e.Verdict, e.Remediation, e.Roles}
		}),
		Comments: each(c.Comments, func(m app.Comment) commentJSON { return commentJSON{m.Author, m.Text, instant(m.Created), m.Pending} }),
		Tasks:    each(c.Tasks, func(t app.Task) taskJSON { return taskJSON{t.Title, t.Done} }),
		Bookmarks: each(c.Bookmarks, func(b app.Bookmark) bookmarkJSON {
			return bookmarkJSON{b.Title, b.Query, b.Notes, b.CreatedBy}
		}),
		Changes: each(c.Changes, func(x app.Change) changeJSON {
			return changeJSON{instant(x.Seen), instant(x.At), x.Who, string(x.Field), x.From, x.To}
		}),
		Audit: auditsJSON(m),
	})
}

func entityOf(e app.Entity) entityJSON { return entityJSON{string(e.Kind), e.Key, e.Name} }

// each keeps nil as nil: what was not read is not empty.
func each[T, U any](in []T, f func(T) U) []U {
	if in == nil {
		return nil
	}
	out := make([]U, len(in))
	for i, v := range in {
		out[i] = f(v)
	}
	return out
}

func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
