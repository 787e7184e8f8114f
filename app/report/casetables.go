package report

import (
	"slices"
	"strings"
	"time"

	"watchfloor/app"
	"watchfloor/app/triage"
)

// timeline is alerts, comments and changes in the order of time.
func timeline(c triage.Case) Table {
	type event struct {
		at    time.Time
		cells []Cell
	}
	var all []event
	add := func(at time.Time, what string, told Cell) {
		all = append(all, event{at, []Cell{ours(shortMinute(at)), ours(what), told}})
	}
	for _, a := range c.Alerts {
		add(orElse(a.First, a.Created), "Alert", Cell{Severity: a.Severity, Mark: true, Text: inert(a.Title)})
	}
	for _, m := range c.Comments {
		add(m.Created, "Comment", Cell{Text: inert(m.Author), Small: lines(m.Text)})
	}
	for _, x := range c.Changes {
		if x.Field != app.FieldComment { // the comment tells it
			add(orElse(x.At, x.Seen), "Change", line(changeWords(x)))
		}
	}
	slices.SortStableFunc(all, func(a, b event) int { return a.at.Compare(b.at) })
	t := Table{Columns: []Column{{Title: "Time (UTC)", Share: 18}, {Title: "What", Share: 11}, {Title: "Told", Share: 71}}}
	for _, e := range all {
		t.Rows = append(t.Rows, e.cells)
	}
	return t
}

func changeWords(x app.Change) string {
	s := string(x.Field)
	switch {
	case x.Field == app.FieldCreated:
		s = "incident created"
	case x.From == "" && x.To != "":
		s += " set to " + x.To
	case x.From != "" && x.To == "":
		s += " " + x.From + " removed"
	case x.From != "":
		s += " from " + x.From + " to " + x.To
	}
	if x.Who != "" {
		s += " by " + x.Who
	}
	if x.Origin == app.OriginAction {
		s += " (from here)"
	}
	return s
}

func alerts(c triage.Case) Table {
	t := Table{Columns: []Column{
		{Title: "Time (UTC)", Share: 18.5},
		{Title: "Severity", Share: 17},
		{Title: "Alert", Share: 37},
		{Title: "Product", Share: 14},
		{Title: "Category", Share: 15},
		{Title: "Status", Share: 12},
	}}
	for _, a := range c.Alerts {
		told := Cell{Text: inert(a.Title), Small: lines(a.Description)}
		if a.Remediation != "" {
			told.Small = strings.TrimPrefix(told.Small+"\nRecommended: "+lines(a.Remediation), "\n")
		}
		t.Rows = append(t.Rows, []Cell{
			ours(shortMinute(a.Created)), severity(a.Severity), told, line(a.Product),
			line(strings.TrimSpace(a.Category + " " + strings.Join(a.Techniques, ", "))), line(AlertStatus(a.Status)),
		})
	}
	return t
}

func entities(c triage.Case) Table {
	t := Table{Columns: []Column{{Title: "Kind", Share: 18}, {Title: "Name", Share: 41}, {Title: "Key", Share: 41}}}
	for _, e := range c.Entities {
		t.Rows = append(t.Rows, []Cell{line(string(e.Kind)), line(e.Name), line(e.Key)})
	}
	return t
}

func evidence(c triage.Case) Table {
	t := Table{Columns: []Column{{Title: "Kind", Share: 15}, {Title: "Name", Share: 40}, {Title: "Verdict", Share: 15}, {Title: "Remediation", Share: 15}, {Title: "Roles", Share: 15}}}
	for _, e := range c.Evidence {
		t.Rows = append(t.Rows, []Cell{line(string(e.Entity.Kind)), line(e.Entity.Name), line(e.Verdict), line(e.Remediation), list(e.Roles)})
	}
	return t
}

func tasks(c triage.Case) Table {
	t := Table{Columns: []Column{{Title: "Done", Share: 12}, {Title: "Task", Share: 66}, {Title: "By", Share: 22}}}
	for _, k := range c.Tasks {
		state := "open"
		if k.Done {
			state = "✓ done"
		}
		if k.Pending {
			state += ", not sent yet"
		}
		t.Rows = append(t.Rows, []Cell{ours(state), {Text: inert(k.Title), Small: lines(k.Description)}, line(k.CreatedBy)})
	}
	return t
}

func bookmarks(c triage.Case) Table {
	t := Table{Columns: []Column{{Title: "Time (UTC)", Share: 18}, {Title: "Bookmark", Share: 60}, {Title: "By", Share: 20}}}
	for _, b := range c.Bookmarks {
		var parts []string
		for _, s := range []string{b.Notes, b.Query} {
			if s != "" {
				parts = append(parts, lines(s))
			}
		}
		t.Rows = append(t.Rows, []Cell{ours(shortMinute(b.EventTime)), {Text: inert(b.Title), Small: strings.Join(parts, "\n")}, line(b.CreatedBy)})
	}
	return t
}

func changes(c triage.Case) Table {
	t := Table{Columns: []Column{
		{Title: "At the source (UTC)", Share: 17},
		{Title: "Seen here (UTC)", Share: 17},
		{Title: "Who", Share: 18},
		{Title: "Field", Share: 14},
		{Title: "From", Share: 18},
		{Title: "To", Share: 18},
	}}
	for _, x := range c.Changes {
		t.Rows = append(t.Rows, []Cell{ours(shortMinute(x.At)), ours(shortMinute(x.Seen)), line(x.Who), line(string(x.Field)), line(x.From), line(x.To)})
	}
	return t
}
