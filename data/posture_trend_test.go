package data

import (
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/metrics"
	"watchfloor/app/posture"
	"watchfloor/app/report"
)

// Given scores of two subscriptions and a drop, when the charts are read, then they say
// what the rows say, and the freshness is that of the feeds of posture, not of incidents.
func TestChartsOfPostureReadWhatIsKept(t *testing.T) {
	cache, c := newCache(t)
	mfa := posture.Part{Control: "patch", Name: "Patch", Current: 6, Max: 6}
	lost := mfa
	lost.Current = 1
	keepPosture(t, cache, ward(), classic(subA, -10, 12, mfa), classic(subA, 0, 7, lost))
	src := cache.Posture().(metrics.PostureSource)
	read := func(k metrics.Kind) metrics.Listed {
		chart, err := metrics.LoadPlace(t.Context(), metrics.Sources{Posture: src}, k, 30, c.at)
		if err != nil {
			t.Fatal(err)
		}
		return chart.(metrics.Listed)
	}
	if a := read(metrics.ScoreHistory).About(); !a.AsOf.IsZero() || !a.Since.Equal(midnight(-10)) || a.N != "n = 2 daily scores" {
		t.Errorf("before a pull ended: %+v", a)
	}
	storePage(t, cache, app.Sentinel)
	for _, src := range []app.SourceID{app.Sentinel, app.CloudPosture, app.M365Score} {
		storePage(t, cache, src)
		if err := cache.Finish(t.Context(), src, noon.Add(map[app.SourceID]time.Duration{app.Sentinel: -time.Hour, app.CloudPosture: -2 * time.Hour, app.M365Score: -3 * time.Hour}[src])); err != nil {
			t.Fatal(err)
		}
	}
	if a := read(metrics.OpenAdvice).About(); !a.AsOf.Equal(noon.Add(-3 * time.Hour)) {
		t.Errorf("as of %v", a.AsOf)
	}
	if at := must[time.Time](t)(cache.AsOf(t.Context())); !at.Equal(noon.Add(-time.Hour)) {
		t.Errorf("charts of incidents are as of %v", at)
	}
	h, err := cache.Handover(t.Context(), report.Period{From: midnight(-1), To: c.at}, 5)
	if err != nil || len(h.Sources) != 1 || h.Sources[0].Source != app.Sentinel {
		t.Errorf("a hand-over is of %+v, %v", h.Sources, err)
	}
	score := read(metrics.ScoreHistory)
	if got := score.Words(0, score.Len()-1); got != "Mon 2 Mar 2026, Defender for Cloud (classic): 16.7 %, 10 of 60 points of 2 scopes." {
		t.Error(got)
	}
	moves := read(metrics.ScoreMoves)
	if got := moves.Words(0, 1); got != "Defender for Cloud (classic), Patch: −5 points, from 6 of 6 to 1 of 6." {
		t.Error(got)
	}
	rows, err := moves.Rows(t.Context(), 0, 1)
	if err != nil || len(rows.Cells) != 2 || rows.Cells[0][0] != "System updates should be installed" {
		t.Errorf("behind it %v, %v", rows.Cells, err)
	}
}
