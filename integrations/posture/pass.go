package posture

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"watchfloor/app"
	"watchfloor/app/posture"
	"watchfloor/integrations/azure"
)

// pass is what one run over Defender for Cloud knows so far.
type pass struct {
	c     *Cloud
	began time.Time
	subs  []string // ids in lower case
	names map[string]string

	mu      sync.Mutex
	scores  map[string]posture.Score
	parts   map[string][]posture.Part
	defined map[string]bool // controls whose definition was read
	metas   map[string]bool // recommendations that are described
	lanes   int             // of assessments still being read
	counted []string        // subscriptions whose findings Resource Graph will count
	refused []table         // what Resource Graph did not tell
	// missing are the parts of the posture that a subscription did not give.
	missing map[string][]missing
}

type missing struct {
	part  part
	needs string
}

// part of the posture of a subscription, in words for a person.
type part string

const (
	partScore        part = "score"
	partControls     part = "controls"
	partAssessments  part = "recommendations"
	partFindings     part = "findings"
	partCompliance   part = "compliance"
	partContact      part = "security contact"
	partDescriptions part = "descriptions"
)

// begin plans a run: what all subscriptions share first, then the scores with their
// controls, then the long lists.
func (c *Cloud) begin(ctx context.Context, _ app.Cursor) (*run, error) {
	p := &pass{
		c: c, began: c.conf.Now(), names: map[string]string{}, scores: map[string]posture.Score{}, parts: map[string][]posture.Part{},
		defined: map[string]bool{}, metas: map[string]bool{}, missing: map[string][]missing{},
	}
	subs, err := c.subscriptions.Choose(ctx, c.conf.Subscriptions)
	if err != nil && app.KindOf(err) != app.KindPermission {
		return nil, err
	}
	for _, s := range subs {
		id := strings.ToLower(s.ID)
		if _, twice := p.names[id]; !twice {
			p.subs = append(p.subs, id)
			p.names[id] = s.Label()
		}
	}
	r := &run{began: p.began, end: p.end}
	if len(p.subs) == 0 {
		return r, nil
	}
	r.todo = append(r.todo, p.definitions(""), p.descriptions(""))
	chunks := slices.Collect(slices.Chunk(p.subs, mostSubscriptions))
	for _, some := range chunks {
		r.todo = append(r.todo, p.query(tableScores, some), p.query(tableStandards, some))
	}
	for _, some := range chunks {
		for _, lane := range lanesOf(some) {
			p.lanes++
			r.todo = append(r.todo, p.query(tableAssessments, lane))
		}
	}
	for _, sub := range p.subs {
		r.todo = append(r.todo, p.list(partContact, sub))
	}
	return r, nil
}

// lanesOf splits subscriptions so that two long lists are read side by side: pages of one
// list can only be read one after another.
func lanesOf(subs []string) [][]string {
	if len(subs) < manySubscriptions {
		return [][]string{subs}
	}
	half := len(subs) / 2
	return [][]string{subs[:half], subs[half:]}
}

const manySubscriptions = 10

// lose notes that a subscription does not give a part.
func (p *pass) lose(what part, sub string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	needs := "Defender for Cloud on the subscription"
	switch {
	case app.KindOf(err) == app.KindPermission:
		needs = needReader
	case azure.CodeOf(err) == "SubscriptionNotFound":
		needs = "a subscription with this id that the sign-in can see"
	}
	p.missing[sub] = append(p.missing[sub], missing{what, needs})
}

// gave reports that a subscription gave a part, as far as is known.
func (p *pass) gave(sub string, parts ...part) bool {
	return !slices.ContainsFunc(p.missing[sub], func(m missing) bool { return m.part == partScore || slices.Contains(parts, m.part) })
}

// end says which lists are complete, and what was not open.
func (p *pass) end() ending {
	var e ending
	if len(p.subs) == 0 {
		e.lacks = []app.Lack{{
			What: "Posture of Azure", Needs: "the role Security Reader on a subscription",
			Still: "The Microsoft 365 secure score and incidents do not need it.",
		}}
		return e
	}
	p.c.conf.Logger().Info("posture was read", "subscriptions", len(p.subs), "missing", len(p.missing), "notByResourceGraph", p.refused)
	all := true
	for _, sub := range p.subs {
		whole := func(kind string) {
			e.batch.Whole = append(e.batch.Whole, posture.Whole{Kind: kind, Model: posture.CloudClassic, Scope: sub, Began: p.began})
		}
		if p.gave(sub, partAssessments) {
			whole("assessments")
		}
		if p.gave(sub, partCompliance) {
			whole("standards")
			whole("requirements")
		}
		all = all && p.gave(sub, partControls)
		e.lacks = append(e.lacks, p.lack(sub)...)
	}
	if all {
		e.batch.Whole = append(e.batch.Whole, posture.Whole{Kind: "controls", Model: posture.CloudClassic, Began: p.began})
	}
	return e
}

// lack says what a subscription does not give: all of it where it gives no score.
func (p *pass) lack(sub string) []app.Lack {
	lost := p.missing[sub]
	if len(lost) == 0 {
		return nil
	}
	l := app.Lack{Needs: lost[0].needs, Still: "Its other parts and the other subscriptions are shown."}
	var parts []string
	for _, m := range lost {
		if m.part == partScore {
			parts, l.Needs, l.Still = []string{"posture"}, m.needs, "The other subscriptions are shown."
			break
		}
		if !slices.Contains(parts, string(m.part)) {
			parts = append(parts, string(m.part))
		}
	}
	what := strings.Join(parts, ", ")
	l.What = strings.ToUpper(what[:1]) + what[1:] + " of the subscription " + p.names[sub]
	return []app.Lack{l}
}

// dayOf is the UTC day of the service's clock, else of this computer's.
func (p *pass) dayOf(reply azure.Reply) time.Time {
	return midnight(serviceTime(reply, p.c.conf.Now))
}

// serviceTime is when the service answered, by its own clock where it tells.
func serviceTime(reply azure.Reply, now func() time.Time) time.Time {
	if at, ok := azure.Clock(reply.Header); ok {
		return at
	}
	return now()
}

func midnight(t time.Time) time.Time {
	y, m, d := t.UTC().Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

func (p *pass) note(ctx context.Context, odd bool, kind, id string) {
	if odd {
		p.c.odd.Note(ctx, kind, id)
	}
}
