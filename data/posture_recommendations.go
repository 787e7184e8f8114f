package data

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"watchfloor/app"
	"watchfloor/app/posture"
)

// advised is a recommendation with the controls it belongs to.
type advised struct {
	posture.Recommendation
	controls []string
	riskRank int
	odd      int
	types    []string
	bare     bool // without metadata
}

// Recommendations implements posture.Reader. It reads counts that are kept up to date, so
// that its time follows the number of recommendations, not that of resources. The rows
// carry no Raw.
func (v postureView) Recommendations(ctx context.Context, a posture.Ask) (out []posture.Recommendation, err error) {
	err = v.c.view(ctx, func(q querier) error {
		all, err := q.recommendations(azureKey(a.Subscription), v.c.cfg.Now())
		for _, r := range all {
			if r.answers(a) {
				out = append(out, r.Recommendation)
			}
		}
		return err
	})
	slices.SortStableFunc(out, func(x, y posture.Recommendation) int {
		return cmp.Or(inOrder(a.Order, x, y), cmp.Compare(y.Increase, x.Increase), cmp.Compare(x.Title, y.Title), cmp.Compare(x.ID, y.ID))
	})
	return out, err
}

func inOrder(o posture.Order, x, y posture.Recommendation) int {
	switch o {
	case posture.ByRisk:
		grave := func(r posture.Recommendation) int { return posture.RiskRank(cmp.Or(r.Risk, r.Severity)) }
		return cmp.Compare(grave(y), grave(x))
	case posture.ByAge:
		if x.First.IsZero() != y.First.IsZero() { // those without a date are last
			if x.First.IsZero() {
				return 1
			}
			return -1
		}
		return x.First.Compare(y.First)
	}
	return 0
}

func (r *advised) answers(a posture.Ask) bool {
	if r.Unhealthy == 0 && !a.Healthy || a.Group != "" && r.Group != a.Group ||
		a.Pin != "" && !slices.Contains(r.Pins, a.Pin) || a.Control != "" && !slices.Contains(r.controls, azureKey(a.Control)) {
		return false
	}
	text := strings.ToLower(r.Title + "\n" + r.Description + "\n" + r.ID)
	for _, w := range strings.Fields(strings.ToLower(a.Words)) {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

// recommendations reads all that were ever assessed, in one subscription or, where that
// is "", in all.
func (q querier) recommendations(subscription string, now time.Time) ([]*advised, error) {
	var out []*advised
	at := map[string]*advised{}
	err := q.each(`SELECT rec, sum(healthy), sum(unhealthy), sum(not_applicable), sum(odd), coalesce(min(CASE WHEN first > 0 THEN first END), 0),
    max(risk_rank), substr(max(risk_rank || risk), 2), max(title) FROM rec_count WHERE ?1 = '' OR subscription = ?1 GROUP BY rec`,
		[]any{subscription}, func(scan func(...any) error) error {
			r, first := &advised{bare: true}, int64(0)
			err := scan(&r.ID, &r.Healthy, &r.Unhealthy, &r.NotApplicable, &r.odd, &first, &r.riskRank, &r.Risk, &r.Title)
			r.First, at[r.ID] = when(first), r
			out = append(out, r)
			return err
		})
	if err != nil {
		return nil, err
	}
	for _, step := range []func() error{
		func() error { return q.metas(at) },
		func() error { return q.locals(at) },
		func() error {
			return q.each(`SELECT rec, type FROM rec_type ORDER BY rec, type`, nil, func(scan func(...any) error) error {
				var id, kind string
				err := scan(&id, &kind)
				if r := at[id]; r != nil {
					r.types = append(r.types, kind)
				}
				return err
			})
		},
		func() error { return q.increases(at, subscription) },
	} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	for _, r := range out {
		r.Group, r.Pins = posture.GroupOf(r.Meta, r.types), posture.PinsOf(r.Meta)
		r.mark(now)
	}
	return out, nil
}

func (r *advised) mark(now time.Time) {
	r.Marks = r.Meta.Marks()
	if r.bare {
		r.Marks = append(r.Marks, "the service gives no description")
	}
	if r.odd > 0 {
		r.Marks = append(r.Marks, fmt.Sprintf("%d in a state this version does not know", r.odd))
	}
	if r.riskRank == 1 {
		r.Marks = append(r.Marks, "unknown risk")
	}
	if r.First.After(now.Add(10 * time.Minute)) {
		r.Marks = append(r.Marks, "dated in the future")
	}
}

func (q querier) metas(at map[string]*advised) error {
	return q.each(`SELECT rec, title, description, remediation, severity, categories, threats, effort, impact, preview, type FROM rec_meta`, nil,
		func(scan func(...any) error) error {
			var m posture.Meta
			var categories, threats string
			if err := scan(&m.ID, &m.Title, &m.Description, &m.Remediation, &m.Severity, &categories, &threats, &m.Effort, &m.Impact, &m.Preview, &m.Type); err != nil {
				return err
			}
			r := at[m.ID]
			if r == nil {
				return nil
			}
			m.Title = cmp.Or(m.Title, r.Title)
			r.Meta, r.bare = m, false
			if err := json.Unmarshal([]byte(categories), &r.Categories); err != nil {
				return err
			}
			return json.Unmarshal([]byte(threats), &r.Threats)
		})
}

func (q querier) locals(at map[string]*advised) error {
	return q.each(`SELECT rec, owner, note, due FROM rec_local`, nil, func(scan func(...any) error) error {
		var id, owner, note string
		var due int64
		err := scan(&id, &owner, &note, &due)
		if r := at[id]; r != nil {
			r.Owner, r.Note, r.Due = owner, note, when(due)
		}
		return err
	})
}

// increases shares out what the controls of the classic score can still gain, by the
// contributions of each subscription's last day, and names each recommendation's control.
func (q querier) increases(at map[string]*advised, subscription string) error {
	members := map[string][]string{} // recommendation: controls
	err := q.each(`SELECT r.rec, r.control, c.title FROM control_rec r JOIN control c ON c.model = r.model AND c.id = r.control
    WHERE r.model = ? AND c.gone = 0 ORDER BY c.title, c.id`, []any{string(posture.CloudClassic)}, func(scan func(...any) error) error {
		var id, control, title string
		err := scan(&id, &control, &title)
		if r := at[id]; r != nil && !slices.Contains(r.controls, control) {
			r.controls, r.Control = append(r.controls, control), cmp.Or(r.Control, title, control)
			members[id] = r.controls
		}
		return err
	})
	if err != nil {
		return err
	}
	type place struct{ subscription, control string }
	shares := map[place]*posture.Share{}
	err = q.each(`SELECT s.scope, c.control, p.current, p.max FROM score_series s
    JOIN score_part p ON p.series = s.id AND p.day = (SELECT max(day) FROM score_part WHERE series = s.id)
    JOIN score_control c ON c.id = p.control WHERE s.model = ?1 AND (?2 = '' OR s.scope = ?2)`, []any{string(posture.CloudClassic), subscription},
		func(scan func(...any) error) error {
			var p place
			s := &posture.Share{Unhealthy: map[string]int{}}
			err := scan(&p.subscription, &p.control, &s.Current, &s.Max)
			shares[place{p.subscription, azureKey(p.control)}] = s
			return err
		})
	if err != nil {
		return err
	}
	err = q.each(`SELECT rec, subscription, unhealthy FROM rec_count WHERE unhealthy > 0 AND (?1 = '' OR subscription = ?1)`, []any{subscription},
		func(scan func(...any) error) error {
			var id, sub string
			var n int
			err := scan(&id, &sub, &n)
			for _, control := range members[id] {
				if s := shares[place{sub, control}]; s != nil && !at[id].Preview {
					s.Unhealthy[id] = n
				}
			}
			return err
		})
	for _, s := range shares {
		for id, points := range posture.Increases(*s) {
			at[id].Increase += points
		}
	}
	return err
}

// Keep implements posture.Reader.
func (v postureView) Keep(ctx context.Context, id string, l posture.Local) error {
	return v.c.tx(ctx, func(t *tx) error {
		t.topics[app.TopicPosture] = true
		if l == (posture.Local{}) {
			return t.exec(`DELETE FROM rec_local WHERE rec = ?`, azureKey(id))
		}
		return t.exec(`INSERT OR REPLACE INTO rec_local (rec, owner, note, due) VALUES (?,?,?,?)`, azureKey(id), l.Owner, l.Note, micros(l.Due))
	})
}
