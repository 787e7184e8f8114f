package posture

import (
	"context"
	"slices"

	model "watchfloor/app/posture"
	"watchfloor/app/report"
)

// mostResources bounds the export of one recommendation's resources.
const mostResources = 200_000

// Export reads what the open tab shows, resources to the last. The returned function runs
// off the UI goroutine; it gives the list and a name for its file.
func (p *Presenter) Export() func(ctx context.Context) (string, report.List, error) {
	got := func(name string, l report.List) func(context.Context) (string, report.List, error) {
		return func(context.Context) (string, report.List, error) { return name, l, nil }
	}
	switch p.tab {
	case Recommendations:
		if p.recs.inside() {
			return p.exportResources()
		}
		var rows []model.Recommendation
		for _, l := range p.recs.lines {
			if l.rec != nil {
				rows = append(rows, *l.rec)
			}
		}
		return got("recommendations", report.Recommendations(rows))
	case Compliance:
		if p.compliance.in != nil {
			return got("compliance-controls", report.Requirements(slices.Clone(p.compliance.reqOn)))
		}
		return got("compliance", report.Standards(slices.Clone(p.compliance.shown)))
	case Contacts:
		return got("security-contacts", report.Contacts(slices.Clone(p.contacts.shown)))
	case Controls:
		return got("m365-controls", report.Controls(slices.Clone(p.controls.shown)))
	}
	// Every score of the span shown, of every model.
	var rows []model.Score
	for _, m := range p.scores.models {
		rows = append(rows, p.scores.trend[m]...)
		for _, s := range p.scores.latest {
			if s.Model == m && s.Scope != p.scores.scope[m] {
				rows = append(rows, s)
			}
		}
	}
	return got("secure-scores", report.Scores(rows))
}

func (p *Presenter) exportResources() func(ctx context.Context) (string, report.List, error) {
	r, id, words, sub := p.reader(), p.recs.in.ID, p.words[Recommendations], p.recs.subscription
	return func(ctx context.Context) (string, report.List, error) {
		if r == nil {
			return "", report.List{}, errNone
		}
		rows, _, err := readResources(ctx, r, id, mostResources)
		return "resources", report.Resources(sifted(rows, words, sub)), err
	}
}
