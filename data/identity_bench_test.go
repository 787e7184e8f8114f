package data

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"watchfloor/app/identity"
)

// signInsOfBench is how many sign-ins the large cache holds.
func signInsOfBench() int {
	if n, err := strconv.Atoi(os.Getenv("WATCHFLOOR_BENCH_SIGNINS")); err == nil {
		return n
	}
	return 1_000_000
}

const perDay = 11_000

// logged is the n-th sign-in of a tenant of 5,000 people with 200 apps, whose countries,
// clients and risks are as uneven as real ones. Its JSON is as long as Graph's.
func logged(n int, at time.Time) identity.SignIn {
	mix := func(salt, of int) int { return int(hashOf(strconv.Itoa(n*31+salt)) % uint64(of)) } //nolint:gosec // small
	skew := func(salt, of int) int { return min(mix(salt, of), mix(salt+1, of), mix(salt+2, of)) }
	who := mix(1, 5000)
	s := signIn(n, func(s *identity.SignIn) {
		s.At, s.ID = at, fmt.Sprintf("%08x-%04x-4000-8000-%012x", mix(2, 1<<31), n%65536, n)
		s.UserID, s.UPN, s.Name = fmt.Sprintf("%08d-0000-4000-8000-000000000000", who), fmt.Sprintf("person.%d@clinic.example", who), fmt.Sprintf("Person Number%d", who)
		app := skew(3, 200)
		s.AppID, s.App = fmt.Sprintf("%08d-0000-4000-9000-000000000000", app), fmt.Sprintf("Application %d", app)
		country := skew(6, 60)
		s.Place = identity.Place{City: fmt.Sprintf("City %d", country*10+mix(9, 10)), State: "State", Country: fmt.Sprintf("C%d", country), Lat: float64(country), Lon: 10, Located: true}
		s.IP = fmt.Sprintf("%d.%d.%d.%d", 20+country, who%256, who/256, mix(10, 4))
		s.Aggregated = []identity.Level{"none", "none", "none", "none", "none", "none", "low", "low", "medium", "high"}[mix(11, 10)]
		s.ClientApp, s.Interactive = []string{"Browser", "Mobile Apps and Desktop clients", "Exchange ActiveSync", "IMAP4"}[skew(12, 4)], mix(13, 3) > 0
		s.ErrorCode = []int{0, 0, 0, 0, 0, 0, 50126, 50076, 53003, 50053}[mix(15, 10)]
		s.TokenID, s.Session, s.Correlation = s.ID+"t", s.ID+"s", s.ID+"c"
	})
	s.Raw = fmt.Appendf(nil, `{"id":"%s","createdDateTime":"%s","userDisplayName":"%s","userPrincipalName":"%s","userId":"%s","appId":"%s","appDisplayName":"%s","ipAddress":"%s","clientAppUsed":"%s","correlationId":"%s","conditionalAccessStatus":"success","isInteractive":true,"riskDetail":"none","riskLevelAggregated":"%s","riskLevelDuringSignIn":"none","riskState":"none","riskEventTypes_v2":[],"resourceDisplayName":"Microsoft Graph","resourceId":"00000003-0000-0000-c000-000000000000","status":{"errorCode":%d,"failureReason":"Other.","additionalDetails":"MFA requirement satisfied by claim in the token"},"deviceDetail":{"deviceId":"%s","displayName":"DESKTOP-%d","operatingSystem":"Windows10","browser":"Edge 130.0.0","isCompliant":true,"isManaged":true,"trustType":"Hybrid Azure AD joined"},"location":{"city":"%s","state":"State","countryOrRegion":"%s","geoCoordinates":{"altitude":null,"latitude":%d.5,"longitude":10.25}},"appliedConditionalAccessPolicies":[{"id":"%s","displayName":"Block legacy authentication","enforcedGrantControls":["block"],"enforcedSessionControls":[],"result":"notApplied"},{"id":"%s","displayName":"Require MFA for all","enforcedGrantControls":["mfa"],"enforcedSessionControls":[],"result":"success"}],"uniqueTokenIdentifier":"%s","tokenIssuerType":"AzureAD"}`,
		s.ID, at.Format(time.RFC3339), s.Name, s.UPN, s.UserID, s.AppID, s.App, s.IP, s.ClientApp, s.Correlation, s.Aggregated, s.ErrorCode, s.UserID, n, s.Place.City, s.Place.Country, n%80, s.AppID, s.UserID, s.TokenID)
	return s
}

// logCache is a cache of n sign-ins, perDay a day, that ends at noon. To be ready in
// seconds it stores a day as a pull does and repeats their rows, with times and ids of
// their own, by SQL without a journal.
func logCache(b *testing.B, n int) *Cache {
	b.Helper()
	path := filepath.Join(b.TempDir(), "cache.db")
	open := func() *Cache {
		c, err := Open(context.Background(), Config{Key: testKey, Path: path, Now: func() time.Time { return noon }})
		if err != nil {
			b.Fatal(err)
		}
		return c
	}
	c := open()
	const step = 24 * time.Hour / perDay
	real := min(n, perDay)
	for i := 0; i < real; i += 1000 {
		var page identity.Batch
		for k := i; k < min(i+1000, real); k++ {
			page.SignIns = append(page.SignIns, logged(k, noon.Add(-time.Duration(k)*step)))
		}
		storeIdentity(b, c, page)
	}
	if n > real {
		c.Close()
		repeat(b, path, n, real, step)
		c = open()
	}
	b.Cleanup(func() { c.Close() })
	return c
}

// repeat fills a cache of real sign-ins up to n.
func repeat(b *testing.B, path string, n, real int, step time.Duration) {
	db := testFile(b, path, url.Values{"_journal_mode": {"OFF"}, "_cache_size": {"-100000"}})
	defer db.Close()
	db.SetMaxOpenConns(1)
	do := func(query string, args ...any) {
		if _, err := db.Exec(query, args...); err != nil {
			b.Fatalf("%s: %v", query, err)
		}
	}
	var indexes []string
	rows, err := db.Query(`SELECT sql, name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'sign_in' AND sql IS NOT NULL`)
	if err != nil {
		b.Fatal(err)
	}
	var drop []string
	if err := drain(rows, func(scan func(...any) error) error {
		var text, name string
		err := scan(&text, &name)
		indexes, drop = append(indexes, text), append(drop, "DROP INDEX "+name)
		return err
	}); err != nil {
		b.Fatal(err)
	}
	do("PRAGMA synchronous = OFF")
	for _, q := range drop {
		do(q)
	}
	first := millisID(noon.Add(-time.Duration(real) * step))
	do("BEGIN")
	for done := real; done < n; done += real {
		shift := int64(done) * step.Milliseconds() << hashBits
		do(`INSERT INTO sign_in SELECT id - ?1, ((id - ?1) >> 21) / 604800000, at - ?2, hash + ?3, user, app, client, country, place, access, mfa, during,
    aggregated, state, types, error, flags, size, ip FROM (SELECT * FROM sign_in WHERE id > ?4 ORDER BY id LIMIT ?5)`,
			shift, int64(done)*step.Microseconds(), done, first, min(real, n-done))
	}
	do(`INSERT INTO sign_in_body SELECT s.id, (SELECT rest FROM sign_in_body ORDER BY id DESC LIMIT 1), zeroblob(480) FROM sign_in s
    WHERE s.id < (SELECT min(id) FROM sign_in_body)`)
	do(`DELETE FROM sign_in_week`)
	do(`INSERT INTO sign_in_week SELECT week, count(*), sum(size) FROM sign_in GROUP BY week`)
	do(`UPDATE identity_word SET rows = rows * ?`, max(1, n/real))
	do("COMMIT")
	for _, q := range indexes {
		do(q)
	}
}

// BenchmarkSignIns measures the list and the store of a large log in one run, because the
// log takes longer to make than to read.
func BenchmarkSignIns(b *testing.B) {
	c := logCache(b, signInsOfBench())
	kept, err := c.Identity().Kept(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	b.Run("first page", func(b *testing.B) { firstPages(b, c) })
	b.Run("a day", func(b *testing.B) { storeDays(b, logCache(b, 10_000), c) })
	b.Logf("%d bytes a row with its indexes, about", kept.Bytes/int64(kept.SignIns.Rows))
}

// storeDays stores a new day into a small and a large cache, page by page in turn, so
// that whatever else the machine does weighs on both.
func storeDays(b *testing.B, small, large *Cache) {
	var few, many []time.Duration
	for page := range perDay / 1000 {
		var in identity.Batch
		for i := range 1000 {
			n := page*1000 + i
			in.SignIns = append(in.SignIns, logged(2_000_000+n, noon.Add(time.Duration(n)*24*time.Hour/perDay)))
		}
		for _, to := range []struct {
			c    *Cache
			took *[]time.Duration
		}{{small, &few}, {large, &many}} {
			began := time.Now()
			storeIdentity(b, to.c, in)
			*to.took = append(*to.took, time.Since(began))
		}
	}
	slices.Sort(few)
	slices.Sort(many)
	middle := len(few) / 2
	b.ReportMetric(many[middle].Seconds()/few[middle].Seconds(), "ratio(<=1.2)")
	b.ReportMetric(float64(many[middle].Microseconds())/1000, "us/row")
	b.ReportMetric(0, "ns/op")
}

var benchedFilters = []struct{ line, sort string }{
	{"", ""},
	{"", identity.ByUser},
	{"", identity.ByApp},
	{"", identity.ByIP},
	{"", identity.ByCountry},
	{"", identity.ByRisk},
	{"user:person.42@", ""},
	{"user:person.42", identity.ByTime},
	{`app:"application 7"`, ""},
	{"country:c3", ""},
	{"country:c55", identity.ByUser},
	{"ip:25.1.", ""},
	{"risk:high", ""},
	{"risk:high country:c2", identity.ByUser},
	{"result:failed client:imap", ""},
	{"at<24h risk:medium,high", ""},
	{"person 4711", ""},
	{"-country:c0 is:interactive", ""},
	{"city 31", identity.ByApp},
}

func firstPages(b *testing.B, c *Cache) {
	var ours, bare, counted []time.Duration
	var worst time.Duration
	worstLine := ""
	for range 8 {
		for _, f := range benchedFilters {
			q := identity.Query{Filter: parsed(b, f.line), Sort: f.sort, Down: f.sort == identity.ByRisk, Limit: 100}
			text, args, err := c.SignInsSQL(context.Background(), q)
			if err != nil {
				b.Fatal(err)
			}
			began := time.Now()
			err = c.view(context.Background(), func(q querier) error {
				return q.each(text, args, func(scan func(...any) error) error {
					var sort any
					var word, types int64
					var r signInRow
					var rest []byte
					return scan(append(append([]any{&sort, &word}, r.dest(&types)...), &rest)...)
				})
			})
			if err != nil {
				b.Fatal(err)
			}
			bare = append(bare, time.Since(began))
			began = time.Now()
			if _, err := c.Identity().SignIns(context.Background(), q); err != nil {
				b.Fatal(err)
			}
			took := time.Since(began)
			if len(ours) < len(benchedFilters) { // the first time it also counts
				counted = append(counted, took)
				began = time.Now()
				if _, err := c.Identity().SignIns(context.Background(), q); err != nil {
					b.Fatal(err)
				}
				took = time.Since(began)
			}
			if ours = append(ours, took); took > worst {
				worst, worstLine = took, f.line+" by "+f.sort
			}
		}
	}
	b.Logf("slowest page %v: %s", worst, worstLine)
	for i, f := range benchedFilters {
		b.Logf("%8.2f ms with count, %8.2f ms, bare %8.2f ms: %s by %s", counted[i].Seconds()*1000, ours[i+len(benchedFilters)].Seconds()*1000, bare[i+len(benchedFilters)].Seconds()*1000, f.line, f.sort)
	}
	b.ReportMetric(percentile(ours).Seconds()*1000, "p95-ms(<50)")
	b.ReportMetric(percentile(bare).Seconds()*1000, "bare-p95-ms")
	b.ReportMetric(percentile(ours).Seconds()/percentile(bare).Seconds(), "ratio(<=2)")
	b.ReportMetric(percentile(counted).Seconds()*1000, "counted-p95-ms")
	b.ReportMetric(0, "ns/op")
}

func percentile(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)*95/100]
}

// The table of detections of a tenant that sees all types from all countries every day
// for 90 days.
func BenchmarkHeat(b *testing.B) {
	c := logCache(b, 1000)
	err := c.tx(context.Background(), func(t *tx) error {
		for day := range int64(90) {
			for kind := range 25 {
				for country := range 60 {
					if err := t.heat(micros(noon)-day*dayMicros, fmt.Sprint("type", kind), fmt.Sprint("C", country), 1+kind); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	best := time.Hour
	for range 10 {
		began := time.Now()
		h, err := c.Identity().Heat(context.Background(), identity.Filter{}, 12)
		if err != nil || h.N == 0 {
			b.Fatal(err)
		}
		best = min(best, time.Since(began))
	}
	b.ReportMetric(float64(best.Microseconds())/1000, "best-ms(<=100)")
	b.ReportMetric(0, "ns/op")
}
