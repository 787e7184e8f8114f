package data

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"watchfloor/app/posture"
)

// estate is n results over 50 subscriptions and 300 recommendations in 15 controls.
func estate(b *testing.B, n int) (*Cache, []posture.Batch) {
	b.Helper()
	c, err := Open(context.Background(), Config{Key: testKey, Path: filepath.Join(b.TempDir(), "cache.db"), Now: func() time.Time { return noon }})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { c.Close() })
	const subs, recs, controls = 50, 300, 15
	id := func(kind string, i int) string { return fmt.Sprintf("%08x-%s-4000-8000-000000000000", i, kind) }
	var batches []posture.Batch
	head := posture.Batch{}
	for i := range controls {
		head.Controls = append(head.Controls, posture.Control{Model: posture.CloudClassic, ID: id("c000", i), Title: fmt.Sprint("Control ", i), Max: 10})
	}
	for i := range recs {
		head.Controls[i%controls].Assessments = append(head.Controls[i%controls].Assessments, id("a000", i))
		head.Metas = append(head.Metas, posture.Meta{
			ID: id("a000", i), Title: fmt.Sprint("Machines should be configured well, part ", i), Severity: "High",
			Description: fmt.Sprintf("%1000d", i), Remediation: fmt.Sprintf("%1000d", i), Categories: []string{"Compute"},
		})
	}
	batches = append(batches, head)
	for s := range subs {
		sub := id("5000", s)
		page := posture.Batch{Scores: []posture.Score{{Model: posture.CloudClassic, Scope: sub, Day: noon, Current: 30, Max: 150}}}
		for i := range controls {
			page.Parts = append(page.Parts, posture.Part{Model: posture.CloudClassic, Scope: sub, Day: noon, Control: id("c000", i), Current: 2, Max: 10})
		}
		for i := range n / subs {
			a := result(id("a000", (i+s)%recs), sub, i, []string{"Healthy", "Unhealthy", "NotApplicable"}[i%3])
			a.Raw = fmt.Appendf(nil, "%1200d", i)
			page.Assessments = append(page.Assessments, a)
		}
		page.Whole = []posture.Whole{{Kind: "assessments", Scope: sub, Began: noon.Add(-time.Minute)}}
		batches = append(batches, page)
	}
	for _, p := range batches {
		if err := c.StorePosture(context.Background(), p); err != nil {
			b.Fatal(err)
		}
	}
	return c, batches
}

// The list of recommendations over 50 subscriptions: its time follows the number of
// recommendations and subscriptions, not that of resources.
func BenchmarkRecommendationsOfManyResources(b *testing.B) {
	for _, n := range []int{20_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			c, batches := estate(b, n)
			b.Run("list", func(b *testing.B) {
				for b.Loop() {
					if got, err := c.Posture().Recommendations(context.Background(), posture.Ask{}); err != nil || len(got) == 0 {
						b.Fatal(len(got), err)
					}
				}
			})
			b.Run("pins", func(b *testing.B) {
				for b.Loop() {
					if _, err := c.Posture().Pins(context.Background(), 30); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run("resources", func(b *testing.B) {
				for b.Loop() {
					if got, err := c.Posture().Resources(context.Background(), batches[0].Metas[7].ID, "", 100); err != nil || len(got) == 0 {
						b.Fatal(len(got), err)
					}
				}
			})
			b.Run("pull of a subscription without changes", func(b *testing.B) {
				for b.Loop() {
					if err := c.StorePosture(context.Background(), batches[3]); err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	}
}
