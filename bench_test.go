package main

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"watchfloor/app/triage"
	"watchfloor/integrations/simulator"
)

// benchSize is how many incidents the large cache of the figures holds.
func benchSize() int {
	if n, err := strconv.Atoi(os.Getenv("WATCHFLOOR_BENCH_INCIDENTS")); err == nil {
		return n
	}
	return 100_000
}

// benchTenant connects a fresh data folder to a tenant of n incidents.
func benchTenant(b testing.TB, n int) (*simulator.Server, *session) {
	b.Helper()
	sim, home := tenantFor(b, n)
	return sim, openHere(b, home)
}

func pullAll(b testing.TB, s *session) time.Duration {
	b.Helper()
	start := time.Now()
	if err := s.first().engine.Once(context.Background()); err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}

// large is a tenant of benchSize and the cache that was pulled from it, made once.
var large = sync.OnceValue(func() (l struct {
	sim  *simulator.Server
	s    *session
	took time.Duration
},
) {
	b := &keptTB{}
	l.sim, l.s = benchTenant(b, benchSize())
	l.took = pullAll(b, l.s)
	return l
})

// keptTB lets the large cache outlive the benchmark that made it.
type keptTB struct{ testing.TB }

func (*keptTB) Helper()                  {}
func (*keptTB) Context() context.Context { return context.Background() }
func (*keptTB) Fatal(args ...any)        { panic(args) }
func (*keptTB) Cleanup(fn func())        { leftovers = append(leftovers, fn) }
func (*keptTB) TempDir() string {
	dir, err := os.MkdirTemp("", "watchfloor-bench-")
	if err != nil {
		panic(err)
	}
	leftovers = append(leftovers, func() { os.RemoveAll(dir) })
	return dir
}

var leftovers []func()

func cleanUp() {
	for _, fn := range slices.Backward(leftovers) {
		fn()
	}
}

// Full pull against the bare loop, both from the same simulated tenant.
func BenchmarkFullPull(b *testing.B) {
	for b.Loop() {
		l := large()
		start := time.Now()
		rows := runBareLoop(b, l.sim)
		bare := float64(rows) / time.Since(start).Seconds()
		ours := float64(rows) / l.took.Seconds()
		b.ReportMetric(ours, "rows/s")
		b.ReportMetric(bare, "bare-rows/s")
		b.ReportMetric(ours/bare, "ratio(>=0.60)")
	}
	b.ReportMetric(0, "ns/op")
}

// A pull of 100 changes out of many incidents against one out of 1,000.
func BenchmarkHundredChanges(b *testing.B) {
	for b.Loop() {
		sim, s := benchTenant(b, 1000)
		pullAll(b, s)
		few := changesCost(b, sim, s)
		many := changesCost(b, large().sim, large().s)
		b.ReportMetric(few.Seconds()*1000, "ms-of-1000")
		b.ReportMetric(many.Seconds()*1000, "ms-of-many")
		b.ReportMetric(many.Seconds()/few.Seconds(), "ratio(<=2)")
	}
	b.ReportMetric(0, "ns/op")
}

// changesCost is the median time of five pulls of 100 changes.
func changesCost(b *testing.B, sim *simulator.Server, s *session) time.Duration {
	b.Helper()
	var refs []simulator.Ref
	for ref := range sim.All() {
		if refs = append(refs, ref); len(refs) == 100 {
			break
		}
	}
	pullAll(b, s)
	var took []time.Duration
	for round := range 5 {
		for _, r := range refs {
			sim.EditAs("mei.castro@northwind-clinic.example", r.Source, r.ID, func(f *simulator.Fields) { f.Title += " " + strconv.Itoa(round) })
		}
		took = append(took, pullAll(b, s))
	}
	slices.Sort(took)
	return took[2]
}

// Filters and searches to their first 50 rows against the same SQL run bare on the
// same file.
func BenchmarkFirstFifty(b *testing.B) {
	s := large().s
	bare, err := sql.Open("watchfloor-sqlite3", "file:"+filepath.Join(s.first().dir, "cache.db")+"?mode=ro")
	if err != nil {
		b.Fatal(err)
	}
	defer bare.Close()
	for name, text := range map[string]string{
		"all": "", "open": "status:open", "severity": "sev:high,medium status:open", "mine": "owner:me", "none": "owner:nobody.at.all",
		"tag": "tag:vip", "age": "age<3d -sev:info", "word": "ransomware", "common": "sign", "words": "password spray", "host": "srv-file", "entity": "entity:198.51.100.7",
	} {
		b.Run(name, func(b *testing.B) {
			f, _ := triage.Parse(text)
			q := triage.Query{Filter: f, Me: s.first().shown().Me.UPN, Limit: 50}
			query, args := s.first().cache.WindowSQL(q)
			var ours, plain []time.Duration
			for b.Loop() {
				for range 100 {
					start := time.Now()
					if _, err := s.first().cache.Window(context.Background(), q); err != nil {
						b.Fatal(err)
					}
					ours = append(ours, time.Since(start))
					plain = append(plain, bareQuery(b, bare, query, args))
				}
			}
			o, p := p95(ours), p95(plain)
			b.ReportMetric(o.Seconds()*1000, "p95-ms(<50)")
			b.ReportMetric(o.Seconds()/p.Seconds(), "ratio(<=2)")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func bareQuery(b *testing.B, db *sql.DB, query string, args []any) time.Duration {
	b.Helper()
	start := time.Now()
	rows, err := db.Query(query, args...)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	cols, _ := rows.Columns()
	dest := make([]any, len(cols))
	for i := range dest {
		dest[i] = new(any)
	}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(start)
}

func p95(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)*95/100]
}
