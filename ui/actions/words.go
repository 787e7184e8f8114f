package actions

import (
	"strconv"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/ui/act"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
)

// Columns are those of Cells.
var Columns = []look.Column{
	{Title: "State", Width: 92},
	{Title: "#", Width: 56, Right: true},
	{Title: "Action", Width: 170, Flex: 0.7},
	{Title: "On", Width: 160, Flex: 0.9, From: 820},
	{Title: "Decided", Width: 110},
	{Title: "Reason", Width: 180, Flex: 1},
}

// Cells are the fields of one line.
func (p *Presenter) Cells(i int) []look.Cell {
	l := p.lines[i]
	a := *l.action
	if l.head != nil {
		return p.headCells(l)
	}
	what := look.Cell{Text: Words(a), Bold: true}
	if l.inside {
		what.Text, what.Bold = "   "+what.Text, false
	}
	return []look.Cell{
		StateCell(a.State), look.T(present.Field(a.Number)), what,
		onWhat(a), look.D(p.clock().At(a.Created)), look.T(p.Reason(a)),
	}
}

// headCells are the fields of the head of a form.
func (p *Presenter) headCells(l line) []look.Cell {
	b := *l.head
	state := look.D("✓ Done")
	switch {
	case b.Conflict > 0:
		state = StateCell(outbox.Conflict)
	case b.Failed > 0:
		state = StateCell(outbox.Failed)
	case b.Waiting > 0:
		state = StateCell(outbox.Queued)
	case b.Done == 0:
		state = StateCell(outbox.Discarded)
	}
	fold := "▾ "
	if l.folded {
		fold = "▸ "
	}
	return []look.Cell{
		state,
		{Text: present.Figure(b.Total), Bold: true},
		{Text: fold + formWords(*l.action, b.Total), Bold: true},
		look.D("form of " + present.Figure(b.Total) + " actions"), look.D(p.clock().At(l.action.Created)), look.T(BatchWords(b)),
	}
}

// formWords says what a form for several does: to subjects its deed and how many they are,
// never one of them for all.
func formWords(a outbox.Action, n int) string {
	if a.On.IsZero() {
		return Words(a)
	}
	return act.DeedLabel(app.Deed(a.Verb)) + ": " + act.CountedKind(a.On.Kind, n)
}

// Words says what an action does; people's names stay as they are.
func Words(a outbox.Action) string {
	if a.Verb == outbox.Assign || a.On.Kind == app.SubjectUser || a.On.Kind == app.SubjectContact {
		return present.Field(a.Describe())
	}
	return present.Safe(a.Describe())
}

// StateCell shows a state by word and mark.
func StateCell(s outbox.State) look.Cell {
	switch s {
	case outbox.Queued:
		return look.Cell{Text: "Queued", Shape: look.Clock}
	case outbox.Sending:
		return look.Cell{Text: "Sending", Shape: look.Clock, Bold: true}
	case outbox.Done:
		return look.D("✓ Done")
	case outbox.Conflict:
		return look.Cell{Text: "! Conflict", Tone: look.Alarm, Bold: true}
	case outbox.Failed:
		return look.Cell{Text: "! Failed", Tone: look.Alarm, Bold: true}
	case outbox.Discarded:
		return look.D("Discarded")
	}
	return look.T(present.Field(string(s)))
}

// kindWords say what kind of failure keeps an action waiting.
var kindWords = map[app.Kind]string{
	app.KindThrottled: "Asked to wait", app.KindPermission: "Not permitted", app.KindSignIn: "Sign-in needed",
	app.KindOffline: "No answer", app.KindNotFound: "Gone", app.KindInvalid: "Refused", app.KindConflict: "Changed meanwhile",
	app.KindInternal: "Fault", app.KindLicence: "Licence missing",
}

// Reason says in words why an action stands where it stands, and when it goes on.
func (p *Presenter) Reason(a outbox.Action) string {
	behind, waits := p.behind[a.Seq]
	switch {
	case waits && behind == outbox.Conflict:
		return "Waits behind the conflict on " + About(a) + "." + spaced(expiry(a, p.clock()))
	case waits:
		return "Waits behind the failed action on " + About(a) + "." + spaced(expiry(a, p.clock()))
	}
	reason := why(a)
	if a.State != outbox.Queued {
		return reason + spaced(expiry(a, p.clock()))
	}
	now := p.clock().Now
	if left := a.HeldUntil.Sub(now); left > 0 && a.Attempts == 0 {
		return "Leaves in " + seconds(left) + "; Ctrl+Z or d takes it back." + spaced(expiry(a, p.clock()))
	}
	if left := a.NotBefore.Sub(now); left > 0 {
		reason += " Next try in " + seconds(left) + "."
	}
	return reason + spaced(expiry(a, p.clock()))
}

// spaced is a sentence that goes behind another.
func spaced(s string) string {
	if s == "" {
		return ""
	}
	return " " + s
}

func why(a outbox.Action) string {
	switch {
	case a.State == outbox.Conflict && Followable(a):
		return OfferSentence(a)
	case a.Reason != "":
		reason := present.Field(a.Reason)
		if kind := kindWords[a.Kind]; kind != "" && a.State.Pending() && a.State != outbox.Conflict {
			return kind + ": " + reason
		}
		return reason
	case a.State == outbox.Queued && a.Attempts > 0:
		return "Tried " + strconv.Itoa(a.Attempts) + " times; waits for the next try."
	case a.State == outbox.Queued:
		return "Waits to be sent."
	case a.State == outbox.Sending:
		return "On its way."
	case a.State == outbox.Done && a.Result != "" && a.Verb == outbox.Merge:
		return "They are one now: " + present.Number(a.Result) + "."
	case a.State == outbox.Done && a.Result != "":
		return "The alerts are in " + present.Number(a.Result) + " now."
	case a.State == outbox.Done:
		return "The service confirmed it."
	case a.State == outbox.Discarded:
		return "Given up here; the service's value stays."
	}
	return ""
}

// seconds is a wait for people: "40 s", "12 min".
func seconds(d time.Duration) string {
	if d > 2*time.Minute {
		return strconv.Itoa(int(d.Round(time.Minute).Minutes())) + " min"
	}
	return strconv.Itoa(int((d+time.Second-1)/time.Second)) + " s"
}

// DriftColumns are those of DriftCells.
var DriftColumns = []look.Column{
	{Title: "Field", Width: 110},
	{Title: "Base (what you saw)", Width: 120, Flex: 1},
	{Title: "Theirs", Width: 160, Flex: 1.4},
	{Title: "Mine", Width: 120, Flex: 1},
}

// DriftCells are the fields of one overlapping change.
func DriftCells(d outbox.Drift, c present.Clock) []look.Cell {
	theirs := value(d.Field, d.Theirs)
	if by := author(d, c); by != "" {
		theirs += "   " + by
	}
	return []look.Cell{look.D(present.ChangeWord(d.Field)), look.T(value(d.Field, d.Base)), look.T(theirs), {Text: value(d.Field, d.Mine), Bold: true}}
}

// author says who changed it and when, as far as the service tells.
func author(d outbox.Drift, c present.Clock) string {
	out := ""
	if d.Who != "" {
		out = "by " + present.Field(d.Who)
	}
	if !d.When.IsZero() {
		if out != "" {
			out += ", "
		}
		out += c.Both(d.When)
	}
	return out
}

// value is one side of a conflict in words.
func value(f app.Field, s string) string {
	if s == "" {
		return "(none)"
	}
	if p := app.Property(f); p == app.PropEmails || p == app.PropPhone {
		return present.Field(s) // of colleagues
	}
	if f == app.FieldDetermination {
		for _, r := range app.Reasons {
			if s == r.Determination {
				return r.Label
			}
		}
	}
	return present.ChangeValue(f, s)
}

// Instead is what stands in place of rows.
func (p *Presenter) Instead() string {
	switch {
	case p.err != nil:
		return app.Say(p.err) + " Press r to try again."
	case !p.loaded || len(p.lines) > 0:
		return ""
	case len(p.all) > 0:
		return "No action is " + map[string]string{"Need you": "in conflict or failed", "Waiting": "waiting", "Done": "done", "Given up": "given up"}[filters[p.tab].Name] + ". 1 shows all."
	}
	return "Nothing was decided here yet. Actions on incidents, identities and settings are listed with their fate."
}
