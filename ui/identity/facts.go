package identity

import (
	"strconv"
	"strings"

	"watchfloor/app/identity"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
)

// Fact is a named value of a preview; one without a name goes on from the line above.
// Head marks a heading.
type Fact struct {
	Name  string
	Value look.Cell
	Head  bool
}

// previewRows bounds how many rows of a kind a preview lists.
const previewRows = 6

// facts are what the preview says of a row: its title, and lines below. known completes
// a user where it was read already.
func facts(r Row, known *identity.Person, c present.Clock) (level look.Cell, title string, out []Fact) {
	if r.Moved {
		defer func() {
			out = append([]Fact{{Name: "Changed", Value: look.Cell{Text: "It has changed since this list was read, and moved or left it. Press . to read it again.", Tone: look.Warn}}}, out...)
		}()
	}
	switch {
	case r.User != nil:
		return present.RiskLevel(r.User.Level), present.Who(r.User.Name, r.User.UPN, r.User.ID), userFacts(*r.User, known, c)
	case r.Workload != nil:
		return present.RiskLevel(r.Workload.Level), present.Who(r.Workload.Name, r.Workload.AppID, r.Workload.ID), workloadFacts(*r.Workload, c)
	case r.SignIn != nil:
		s := r.SignIn
		return present.RiskLevel(s.Aggregated), present.Who(s.Name, s.UPN, s.UserID) + " to " + present.Who(s.App, s.AppID, ""), signInFacts(*s, c)
	case r.Detection != nil:
		return present.RiskLevel(r.Detection.Level), typeWords(r.Detection.Type), detectionFacts(*r.Detection, c)
	}
	return look.Cell{}, "", nil
}

// gather keeps the facts that say something.
type gather []Fact

func (g *gather) add(name string, v look.Cell) {
	if v.Text != "" && v.Text != "–" {
		*g = append(*g, Fact{Name: name, Value: v})
	}
}

func (g *gather) text(name, s string) { g.add(name, look.T(present.Field(s))) }
func (g *gather) id(name, s string) {
	g.add(name, look.Cell{Text: present.Field(s), Mono: true, Fit: look.Middle})
}

func (g *gather) heading(title string) {
	*g = append(*g, Fact{Value: look.Cell{Text: title, Bold: true}, Head: true})
}

func (g *gather) odd(marks []string) {
	if w := oddWords(marks); w != "" {
		g.add("Odd", look.Cell{Text: w, Tone: look.Warn})
	}
}

func (g *gather) queued(n int) {
	if n > 0 {
		g.add("On its way", look.Cell{Text: present.Figure(n) + " of your actions", Shape: look.Clock})
	}
}

func userFacts(u identity.UserRow, known *identity.Person, c present.Clock) []Fact {
	var g gather
	g.add("State", present.RiskState(u.State))
	g.add("Why", look.T(present.RiskDetail(u.Detail)))
	g.text("Sign-in name", u.UPN)
	g.id("Object id", u.ID)
	g.add("High value", badge(u.High))
	g.text("Roles", strings.Join(u.Roles, ", "))
	g.add("Last change", look.T(c.Both(u.Changed)))
	if u.Processing {
		g.text("Processing", "the service is still working on this account")
	}
	if u.Deleted {
		g.text("Deleted", "the account is deleted in the directory")
	}
	g.queued(u.Queued)
	g.odd(u.Marks(c.Now))
	if known == nil {
		return g
	}
	g.add("Account", enabledWords(known.Account.Enabled))
	for _, x := range known.Conflicts {
		g.add("Conflict", look.Cell{Text: "≠ " + present.Safe(x), Tone: look.Warn})
	}
	if len(known.Detections) > 0 {
		g.heading("Detections  " + present.Figure(len(known.Detections)))
		for _, d := range known.Detections[:min(previewRows, len(known.Detections))] {
			g.add(c.At(d.At), look.T(typeWords(d.Type)+" · "+present.PlaceWords(d.Place).Text))
		}
	}
	if len(known.Turns) > 0 {
		g.heading("Risk over time")
		for _, t := range known.Turns[:min(previewRows, len(known.Turns))] {
			g.add(c.At(t.At), look.T(turnWords(t)))
		}
	}
	if len(known.Incidents) > 0 {
		g.heading("Incidents  " + present.Figure(len(known.Incidents)))
		for _, m := range known.Incidents[:min(previewRows, len(known.Incidents))] {
			g.add(present.Number(m.Number), look.T(present.Title(m.Title)))
		}
	}
	return g
}

func enabledWords(s string) look.Cell {
	switch s {
	case "true":
		return look.T("✓ enabled")
	case "false":
		return look.Cell{Text: "✗ disabled", Bold: true}
	}
	return look.D("? not told whether enabled")
}

// turnWords say one step of a history: level, state and why.
func turnWords(t identity.Turn) string {
	parts := []string{present.RiskLevel(t.Level).Text, present.RiskState(t.State).Text}
	if d := present.RiskDetail(t.Detail); d != "" {
		parts = append(parts, d)
	}
	for _, e := range t.Events {
		parts = append(parts, typeWords(e))
	}
	return strings.Join(parts, " · ")
}

func workloadFacts(w identity.WorkloadRow, c present.Clock) []Fact {
	var g gather
	g.add("State", present.RiskState(w.State))
	g.add("Why", look.T(present.RiskDetail(w.Detail)))
	g.add("Kind", look.T(present.Spaced(w.Type)))
	g.add("Account", enabledWords(strconv.FormatBool(w.Enabled)))
	g.id("App id", w.AppID)
	g.id("Object id", w.ID)
	g.add("Detections", look.T(present.Figure(w.Detections)))
	g.add("Last change", look.T(c.Both(w.Changed)))
	if w.Processing {
		g.text("Processing", "the service is still working on this workload")
	}
	g.queued(w.Queued)
	g.odd(w.Marks(c.Now))
	return g
}

func signInFacts(s identity.SignInRow, c present.Clock) []Fact {
	var g gather
	g.add("Time", look.T(c.Ago(s.At)+" ("+c.Exact(s.At)+")"))
	g.add("Result", outcome(s.SignIn))
	g.text("Reason", s.Failure)
	g.text("Sign-in name", s.UPN)
	g.add("High value", badge(s.High))
	g.add("State", present.RiskState(s.State))
	g.add("During", present.RiskLevel(s.During))
	g.add("Why", look.T(present.RiskDetail(s.Detail)))
	g.add("Types", look.T(typesWords(s.Types)))
	g.heading("From where")
	g.add("Address", look.Cell{Text: present.Safe(s.IP), Mono: true})
	if s.ASN != 0 {
		g.text("Network", "AS"+strconv.Itoa(s.ASN))
	}
	g.add("Place", present.PlaceWords(s.Place))
	g.text("Client", s.ClientApp)
	g.text("Device", present.Safe(s.Device.Name))
	g.text("System", s.Device.OS)
	g.text("Browser", s.Device.Browser)
	g.add("Managed", look.T(toldWords(s.Device)))
	g.heading("How it was judged")
	g.add("Conditional access", present.Access(s.Access))
	for _, x := range s.Policies {
		g.add("", look.T(present.Safe(x.Name)+": "+present.Spaced(x.Result)))
	}
	g.text("Second factor", s.MFA)
	g.heading("Ids")
	g.text("Resource", present.Safe(s.Resource))
	g.id("Request", s.ID)
	g.id("Correlation", s.Correlation)
	g.id("Session", s.Session)
	g.id("Token", s.TokenID)
	g.text("Issuer", s.Issuer)
	g.queued(s.Queued)
	g.odd(s.Marks(c.Now))
	return g
}

func typesWords(types []string) string {
	words := make([]string, len(types))
	for i, t := range types {
		words[i] = typeWords(t)
	}
	return strings.Join(words, ", ")
}

// toldWords say what a sign-in told of the management of its device.
func toldWords(d identity.Device) string {
	var out []string
	for _, x := range []struct{ v, yes, no string }{{d.Managed, "managed", "not managed"}, {d.Compliant, "compliant", "not compliant"}} {
		switch x.v {
		case "true":
			out = append(out, x.yes)
		case "false":
			out = append(out, x.no)
		}
	}
	if d.Trust != "" {
		out = append(out, present.Field(d.Trust))
	}
	return strings.Join(out, ", ")
}

func detectionFacts(d identity.Detection, c present.Clock) []Fact {
	var g gather
	if r, known := identity.RiskOf(d.Type); known {
		g.add("Means", look.T(r.Means))
	} else {
		g.add("Means", look.Cell{Text: "not known to this version", Tone: look.Warn})
	}
	g.add("Who", look.T(present.Who(d.Name, d.UPN, d.Subject)))
	if d.Workload {
		g.text("Kind", "workload")
	}
	g.text("Sign-in name", d.UPN)
	g.add("State", present.RiskState(d.State))
	g.add("Why", look.T(present.RiskDetail(d.Detail)))
	g.add("Activity at", look.T(c.Both(d.At)))
	g.add("Detected", look.T(c.Both(d.Detected)))
	g.add("Updated", look.T(c.Both(d.Updated)))
	g.add("Found", look.T(present.Spaced(d.Timing)))
	g.add("In", look.T(present.Spaced(d.Activity)))
	g.text("By", d.Source)
	g.add("Address", look.Cell{Text: present.Safe(d.IP), Mono: true})
	g.add("Place", present.PlaceWords(d.Place))
	g.id("Sign-in", d.RequestID)
	g.odd(d.Marks(c.Now))
	if len(d.Info) > 0 {
		g.heading("What the service adds")
		for _, x := range d.Info {
			g.add(present.Field(x.Key), look.T(present.Safe(x.Value)))
		}
	}
	return g
}
