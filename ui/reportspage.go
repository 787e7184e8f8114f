package ui

import (
	"context"

	"watchfloor/app"
	"watchfloor/app/report"
	"watchfloor/app/triage"
	"watchfloor/ui/keys"
	"watchfloor/ui/reports"
)

// reportsPage is the place of the reports as the window sees it.
type reportsPage struct {
	sh *Shell
	*reports.Screen
}

func (sh *Shell) newReportsPage() page {
	src := sh.s.Exports
	if src == nil {
		src = noExports{}
	}
	p := reports.New(reports.Deps{Source: src, Desk: sh.desk, Clock: sh.clock, Query: sh.queueQuery, Row: sh.queueRow, Prefs: sh.prefs})
	r := &reportsPage{sh, reports.NewScreen(p, reports.Frame{Press: sh.press, Run: sh.run})}
	p.Load()
	return r
}

func (sh *Shell) queueQuery() triage.Query {
	q, ok := sh.pages[keys.Queue].(*queuePage)
	if !ok {
		q = sh.newQueuePage() // the window began on another page
		sh.pages[keys.Queue] = q
	}
	return q.P.Query()
}

func (sh *Shell) queueRow() (triage.Row, bool) {
	q, ok := sh.pages[keys.Queue].(*queuePage)
	if !ok {
		return triage.Row{}, false
	}
	return q.P.Current()
}

func (r *reportsPage) Leave() { r.P.Leave() }

// Event lists anew what was written, when the page is shown again.
func (r *reportsPage) Event(e app.Event) {
	if e.Topic == app.TopicIncidents && len(e.Incidents) == 0 {
		r.P.Load()
	}
}

func (r *reportsPage) Do(c keys.Command) bool {
	if r.Screen.Do(c) {
		return true
	}
	if c == keys.Back {
		r.sh.goTo(keys.Queue)
		return true
	}
	return false
}

// noExports stands where nothing can be written.
type noExports struct{}

func (noExports) Export(context.Context, triage.Query, string) (string, error) {
	return "", errNoExport
}
func (noExports) Case(context.Context, int64, string) (string, error) { return "", errNoExport }
func (noExports) Handover(context.Context, report.Period, string, string) (string, error) {
	return "", errNoExport
}

func (noExports) Identity(context.Context, report.Period, string) ([]string, error) {
	return nil, errNoExport
}

func (noExports) Posture(context.Context, report.Period, string) ([]string, error) {
	return nil, errNoExport
}
func (noExports) Written(context.Context) ([]report.File, error) { return nil, nil }
func (noExports) OpenFolder(context.Context, string) error       { return errNoExport }
