package defender

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"watchfloor/app"
)

func TestARunAndItsWatermark(t *testing.T) {
	for name, c := range map[string]struct {
		since         string
		first, second string // rows of two pages
		want          string
	}{
		"first, two pages: newest of the first page": {"", row("2", "04:10:00"), row("1", "04:40:00"), "04:10:00"},
		"first, empty: the service's clock":          {"", "", "", "05:00:00"},
		"later, empty: stays":                        {"04:00:00", "", "", "04:00:00"},
		"later, only the overlap: stays":             {"04:00:00", row("1", "03:57:00"), "", "04:00:00"},
		"later, changes":                             {"04:00:00", row("1", "04:20:00"), "", "04:20:00"},
		"a row from the future: the service's clock": {"04:00:00", row("1", "23:00:00"), "", "05:00:00"},
	} {
		t.Run(name, func(t *testing.T) {
			_, client := fake(t, func(w http.ResponseWriter, r *http.Request, f *fakeGraph) {
				if r.URL.Query().Has("$skiptoken") || c.second == "" {
					fmt.Fprintf(w, `{"value":[%s]}`, map[bool]string{true: c.second, false: c.first}[r.URL.Query().Has("$skiptoken")])
					return
				}
				fmt.Fprintf(w, `{"value":[%s],"@odata.nextLink":"%s%s?$skiptoken=x"}`, c.first, f.URL, r.URL.Path)
			})
			cur := app.Cursor{}
			if c.since != "" {
				cur.Watermark = clock(c.since)
			}
			for n := 0; n < 3; n++ {
				p, err := client.Pull(context.Background(), cur)
				if err != nil {
					t.Fatal(err)
				}
				if !p.Done && !p.Cursor.Watermark.Equal(cur.Watermark) {
					t.Error("the watermark moved before the run was done")
				}
				if cur = p.Cursor; p.Done {
					break
				}
			}
			if !cur.Watermark.Equal(clock(c.want)) || cur.Next != "" {
				t.Errorf("%+v", cur)
			}
		})
	}
}

// Only documented query options are sent.
func TestWhatAPullAsks(t *testing.T) {
	f, c := fake(t, func(w http.ResponseWriter, _ *http.Request, _ *fakeGraph) { fmt.Fprint(w, `{"value":[]}`) })
	for _, cur := range []app.Cursor{{}, {Watermark: clock("04:00:00")}} {
		if _, err := c.Pull(context.Background(), cur); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.Open(context.Background()); err != nil {
		t.Fatal(err)
	}
	want := "GET incidents top=50 expand=alerts count=true\n" +
		"GET incidents top=50 filter=lastUpdateDateTime ge 2026-11-22T03:55:00.0000000Z expand=alerts\n" +
		"GET incidents top=50 filter=status ne 'resolved'"
	if got := strings.Join(f.asked(), "\n"); got != want {
		t.Errorf("asked\n%s", got)
	}
}

func TestHowManyRowsARunWillBring(t *testing.T) {
	for name, c := range map[string]struct {
		page string
		want int
	}{
		"told":                   {`"@odata.count":812,"@odata.nextLink":"NEXT"`, 812},
		"told, all on this page": {`"@odata.count":2`, 2},
		"the page's own count":   {`"@odata.count":2,"@odata.nextLink":"NEXT"`, -1},
		"not told":               {`"@odata.nextLink":"NEXT"`, -1},
		"nonsense":               {`"@odata.count":-7`, -1},
	} {
		_, client := fake(t, func(w http.ResponseWriter, r *http.Request, f *fakeGraph) {
			fmt.Fprintf(w, `{%s,"value":[%s,%s]}`, strings.Replace(c.page, "NEXT", f.URL+r.URL.Path+"?$skiptoken=x", 1), row("1", "04:00:00"), row("2", "04:00:00"))
		})
		if p, err := client.Pull(context.Background(), app.Cursor{}); err != nil || p.Total != c.want {
			t.Errorf("%s: %d, want %d (%v)", name, p.Total, c.want, err)
		}
	}
}

func TestAServiceThatDoesNotCountIsReadAllTheSame(t *testing.T) {
	f, c := fake(t, func(w http.ResponseWriter, r *http.Request, _ *fakeGraph) {
		if r.URL.Query().Has("$count") {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		fmt.Fprintf(w, `{"value":[%s]}`, row("1", "04:00:00"))
	})
	p, err := c.Pull(context.Background(), app.Cursor{})
	if err != nil || len(p.Rows) != 1 || p.Total != -1 {
		t.Errorf("%+v %v", p, err)
	}
	if got := f.asked(); len(got) != 2 || got[1] != "GET incidents top=50 expand=alerts" {
		t.Errorf("asked %v", got)
	}
}

func TestOpenLeavesOutMergedOnes(t *testing.T) {
	_, c := fake(t, func(w http.ResponseWriter, _ *http.Request, _ *fakeGraph) {
		fmt.Fprintf(w, `{"value":[%s,%s]}`, row("1", "04:00:00"), strings.Replace(row("2", "04:00:00"), `"active"`, `"redirected","redirectIncidentId":"1"`, 1))
	})
	if ids, err := c.Open(context.Background()); err != nil || len(ids) != 1 || ids[0] != "1" {
		t.Errorf("%v %v", ids, err)
	}
}

func TestLoopsExpiredAndHostileLinks(t *testing.T) {
	loop := func(w http.ResponseWriter, r *http.Request, f *fakeGraph) {
		fmt.Fprintf(w, `{"value":[%s],"@odata.nextLink":"%s%s?$skiptoken=same"}`, row("1", "04:00:00"), f.URL, r.URL.Path)
	}
	_, c := fake(t, loop)
	p, err := c.Pull(context.Background(), app.Cursor{})
	for n := 0; err == nil && n < 5; n++ {
		p, err = c.Pull(context.Background(), p.Cursor)
	}
	if app.KindOf(err) != app.KindInvalid {
		t.Errorf("loop: %v", err)
	}
	if _, err := c.Open(context.Background()); app.KindOf(err) != app.KindInvalid {
		t.Errorf("loop of Open: %v", err)
	}
	f, c := fake(t, func(w http.ResponseWriter, r *http.Request, f *fakeGraph) {
		if r.URL.Query().Has("$skiptoken") {
			w.WriteHeader(http.StatusGone)
			return
		}
		fmt.Fprintf(w, `{"value":[%s]}`, row("1", "04:00:00"))
	})
	p, err = c.Pull(context.Background(), app.Cursor{Ahead: clock("04:00:00"), Next: f.URL + "/v1.0/security/incidents?$skiptoken=old"})
	if err != nil || !p.Done || len(p.Rows) != 1 || !p.Cursor.Watermark.Equal(clock("04:00:00")) {
		t.Errorf("expired: %+v %v", p.Cursor, err)
	}
	f, c = fake(t, func(w http.ResponseWriter, _ *http.Request, _ *fakeGraph) {
		fmt.Fprint(w, `{"value":[],"@odata.nextLink":"https://evil.example/x"}`)
	})
	if _, err := c.Pull(context.Background(), app.Cursor{}); app.KindOf(err) != app.KindInvalid || len(f.asked()) != 1 {
		t.Errorf("hostile: %v", err)
	}
}

func TestMalformedRowsAreKept(t *testing.T) {
	odd := []string{
		`null`, `{}`, `{"id":"nan","displayName":NaN}`, `{"id":"types","displayName":[],"alerts":5,"comments":"x","priorityScore":"high"}`,
		"{\"id\":\"utf\",\"displayName\":\"\xff\"}", `{"id":"enum","displayName":"t","severity":"catastrophic","status":"pondering"}`,
		`{"id":"deep","displayName":"t","severity":"low","status":"active","createdDateTime":"2026-11-20T00:00:00Z","lastUpdateDateTime":"2026-11-20T00:00:00Z","alerts":[{"id":5,"evidence":[null,7,{"@odata.type":"#x.y.newThingEvidence","verdict":[]}]}]}`,
	}
	_, c := fake(t, func(w http.ResponseWriter, _ *http.Request, _ *fakeGraph) {
		fmt.Fprintf(w, `{"value":[%s,%s,%s]}`, row("1", "04:00:00"), strings.Join(odd, ","), row("2", "04:00:00"))
	})
	p, err := c.Pull(context.Background(), app.Cursor{})
	if err != nil || len(p.Rows) != len(odd)+2 || p.Odd != len(odd) {
		t.Fatalf("%d rows, %d odd, %v", len(p.Rows), p.Odd, err)
	}
	for n, raw := range odd {
		if got := p.Rows[n+1]; string(got.Raw) != raw || got.Incident.Ref.ID == "" {
			t.Errorf("%s: %q %s", raw, got.Incident.Ref.ID, got.Raw)
		}
	}
	if d := p.Rows[7].Details; d == nil || len(d.Evidence) != 3 {
		t.Errorf("%+v", d)
	}
}

func TestFaultsOfAPull(t *testing.T) {
	for name, c := range map[string]struct {
		do   http.HandlerFunc
		kind app.Kind
		wait time.Duration
	}{
		"truncated": {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"value":[{"id":"1"`) }, app.KindOffline, 0},
		"portal": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, "<html>")
		}, app.KindOffline, 0},
		"empty":   {func(http.ResponseWriter, *http.Request) {}, app.KindOffline, 0},
		"no list": {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{}`) }, app.KindInvalid, 0},
		"401":     {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(401) }, app.KindSignIn, 0},
		"403":     {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(403) }, app.KindPermission, 0},
		"429": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "2.128")
			w.WriteHeader(429)
		}, app.KindThrottled, 2128 * time.Millisecond},
		"429 without": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(429) }, app.KindThrottled, 0},
		"503 long": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "900")
			w.WriteHeader(503)
		}, app.KindThrottled, 15 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, client := fake(t, func(w http.ResponseWriter, r *http.Request, _ *fakeGraph) { c.do(w, r) })
			_, err := client.Pull(context.Background(), app.Cursor{})
			if e, _ := err.(*app.Error); e == nil || e.Kind != c.kind || e.RetryAfter != c.wait {
				t.Errorf("%+v", err)
			}
		})
	}
}
