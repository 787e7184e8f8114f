package posture

import (
	"context"
	"strconv"
	"time"

	"watchfloor/app"
	"watchfloor/app/posture"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/azure/wire"
)

// m365Pass is what one run knows so far. Its jobs follow one another.
type m365Pass struct {
	c      *M365
	began  time.Time
	since  time.Time
	newest time.Time
	most   map[string]float64 // maximum by control
	titles map[string]string
	whole  bool // all controls were read
	lack   []app.Lack
}

func (c *M365) begin(_ context.Context, cur app.Cursor) (*run, error) {
	p := &m365Pass{c: c, began: c.conf.Now(), since: cur.Watermark, newest: cur.Watermark, most: map[string]float64{}, titles: map[string]string{}}
	return &run{began: p.began, todo: []job{p.controls()}, end: p.end}, nil
}

func (p *m365Pass) end() ending {
	e := ending{lacks: p.lack, mark: p.newest}
	if p.whole {
		e.batch.Whole = []posture.Whole{{Kind: "controls", Model: posture.M365, Began: p.began}}
	}
	return e
}

// refuse notes that a part is not open, and goes on with next.
func (p *m365Pass) refuse(what string, next ...job) func(error) answer {
	return func(err error) answer {
		l := app.Lack{What: what, Needs: readingM365.Need, Still: "The scores of Defender for Cloud are shown."}
		if app.KindOf(err) != app.KindPermission {
			l.Needs = "a licence of Microsoft 365 with the secure score"
		}
		p.lack = append(p.lack, l)
		return answer{next: next}
	}
}

// controls reads the improvement actions; their maximum and title belong to the parts of
// the scores that follow.
func (p *m365Pass) controls() job {
	return listed("control profiles", p.c.pages("secureScoreControlProfiles"), func(ctx context.Context, l wire.List, _ azure.Reply, last bool) answer {
		a := answer{rows: len(l.Rows)}
		for _, d := range wire.Each(l.Rows, DecodeProfile) {
			k := d.Row
			if d.Odd {
				p.c.odd.Note(ctx, "control profile", k.ID)
			}
			p.most[k.ID], p.titles[k.ID] = k.Max, k.Title
			p.c.keep(k.ID, k.Raw)
			a.batch.Controls = append(a.batch.Controls, k)
		}
		if last {
			p.whole = true
			a.next = []job{p.scores()}
		}
		return a
	}, p.refuse("Controls of the Microsoft 365 secure score", p.scores()))
}

// scores reads one score a day, the newest first: as many as there may be new ones.
func (p *m365Pass) scores() job {
	days := daysKept
	if !p.since.IsZero() {
		if passed := int(p.began.Sub(p.since)/(24*time.Hour)) + 2; passed > 0 && passed < daysKept {
			days = passed
		}
	}
	left := days
	first := listed("secure scores", p.c.pages("secureScores?$top="+strconv.Itoa(days)), func(ctx context.Context, l wire.List, r azure.Reply, _ bool) answer {
		a := answer{rows: len(l.Rows)}
		var undated posture.Batch
		for _, raw := range l.Rows {
			s, parts, odd := DecodeM365Score(raw)
			if odd {
				p.c.odd.Note(ctx, "Microsoft 365 secure score", s.Scope+" "+s.Day.Format(time.DateOnly))
			}
			into := &a.batch
			if s.Day.IsZero() { // first, so that one with a date wins the day
				s.Day, into = midnight(serviceTime(r, p.c.conf.Now)), &undated
			} else if s.Day.After(p.newest) && !s.Day.After(serviceTime(r, p.c.conf.Now)) {
				p.newest = s.Day
			}
			for i := range parts {
				parts[i].Day = s.Day
				parts[i].Max = p.most[parts[i].Control]
				parts[i].Name = wire.First(p.titles[parts[i].Control], parts[i].Name)
			}
			into.Scores, into.Parts = append(into.Scores, s), append(into.Parts, parts...)
		}
		add(&undated, a.batch)
		a.batch = undated
		left -= len(l.Rows)
		return a
	}, p.refuse("Microsoft 365 secure score"))
	return bounded(first, func() bool { return left > 0 })
}

// bounded follows the pages of a list only while more holds: $top limits a page, not the
// list.
func bounded(j job, more func() bool) job {
	do := j.do
	j.do = func(ctx context.Context) (answer, error) {
		a, err := do(ctx)
		if !more() {
			a.next = nil
		}
		for i := range a.next {
			a.next[i] = bounded(a.next[i], more)
		}
		return a, err
	}
	return j
}
