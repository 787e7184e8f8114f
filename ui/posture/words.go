package posture

import (
	"strings"
	"time"

	"watchfloor/app"
	model "watchfloor/app/posture"
	"watchfloor/app/sync"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
)

// StaleAfter is the age of a source's last pull from which its figures are called old:
// they are pulled once an hour.
const StaleAfter = 3 * time.Hour

// sources are where the rows of each tab come from.
var sources = [tabs][]app.SourceID{{app.CloudPosture, app.M365Score}, {app.CloudPosture}, {app.CloudPosture}, {app.CloudPosture}, {app.M365Score}}

// Notices say how fresh the tab is and what the tenant or this sign-in does not open, one
// a line; those that need somebody stand out.
func (p *Presenter) Notices() (out []look.Cell) {
	c, fresh := p.d.Clock(), []string{}
	for _, x := range p.statuses() {
		label := x.Source.Label()
		for _, l := range x.Lacks {
			out = append(out, look.Cell{Text: strings.TrimSpace(present.Lack(l) + " " + present.Field(l.Still)), Tone: look.Warn})
		}
		switch {
		case x.Phase == sync.FirstPull && x.LastSuccess.IsZero():
			fresh = append(fresh, label+": first pull, "+rows(x)+" so far")
		case x.Problem != "":
			out = append(out, look.Cell{Text: label + ": " + present.Field(x.Problem) + asOf(x, c), Tone: look.Warn})
		case x.LastSuccess.IsZero():
			fresh = append(fresh, label+": not synced yet")
		case c.Now.Sub(x.LastSuccess) > StaleAfter:
			out = append(out, look.Cell{Text: label + ": old figures" + asOf(x, c) + ". r syncs.", Tone: look.Warn, Shape: look.Clock, ShapeTone: look.Warn})
		default:
			fresh = append(fresh, label+asOf(x, c))
		}
	}
	if len(fresh) > 0 {
		out = append(out, look.D(strings.Join(fresh, "   ·   ")))
	}
	return out
}

// statuses are those of the tab's sources at the tenant that is shown.
func (p *Presenter) statuses() (out []sync.Status) {
	t := p.Tenant()
	for _, x := range p.d.State().Sources {
		for _, id := range sources[p.tab] {
			if x.Source == id && (x.Tenant == "" || x.Tenant == t.Name) {
				out = append(out, x)
			}
		}
	}
	return out
}

func asOf(x sync.Status, c present.Clock) string {
	if x.LastSuccess.IsZero() {
		return ""
	}
	return " as of " + c.At(x.LastSuccess)
}

func rows(x sync.Status) string {
	if x.Total > 0 {
		return present.Figure(x.Rows) + " of " + present.Figure(x.Total) + " rows"
	}
	return present.Figure(x.Rows) + " rows"
}

// Health is the line about alerts of Defender for Cloud; "" where there are none.
func (p *Presenter) Health() look.Cell {
	h := p.health
	if h.Alerts == 0 {
		return look.Cell{}
	}
	c := look.D(count(h.Alerts, "alert") + " of Defender for Cloud, " + present.Figure(h.Alone) + " never became an incident")
	if !h.Since.IsZero() {
		c.Text += " (since " + h.Since.UTC().Format("2 Jan") + ")"
	}
	if h.Alone > 0 {
		c.Tone = look.Warn
	}
	return c
}

func count(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return present.Figure(n) + " " + word + "s"
}

// Heading says what the rows are: of what, in which order, how many of how many.
func (p *Presenter) Heading() string {
	var out []string
	switch p.tab {
	case Scores:
		return p.Fall()
	case Recommendations:
		r := &p.recs
		if r.inside() {
			out = append(out, "Resources of: "+present.Title(r.in.Title))
			if r.more {
				out = append(out, "the first "+present.Figure(len(r.res))+", more as you go on")
			}
		} else {
			n := 0
			for _, l := range r.lines {
				if l.rec != nil {
					n++
				}
			}
			out = append(out, count(n, "recommendation"), map[model.Order]string{model.ByIncrease: "most points first", model.ByRisk: "highest risk first", model.ByAge: "oldest first"}[r.order])
			if r.group != "" {
				out = append(out, string(r.group))
			}
			if r.pin != "" {
				out = append(out, "counts for: "+string(r.pin))
			}
			if r.control != "" {
				out = append(out, "of the control "+present.Title(first(r.controlName, r.control)))
			}
		}
		if r.subscription != "" {
			out = append(out, "subscription "+name(r.subscriptionName, r.subscription))
		}
	case Compliance:
		if in := p.compliance.in; in != nil {
			out = append(out, present.Title(in.ID), p.subscription(in.Subscription), shown(len(p.compliance.reqOn), len(p.compliance.reqs), "control"))
		} else {
			out = append(out, shown(len(p.compliance.shown), len(p.compliance.all), "standard"))
		}
	case Contacts:
		silent := 0
		for _, x := range p.contacts.all {
			if len(x.Missing()) > 0 {
				silent++
			}
		}
		out = append(out, shown(len(p.contacts.shown), len(p.contacts.all), "subscription"))
		if silent > 0 {
			out = append(out, present.Figure(silent)+" with something missing")
		}
	case Controls:
		out = append(out, shown(len(p.controls.shown), len(p.controls.all), "control"))
	}
	if w := p.Words(); w != "" {
		out = append(out, "filter: "+present.Field(w)+" (Esc clears)")
	}
	return strings.Join(out, "  ·  ")
}

func shown(n, of int, word string) string {
	if n == of {
		return count(n, word)
	}
	return present.Figure(n) + " of " + count(of, word)
}

// Instead is what stands in place of rows.
func (p *Presenter) Instead() string {
	empty := p.Len() == 0 || p.tab == Scores && len(p.scores.models) == 0
	switch {
	case p.err[p.tab] != nil:
		return app.Say(p.err[p.tab]) + " Press r to sync."
	case !empty:
		return ""
	case !p.loaded[p.tab]:
		return "Reading…"
	case p.Words() != "":
		return "Nothing matches. Esc clears the filter."
	}
	for _, x := range p.statuses() {
		if x.Phase == sync.FirstPull || x.LastSuccess.IsZero() && x.Problem == "" {
			return "The first pull is under way; rows appear as they come."
		}
	}
	if p.tab == Recommendations && (p.recs.group != "" || p.recs.pin != "" || p.recs.control != "") {
		return "No recommendation here. Esc shows all."
	}
	return [tabs]string{
		"No score yet: neither Defender for Cloud nor Microsoft 365 gave one.", "No recommendation with unhealthy resources.",
		"No standard: regulatory compliance needs a paid plan of Defender for Cloud.", "No subscription is known.", "No control profile of Microsoft 365 yet.",
	}[p.tab]
}

// Detail is what the preview says of the row under the cursor.
func (p *Presenter) Detail() (title look.Cell, body string) {
	switch p.tab {
	case Recommendations:
		if p.recs.inside() {
			return p.ResourceDetail()
		}
		return p.RecDetail()
	case Compliance:
		return p.ComplianceDetail()
	case Contacts:
		return p.ContactDetail()
	case Controls:
		return p.ControlDetail()
	}
	return look.Cell{}, ""
}

// Copy is the row under the cursor for the clipboard: defanged, or as received.
func (p *Presenter) Copy(original bool) string {
	s := ""
	switch p.tab {
	case Scores:
		return p.Fall()
	case Recommendations:
		if r := &p.recs; r.inside() && r.resource < len(r.shown) {
			s = r.shown[r.resource].Resource
		} else if x := r.current(); x != nil {
			s = x.Title
		}
	case Compliance:
		if c := &p.compliance; c.in != nil && c.req < len(c.reqOn) {
			s = c.reqOn[c.req].ID + " " + c.reqOn[c.req].Title
		} else if c.in == nil && c.at < len(c.shown) {
			s = c.shown[c.at].ID
		}
	case Contacts:
		if x, ok := p.Contact(); ok {
			s = strings.Join(x.Emails, "; ")
		}
	case Controls:
		if x, ok := p.Control(); ok {
			s = x.Title
		}
	}
	if original {
		return s
	}
	return present.SafeBlock(s)
}
