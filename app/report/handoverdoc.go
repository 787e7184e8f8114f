package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"watchfloor/app"
	"watchfloor/app/metrics"
	"watchfloor/app/outbox"
	"watchfloor/app/triage"
)

// HandoverReport is a shift hand-over as a document. note is what the analyst leaves to
// the next shift, "" for nothing; history are the charts it carries, see HandoverCharts.
func HandoverReport(h Handover, note string, m Meta, history ...metrics.Chart) Document {
	tenant := inert(m.Tenant)
	d := Document{
		Kind: "Shift hand-over", Over: "Shift hand-over" + prefixed(" · ", tenant), Title: periodWords(h.Period),
		Tenant: tenant, At: m.At, Notices: handoverNotices(h, m.At), Foot: foot(m, ""),
	}
	d.add("In short", "", handoverGlance(h, m))
	if note = strings.TrimSpace(note); note != "" {
		d.add("Notes for the next shift", "", Quote{Head: orWords(inert(m.By), "the analyst"), Text: lines(note)})
	}
	d.list("Actions that need a person or wait", cutWords(len(h.Waiting), h.Counts.Waiting()+h.Counts.Conflict+h.Counts.Failed, "conflicts and failures first"), h.waiting(m.At))
	unowned, owned, small := h.openLists(m.At)
	d.list("Open, and nobody owns them", small[0], unowned)
	d.add("Figures", "", h.figures(), Remark("Came in: created at the source within the period. Closed: closed within the period, whenever they came in; "+
		"a reopened incident counts at its last close. Twins count once; merged and deleted incidents do not count."))
	if h.Closed.Total() > 0 {
		d.add("Closed, by what they turned out to be", "n = "+strconv.Itoa(h.Closed.Total()), h.verdicts())
	}
	if len(history) > 0 {
		d.add(fmt.Sprintf("The last %d days", chartDays), "", charts(history)...)
	}
	d.list("Still open, owned", small[1], owned)
	d.list("Closed in this period", cutWords(len(h.ClosedCases), h.Closed.Total(), "last closed first"), h.closed())
	d.list("Sources", fmt.Sprintf("silent after %s without a sync or %s without a new incident", triage.Span(SyncSilence), triage.Span(IncidentSilence)), h.sources(m.At))
	d.audit(m)
	return d
}

func periodWords(p Period) string {
	from, to := p.From.UTC(), p.To.UTC()
	end := to.Format("15:04 UTC")
	if from.Format(time.DateOnly) != to.Format(time.DateOnly) {
		end = to.Format("2006-01-02 15:04 UTC")
	}
	return from.Format("2006-01-02 15:04") + " to " + end
}

// handoverNotices say what must be done, first what is worst.
func handoverNotices(h Handover, now time.Time) (out []string) {
	if n := h.Counts.Conflict; n > 0 {
		out = append(out, plural(n, "action")+" in conflict with a change at the service: decide whose value stays.")
	}
	if n := h.Counts.Failed; n > 0 {
		out = append(out, plural(n, "action")+" failed: try again or give up.")
	}
	if n := h.Unowned[app.High]; n > 0 {
		out = append(out, plural(n, "open incident")+" of high severity that nobody owns.")
	}
	for _, s := range h.Sources {
		if w := silence(s, now); w != "" {
			out = append(out, inert(prefixedBy(s.Tenant, " · ")+s.Source.Label())+": "+w+".")
		}
	}
	return out
}

// silence says in words why a source counts as silent, "" when it does not.
func silence(s SourceAge, now time.Time) string {
	switch {
	case s.Synced.IsZero():
		return "never synced"
	case now.Sub(s.Synced) > SyncSilence:
		return "not synced for " + triage.Span(now.Sub(s.Synced)) + ", so this report may miss what happened since"
	case !s.Newest.IsZero() && now.Sub(s.Newest) > IncidentSilence:
		return "no new incident for " + triage.Span(now.Sub(s.Newest)) + ": quiet, or no longer fed"
	}
	return ""
}

func handoverGlance(h Handover, m Meta) Facts {
	f := Facts{
		{"Came in", Cell{Text: plural(h.Arrived.Total(), "incident"), Strong: true, Small: bySeverity(h.Arrived)}},
		{"Closed", Cell{Text: plural(h.Closed.Total(), "incident"), Strong: true, Small: bySeverity(h.Closed)}},
		{"Open now", Cell{Text: plural(h.OpenNow.Total(), "incident"), Strong: true, Small: bySeverity(h.OpenNow)}},
		{"Without owner", Cell{Text: strconv.Itoa(h.Unowned.Total()) + " of the open ones", Small: bySeverity(h.Unowned)}},
		{"Actions", ours(fmt.Sprintf("%d in conflict, %d failed, %d waiting to be sent", h.Counts.Conflict, h.Counts.Failed, h.Counts.Waiting()))},
	}
	f.some("Written by", line(m.By))
	return f
}

// bySeverity lists the counts that are not zero, worst first.
func bySeverity(b BySeverity) string {
	var parts []string
	for _, s := range severities {
		if n := b[s]; n > 0 {
			parts = append(parts, glyph(s)+" "+strconv.Itoa(n)+" "+s.String())
		}
	}
	return strings.Join(parts, "   ")
}

var severities = append(slices.Clone(app.Severities), app.SeverityUnknown)

func (h Handover) figures() Table {
	t := Table{Columns: []Column{
		{Title: "Severity", Share: 28},
		{Title: "Came in", Share: 18, Right: true},
		{Title: "of these still open", Share: 18, Right: true},
		{Title: "Closed", Share: 18, Right: true},
		{Title: "Open now", Share: 18, Right: true},
		{Title: "without owner", Share: 18, Right: true},
	}}
	row := func(first Cell, n ...int) {
		r := []Cell{first}
		for _, v := range n {
			r = append(r, Cell{Text: strconv.Itoa(v), Strong: first.Strong})
		}
		t.Rows = append(t.Rows, r)
	}
	for _, s := range severities {
		if s == app.SeverityUnknown && h.Arrived[s]+h.Closed[s]+h.OpenNow[s] == 0 {
			continue
		}
		row(severity(s), h.Arrived[s], h.StillOpen[s], h.Closed[s], h.OpenNow[s], h.Unowned[s])
	}
	row(Cell{Text: "All", Strong: true}, h.Arrived.Total(), h.StillOpen.Total(), h.Closed.Total(), h.OpenNow.Total(), h.Unowned.Total())
	return t
}

func (h Handover) verdicts() Table {
	t := Table{Columns: []Column{{Title: "Classification", Share: 60}, {Title: "Incidents", Share: 20, Right: true}, {Title: "Share", Share: 20, Right: true}}}
	var kinds []app.Classification
	for c := range h.Classified {
		kinds = append(kinds, c)
	}
	slices.SortFunc(kinds, func(a, b app.Classification) int {
		if d := h.Classified[b] - h.Classified[a]; d != 0 {
			return d
		}
		return strings.Compare(string(a), string(b))
	})
	total := h.Closed.Total()
	for _, c := range kinds {
		n := h.Classified[c]
		t.Rows = append(t.Rows, []Cell{line(c.Label()), ours(strconv.Itoa(n)), ours(strconv.Itoa((n*100+total/2)/total) + " %")})
	}
	return t
}

func (h Handover) waiting(now time.Time) Table {
	t := Table{Columns: []Column{{Title: "State", Share: 12}, {Title: "Incident", Share: 34}, {Title: "Action", Share: 22}, {Title: "Why", Share: 32}}}
	names := h.people()
	for _, a := range h.Waiting {
		why := orWords(inert(a.Reason), "waits to be sent")
		t.Rows = append(t.Rows, []Cell{
			{Text: inert(string(a.State)), Strong: urgency(a.State) < 2, Small: triage.Span(now.Sub(a.Action.Created)) + " ago"},
			{Text: "#" + inert(a.Number), Small: tenantAnd(a.Tenant, a.Title)},
			{Text: inert(actionWords(a.Action)), Small: prefixed("by ", names.short(a.Actor))},
			ours(why),
		})
	}
	return t
}

// actionWords says what an action does. Parts of it are tenant text.
func actionWords(a outbox.Action) string {
	switch a.Verb {
	case outbox.Assign:
		return "assign to " + orWords(a.Want.Owner.Label(), "nobody")
	case outbox.SetStatus:
		return "set status to " + a.Want.Status.String()
	case outbox.SetSeverity:
		return "set severity to " + a.Want.Severity.String()
	case outbox.Close:
		return "close as " + a.Want.Classification.Label()
	case outbox.Tag:
		return strings.TrimSpace("tag " + prefixed("+", strings.Join(a.AddTags, " +")) + prefixed(" -", strings.Join(a.RemoveTags, " -")))
	case outbox.Comment:
		return "comment: " + a.Text
	case outbox.AddTask, outbox.FinishTask:
		return string(a.Verb) + ": " + a.TaskTitle
	}
	return string(a.Verb)
}

// openLists are what is open in two tables: what nobody has taken, which needs a person
// first, and the rest.
func (h Handover) openLists(now time.Time) (unowned, owned Table, small [2]string) {
	const order = "worst severity first, newest first within"
	names := h.people()
	var free, taken []OpenCase
	for _, x := range h.Open {
		if x.Owner == "" {
			free = append(free, x)
		} else {
			taken = append(taken, x)
		}
	}
	n := h.Unowned.Total()
	return openTable(free, names, now), openTable(taken, names, now),
		[2]string{cutWords(len(free), n, order), cutWords(len(taken), h.OpenNow.Total()-n, order+"; in progress where nothing else is said")}
}

// openTable has no column of owners or of comments where there is none.
func openTable(rows []OpenCase, names people, now time.Time) Table {
	taken := slices.ContainsFunc(rows, func(x OpenCase) bool { return x.Owner != "" })
	talked := slices.ContainsFunc(rows, func(x OpenCase) bool { return x.Last != nil })
	t := Table{Columns: []Column{{Title: "Severity", Share: 10.5}, {Title: "Age", Share: 6, Right: true}, {Title: "Incident", Share: 42}, {Title: "Status", Share: 14}}}
	if taken {
		t.Columns[3] = Column{Title: "Owner", Share: 16}
	}
	if talked {
		t.Columns = append(t.Columns, Column{Title: "Last comment", Share: 34})
	}
	for _, x := range rows {
		state := ours(x.Status.String())
		if taken {
			state = ours(names.short(x.Owner))
			if x.Status != app.StatusActive {
				state.Small = x.Status.String()
			}
		}
		r := []Cell{brief(x.Severity), ours(triage.Span(now.Sub(x.Created))), {Text: "#" + inert(x.Number) + " " + inert(x.Title), Small: rowMarks(x.Tenant, x.Row)}, state}
		if talked {
			last := ours("")
			if x.Last != nil {
				last = Cell{Text: inert(triageCut(x.Last.Text)), Small: names.short(x.Last.Author) + ", " + triage.Span(now.Sub(x.Last.Created)) + " ago"}
			}
			r = append(r, last)
		}
		t.Rows = append(t.Rows, r)
	}
	return t
}

// triageCut keeps the beginning of a comment: the list is for finding, the case file
// for reading.
func triageCut(s string) string {
	const most = 90
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

func rowMarks(tenant string, r triage.Row) string {
	var parts []string
	if tenant != "" {
		parts = append(parts, inert(tenant))
	}
	if r.Conflict {
		parts = append(parts, "conflict")
	}
	if r.Queued > 0 {
		parts = append(parts, plural(r.Queued, "queued action"))
	}
	if r.Disagree {
		parts = append(parts, "twins disagree")
	}
	return strings.Join(parts, " · ")
}

func (h Handover) closed() Table {
	names := h.people()
	t := Table{Columns: []Column{{Title: "Closed (UTC)", Share: 14}, {Title: "Severity", Share: 10.5}, {Title: "Incident", Share: 46}, {Title: "Turned out to be", Share: 27}, {Title: "Owner", Share: 14}}}
	for _, x := range h.ClosedCases {
		t.Rows = append(t.Rows, []Cell{
			ours(x.At.UTC().Format("2 Jan 15:04")), brief(x.Severity),
			{Text: "#" + inert(x.Number) + " " + inert(x.Title), Small: rowMarks(x.Tenant, x.Row)},
			{Text: inert(x.Classification.Label()), Small: inert(x.Determination)},
			ours(orWords(names.short(x.Owner), "nobody")),
		})
	}
	return t
}

func (h Handover) sources(now time.Time) Table {
	t := Table{Columns: []Column{{Title: "Source", Share: 30}, {Title: "Last good sync (UTC)", Share: 22}, {Title: "Newest incident (UTC)", Share: 22}, {Title: "State", Share: 40}}}
	for _, s := range h.Sources {
		t.Rows = append(t.Rows, []Cell{{Text: inert(s.Source.Label()), Small: inert(s.Tenant)}, ours(shortMinute(s.Synced)), ours(shortMinute(s.Newest)), {Text: orWords(silence(s, now), "fresh"), Strong: silence(s, now) != ""}})
	}
	return t
}

// cutWords says how many of how many a list shows.
func cutWords(shown, all int, order string) string {
	switch {
	case all == 0:
		return ""
	case shown < all:
		return fmt.Sprintf("%d of %d shown, %s", shown, all, order)
	}
	return strconv.Itoa(all) + prefixed(", ", order)
}

func tenantAnd(tenant, title string) string { return inert(prefixedBy(tenant, " · ") + title) }

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

func prefixedBy(s, suffix string) string {
	if s == "" {
		return ""
	}
	return s + suffix
}

func orWords(s, none string) string {
	if s == "" {
		return none
	}
	return s
}
