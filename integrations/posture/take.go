package posture

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"time"

	"watchfloor/app/posture"
	"watchfloor/integrations/azure/wire"
)

// take decodes rows of a table, whichever way they came. Scores and parts are held until
// both are known, so that they are stored together.
func (p *pass) take(ctx context.Context, t table, rows []json.RawMessage, day time.Time) answer {
	a := answer{rows: len(rows)}
	b := &a.batch
	switch t {
	case tableScores:
		for _, raw := range rows {
			s, name, odd := DecodeScore(raw, day)
			p.note(ctx, odd, "secure score", s.Scope)
			if !strings.EqualFold(name, classic) {
				p.c.conf.Logger().LogAttrs(ctx, slog.LevelInfo, "score of another initiative left out")
				continue
			}
			p.mu.Lock()
			s.ScopeName = p.names[s.Scope]
			p.scores[s.Scope] = s
			p.mu.Unlock()
		}
	case tableControls:
		for _, raw := range rows {
			part, control, odd := DecodePart(raw, day)
			p.note(ctx, odd, "secure score control", part.Scope+"/"+part.Control)
			p.mu.Lock()
			if control.ID != "" && !p.defined[control.ID] {
				p.defined[control.ID] = true
				b.Controls = append(b.Controls, control)
			}
			p.parts[part.Scope] = append(p.parts[part.Scope], part)
			p.mu.Unlock()
		}
	case tableAssessments:
		for _, d := range wire.Each(rows, decodeBoth) {
			p.note(ctx, d.Odd, "assessment", d.Row.result.ID)
			b.Assessments = append(b.Assessments, d.Row.result)
			if m := d.Row.meta; m.ID != "" && p.first(m.ID) {
				b.Metas = append(b.Metas, m)
			}
		}
	case tableFindings:
		for _, raw := range rows {
			c, odd := DecodeCount(raw)
			if odd {
				p.note(ctx, true, "count of findings", wire.HashID("unreadable-", string(raw)))
				continue
			}
			b.Counts = append(b.Counts, c)
		}
	case tableStandards:
		for _, raw := range rows {
			s, odd := DecodeStandard(raw)
			p.note(ctx, odd, "compliance standard", s.Subscription+"/"+s.ID)
			b.Standards = append(b.Standards, s)
		}
	case tableRequirements:
		for _, raw := range rows {
			r, odd := DecodeRequirement(raw)
			p.note(ctx, odd, "compliance control", r.Subscription+"/"+r.Standard+"/"+r.ID)
			b.Requirements = append(b.Requirements, r)
		}
	}
	return a
}

type both struct {
	result posture.Assessment
	meta   posture.Meta
}

func decodeBoth(raw []byte) (both, bool) {
	a, m, odd := DecodeAssessment(raw)
	return both{a, m}, odd
}

// first reports that a recommendation was not described before in this run.
func (p *pass) first(id string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	id = strings.ToLower(id)
	if p.metas[id] {
		return false
	}
	p.metas[id] = true
	return true
}

func (p *pass) scored(sub string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, ok := p.scores[sub]
	return ok
}

// settle gives the score of a subscription with its parts, on one day, and the controls
// that nobody defined by what their parts say.
func (p *pass) settle(sub string) posture.Batch {
	p.mu.Lock()
	defer p.mu.Unlock()
	s, ok := p.scores[sub]
	if !ok {
		return posture.Batch{}
	}
	b := posture.Batch{Scores: []posture.Score{s}, Parts: slices.Clone(p.parts[sub])}
	for i := range b.Parts {
		part := &b.Parts[i]
		part.Day = s.Day
		if !p.defined[part.Control] {
			p.defined[part.Control] = true
			b.Controls = append(b.Controls, posture.Control{Model: part.Model, ID: part.Control, Title: part.Name, Max: part.Max})
		}
	}
	return b
}
