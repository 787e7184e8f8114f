package ui

import (
	"watchfloor/app"
	"watchfloor/app/triage"
	"watchfloor/ui/keys"
	"watchfloor/ui/queue"
)

// make builds a page the first time it is shown.
func (sh *Shell) make(on keys.Screen) page {
	switch on {
	default:
		return sh.newQueuePage()
	}
}

// queuePage is the queue as the window sees it.
type queuePage struct {
	sh *Shell
	*queue.Screen
}

func (sh *Shell) newQueuePage() *queuePage {
	p := queue.New(queue.Deps{Queue: sh.s.Queue, Cases: sh.s.Cases, Desk: sh.desk, Prefs: sh.prefs, Now: sh.s.Now,
		Me: sh.s.Me, Views: sh.s.Views})
	s := queue.NewScreen(p, queue.Frame{Press: sh.press, Run: sh.run, Clock: sh.clock, Targets: sh.s.Targets, Me: sh.s.Me})
	p.SetSync(sh.state)
	p.Start()
	return &queuePage{sh, s}
}

func (q *queuePage) Target() (triage.Row, bool) { return q.P.Current() }
func (q *queuePage) Advance()                   { q.P.Advance() }
func (q *queuePage) Leave()                     {}
func (q *queuePage) Synced()                    { q.P.SetSync(q.sh.state) }

func (q *queuePage) Event(e app.Event) {
	if e.Topic == app.TopicIncidents {
		q.P.Refresh()
	}
}
