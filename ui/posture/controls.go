package posture

import (
	"context"
	"slices"
	"strings"

	"watchfloor/app"
	"watchfloor/app/outbox"
	model "watchfloor/app/posture"
	"watchfloor/app/text"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
)

// controls is the tab of the improvement actions of Microsoft 365.
type controls struct {
	all, shown []model.Control
	score      map[string]model.Part // of the newest day, by control
	waiting    map[string]outbox.Action
	at         int
	want       string // the control to put the cursor on once it is loaded
	traced     bool   // from a score
}

func (p *Presenter) loadControls(r model.Reader) {
	slot, now := p.Tenant().Slot, p.now()
	p.read(func(ctx context.Context) (func(), error) {
		all, err := r.Controls(ctx, model.M365)
		if err != nil {
			return nil, err
		}
		latest, err := r.Latest(ctx)
		if err != nil {
			return nil, err
		}
		score := map[string]model.Part{}
		if scope := scopeOf(latest, model.M365, ""); scope != "" {
			parts, err := r.Parts(ctx, model.M365, scope, now)
			if err != nil {
				return nil, err
			}
			for _, x := range parts {
				score[x.Control] = x
			}
		}
		waiting := p.waiting(ctx, slot, app.SubjectControl)
		return func() {
			c := &p.controls
			was := ""
			if c.at < len(c.shown) {
				was = c.shown[c.at].ID
			}
			c.all, c.score, c.waiting = all, score, waiting
			// What would bring most first; what the service lists no more last.
			slices.SortStableFunc(c.all, func(a, b model.Control) int {
				if ga, gb := a.Gone.IsZero(), b.Gone.IsZero(); ga != gb {
					return map[bool]int{true: -1, false: 1}[ga]
				}
				return compare(c.open(b), c.open(a))
			})
			if c.want != "" {
				was, c.want = c.want, ""
			}
			c.sift(p.words[Controls])
			if at := slices.IndexFunc(c.shown, func(x model.Control) bool { return x.ID == was }); at >= 0 {
				c.at = at
			}
		}, nil
	})
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// open is what a control could still bring.
func (c *controls) open(x model.Control) float64 { return x.Max - c.score[x.ID].Current }

func (c *controls) sift(words string) {
	c.shown = nil
	for _, x := range c.all {
		if has(words, x.Title, x.ID, x.Group, x.Service, x.State, x.Tier) {
			c.shown = append(c.shown, x)
		}
	}
	c.at = max(0, min(c.at, len(c.shown)-1))
}

// ControlColumns are those of ControlCells.
var ControlColumns = []look.Column{
	{Title: "Control", Width: 200, Flex: 1},
	{Width: 14},
	{Title: "State", Width: 116},
	{Title: "Score", Width: 90, Right: true},
	{Title: "Group", Width: 70, From: 620},
	{Title: "Service", Width: 66, From: 560},
	{Title: "Tier", Width: 76, From: 760},
	{Title: "Cost", Width: 64, From: 900},
	{Title: "Impact", Width: 64, From: 900},
	{Title: "Note", Width: 90, Flex: 0.4, From: 1100},
}

// ControlCells are those of one control.
func (p *Presenter) ControlCells(i int) []look.Cell {
	c := &p.controls
	x := c.shown[i]
	a := c.waiting[strings.ToLower(x.ID)]
	state := controlState(x.State)
	if to := a.Set[app.PropControlState]; a.Seq != 0 && to != "" && a.State.Pending() {
		state = controlState(to)
	}
	title := look.Cell{Text: present.Title(first(x.Title, x.ID)), Fit: look.Middle, Bold: c.open(x) > 0}
	if !x.Gone.IsZero() {
		title.Tone, title.Bold = look.Dim, false
		state = look.D("gone " + x.Gone.UTC().Format("2 Jan 2006"))
	}
	score := look.D("– / " + present.Points(x.Max))
	if part, ok := c.score[x.ID]; ok {
		score = look.T(present.Points(part.Current) + " / " + present.Points(x.Max))
		if part.Current > x.Max {
			score.Tone, score.Text = look.Warn, "! "+score.Text
		}
	}
	return []look.Cell{
		title, waitingMark(a), state, score, look.D(present.Field(x.Group)), look.D(present.Field(x.Service)), look.D(present.Field(x.Tier)),
		look.D(present.Field(x.Cost)), look.D(present.Field(x.UserImpact)), look.D(present.Safe(x.Note)),
	}
}

var stateNames = map[string]string{"": "Default", "default": "Default", "ignored": "Ignored", "thirdparty": "Third party", "reviewed": "Reviewed"}

// controlState is a state in words; one that is not known stays as it is.
func controlState(s string) look.Cell {
	switch w, ok := stateNames[strings.ToLower(s)]; {
	case !ok:
		return look.T("? " + present.Field(s))
	case w == "Default":
		return look.D(w)
	default:
		return look.T(w)
	}
}

// ControlDetail is what the preview says of the control under the cursor.
func (p *Presenter) ControlDetail() (title look.Cell, body string) {
	x, ok := p.Control()
	if !ok {
		return look.Cell{}, ""
	}
	c := p.d.Clock()
	var b strings.Builder
	b.WriteString(waitingWords(p.controls.waiting[strings.ToLower(x.ID)]))
	for _, m := range x.Marks(c.Now) {
		b.WriteString("! " + present.Field(m) + "\n")
	}
	part, has := p.controls.score[x.ID]
	if has {
		b.WriteString("Score: " + present.Points(part.Current) + " of " + present.Points(x.Max) + "\n")
		if part.Current > x.Max {
			b.WriteString("! above its maximum\n")
		}
	} else {
		b.WriteString("Maximum: " + present.Points(x.Max) + ", no score of it yet\n")
	}
	b.WriteString("State: " + controlState(x.State).Text)
	if x.By != "" {
		b.WriteString(", by " + present.Field(x.By))
	}
	if !x.Changed.IsZero() {
		b.WriteString(", " + c.Both(x.Changed))
	}
	b.WriteString("\n")
	if x.Note != "" {
		b.WriteString("Note: " + present.SafeBlock(x.Note) + "\n")
	}
	line := func(name, v string) {
		if strings.TrimSpace(v) != "" {
			b.WriteString(name + ": " + present.Safe(v) + "\n")
		}
	}
	line("Threats", strings.Join(x.Threats, ", "))
	line("Cost", x.Cost)
	line("Impact on users", x.UserImpact)
	line("Where", x.URL)
	line("Id", x.ID)
	if s := text.Unmark(x.Remediation); strings.TrimSpace(s) != "" {
		b.WriteString("\nRemediation\n" + present.SafeBlock(s))
	}
	return look.Cell{Text: present.Title(first(x.Title, x.ID)), Bold: true}, strings.TrimRight(b.String(), "\n")
}

// Control is the one under the cursor.
func (p *Presenter) Control() (model.Control, bool) {
	c := &p.controls
	if p.tab != Controls || c.at >= len(c.shown) {
		return model.Control{}, false
	}
	return c.shown[c.at], true
}
