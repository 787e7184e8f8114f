package report

import (
	"io"
	"strconv"
	"time"

	"watchfloor/app"
	"watchfloor/app/triage"
)

// Case is the file of one incident as a document.
func Case(c triage.Case, m Meta) Document {
	over := "#" + inert(c.Row.Number)
	if c.Row.Twin != "" {
		over += " · twin #" + inert(c.Row.Twin)
	}
	d := Document{
		Kind: "Incident #" + inert(c.Row.Number), Over: over + " · " + inert(c.Row.Ref.Source.Label()), Title: inert(c.Row.Title),
		Tenant: inert(m.Tenant), At: m.At, Notices: caseNotices(c), Foot: foot(m, " · details read "+minute(c.DetailsAt)),
	}
	d.add("In short", "", glance(c))
	for _, in := range incidents(c) {
		d.add(inert(in.Source.Label()), "#"+inert(in.Number), head(in))
	}
	d.list("Timeline", "oldest first", timeline(c))
	d.details(c, len(c.Alerts), "Alerts", alerts(c))
	d.details(c, len(c.Entities), "Entities", entities(c))
	d.details(c, len(c.Evidence), "Evidence", evidence(c))
	d.comments(c)
	if len(c.Tasks) > 0 {
		d.list("Tasks", strconv.Itoa(len(c.Tasks)), tasks(c))
	}
	if len(c.Bookmarks) > 0 {
		d.list("Bookmarks", strconv.Itoa(len(c.Bookmarks)), bookmarks(c))
	}
	d.list("Log", strconv.Itoa(len(c.Changes))+" changes seen by this cache, newest first", changes(c))
	d.audit(m)
	return d
}

// CaseHTML writes one incident as a page of its own: light, printable, without script,
// link or outside asset.
func CaseHTML(w io.Writer, c triage.Case, m Meta) error { return Case(c, m).HTML(w) }

func caseNotices(c triage.Case) (out []string) {
	if c.Row.Deleted {
		out = append(out, "The source has deleted this incident. What follows is the last state the cache saw.")
	}
	if c.Row.Queued > 0 {
		out = append(out, strconv.Itoa(c.Row.Queued)+" action(s) had not reached the service when this report was made; their effect is included below.")
	}
	if c.Row.Conflict {
		out = append(out, "An action is in conflict with a change at the service and waits for the analyst.")
	}
	if c.Row.Disagree {
		out = append(out, "The twins disagree in status, severity or owner.")
	}
	return out
}

// glance answers what happened, how it stands and what is left to do.
func glance(c triage.Case) Facts {
	in := c.Incident
	owner := line(in.Owner.Label())
	if owner.Text == "" {
		owner.Text = "nobody"
	}
	f := Facts{{"Severity", severity(in.Severity)}, {"Status", Cell{Text: in.Status.String(), Strong: true}}, {"Owner", owner}}
	if in.Status == app.StatusClosed {
		f = append(f, Fact{"Verdict", line(verdict(in))})
	}
	if !c.DetailsAt.IsZero() {
		f = append(f, Fact{"Holds", ours(plural(len(c.Alerts), "alert") + ", " + plural(len(c.Entities), "entity") + ", " +
			plural(len(c.Evidence), "piece") + " of evidence, " + plural(len(c.Comments), "comment"))})
	}
	if open := openTasks(c); open > 0 {
		f = append(f, Fact{"To do", ours(plural(open, "open task"))})
	}
	if n := len(c.Comments); n > 0 {
		last := c.Comments[n-1]
		f = append(f, Fact{"Last comment", Cell{Text: lines(last.Text), Small: inert(last.Author) + ", " + minute(last.Created)}})
	}
	return f
}

func openTasks(c triage.Case) (n int) {
	for _, t := range c.Tasks {
		if !t.Done {
			n++
		}
	}
	return n
}

// incidents are the incident and, where there is one, its twin.
func incidents(c triage.Case) []app.Incident {
	if c.Twin != nil {
		return []app.Incident{c.Incident, *c.Twin}
	}
	return []app.Incident{c.Incident}
}

func verdict(in app.Incident) string {
	if in.Determination == "" {
		return in.Classification.Label()
	}
	return in.Classification.Label() + " · " + in.Determination
}

func head(in app.Incident) Facts {
	owner := line(in.Owner.Label())
	if owner.Text == "" {
		owner.Text = "nobody"
	}
	changed := minute(in.Modified)
	if in.ModifiedBy != "" {
		changed += " by " + inert(in.ModifiedBy)
	}
	f := Facts{
		{"Severity", severity(in.Severity)},
		{"Status", ours(in.Status.String())},
		{"Owner", owner},
		{"Classification", line(verdict(in))},
	}
	f.some("Closing note", passage(in.ClosingNote))
	f = append(f, Fact{"Created", ours(minute(in.Created))}, Fact{"Last changed", ours(changed)})
	if !in.FirstActivity.IsZero() {
		f = append(f, Fact{"Activity", ours(minute(in.FirstActivity) + " to " + minute(in.LastActivity))})
	}
	f.some("Tags", list(in.Tags))
	f.some("Products", list(in.Products))
	f.some("Tactics", list(in.Tactics))
	f.some("Rules", list(in.Rules))
	f.some("Description", passage(in.Description))
	return f
}

// some adds a fact that has a value.
func (f *Facts) some(name string, v Cell) {
	if v.Text != "" {
		*f = append(*f, Fact{name, v})
	}
}

func (d *Document) add(title, small string, b ...Block) {
	d.Sections = append(d.Sections, Section{title, small, b})
}

// list adds a table, or says that it has no rows.
func (d *Document) list(title, small string, t Table) {
	if len(t.Rows) == 0 {
		d.add(title, small, Remark("None."))
		return
	}
	d.add(title, small, t)
}

// details adds a table of what is read beneath an incident: what was never read must
// not look like none.
func (d *Document) details(c triage.Case, n int, title string, t Table) {
	if n == 0 && c.DetailsAt.IsZero() {
		d.add(title, "", Remark(notRead))
		return
	}
	d.list(title, strconv.Itoa(n), t)
}

const notRead = "Not read from the source yet."

func (d *Document) comments(c triage.Case) {
	if len(c.Comments) == 0 {
		d.details(c, 0, "Comments", Table{})
		return
	}
	var quotes []Block
	for _, m := range c.Comments {
		head := inert(m.Author) + " " + minute(m.Created)
		if m.Pending {
			head += " · not sent yet"
		}
		quotes = append(quotes, Quote{head, lines(m.Text)})
	}
	d.add("Comments", strconv.Itoa(len(c.Comments)), quotes...)
}

// plural counts in English: "1 alert", "2 entities".
func plural(n int, one string) string {
	s := strconv.Itoa(n) + " " + one
	switch {
	case n == 1:
		return s
	case one[len(one)-1] == 'y':
		return s[:len(s)-1] + "ies"
	}
	return s + "s"
}

// orElse is the first time that is known.
func orElse(t, other time.Time) time.Time {
	if t.IsZero() {
		return other
	}
	return t
}
