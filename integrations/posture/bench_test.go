package posture_test

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"watchfloor/app"
	"watchfloor/integrations/simulator"
)

// quotaLeft notes what the last answer of Resource Graph leaves of its stretch of time.
type quotaLeft struct {
	policy.Transporter
	mu   sync.Mutex
	left int
}

func (x *quotaLeft) Do(r *http.Request) (*http.Response, error) {
	resp, err := x.Transporter.Do(r)
	if err == nil && strings.HasSuffix(r.URL.Path, resourceGraph) {
		x.mu.Lock()
		defer x.mu.Unlock()
		x.left, _ = strconv.Atoi(resp.Header.Get("x-ms-user-quota-remaining"))
	}
	return resp, err
}

// BenchmarkPull pulls the posture of 50 subscriptions with 20,000 assessments within what
// the services grant. used/% is the share of the queries of Resource Graph, the narrowest
// limit, that were sent of those that it would have let through; of the last stretch of
// time only what was needed counts.
func BenchmarkPull(b *testing.B) {
	seen := &quotaLeft{}
	sim, c, _ := connect(b, simulator.Options{Seed: 7, Posture: simulator.Posture{Subscriptions: 50, Assessments: 20_000}},
		func(tr policy.Transporter) policy.Transporter { seen.Transporter = tr; return seen })
	var rows, allowed, could, refused, arm int
	for b.Loop() {
		sim.SetThrottle(simulator.PostureThrottle)
		got, _ := pull(b, c, app.Cursor{})
		rows += len(got.Assessments)
		report := sim.Throttled()
		allowed += report.ResourceGraph.Allowed
		could += report.ResourceGraph.Could - seen.left
		refused += report.ResourceGraph.Refused + report.ARMReads.Refused
		arm += report.ARMReads.Allowed
	}
	n := float64(b.N)
	b.ReportMetric(100*float64(allowed)/float64(could), "used/%")
	b.ReportMetric(float64(allowed)/n, "queries/op")
	b.ReportMetric(float64(arm)/n, "arm-reads/op")
	b.ReportMetric(float64(refused)/n, "refused/op")
	b.ReportMetric(float64(rows)/n, "assessments/op")
}
