package act

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/triage"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
	"watchfloor/ui/widget"
)

// Load is how much lies beneath an incident, as the cache knows it; Known is false
// where its details were never read.
type Load struct {
	Alerts, Entities, Comments int
	Known                      bool
}

// Of counts what lies beneath a case.
func Of(k triage.Case) Load {
	return Load{len(k.Alerts), len(k.Entities), len(k.Comments), !k.DetailsAt.IsZero()}
}

var mergeColumns = []look.Column{
	{Title: "#", Width: 60, Right: true},
	{Title: "Severity", Width: 54},
	{Title: "Incident", Width: 180, Flex: 1},
	{Title: "Status", Width: 84},
	{Title: "Alerts", Width: 50, Right: true},
	{Title: "Entities", Width: 56, Right: true},
	{Title: "Comments", Width: 64, Right: true},
}

// maxListed bounds how high a table within a dialog grows, in rows.
const maxListed = 9

// NewMerge opens the form that joins incidents. read counts what lies beneath them and
// hands it over, in their order, on the UI goroutine.
func NewMerge(s Subject, f Frame, read func(done func([]Load, error)), send func(outbox.Request)) *Dialog {
	var loads []Load
	total := widget.NewLine(look.D("Counting what they hold…"))
	grid := table(mergeColumns, len(s.Rows), func(i int) []look.Cell {
		r := s.Rows[i]
		return append([]look.Cell{
			look.T(present.Field(r.Number)), present.Severity(r.Severity),
			{Text: present.Title(r.Title), Fit: look.Middle},
			present.StatusCell(r.Status),
		}, loadCells(loads, i)...)
	})
	read(func(ls []Load, err error) {
		if err != nil {
			total.Set(look.Cell{Text: app.Say(err), Tone: look.Alarm})
			return
		}
		loads = ls
		total.Set(look.T(together(ls)))
		grid.Refresh()
	})
	request := func(text string) outbox.Request {
		r := outbox.Request{IncidentID: s.Rows[0].ID, Verb: outbox.Merge, Text: text}
		for _, o := range s.Rows[1:] {
			r.With = append(r.With, o.ID)
		}
		return r
	}
	note := widget.NewLine(look.Cell{Text: "Defender XDR decides which one survives; the others lead to it. A merge cannot be undone.", Tone: look.Warn})
	x := newFields(f, func(v []string) (Plan, string) {
		if len([]rune(v[0])) > maxComment {
			return nil, "A comment has at most 30,000 characters; this one is longer."
		}
		return func(triage.Row) outbox.Request { return request(v[0]) }, ""
	}, func(p Plan) { send(p(s.Rows[0])) }, One(s.Rows[0]))
	comment := x.add("Comment on the merge, if any", 2)
	return x.dialog(widget.Column(8, heading("Merge", s, f), listed(grid, len(s.Rows)), total, note, comment))
}

func loadCells(loads []Load, i int) []look.Cell {
	if i >= len(loads) {
		return []look.Cell{look.D("…"), look.D("…"), look.D("…")}
	}
	l := loads[i]
	if !l.Known {
		return []look.Cell{look.D("?"), look.D("?"), look.D("?")}
	}
	return []look.Cell{look.T(strconv.Itoa(l.Alerts)), look.T(strconv.Itoa(l.Entities)), look.T(strconv.Itoa(l.Comments))}
}

// together says what a merge brings into one incident.
func together(ls []Load) string {
	var sum Load
	unread := 0
	for _, l := range ls {
		sum.Alerts, sum.Entities, sum.Comments = sum.Alerts+l.Alerts, sum.Entities+l.Entities, sum.Comments+l.Comments
		if !l.Known {
			unread++
		}
	}
	words := "Together: " + counted(sum.Alerts, "alert") + ", up to " + verbed(sum.Entities, "entity", "entities") + ", " + counted(sum.Comments, "comment")
	if unread > 0 {
		words += "; " + verbed(unread, "was", "were") + " not read yet"
	}
	return words + "."
}

// Move describes alerts that shall go to another incident.
type Move struct {
	From   triage.Row
	Alerts []app.Alert // those that move
	Stay   int         // how many alerts of the incident do not
	Left   int         // how many were marked too, but only Sentinel has them
	// Find looks a number up and hands the row over on the UI goroutine.
	Find func(number string, done func(triage.Row, error))
}

var alertColumns = []look.Column{{Title: "Severity", Width: 60}, {Title: "Alert", Width: 200, Flex: 1}, {Title: "Product", Width: 180}}

// NewMove opens the form that moves alerts to another incident, or to a new one.
func NewMove(m Move, f Frame, send func(outbox.Request)) *Dialog {
	s := One(m.From)
	if m.Left > 0 {
		s.Note = "Only Sentinel has " + verbed(m.Left, "of the marked ones, which is", "of the marked ones, which are") + " left out."
	}
	var target triage.Row
	asked, looking := "", false
	where := widget.NewLine(look.T("To a new incident that Defender XDR makes of them."))
	stays := look.T(verbed(m.Stay, "alert stays", "alerts stay") + " in " + present.Number(m.From.Number) + ".")
	if m.Stay == 0 {
		stays = look.Cell{Text: "No alert stays: " + present.Number(m.From.Number) + " is left without any.", Tone: look.Warn}
	}
	x := newFields(f, func(v []string) (Plan, string) {
		r := outbox.Request{IncidentID: m.From.ID, Verb: outbox.MoveAlerts, Into: target.ID, Text: v[1]}
		for _, a := range m.Alerts {
			r.Alerts = append(r.Alerts, a.ID)
		}
		switch {
		case looking:
			return nil, present.Number(v[0]) + " is still being looked up; try again in a moment."
		case v[0] != "" && target.ID == 0:
			return nil, "Give the number of an incident that is in the cache, or leave it empty for a new one."
		case v[0] != "" && target.Ref.Source != app.Defender:
			return nil, present.Number(target.Number) + " is an incident of Sentinel, which cannot take alerts."
		case v[0] != "" && target.ID == m.From.ID:
			return nil, "They are in " + present.Number(target.Number) + " already."
		case v[0] != "" && (target.Deleted || target.Status == app.StatusRedirected):
			return nil, present.Number(target.Number) + " is merged or deleted; name another."
		case v[0] != "" && f.Tenant(target.ID).Slot != f.Tenant(m.From.ID).Slot:
			return nil, present.Number(target.Number) + " belongs to another tenant."
		case len([]rune(v[1])) > maxComment:
			return nil, "A comment has at most 30,000 characters; this one is longer."
		}
		return func(triage.Row) outbox.Request { return r }, ""
	}, func(p Plan) { send(p(m.From)) }, s)
	number := x.add("Number of the incident they go to; empty: a new one", 1)
	number.OnChanged = func(text string) {
		text = strings.TrimPrefix(strings.TrimSpace(text), "#")
		asked, target, looking = text, triage.Row{}, text != ""
		x.problem.Set(look.Cell{})
		if text == "" {
			where.Set(look.T("To a new incident that Defender XDR makes of them."))
			return
		}
		where.Set(look.D("Looking for " + present.Number(text) + "…"))
		m.Find(text, func(r triage.Row, err error) {
			if asked != text {
				return
			}
			looking = false
			x.problem.Set(look.Cell{})
			switch {
			case err != nil:
				where.Set(look.Cell{Text: app.Say(err), Tone: look.Warn})
			default:
				target = r
				where.Set(look.T("To " + present.Number(r.Number) + " " + present.Title(r.Title)))
			}
		})
	}
	comment := x.add("Comment, if any", 2)
	grid := table(alertColumns, len(m.Alerts), func(i int) []look.Cell {
		a := m.Alerts[i]
		return []look.Cell{present.Severity(a.Severity), {Text: present.Safe(a.Title), Fit: look.Middle}, look.D(present.Word(a.Product))}
	})
	return x.dialog(widget.Column(8, heading("Move "+counted(len(m.Alerts), "alert")+" out of", s, f), listed(grid, len(m.Alerts)),
		number, where, widget.NewLine(stays), comment))
}

// Longest title and description of a task that the portal takes, in characters.
const maxTask, maxTaskText = 150, 3_000

// NewTask opens the form that adds a task. id is that of the Sentinel incident.
func NewTask(r triage.Row, id int64, f Frame, send func(outbox.Request)) *Dialog {
	x := newFields(f, func(v []string) (Plan, string) {
		switch {
		case v[0] == "":
			return nil, "Say what is to be done."
		case len([]rune(v[0])) > maxTask:
			return nil, "The title has at most 150 characters; put the rest below."
		case len([]rune(v[1])) > maxTaskText:
			return nil, "The description has at most 3,000 characters; this one is longer."
		}
		req := outbox.Request{IncidentID: id, Verb: outbox.AddTask, TaskTitle: v[0], Text: v[1]}
		return func(triage.Row) outbox.Request { return req }, ""
	}, func(p Plan) { send(p(r)) }, One(r))
	title, text := x.add("Task", 1), x.add("Description, if any", 4)
	return x.dialog(widget.Column(8, heading("Add a task to", One(r), f), title, text))
}

func table(columns []look.Column, n int, cells func(i int) []look.Cell) *widget.Grid {
	return widget.NewGrid(columns, func() int { return n }, cells, func(string) bool { return false })
}

// listed gives a table its height: all rows of a short one, fewer in a low window.
func listed(g *widget.Grid, n int) fyne.CanvasObject {
	return widget.Yield(container.NewStack(least(0, float32(min(n, maxListed)+1)*widget.RowHeight), g), 3*widget.RowHeight)
}

// fields is a form of text fields; Tab goes round, Ctrl+Enter sends, and so does Enter
// in a field of one line.
type fields struct {
	f       Frame
	s       Subject
	all     []*widget.Entry
	build   func(values []string) (Plan, string)
	send    func(Plan)
	problem *widget.Line
}

func newFields(f Frame, build func([]string) (Plan, string), send func(Plan), s Subject) *fields {
	return &fields{f: f, s: s, build: build, send: send, problem: widget.NewLine(look.Cell{Tone: look.Warn})}
}

func (x *fields) add(hint string, lines int) *widget.Entry {
	at := len(x.all)
	e := widget.NewEntry(hint, lines, func(key string) bool {
		n := len(x.all)
		switch key {
		case "Tab":
			x.f.Focus(x.all[(at+1)%n])
		case "Shift+Tab":
			x.f.Focus(x.all[(at+n-1)%n])
		default:
			return x.press(key) || key == "Enter" && lines <= 1 && x.press("Ctrl+Enter")
		}
		return true
	})
	x.all = append(x.all, e)
	return e
}

func (x *fields) press(key string) bool {
	switch key {
	case "Esc":
		x.f.Close()
	case "Ctrl+Enter":
		if p, ok := x.plan(); ok {
			x.f.Close()
			x.send(p)
		}
	case "Ctrl+P":
		if p, ok := x.plan(); ok && x.f.Show != nil {
			x.f.Show(x.s, p)
		}
	default:
		return false
	}
	return true
}

func (x *fields) plan() (Plan, bool) {
	values := make([]string, len(x.all))
	for i, e := range x.all {
		values[i] = strings.TrimSpace(e.Text)
	}
	p, wrong := x.build(values)
	x.problem.Set(look.Cell{Text: wrong, Tone: look.Warn})
	return p, wrong == ""
}

func (x *fields) dialog(body *fyne.Container) *Dialog {
	body.Add(footer(x.f, x.problem, func() { x.press("Ctrl+Enter") }, func() { x.press("Ctrl+P") }))
	return &Dialog{Body: body, Press: x.press, First: x.all[0], Width: 760, On: keys.Form}
}
