package posture

import (
	"context"
	"slices"
	"strings"

	"watchfloor/app"
	model "watchfloor/app/posture"
	"watchfloor/ui/keys"
	"watchfloor/ui/present"
)

const (
	// trendDays is the length of the small trends of the pinned risks.
	trendDays = 30
	// peek is how many resources the preview lists; page how many a list reads at a time.
	peek, page = 12, 500
)

var orders = []model.Order{model.ByIncrease, model.ByRisk, model.ByAge}

// recs is the tab of the recommendations, or the resources of one of them.
type recs struct {
	order                          model.Order
	group                          model.Group
	pin                            model.Pin
	control, controlName           string // of the score it was traced from
	subscription, subscriptionName string
	traced                         bool

	all    []model.Recommendation
	lines  []recLine
	cursor int
	pinned []model.Pinned
	count  map[model.Group]int

	peeked    string // the recommendation of beside
	beside    []model.Assessment
	besideErr error

	in       *model.Recommendation
	res      []model.Assessment
	shown    []model.Assessment
	more     bool
	resource int
	asked    string // the resource that the next page was asked behind
}

// recLine is a recommendation, or the head of a group.
type recLine struct {
	rec   *model.Recommendation
	group model.Group
	n     int
}

func (r *recs) inside() bool { return r.in != nil }

// ask is what the list shows.
func (r *recs) ask(words string) model.Ask {
	return model.Ask{Words: words, Pin: r.pin, Control: r.control, Subscription: r.subscription, Order: r.order}
}

// loadRecommendations reads the list and the pinned risks, or the resources of the one
// that is open.
func (p *Presenter) loadRecommendations(r model.Reader) {
	if p.recs.inside() {
		p.loadResources(r)
		return
	}
	ask := p.recs.ask(p.words[Recommendations])
	p.read(func(ctx context.Context) (func(), error) {
		all, err := r.Recommendations(ctx, ask)
		if err != nil {
			return nil, err
		}
		pinned, err := r.Pins(ctx, trendDays)
		if err != nil {
			return nil, err
		}
		health, err := r.AlertHealth(ctx)
		return func() {
			p.health = health
			p.recs.all, p.recs.pinned = all, pinned
			p.recs.arrange()
			p.peek()
		}, err
	})
}

// arrange makes the lines: one group, or all under their heads. The cursor keeps its
// recommendation.
func (r *recs) arrange() {
	was := ""
	if x := r.current(); x != nil {
		was = x.ID
	}
	r.lines, r.count = nil, map[model.Group]int{}
	for i := range r.all {
		r.count[groupOf(r.all[i])]++
	}
	for _, g := range model.Groups {
		if r.group != "" && r.group != g || r.count[g] == 0 {
			continue
		}
		if r.group == "" {
			r.lines = append(r.lines, recLine{group: g, n: r.count[g]})
		}
		for i := range r.all {
			if groupOf(r.all[i]) == g {
				r.lines = append(r.lines, recLine{rec: &r.all[i], group: g})
			}
		}
	}
	at := slices.IndexFunc(r.lines, func(l recLine) bool { return l.rec != nil && l.rec.ID == was })
	if at < 0 {
		at = min(max(r.cursor, 0), len(r.lines)-1)
		if at >= 0 && r.lines[at].rec == nil && at+1 < len(r.lines) {
			at++ // a head says less than what is beneath
		}
	}
	r.cursor = max(0, at)
}

// groupOf is the group of a recommendation; one that this version does not know is Other.
func groupOf(x model.Recommendation) model.Group {
	if slices.Contains(model.Groups, x.Group) {
		return x.Group
	}
	return model.Other
}

// current is the recommendation under the cursor, nil on a head.
func (r *recs) current() *model.Recommendation {
	if r.in != nil {
		return r.in
	}
	if r.cursor < 0 || r.cursor >= len(r.lines) {
		return nil
	}
	return r.lines[r.cursor].rec
}

func (r *recs) at() int {
	if r.inside() {
		return r.resource
	}
	return r.cursor
}

func (r *recs) len() int {
	if r.inside() {
		return len(r.shown)
	}
	return len(r.lines)
}

func (p *Presenter) moveRecommendations(i int) {
	r := &p.recs
	if r.inside() {
		r.resource = i
		if r.more && i >= len(r.shown)-page/5 {
			p.nextResources()
		}
		return
	}
	r.cursor = i
	p.peek()
}

// narrow goes on to the next order, group or pinned risk.
func (p *Presenter) narrow(c keys.Command) {
	r := &p.recs
	switch c {
	case keys.Sort:
		r.order = next(orders, r.order)
		p.Load()
	case keys.NextGroup:
		for g := next(append([]model.Group{""}, model.Groups...), r.group); ; g = next(append([]model.Group{""}, model.Groups...), g) {
			if g == "" || r.count[g] > 0 {
				p.Group(g)
				return
			}
		}
	case keys.NextPin:
		p.Pin(next(append([]model.Pin{""}, model.Pins...), r.pin))
	}
}

// next is what follows in a round.
func next[T comparable](all []T, now T) T { return all[(slices.Index(all, now)+1)%len(all)] }

// Group shows one group, all with "".
func (p *Presenter) Group(g model.Group) {
	p.recs.group = g
	p.recs.arrange()
	p.peek()
	p.Changed()
}

// Pin shows what counts for a pinned risk, all with "".
func (p *Presenter) Pin(x model.Pin) {
	if p.recs.pin == x {
		x = ""
	}
	p.recs.pin = x
	p.Load()
}

// peek reads the first resources of the recommendation under the cursor, for the preview;
// those of the same one stay in sight meanwhile.
func (p *Presenter) peek() {
	x, r := p.recs.current(), p.reader()
	if x == nil || r == nil {
		return
	}
	id := x.ID
	if p.recs.peeked != id {
		p.recs.peeked, p.recs.beside, p.recs.besideErr = id, nil, nil
	}
	p.beside.Run(func(ctx context.Context) func() {
		all, err := r.Resources(ctx, id, "", peek)
		return func() {
			p.recs.beside, p.recs.besideErr = all, err
			if err == nil && all == nil {
				p.recs.beside = []model.Assessment{}
			}
			p.Changed()
		}
	})
}

// openRecommendation shows all resources of the recommendation under the cursor.
func (p *Presenter) openRecommendation() {
	r := &p.recs
	x := r.current()
	switch {
	case r.inside():
		p.nothingBehind()
		return
	case x == nil:
		p.Say("Choose a recommendation of the group; Enter lists its resources.", false)
		return
	}
	in := *x
	r.in, r.res, r.shown, r.resource, r.more, r.asked = &in, nil, nil, 0, false, ""
	p.loaded[Recommendations], p.words[Recommendations] = false, ""
	p.Changed()
	p.Load()
}

// leave goes back from resources to their recommendation.
func (r *recs) leave() { r.in, r.res, r.shown = nil, nil, nil }

func (p *Presenter) loadResources(r model.Reader) {
	id, want := p.recs.in.ID, max(page, len(p.recs.res))
	p.read(func(ctx context.Context) (func(), error) {
		all, more, err := readResources(ctx, r, id, want)
		return func() {
			if p.recs.in == nil || p.recs.in.ID != id {
				return
			}
			p.recs.res, p.recs.more, p.recs.asked = all, more, ""
			p.recs.siftResources(p.words[Recommendations])
		}, err
	})
}

// nextResources reads the page behind the last resource.
func (p *Presenter) nextResources() {
	r, rd := &p.recs, p.reader()
	if rd == nil || len(r.res) == 0 || p.list.Busy() {
		return
	}
	id, after := r.in.ID, r.res[len(r.res)-1].Resource
	if r.asked == after {
		return
	}
	r.asked = after
	p.read(func(ctx context.Context) (func(), error) {
		all, err := rd.Resources(ctx, id, after, page)
		return func() {
			if p.recs.in == nil || p.recs.in.ID != id {
				return
			}
			p.recs.res, p.recs.more = append(p.recs.res, all...), len(all) >= page
			p.recs.siftResources(p.words[Recommendations])
		}, err
	})
}

func (r *recs) siftResources(words string) {
	r.shown = sifted(r.res, words, r.subscription)
	r.resource = max(0, min(r.resource, len(r.shown)-1))
}

// sifted are the resources that match the words, of one subscription where that is given.
func sifted(all []model.Assessment, words, subscription string) (out []model.Assessment) {
	for _, a := range all {
		if has(words, a.Resource, a.Code, a.Cause, a.Reason, a.Risk) && (subscription == "" || strings.EqualFold(a.Subscription, subscription)) {
			out = append(out, a)
		}
	}
	return out
}

// Editable is the recommendation whose owner, due date and note can be kept.
func (p *Presenter) Editable() (model.Recommendation, bool) {
	if x := p.recs.current(); p.tab == Recommendations && x != nil {
		return *x, true
	}
	return model.Recommendation{}, false
}

// Keep stores owner, due date and note of a recommendation.
func (p *Presenter) Keep(x model.Recommendation, l model.Local) {
	r := p.reader()
	if r == nil {
		p.Say(app.Say(errNone), true)
		return
	}
	p.d.Desk.Run(func(ctx context.Context) func() {
		err := r.Keep(app.WithPriority(ctx), x.ID, l)
		return func() {
			if err != nil {
				p.Say(app.Say(err), true)
				return
			}
			if in := p.recs.in; in != nil && in.ID == x.ID {
				in.Owner, in.Due, in.Note = l.Owner, l.Due, l.Note
			}
			p.Say("Kept here for "+present.Title(x.Title)+".", false)
			p.Stale()
		}
	})
}

// untrace shows the recommendations of all controls again.
func (r *recs) untrace() {
	r.traced, r.control, r.controlName, r.subscription, r.subscriptionName = false, "", "", "", ""
}
