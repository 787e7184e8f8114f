package reports

import (
	"context"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"watchfloor/app"
	"watchfloor/app/report"
	"watchfloor/app/triage"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
	"watchfloor/ui/work"
)

// Kind is a report that can be chosen.
type Kind int

// Kinds in the order of their keys.
const (
	Handover Kind = iota
	Queue
	Case
	Identity
	Posture
)

// kinds say what each report is and how it can be written.
var kinds = []struct {
	label, about string
	formats      []format
}{
	Handover: {"Shift hand-over", "What came in, what was closed, what is still open and what needs a person, the last 30 days as charts, and your notes for the next shift.", papers},
	Queue:    {"The queue", "Every incident that the queue shows now, with its filter and order.", tables},
	Identity: {"Identity risk", "Users and workloads whose risk changed, detections by type and country, the newest sign-ins; a file for each tenant.", periodic},
	Posture:  {"Posture", "Each secure score, what moved it, recommendations, compliance, who is notified; a file for each tenant.", periodic},
	Case:     {"One incident", "The whole file of the incident under the cursor: timeline, alerts, entities, evidence, comments, tasks, log.", papers},
}

// format is one way to write a report: the ending of its file and its name.
type format struct{ ending, label string }

var (
	papers = []format{{"pdf", "PDF"}, {"html", "HTML"}, {"md", "Markdown"}}
	// periodic begins with papers, so that the choice of one kind fits the other.
	periodic = append(slices.Clone(papers), format{"csv", "CSV"}, format{"json", "JSON"})
	tables   = []format{{"xlsx", "Excel"}, {"csv", "CSV"}, {"json", "JSON"}}
)

// periods are the hours that a hand-over can cover, days those of the other periods.
var (
	periods = []int{4, 8, 12, 24, 72, 168}
	days    = []int{24, 7 * 24, 30 * 24, 90 * 24, 180 * 24, 365 * 24}
)

// spans are the hours that a report can cover, nil where it covers no period.
func (k Kind) spans() []int {
	switch k {
	case Handover:
		return periods
	case Identity, Posture:
		return days
	}
	return nil
}

// Deps are what the page needs. Query is that of the queue as it is filtered now, Row the
// incident under the cursor there. Prefs keeps an unfinished note.
type Deps struct {
	Source Source
	Desk   *work.Desk
	Clock  func() present.Clock
	Query  func() triage.Query
	Row    func() (triage.Row, bool)
	Prefs  interface {
		Get(key string) string
		Set(key, value string)
	}
}

// Presenter is the state of the page. It belongs to the UI goroutine.
type Presenter struct {
	Changed func()

	d       Deps
	write   *work.Slot
	list    *work.Slot
	kind    Kind
	format  [5]int
	period  [5]int
	note    string
	files   []report.File
	listed  bool
	cursor  int
	message look.Cell
	last    string // the path written last
}

const noteKey = "hand-over note"

// New returns the page; Load reads what was written before.
func New(d Deps) *Presenter {
	return &Presenter{Changed: func() {}, d: d, write: d.Desk.Slot(), list: d.Desk.Slot(), period: [5]int{Handover: 1, Identity: 2, Posture: 2}, note: d.Prefs.Get(noteKey)}
}

// Load reads what was written before.
func (p *Presenter) Load() {
	p.list.Run(func(ctx context.Context) func() {
		files, err := p.d.Source.Written(ctx)
		return func() {
			p.listed = true
			if err != nil {
				p.say(app.Say(err), look.Alarm)
			} else {
				p.files, p.cursor = files, max(0, min(p.cursor, len(files)-1))
			}
			p.Changed()
		}
	})
}

// Leave stops what only matters while the page is seen. A report that is being written
// goes on.
func (p *Presenter) Leave() { p.list.Stop() }

// SetNote keeps what the analyst types for the next shift.
func (p *Presenter) SetNote(s string) {
	if p.note != s {
		p.note = s
		p.d.Prefs.Set(noteKey, s)
	}
}

// Busy reports that a report is being written.
func (p *Presenter) Busy() bool { return p.write.Busy() }

// Do carries out a command and reports whether it is the page's.
func (p *Presenter) Do(c keys.Command, page int) bool {
	switch c {
	case keys.ChooseHandover:
		p.Choose(Handover)
	case keys.ChooseQueue:
		p.Choose(Queue)
	case keys.ChooseCase:
		p.Choose(Case)
	case keys.ChooseIdentity:
		p.Choose(Identity)
	case keys.ChoosePosture:
		p.Choose(Posture)
	case keys.Format:
		p.SetFormat((p.format[p.kind] + 1) % len(kinds[p.kind].formats))
	case keys.Longer:
		p.SetPeriod(p.period[p.kind] + 1)
	case keys.Shorter:
		p.SetPeriod(p.period[p.kind] - 1)
	case keys.Send:
		p.Write()
	case keys.ShowFolder:
		p.ShowFolder()
	case keys.Back:
		return p.cancel()
	case keys.Down:
		p.Move(p.cursor + 1)
	case keys.Up:
		p.Move(p.cursor - 1)
	case keys.PageDown:
		p.Move(p.cursor + page)
	case keys.PageUp:
		p.Move(p.cursor - page)
	case keys.Home:
		p.Move(0)
	case keys.End:
		p.Move(len(p.files) - 1)
	default:
		return false
	}
	return true
}

// Choose takes another report, SetFormat another format, SetPeriod other hours.
func (p *Presenter) Choose(k Kind) { p.kind = k; p.message = look.Cell{}; p.Changed() }

// SetFormat takes the n-th format of the report.
func (p *Presenter) SetFormat(n int) { p.format[p.kind] = n; p.Changed() }

// SetPeriod takes the n-th period; one that is not there is ignored.
func (p *Presenter) SetPeriod(n int) {
	if n >= 0 && n < len(p.kind.spans()) {
		p.period[p.kind] = n
		p.Changed()
	}
}

// Move puts the cursor on a file, bounded by the list.
func (p *Presenter) Move(i int) {
	if i = max(0, min(i, len(p.files)-1)); i != p.cursor {
		p.cursor = i
		p.Changed()
	}
}

// cancel gives up the report that is being written; false when none is.
func (p *Presenter) cancel() bool {
	if !p.write.Busy() {
		return false
	}
	p.write.Stop()
	p.say("Given up; nothing was written.", look.Dim)
	p.Changed()
	return true
}

// Write makes the chosen report.
func (p *Presenter) Write() {
	if p.write.Busy() {
		return
	}
	job, problem := p.job()
	if problem != "" {
		p.say(problem, look.Warn)
		p.Changed()
		return
	}
	p.say("Writing…  Esc gives it up.", look.Dim)
	p.write.Run(func(ctx context.Context) func() {
		path, err := job(ctx)
		return func() { p.written(path, err) }
	})
	p.Changed()
}

// job is the work of writing the chosen report, or what is missing for it in words.
func (p *Presenter) job() (func(context.Context) (string, error), string) {
	ending := kinds[p.kind].formats[p.format[p.kind]].ending
	switch p.kind {
	case Handover:
		period, note := p.Period(), p.note
		return func(ctx context.Context) (string, error) { return p.d.Source.Handover(ctx, period, note, ending) }, ""
	case Queue:
		q := p.d.Query()
		return func(ctx context.Context) (string, error) { return p.d.Source.Export(ctx, q, ending) }, ""
	case Identity, Posture:
		period, write := p.Period(), p.d.Source.Identity
		if p.kind == Posture {
			write = p.d.Source.Posture
		}
		return func(ctx context.Context) (string, error) {
			paths, err := write(ctx, period, ending)
			if len(paths) == 0 {
				return "", err
			}
			return paths[0], err
		}, ""
	}
	r, ok := p.d.Row()
	if !ok {
		return nil, "No incident is under the cursor of the queue. Choose one there (g q), or press E p on its page."
	}
	return func(ctx context.Context) (string, error) { return p.d.Source.Case(ctx, r.ID, ending) }, ""
}

func (p *Presenter) written(path string, err error) {
	if err != nil {
		p.say(app.Say(err), look.Alarm)
		p.Changed()
		return
	}
	p.last = path
	p.say("Written to "+present.Field(path), look.Normal)
	p.cursor = 0
	p.Changed()
	p.Load()
}

// ShowFolder shows the folder of the file under the cursor, or of the one just written.
func (p *Presenter) ShowFolder() {
	path := p.last
	if p.cursor < len(p.files) {
		path = p.files[p.cursor].Path
	}
	if path == "" {
		p.say("Nothing was written yet.", look.Dim)
		p.Changed()
		return
	}
	p.d.Desk.Run(func(ctx context.Context) func() {
		err := p.d.Source.OpenFolder(ctx, path)
		return func() {
			if err != nil {
				p.say(app.Say(err), look.Alarm)
				p.Changed()
			}
		}
	})
}

// Period is what the report covers: the chosen hours until now, or whole UTC days and
// what there is of today.
func (p *Presenter) Period() report.Period {
	now := p.d.Clock().Now.UTC().Truncate(time.Minute)
	spans := p.kind.spans()
	if spans == nil {
		return report.Period{From: now, To: now}
	}
	back := time.Duration(spans[p.period[p.kind]]) * time.Hour
	if p.kind == Handover {
		return report.Period{From: now.Add(-back), To: now}
	}
	return report.Period{From: now.Truncate(24 * time.Hour).Add(24*time.Hour - back), To: now}
}

func (p *Presenter) say(text string, t look.Tone) { p.message = look.Cell{Text: text, Tone: t} }

// About says what the chosen report holds and of what it will be.
func (p *Presenter) About() string {
	s := kinds[p.kind].about
	switch p.kind {
	case Handover, Identity, Posture:
		c, per := p.d.Clock(), p.Period()
		s += " From " + c.At(per.From) + " to now."
	case Queue:
		if f := p.d.Query().Filter.String(); f != "" {
			s += " Filter: " + present.Field(f)
		}
	case Case:
		if r, ok := p.d.Row(); ok {
			s += " Now: " + present.Number(r.Number) + " " + present.Title(r.Title)
		}
	}
	return s
}

func periodLabel(hours int) string {
	if hours > 24 {
		return strconv.Itoa(hours/24) + " days"
	}
	return strconv.Itoa(hours) + " h"
}

// Columns are those of Cells.
var Columns = []look.Column{{Title: "Written", Width: 170}, {Title: "File", Width: 330, Flex: 2}, {Title: "Size", Width: 80, Right: true}, {Title: "Folder", Width: 200, Flex: 3}}

// Cells are one file.
func (p *Presenter) Cells(i int) []look.Cell {
	f := p.files[i]
	dir, name := filepath.Split(f.Path)
	return []look.Cell{
		look.T(p.d.Clock().Both(f.At)), look.T(present.Field(name)), look.D(present.Bytes(f.Bytes)),
		{Text: present.Field(strings.TrimRight(dir, `/\`)), Tone: look.Dim, Fit: look.Middle},
	}
}

// Heading stands over the list of files.
func (p *Presenter) Heading() look.Cell {
	switch {
	case !p.listed:
		return look.D("Looking for what was written before…")
	case len(p.files) == 0:
		return look.D("Nothing was written yet.")
	}
	return look.Cell{Text: "Written before, newest first", Bold: true}
}
