package incident

import (
	"strconv"
	"strings"

	"watchfloor/app"
	"watchfloor/app/text"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
)

// Line is one row of a tab.
type Line struct {
	Cells []look.Cell
	// More is shown below for the row under the cursor. Copy and Original are what y
	// and Y take: defanged, and as received.
	More, Copy, Original string
}

// Tab is one tab: rows, or a text where it has none.
type Tab struct {
	Name    string
	Count   int // -1 where a count says nothing
	Columns []look.Column
	Rows    []Line
	Text    string
	Mono    bool
}

var tabNames = []string{"Story", "Alerts", "Entities", "Evidence", "Comments", "Tasks", "Log", "Raw"}

var tabColumns = map[string][]look.Column{
	"Story":    {{Title: "When", Width: 120}, {Title: "What", Width: 110}, {Title: "", Width: 200, Flex: 1}},
	"Alerts":   {{Width: 11}, {Title: "Severity", Width: 60}, {Title: "First seen", Width: 120}, {Title: "Alert", Width: 200, Flex: 1}, {Title: "Product", Width: 190}, {Title: "Category", Width: 130}, {Title: "Status", Width: 90}},
	"Entities": {{Title: "Kind", Width: 130}, {Title: "Name", Width: 200, Flex: 1}, {Title: "Key", Width: 200, Flex: 1}},
	"Evidence": {{Title: "Verdict", Width: 110}, {Title: "Kind", Width: 110}, {Title: "Entity", Width: 200, Flex: 1}, {Title: "Roles", Width: 140}, {Title: "Remediation", Width: 110}, {Title: "Alert", Width: 120, Flex: 0.6}},
	"Comments": {{Title: "When", Width: 120}, {Title: "Author", Width: 160}, {Title: "Comment", Width: 200, Flex: 1}},
	"Tasks":    {{Title: "Done", Width: 50}, {Title: "Task", Width: 200, Flex: 1}, {Title: "By", Width: 160}, {Title: "Created", Width: 120}},
	"Log":      {{Title: "Seen", Width: 120}, {Title: "Changed at source", Width: 130}, {Title: "Field", Width: 110}, {Title: "From", Width: 140, Flex: 1}, {Title: "To", Width: 140, Flex: 1}, {Title: "Who", Width: 160}, {Title: "Learned", Width: 70}},
	"Raw":      {},
}

// build makes the tabs from what is known.
func (p *Presenter) build() {
	p.tabs = make([]Tab, len(tabNames))
	for i, n := range tabNames {
		p.tabs[i] = Tab{Name: n, Count: -1, Columns: tabColumns[n], Text: "Reading…"}
	}
	p.buildRaw(&p.tabs[len(p.tabs)-1])
	if p.detail == nil {
		if p.err != nil {
			for i := range p.tabs[:7] {
				p.tabs[i].Text = app.Say(p.err)
			}
		}
		return
	}
	c := p.d.Clock()
	for i, f := range []func(present.Clock) ([]Line, string){p.story, p.alerts, p.entities, p.evidence, p.comments, p.tasks, p.log} {
		t := &p.tabs[i]
		t.Rows, t.Text = f(c)
		if t.Count = len(t.Rows); t.Name == "Story" {
			t.Count = -1
		}
	}
}

func (p *Presenter) buildRaw(t *Tab) {
	t.Mono = true
	switch {
	case p.rawErr != nil:
		t.Text = app.Say(p.rawErr)
	case p.raw != "":
		t.Text = text.Block(p.raw, 200_000)
	}
}

// none is the text of an empty tab: not asked for is not the same as none.
func (p *Presenter) none(words, one string) string {
	if p.detail.DetailsAt.IsZero() {
		return "The source was not asked for " + words + " yet."
	}
	return "No " + one + "."
}

func (p *Presenter) story(c present.Clock) ([]Line, string) {
	var out []Line
	for _, e := range present.Story(*p.detail) {
		out = append(out, Line{
			Cells: []look.Cell{look.D(c.At(e.When)), present.EventCell(e), look.T(e.Text)},
			More:  c.Exact(e.When) + "  (" + c.Ago(e.When) + ")\n" + e.More, Copy: e.More,
		})
	}
	return out, "Nothing is known about this incident yet."
}

func (p *Presenter) alerts(c present.Clock) ([]Line, string) {
	var out []Line
	for _, a := range p.detail.Alerts {
		when := a.First
		if when.IsZero() {
			when = a.Created
		}
		out = append(out, Line{
			Cells: []look.Cell{
				p.markOf(a), present.Severity(a.Severity), look.D(c.At(when)),
				{Text: present.Safe(a.Title), Fit: look.Middle},
				look.T(present.Word(a.Product)), look.T(present.Word(a.Category)), look.D(present.Word(a.Status)),
			},
			More: present.AlertWords(a), Copy: present.Safe(a.Title), Original: a.Title,
		})
	}
	return out, p.none("alerts", "alert")
}

func (p *Presenter) markOf(a app.Alert) look.Cell {
	if p.marks[a.ID] {
		return look.Cell{Shape: look.Marked, ShapeTone: look.Accent}
	}
	return look.Cell{}
}

func (p *Presenter) entities(present.Clock) ([]Line, string) {
	var out []Line
	for _, e := range p.detail.Entities {
		out = append(out, Line{
			Cells: []look.Cell{look.D(present.Word(string(e.Kind))), {Text: present.Safe(e.Name), Bold: true, Fit: look.Middle}, {Text: present.Safe(e.Key), Fit: look.Middle}},
			More:  entityWords(e), Copy: present.Safe(e.Key), Original: e.Key,
		})
	}
	return out, p.none("entities", "entity")
}

func entityWords(e app.Entity) string {
	s := present.Word(string(e.Kind)) + "  " + present.Safe(e.Name) + "\n" + present.Safe(e.Key)
	if len(e.Raw) > 0 {
		s += "\n\n" + text.Defang(text.Block(string(e.Raw), 8_000))
	}
	return s
}

func (p *Presenter) evidence(c present.Clock) ([]Line, string) {
	titles := map[string]string{}
	for _, a := range p.detail.Alerts {
		titles[a.ID] = a.Title
	}
	var out []Line
	for _, e := range p.detail.Evidence {
		verdict := look.Cell{Text: present.Word(e.Verdict), Bold: strings.EqualFold(e.Verdict, "malicious")}
		out = append(out, Line{
			Cells: []look.Cell{
				verdict, look.D(present.Word(string(e.Entity.Kind))),
				{Text: present.Safe(e.Entity.Name), Fit: look.Middle},
				look.T(present.Word(strings.Join(e.Roles, ", "))), look.D(present.Word(e.Remediation)),
				{Text: present.Safe(titles[e.AlertID]), Tone: look.Dim, Fit: look.Middle},
			},
			More: verdictLine(e, c) + entityWords(e.Entity),
			Copy: present.Safe(e.Entity.Key), Original: e.Entity.Key,
		})
	}
	return out, p.none("evidence", "evidence")
}

func verdictLine(e app.Evidence, c present.Clock) string {
	if e.Verdict == "" {
		return ""
	}
	s := "Verdict: " + present.Word(e.Verdict)
	if !e.Created.IsZero() {
		s += "   since " + c.Both(e.Created)
	}
	return s + "\n"
}

func (p *Presenter) comments(c present.Clock) ([]Line, string) {
	var out []Line
	for _, m := range p.detail.Comments {
		when := look.D(c.At(m.Created))
		if m.Pending {
			when = look.Cell{Text: "queued", Shape: look.Clock}
		}
		out = append(out, Line{
			Cells: []look.Cell{when, look.T(present.Person(m.Author)), look.T(present.Safe(m.Text))},
			More:  present.Person(m.Author) + "   " + c.Both(m.Created) + "\n\n" + present.SafeBlock(m.Text),
			Copy:  present.SafeBlock(m.Text), Original: m.Text,
		})
	}
	empty := p.none("comments", "comment yet") + " m writes one."
	if p.detail.Draft != "" {
		out = append(out, Line{
			Cells: []look.Cell{{Text: "draft", Bold: true}, look.D("you"), look.T(present.Word(p.detail.Draft))},
			More:  "Unfinished comment; m goes on with it.\n\n" + text.Block(p.detail.Draft, 30_000), Copy: p.detail.Draft,
		})
	}
	return out, empty
}

func (p *Presenter) tasks(c present.Clock) ([]Line, string) {
	var out []Line
	for _, t := range p.detail.Tasks {
		done := look.Cell{Shape: look.Ring, ShapeTone: look.Dim}
		switch {
		case t.Pending && t.Done:
			done = look.Cell{Text: "✓", Shape: look.Clock}
		case t.Pending:
			done = look.Cell{Shape: look.Clock}
		case t.Done:
			done = look.T("✓")
		}
		out = append(out, Line{
			Cells: []look.Cell{done, {Text: present.Safe(t.Title), Fit: look.Middle}, look.D(present.Person(t.CreatedBy)), look.D(c.At(t.Created))},
			More:  present.Safe(t.Title) + "\n\n" + present.SafeBlock(t.Description), Copy: present.Safe(t.Title), Original: t.Title,
		})
	}
	return out, p.none("tasks", "task") + taskHint(p)
}

// taskHint says whether a task can be added here.
func taskHint(p *Presenter) string {
	if _, ok := p.IDAt(app.Sentinel); ok {
		return " t adds one."
	}
	return " Tasks are kept by Sentinel; this incident is in Defender XDR only."
}

func (p *Presenter) log(c present.Clock) ([]Line, string) {
	var out []Line
	for _, x := range p.detail.Changes {
		out = append(out, Line{
			Cells: []look.Cell{
				look.D(c.At(x.Seen)), look.D(c.At(x.At)), look.T(present.ChangeWord(x.Field)),
				look.T(present.ChangeValue(x.Field, x.From)), look.T(present.ChangeValue(x.Field, x.To)), look.D(present.Person(x.Who)), look.D(present.Word(string(x.Origin))),
			},
			More: present.ChangeWord(x.Field) + ": " + present.ChangeLine(x) + "\nat the source " + c.Exact(x.At) + ", seen here " + c.Exact(x.Seen),
			Copy: present.ChangeWord(x.Field) + ": " + present.ChangeLine(x),
		})
	}
	return out, "No change was seen yet."
}

// title of a tab with its count.
func (t Tab) title() string {
	if t.Count < 0 {
		return t.Name
	}
	return t.Name + "  " + strconv.Itoa(t.Count)
}
