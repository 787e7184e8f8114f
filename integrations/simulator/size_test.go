package simulator

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// rss is the resident memory of this process in MiB, 0 where the system does not say.
func rss() int {
	b, _ := os.ReadFile("/proc/self/status")
	for _, line := range strings.Split(string(b), "\n") {
		var kb int
		if n, _ := fmt.Sscanf(line, "VmRSS: %d kB", &kb); n == 1 {
			return kb >> 10
		}
	}
	return 0
}

// BenchmarkPage measures one list page of 50 with alerts, and one of Sentinel, over
// TLS; SIMULATOR_SIZE sets the size of the tenant.
func BenchmarkPage(b *testing.B) {
	size := 1000
	if v := os.Getenv("SIMULATOR_SIZE"); v != "" {
		if _, err := fmt.Sscan(v, &size); err != nil {
			b.Fatal(err)
		}
	}
	began := time.Now()
	s := start(b, Options{Incidents: size})
	took := time.Since(began)
	runtime.GC()
	c := raw(b, s)
	for name, url := range map[string]string{
		"graph-expanded":        c.set.Graph + "/security/incidents?$top=50&$expand=alerts",
		"sentinel":              c.ws("/incidents", "$top=50"),
		"sentinel-open":         c.ws("/incidents", "$top=50&$filter=properties/status%20ne%20%27Closed%27"),
		"sentinel-modified-asc": c.ws("/incidents", "$top=50&$orderby=properties/lastModifiedTimeUtc%20asc&$filter=properties/lastModifiedTimeUtc%20ge%20"+s.now().Add(-time.Hour).UTC().Format(time.RFC3339)),
	} {
		b.Run(name, func(b *testing.B) {
			n := 0
			for b.Loop() {
				_, _, body, err := c.do("GET", url, nil)
				if err != nil {
					b.Fatal(err)
				}
				n = len(body)
			}
			b.ReportMetric(float64(n)/1024, "KiB/page")
			b.ReportMetric(float64(took.Milliseconds()), "start-ms")
			b.ReportMetric(float64(rss()), "rss-MiB")
		})
	}
}

// allocated is how much live memory what build makes holds.
func allocated(build func() any) uint64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	kept := build()
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(kept)
	if after.HeapAlloc < before.HeapAlloc {
		return 0
	}
	return after.HeapAlloc - before.HeapAlloc
}
