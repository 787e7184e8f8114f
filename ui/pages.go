package ui

import (
	"strconv"
	"strings"
	"time"

	"watchfloor/app"
	"watchfloor/app/triage"
	"watchfloor/ui/actions"
	"watchfloor/ui/incident"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/queue"
	"watchfloor/ui/settings"
	"watchfloor/ui/trends"
)

// make builds a page the first time it is shown.
func (sh *Shell) make(on keys.Screen) page {
	switch on {
	case keys.Incident:
		return sh.newCasePage()
	case keys.Identity:
		return sh.newIdentityPage()
	case keys.Person:
		return sh.newPersonPage()
	case keys.Posture:
		return sh.newPosturePage()
	case keys.Actions:
		return sh.newActionsPage()
	case keys.Trends:
		return sh.newTrendsPage()
	case keys.Reports:
		return sh.newReportsPage()
	case keys.Settings:
		return sh.newSettingsPage()
	case keys.Welcome:
		return sh.newWelcomePage()
	case keys.Locked:
		return sh.newLockPage()
	}
	return sh.newQueuePage()
}

// queuePage is the queue as the window sees it.
type queuePage struct {
	sh *Shell
	*queue.Screen
}

func (sh *Shell) newQueuePage() *queuePage {
	p := queue.New(queue.Deps{
		Queue: sh.s.Queue, Cases: sh.s.Cases, Desk: sh.desk, Prefs: sh.prefs, Now: sh.s.Now,
		Me: sh.s.Me, Views: sh.s.Views, Waiting: sh.waiting,
	})
	s := queue.NewScreen(p, queue.Frame{
		Press: sh.press, Run: sh.run, Clock: sh.clock, Targets: sh.s.Targets, Me: sh.s.Me, Roster: sh.s.Roster, Off: sh.off,
		Focus: sh.win.Canvas().Focus,
	})
	p.SetSync(sh.state)
	p.Start()
	return &queuePage{sh, s}
}

// Target is the row under the cursor, which stays there: a key was pressed for it.
func (q *queuePage) Target() (triage.Row, bool) {
	q.P.Stay()
	return q.P.Current()
}

// Marked are the incidents that the next action is for, instead of the one under the
// cursor.
func (q *queuePage) Marked() []triage.Row { return q.P.Marked() }

// Unmark frees them.
func (q *queuePage) Unmark() bool { return q.P.Unmark() }

// Advance goes on to the next row after an action that ends work on some.
func (q *queuePage) Advance(done []triage.Row) { q.P.Advance(done) }
func (q *queuePage) Settled() bool             { return q.P.Settled() }
func (q *queuePage) Synced()                   { q.P.SetSync(q.sh.state) }

func (q *queuePage) Event(e app.Event) {
	if e.Topic == app.TopicIncidents {
		q.P.Refresh()
	}
}

func (q *queuePage) Do(c keys.Command) bool {
	sh := q.sh
	switch c {
	case keys.Open:
		if r, ok := q.P.Current(); ok {
			sh.openCase(r)
		}
	case keys.CopySafe, keys.CopyRaw:
		if r, ok := q.P.Current(); ok {
			sh.copy(queue.CopyText(r, c == keys.CopyRaw), c == keys.CopyRaw)
		}
	case keys.Back:
		if !q.P.Unmark() && !sh.hideMany() {
			return q.Screen.Do(c)
		}
	case keys.OpenPortal:
		if r, ok := q.P.Current(); ok {
			sh.openCasePortal(r)
		}
	case keys.Merge:
		sh.mergeMarked(q.P.Marked())
	case keys.ExportCSV:
		sh.export(q.P.Query(), "csv")
	case keys.ExportJSON:
		sh.export(q.P.Query(), "json")
	case keys.ExportXLSX:
		sh.export(q.P.Query(), "xlsx")
	default:
		return q.Screen.Do(c)
	}
	return true
}

// casePage is the incident page as the window sees it.
type casePage struct {
	sh *Shell
	*incident.Screen
}

func (sh *Shell) newCasePage() *casePage {
	p := incident.New(incident.Deps{Cases: sh.s.Cases, Read: sh.s.Sync, Desk: sh.desk, Clock: sh.clock, Targets: sh.s.Targets, Me: sh.s.Me, Waiting: sh.waiting})
	return &casePage{sh, incident.NewScreen(p, incident.Frame{
		Press: sh.press, Run: sh.run, Off: sh.off,
		Shown: func() bool { return sh.on == keys.Incident },
	})}
}

// openCase shows the page of an incident.
func (sh *Shell) openCase(r triage.Row) {
	sh.back = sh.on
	p, ok := sh.pages[keys.Incident].(*casePage)
	if !ok {
		p = sh.newCasePage()
		sh.pages[keys.Incident] = p
	}
	p.P.Open(r)
	sh.goTo(keys.Incident)
}

func (c *casePage) Target() (triage.Row, bool) { r := c.P.Row(); return r, r.ID != 0 }
func (c *casePage) Leave()                     { c.P.Leave() }
func (c *casePage) Event(e app.Event)          { c.P.Event(e) }

func (c *casePage) Do(cmd keys.Command) bool {
	switch cmd {
	case keys.Back:
		if !c.P.Unmark() {
			c.sh.goTo(c.sh.back)
		}
	case keys.Mark:
		if c.P.On("Tasks") {
			c.finishTask()
		} else {
			c.P.MarkAlert()
		}
	case keys.FinishTask:
		c.finishTask()
	case keys.ToPerson:
		c.toPerson()
	case keys.AddTask:
		c.addTask()
	case keys.MoveAlerts:
		c.moveAlerts()
	case keys.NextCase:
		c.turn(1)
	case keys.PrevCase:
		c.turn(-1)
	case keys.CopySafe, keys.CopyRaw:
		c.sh.copy(c.P.Copy(cmd == keys.CopyRaw), cmd == keys.CopyRaw)
	case keys.OpenPortal:
		c.sh.openCasePortal(c.P.Row())
	case keys.ExportHTML:
		c.sh.exportCase(c.P.Row(), "html")
	case keys.ExportMarkdown:
		c.sh.exportCase(c.P.Row(), "md")
	case keys.ExportPDF:
		c.sh.exportCase(c.P.Row(), "pdf")
	default:
		return c.Screen.Do(cmd)
	}
	return true
}

// turn goes to a neighbour in the queue.
func (c *casePage) turn(n int) {
	q, ok := c.sh.pages[keys.Queue].(*queuePage)
	if !ok {
		return
	}
	if r, ok := q.P.Neighbour(c.P.Row().ID, n); ok {
		c.P.Open(r)
		c.sh.focus()
		return
	}
	c.sh.say("No further incident in this queue.", look.Dim)
}

// actionsPage is the outbox as the window sees it.
type actionsPage struct {
	sh *Shell
	*actions.Screen
}

func (sh *Shell) newActionsPage() *actionsPage {
	p := actions.New(sh.s.Outbox, sh.desk, sh.clock)
	s := &actionsPage{sh, actions.NewScreen(p, actions.Frame{Press: sh.press, Run: sh.run, Tenant: sh.tenantOf, Several: sh.several})}
	p.Say = func(text string, bad bool) {
		t := look.Normal
		if bad {
			t = look.Warn
		}
		sh.say(text, t)
		sh.readState()
	}
	draw := p.Changed
	p.Changed = func() {
		draw()
		sh.beat()
	}
	p.Load()
	return s
}

func (a *actionsPage) Leave() {}
func (a *actionsPage) Event(e app.Event) {
	if e.Topic != app.TopicSync {
		a.P.Refresh()
		a.sh.beat() // a long list waits for the next second
	}
}

// Counting and Second are for what the page counts in seconds.
func (a *actionsPage) Counting() bool { return a.P.Counting() }
func (a *actionsPage) Second()        { a.P.Second() }

func (a *actionsPage) Do(c keys.Command) bool {
	switch c {
	case keys.Open:
		if x, ok := a.P.Current(); ok {
			a.sh.openAbout(x)
		} else {
			a.P.Toggle()
		}
	case keys.Settle:
		if x, ok := a.P.Disputed(); ok {
			a.sh.settle(x)
		}
	case keys.ShowRequest:
		a.sh.showActions(a.P.Unsent())
	case keys.Back:
		a.sh.goTo(keys.Queue)
	default:
		return a.Screen.Do(c)
	}
	return true
}

// trendsPage is the chart as the window sees it.
type trendsPage struct {
	sh *Shell
	*trends.Screen
}

func (sh *Shell) newTrendsPage() page {
	src := sh.s.Trends
	if src == nil {
		src = noTrends{}
	}
	p := trends.New(src, sh.desk, sh.clock)
	if places, ok := src.(trends.PlaceSource); ok {
		var all []trends.Tenant
		for _, t := range sh.placeTenants() {
			all = append(all, trends.Tenant{Slot: t.Slot, Name: t.Name})
		}
		p.Offer(places, all)
	}
	t := &trendsPage{sh, trends.NewScreen(p, trends.Frame{Press: sh.press, Run: sh.run, Dark: func() bool { return sh.dark }})}
	p.Load()
	return t
}

func (t *trendsPage) Leave() { t.P.Leave() }
func (t *trendsPage) Event(e app.Event) {
	if t.P.Concerns(e.Topic) {
		t.P.Stale()
	}
}

func (t *trendsPage) Do(c keys.Command) bool {
	if t.P.Take(c) {
		return true
	}
	switch c {
	case keys.Back:
		t.sh.goTo(keys.Queue)
	case keys.Open:
		if filter, ok := t.P.Behind(); ok {
			t.sh.showRows(filter)
		} else {
			t.sh.say(t.P.Nothing(), look.Dim)
		}
	case keys.ExportPNG:
		t.sh.writeOut(t.P.Export("png"))
	case keys.ExportSVG:
		t.sh.writeOut(t.P.Export("svg"))
	case keys.ExportCSV:
		t.sh.writeOut(t.P.Export("csv"))
	default:
		return t.Screen.Do(c)
	}
	return true
}

// showRows goes to the queue and shows what a filter matches.
func (sh *Shell) showRows(filter string) {
	q, ok := sh.pages[keys.Queue].(*queuePage)
	if !ok {
		q = sh.newQueuePage()
		sh.pages[keys.Queue] = q
	}
	q.P.Type(filter)
	sh.goTo(keys.Queue)
}

// profile is what the settings page tells besides what main gave.
func (sh *Shell) profile() []settings.Fact {
	facts := []settings.Fact{{Name: "Tenant", Value: sh.s.Tenant}, {Name: "Signed in as", Value: sh.s.Me.UPN}}
	if sh.several() || sh.s.Connector != nil {
		facts = nil // the list of tenants has theirs
	}
	for _, f := range sh.s.Profile {
		if f.Name != "Tenant" && (f.Name != "Account" || f.Value != sh.s.Me.UPN) {
			facts = append(facts, f)
		}
	}
	return append(facts, settings.Fact{Name: "Local time zone", Value: zoneWords(sh.s.Now(), sh.s.Zone)},
		settings.Fact{Name: "Saved views", Value: strconv.Itoa(max(len(sh.s.Views), len(queue.DefaultViews)))})
}

// zoneWords names a time zone by what it is now: "UTC+01:00", with its name where it
// has one.
func zoneWords(now time.Time, z *time.Location) string {
	offset := strings.TrimSuffix(now.In(z).Format("UTC-07:00"), "+00:00")
	if name := z.String(); name != "Local" && name != offset {
		return offset + ", " + name
	}
	return offset
}
