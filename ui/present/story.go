package present

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"watchfloor/app"
	"watchfloor/app/text"
	"watchfloor/app/triage"
	"watchfloor/ui/look"
)

// Event is one line of an incident's story.
type Event struct {
	When time.Time
	// What is the kind of event in a word: "Alert", "Comment", "Status" …
	What string
	// Text is one line; More is everything there is to say, in several.
	Text, More string
	Severity   app.Severity
	Mark       bool // Severity is known
}

// Story is alerts, comments and changes in the order of time, oldest first.
func Story(k triage.Case) []Event {
	var out []Event
	for _, a := range k.Alerts {
		when := a.First
		if when.IsZero() {
			when = a.Created
		}
		out = append(out, Event{when, "Alert", Safe(a.Title), AlertWords(a), a.Severity, true})
	}
	for _, c := range k.Comments {
		out = append(out, Event{
			When: c.Created, What: "Comment", Text: Person(c.Author) + ": " + Safe(c.Text),
			More: Person(c.Author) + "\n\n" + SafeBlock(c.Text),
		})
	}
	for _, c := range k.Changes {
		if c.Field == app.FieldComment {
			continue // told by the comment itself
		}
		out = append(out, Event{When: ChangeTime(c), What: ChangeWord(c.Field), Text: ChangeLine(c), More: ChangeLine(c)})
	}
	for _, b := range k.Bookmarks {
		out = append(out, Event{When: b.Created, What: "Bookmark", Text: Safe(b.Title), More: SafeBlock(b.Title + "\n\n" + b.Notes + "\n\n" + b.Query)})
	}
	slices.SortStableFunc(out, func(a, b Event) int { return a.When.Compare(b.When) })
	return out
}

// ChangeTime is when a change happened at its source, else when it was seen.
func ChangeTime(c app.Change) time.Time {
	if c.At.IsZero() {
		return c.Seen
	}
	return c.At
}

// ChangeWord is the field of a change with a capital.
func ChangeWord(f app.Field) string {
	if f == "" {
		return "Change"
	}
	return strings.ToUpper(string(f[:1])) + string(f[1:])
}

// ChangeLine says a change in one line.
func ChangeLine(c app.Change) string {
	line := fromTo(c)
	if c.Field == app.FieldCreated {
		line = "Incident created"
		if c.To != "" {
			line += ": " + Safe(c.To)
		}
	}
	if c.Who != "" {
		line += "  by " + Person(c.Who)
	}
	if c.Origin == app.OriginAction {
		line += "  (from here)"
	}
	return line
}

// ChangeValue is one side of a change; people's names stay as they are.
func ChangeValue(f app.Field, s string) string {
	if f == app.FieldOwner {
		return Person(s)
	}
	return Safe(s)
}

func fromTo(c app.Change) string {
	from, to := ChangeValue(c.Field, c.From), ChangeValue(c.Field, c.To)
	switch {
	case from == "" && to == "":
		return ChangeWord(c.Field)
	case from == "":
		return "set to " + to
	case to == "":
		return from + " removed"
	}
	return from + " to " + to
}

// AlertWords is everything about an alert, in several lines.
func AlertWords(a app.Alert) string {
	var b strings.Builder
	add := func(name, v string) {
		if v != "" {
			b.WriteString(name + ": " + v + "\n")
		}
	}
	b.WriteString(Safe(a.Title) + "\n")
	add("Product", Word(a.Product))
	add("Status", Word(a.Status))
	add("Category", Word(a.Category))
	add("Techniques", Word(strings.Join(a.Techniques, ", ")))
	add("Id", text.Defang(text.Line(a.ID, 80)))
	if a.Description != "" {
		b.WriteString("\n" + SafeBlock(a.Description) + "\n")
	}
	if a.Remediation != "" {
		b.WriteString("\nRecommended: " + SafeBlock(a.Remediation) + "\n")
	}
	return strings.TrimRight(b.String(), "\n")
}

// Counts are how much lies beneath an incident: "3 alerts · 5 entities · 2 comments".
func Counts(k triage.Case) string {
	var out []string
	add := func(n int, one, many string) {
		if n == 1 {
			out = append(out, "1 "+one)
		} else if n > 1 {
			out = append(out, strconv.Itoa(n)+" "+many)
		}
	}
	add(len(k.Alerts), "alert", "alerts")
	add(len(k.Entities), "entity", "entities")
	add(len(k.Evidence), "evidence", "evidence")
	add(len(k.Comments), "comment", "comments")
	add(len(k.Tasks), "task", "tasks")
	return strings.Join(out, " · ")
}

// EventCell marks an event by severity or by its word.
func EventCell(e Event) look.Cell {
	if e.Mark {
		c := Severity(e.Severity)
		c.Text = e.What
		return c
	}
	return look.Cell{Text: e.What, Tone: look.Dim}
}
