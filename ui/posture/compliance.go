package posture

import (
	"context"
	"strings"

	model "watchfloor/app/posture"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
)

// compliance is the tab of the standards, or the controls of one of them.
type compliance struct {
	all, shown []model.Standard
	at         int

	in          *model.Standard
	reqs, reqOn []model.Requirement
	req         int
}

func (p *Presenter) loadCompliance(r model.Reader) {
	in := p.compliance.in
	p.read(func(ctx context.Context) (func(), error) {
		all, err := r.Standards(ctx)
		if err != nil {
			return nil, err
		}
		var reqs []model.Requirement
		if in != nil {
			reqs, err = r.Requirements(ctx, in.Subscription, in.ID)
		}
		return func() {
			c := &p.compliance
			if c.all = all; c.in != nil && in != nil && *keyOf(c.in) == *keyOf(in) {
				c.reqs = reqs
			}
			c.sift(p.words[Compliance])
		}, err
	})
}

type standardKey struct{ subscription, id string }

func keyOf(s *model.Standard) *standardKey { return &standardKey{s.Subscription, s.ID} }

func (c *compliance) sift(words string) {
	if c.in != nil {
		c.reqOn = nil
		for _, x := range c.reqs {
			if has(words, x.ID, x.Title, x.State) {
				c.reqOn = append(c.reqOn, x)
			}
		}
		c.req = max(0, min(c.req, len(c.reqOn)-1))
		return
	}
	c.shown = nil
	for _, x := range c.all {
		if has(words, x.ID, x.Subscription, x.State) {
			c.shown = append(c.shown, x)
		}
	}
	c.at = max(0, min(c.at, len(c.shown)-1))
}

func (c *compliance) cursor() int {
	if c.in != nil {
		return c.req
	}
	return c.at
}

func (c *compliance) len() int {
	if c.in != nil {
		return len(c.reqOn)
	}
	return len(c.shown)
}

func (c *compliance) move(i int) {
	if c.in != nil {
		c.req = i
	} else {
		c.at = i
	}
}

func (c *compliance) leave() { c.in, c.reqs, c.reqOn, c.req = nil, nil, nil, 0 }

// openStandard shows the controls of the standard under the cursor.
func (p *Presenter) openStandard() {
	c := &p.compliance
	if c.in != nil || c.at >= len(c.shown) {
		p.nothingBehind()
		return
	}
	x := c.shown[c.at]
	c.in = &x
	p.words[Compliance], p.loaded[Compliance] = "", false
	p.Changed()
	p.Load()
}

// StandardColumns are those of StandardCells, RequirementColumns of RequirementCells.
var (
	StandardColumns = []look.Column{
		{Title: "Standard", Width: 160, Flex: 1},
		{Title: "Subscription", Width: 130, Flex: 0.7},
		{Title: "State", Width: 110},
		{Title: "Passed", Width: 60, Right: true},
		{Title: "Failed", Width: 60, Right: true},
		{Title: "Skipped", Width: 60, Right: true},
		{Title: "Unsupported", Width: 84, Right: true, From: 640},
		{Title: "Passed of those judged", Width: 140},
	}
	RequirementColumns = []look.Column{
		{Title: "Control", Width: 80},
		{Title: "Title", Width: 200, Flex: 1},
		{Title: "State", Width: 110},
		{Title: "Passed", Width: 60, Right: true},
		{Title: "Failed", Width: 60, Right: true},
		{Title: "Skipped", Width: 60, Right: true},
	}
)

// StandardCells are those of one standard of one subscription.
func (p *Presenter) StandardCells(i int) []look.Cell {
	x := p.compliance.shown[i]
	share, part := look.D("–"), look.Part{}
	if n := x.Passed + x.Failed; n > 0 {
		share = look.T(present.Percent(100 * float64(x.Passed) / float64(n)))
		part = look.Part{From: 0.42, To: 0.42 + 0.58*float32(x.Passed)/float32(n), Tone: look.Dim}
	}
	share.Part = part
	return []look.Cell{
		{Text: present.Title(x.ID), Bold: true, Fit: look.Middle},
		{Text: p.subscription(x.Subscription), Tone: look.Dim, Fit: look.Middle},
		stateCell(x.State),
		number(x.Passed), failed(x.Failed), number(x.Skipped), number(x.Unsupported), share,
	}
}

// RequirementCells are those of one control of the open standard.
func (p *Presenter) RequirementCells(i int) []look.Cell {
	x := p.compliance.reqOn[i]
	return []look.Cell{
		{Text: present.Field(x.ID), Bold: true},
		{Text: present.Title(x.Title), Fit: look.Middle},
		stateCell(x.State),
		number(x.Passed), failed(x.Failed), number(x.Skipped),
	}
}

func number(n int) look.Cell {
	if n == 0 {
		return look.D("0")
	}
	return look.T(present.Figure(n))
}

func failed(n int) look.Cell {
	c := number(n)
	c.Bold = n > 0
	return c
}

// stateCell gives a result of compliance by word and mark; a word that is not known stays.
func stateCell(s string) look.Cell {
	switch strings.ToLower(s) {
	case "passed":
		return look.D("✓ Passed")
	case "failed":
		return look.Cell{Text: "Failed", Shape: look.Dot, ShapeTone: look.Normal, Bold: true}
	case "skipped", "unsupported":
		return look.D(present.Field(s))
	}
	return look.T("? " + present.Field(s))
}

// ComplianceDetail is what the preview says of the row under the cursor.
func (p *Presenter) ComplianceDetail() (title look.Cell, body string) {
	c := &p.compliance
	switch {
	case c.in != nil && c.req < len(c.reqOn):
		x := c.reqOn[c.req]
		return look.Cell{Text: present.Field(x.ID) + "  " + present.Title(x.Title), Bold: true},
			present.SafeBlock(x.Title) + "\n\n" + present.Field(x.State) + ": " + present.Figure(x.Passed) + " assessments passed, " + present.Figure(x.Failed) + " failed, " + present.Figure(x.Skipped) + " skipped." +
				"\nOf the standard " + present.Title(c.in.ID) + ", subscription " + p.subscription(c.in.Subscription) + "."
	case c.in == nil && c.at < len(c.shown):
		x := c.shown[c.at]
		return look.Cell{Text: present.Title(x.ID), Bold: true}, "Subscription " + p.subscription(x.Subscription) + "\n\n" + present.Figure(x.Passed) + " controls passed, " +
			present.Figure(x.Failed) + " failed, " + present.Figure(x.Skipped) + " skipped, " + present.Figure(x.Unsupported) + " cannot be judged by the service.\n\nEnter lists the controls."
	}
	return look.Cell{}, ""
}
