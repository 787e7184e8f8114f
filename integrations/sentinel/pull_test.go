package sentinel

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"watchfloor/app"
)

func clock(hms string) time.Time {
	t, err := time.Parse(time.RFC3339, "2026-11-22T"+hms+"Z")
	if err != nil {
		panic(err)
	}
	return t
}

// The first pull asks for the newest modification, then pages newest first, small
// page before large; its cursor survives a restart of the program at every page.
func TestFirstPull(t *testing.T) {
	f, c := fake(t, func(w http.ResponseWriter, r *http.Request, f *fakeARM) {
		q := r.URL.Query()
		switch {
		case strings.Contains(q.Get("$orderby"), "lastModified"):
			fmt.Fprintf(w, `{"value":[%s]}`, row("edited", "01:00:00", "04:30:00"))
		case strings.Contains(q.Get("$filter"), "02:00:01"):
			fmt.Fprintf(w, `{"value":[%s]}`, row("d", "01:00:00", "01:00:00"))
		case q.Get("$filter") != "":
			fmt.Fprintf(w, `{"value":[%s,%s],"nextLink":"%s%s?$skipToken=more"}`, row("b", "03:00:00", "03:00:00"), row("c", "02:00:00", "02:00:00"), f.URL, r.URL.Path)
		default:
			fmt.Fprintf(w, `{"value":[%s,%s],"nextLink":"%s%s?$skipToken=small"}`, row("a", "04:00:00", "04:00:00"), row("b", "03:00:00", "03:00:00"), f.URL, r.URL.Path)
		}
	})
	var names []string
	var cur app.Cursor
	for n := 0; ; n++ {
		p, err := c.Pull(context.Background(), cur)
		if err != nil || n > 3 {
			t.Fatalf("page %d: %v", n, err)
		}
		for _, r := range p.Rows {
			names = append(names, r.Incident.Ref.ID)
		}
		if cur = p.Cursor; p.Done {
			break
		}
		if !cur.First() || !cur.Ahead.Equal(clock("04:30:00")) {
			t.Errorf("cursor in mid-run: %+v", cur)
		}
	}
	if got := strings.Join(names, ""); got != "abbcd" {
		t.Errorf("rows %s", got)
	}
	if !cur.Watermark.Equal(clock("04:30:00")) || cur.Next != "" {
		t.Errorf("cursor %+v", cur)
	}
	want := []string{
		"GET incidents orderby=properties/lastModifiedTimeUtc desc top=1",
		"GET incidents orderby=properties/createdTimeUtc desc top=2",
		"GET incidents filter=properties/createdTimeUtc le 2026-11-22T03:00:01.0000000Z orderby=properties/createdTimeUtc desc top=3",
		"GET incidents filter=properties/createdTimeUtc le 2026-11-22T02:00:01.0000000Z orderby=properties/createdTimeUtc desc top=3",
	}
	if got := f.asked(); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("asked\n%s", strings.Join(got, "\n"))
	}
}

func TestEmptyWorkspaceStartsAtTheServicesClock(t *testing.T) {
	_, c := fake(t, func(w http.ResponseWriter, _ *http.Request, _ *fakeARM) { fmt.Fprint(w, `{"value":[]}`) })
	p, err := c.Pull(context.Background(), app.Cursor{})
	if err != nil || !p.Done || !p.Cursor.Watermark.Equal(clock("05:00:00")) {
		t.Errorf("%+v %v", p, err)
	}
}

func TestLaterPullOverlapsAndNeverGoesBack(t *testing.T) {
	rows := ""
	f, c := fake(t, func(w http.ResponseWriter, _ *http.Request, _ *fakeARM) { fmt.Fprintf(w, `{"value":[%s]}`, rows) })
	for _, s := range []struct{ rows, want string }{
		{"", "04:00:00"},
		{row("a", "01:00:00", "03:56:00"), "04:00:00"},
		{row("a", "01:00:00", "04:10:00") + "," + row("b", "01:00:00", "04:20:00"), "04:20:00"},
		{row("a", "01:00:00", "23:00:00"), "05:00:00"}, // a time from the future counts as now
	} {
		rows = s.rows
		p, err := c.Pull(context.Background(), app.Cursor{Watermark: clock("04:00:00")})
		if err != nil || !p.Done || !p.Cursor.Watermark.Equal(clock(s.want)) {
			t.Errorf("%s: %+v %v", s.want, p.Cursor, err)
		}
	}
	if got := f.asked()[0]; got != "GET incidents filter=properties/lastModifiedTimeUtc ge 2026-11-22T03:55:00.0000000Z orderby=properties/lastModifiedTimeUtc asc top=3" {
		t.Error(got)
	}
}

// A link expires while the program is closed: the run starts again, and keeps the
// watermark it had; a service that refuses every link does not loop for ever.
func TestExpiredLinkStartsTheRunAgain(t *testing.T) {
	for _, status := range []int{400, 404, 410} {
		_, c := fake(t, func(w http.ResponseWriter, r *http.Request, f *fakeARM) {
			if r.URL.Query().Has("$skipToken") {
				w.WriteHeader(status)
				fmt.Fprint(w, `{"error":{"code":"BadRequest"}}`)
				return
			}
			fmt.Fprintf(w, `{"value":[%s],"nextLink":"%s%s?$skipToken=x"}`, row("a", "01:00:00", "04:10:00"), f.URL, r.URL.Path)
		})
		cur := app.Cursor{Watermark: clock("04:00:00"), Ahead: clock("04:05:00"), Next: c.conf.Cloud.ARM + "/x?$skipToken=old"}
		p, err := c.Pull(context.Background(), cur)
		if err != nil || len(p.Rows) != 1 || !p.Cursor.Watermark.Equal(cur.Watermark) {
			t.Fatalf("%d: %+v %v", status, p, err)
		}
		for n := 0; err == nil; n++ {
			if n > 20 {
				t.Fatalf("%d: runs for ever", status)
			}
			p, err = c.Pull(context.Background(), p.Cursor)
		}
		if app.KindOf(err) != app.KindInvalid {
			t.Errorf("%d: %v", status, err)
		}
	}
}

func TestPageLoopStops(t *testing.T) {
	_, c := fake(t, func(w http.ResponseWriter, r *http.Request, f *fakeARM) {
		next := map[string]string{"": "1", "1": "2", "2": "1"}[r.URL.Query().Get("$skipToken")]
		fmt.Fprintf(w, `{"value":[%s],"nextLink":"%s%s?$skipToken=%s"}`, row("a", "01:00:00", "04:10:00"), f.URL, r.URL.Path, next)
	})
	cur, pages := app.Cursor{Watermark: clock("04:00:00")}, 0
	for {
		p, err := c.Pull(context.Background(), cur)
		if err != nil {
			if app.KindOf(err) != app.KindInvalid || pages != 3 {
				t.Errorf("after %d pages: %v", pages, err)
			}
			break
		}
		if pages++; pages > 9 {
			t.Fatal("runs in circles")
		}
		cur = p.Cursor
	}
	if _, err := c.Open(context.Background()); app.KindOf(err) != app.KindInvalid {
		t.Errorf("Open: %v", err)
	}
}

func TestLinksThatLeadAwayAreNotFollowed(t *testing.T) {
	for _, link := range []string{"https://evil.example/x", "https://127.0.0.1/x", "http://127.0.0.1/", "//x", "relative", "https://u@127.0.0.1:1/"} {
		f, c := fake(t, func(w http.ResponseWriter, _ *http.Request, _ *fakeARM) {
			fmt.Fprintf(w, `{"value":[%s],"nextLink":%q}`, row("a", "01:00:00", "04:10:00"), link)
		})
		if _, err := c.Pull(context.Background(), app.Cursor{Watermark: clock("04:00:00")}); app.KindOf(err) != app.KindInvalid {
			t.Errorf("received %s: %v", link, err)
		}
		if _, err := c.Pull(context.Background(), app.Cursor{Watermark: clock("04:00:00"), Next: link}); app.KindOf(err) != app.KindInvalid {
			t.Errorf("stored %s: %v", link, err)
		}
		if n := len(f.asked()); n != 1 {
			t.Errorf("%s: %d requests", link, n)
		}
	}
}

// Rows of every kind of wrong arrive beside good ones: all are kept, none is lost.
func TestMalformedRowsAreKept(t *testing.T) {
	good := row("good", "01:00:00", "04:10:00")
	odd := []string{
		`null`, `5`, `{}`, `{"name":5}`, `{"name":"x","properties":[]}`, `{"name":"nan","properties":{"title":NaN}}`,
		`{"name":"enum","properties":{"title":"t","severity":"Catastrophic","status":"Pondering","createdTimeUtc":"2026-11-22T01:00:00Z","lastModifiedTimeUtc":"2026-11-22T04:00:00Z"}}`,
		"{\"name\":\"utf\",\"properties\":{\"title\":\"\xff\xfe\",\"severity\":\"High\",\"status\":\"New\"}}",
		`{"name":"types","properties":{"title":{"a":1},"labels":"x","owner":7,"createdTimeUtc":5,"additionalData":[]}}`,
	}
	_, c := fake(t, func(w http.ResponseWriter, _ *http.Request, _ *fakeARM) {
		fmt.Fprintf(w, `{"value":[%s,%s,%s]}`, good, strings.Join(odd, ","), strings.Replace(good, "good", "last", 1))
	})
	p, err := c.Pull(context.Background(), app.Cursor{Watermark: clock("04:00:00")})
	if err != nil || len(p.Rows) != len(odd)+2 || p.Odd != len(odd) {
		t.Fatalf("%d rows, %d odd, %v", len(p.Rows), p.Odd, err)
	}
	ids := map[string]bool{}
	for n, r := range p.Rows {
		if r.Incident.Ref.ID == "" || ids[r.Incident.Ref.ID] {
			t.Errorf("row %d has id %q", n, r.Incident.Ref.ID)
		}
		ids[r.Incident.Ref.ID] = true
		if n > 0 && n <= len(odd) && string(r.Raw) != odd[n-1] {
			t.Errorf("row %d is kept as %s", n, r.Raw)
		}
	}
	for _, want := range []string{"good", "last", "nan", "enum", "utf", "types", "x"} {
		if !ids[want] {
			t.Errorf("%s lost its id", want)
		}
	}
}

func TestFaultsOfAPull(t *testing.T) {
	for name, c := range map[string]struct {
		do   http.HandlerFunc
		kind app.Kind
		wait time.Duration
	}{
		"truncated": {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"value":[{"name":"a"`) }, app.KindOffline, 0},
		"reset":     {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"value":[`); panic(http.ErrAbortHandler) }, app.KindOffline, 0},
		"portal": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, "<html>")
		}, app.KindOffline, 0},
		"empty":    {func(http.ResponseWriter, *http.Request) {}, app.KindOffline, 0},
		"no list":  {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"error":{"code":"x"}}`) }, app.KindInvalid, 0},
		"not JSON": {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `value`) }, app.KindInvalid, 0},
		"odd link": {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"value":[],"nextLink":7}`) }, app.KindInvalid, 0},
		"401":      {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(401) }, app.KindSignIn, 0},
		"403":      {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(403) }, app.KindPermission, 0},
		"404":      {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) }, app.KindNotFound, 0},
		"redirect": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://127.0.0.1:1/", http.StatusFound)
		}, app.KindOffline, 0},
		"429": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "2.128")
			w.WriteHeader(429)
		}, app.KindThrottled, 2128 * time.Millisecond},
		"429 long": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(429)
		}, app.KindThrottled, time.Hour},
		"429 by date": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "Sun, 22 Nov 2026 05:03:00 GMT")
			w.WriteHeader(429)
		}, app.KindThrottled, 3 * time.Minute},
		"503": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }, app.KindOffline, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, client := fake(t, func(w http.ResponseWriter, r *http.Request, _ *fakeARM) { c.do(w, r) })
			p, err := client.Pull(context.Background(), app.Cursor{Watermark: clock("04:00:00")})
			var e *app.Error
			if app.KindOf(err) != c.kind || len(p.Rows) != 0 {
				t.Fatalf("%+v %v", p, err)
			}
			if e, _ = err.(*app.Error); e == nil || e.RetryAfter != c.wait || e.MaybeApplied {
				t.Errorf("%+v", err)
			}
		})
	}
}

// A thousand changes while nobody pulled: each page begins at the last time of the
// one before, and where all rows of a page carry one time the link takes over.
func TestManyChangesAreReadByTime(t *testing.T) {
	f, c := fake(t, func(w http.ResponseWriter, r *http.Request, f *fakeARM) {
		q := r.URL.Query()
		link := fmt.Sprintf(`"nextLink":"%s%s?$skipToken=x"`, f.URL, r.URL.Path)
		switch {
		case q.Has("$skipToken"):
			fmt.Fprintf(w, `{"value":[%s]}`, row("e", "01:00:00", "04:20:00"))
		case strings.Contains(q.Get("$filter"), "04:20:00"):
			fmt.Fprintf(w, `{"value":[%s,%s],%s}`, row("b", "01:00:00", "04:20:00"), row("d", "01:00:00", "04:20:00"), link)
		default:
			fmt.Fprintf(w, `{"value":[%s,%s],%s}`, row("a", "01:00:00", "04:10:00"), row("b", "01:00:00", "04:20:00"), link)
		}
	})
	cur, names := app.Cursor{Watermark: clock("04:00:00")}, ""
	for n := 0; n < 5; n++ {
		p, err := c.Pull(context.Background(), cur)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range p.Rows {
			names += r.Incident.Ref.ID
		}
		if cur = p.Cursor; p.Done {
			break
		}
	}
	if names != "abbde" || !cur.Watermark.Equal(clock("04:20:00")) || len(f.asked()) != 3 {
		t.Errorf("%s %+v\n%s", names, cur, strings.Join(f.asked(), "\n"))
	}
}

// A service that counts rows in its links: an edit between two pages moves a row to
// the end and another into the page that was already read.
func TestAnEditBetweenPagesShiftsNothingAway(t *testing.T) {
	const all = 12
	modified := make([]time.Time, all)
	for n := range modified {
		modified[n] = clock("04:00:00").Add(time.Duration(n) * time.Minute)
	}
	_, c := fake(t, func(w http.ResponseWriter, r *http.Request, f *fakeARM) {
		q := r.URL.Query()
		since, err := time.Parse(time.RFC3339, strings.TrimPrefix(q.Get("$filter"), "properties/lastModifiedTimeUtc ge "))
		if err != nil {
			t.Error(err)
		}
		var hits []int
		for n, at := range modified {
			if !at.Before(since) {
				hits = append(hits, n)
			}
		}
		slices.SortFunc(hits, func(a, b int) int { return modified[a].Compare(modified[b]) })
		from, _ := strconv.Atoi(q.Get("$skipToken"))
		end := min(from+3, len(hits))
		var rows []string
		for _, n := range hits[from:end] {
			rows = append(rows, row(fmt.Sprint(n), "01:00:00", modified[n].Format("15:04:05")))
		}
		next := ""
		if end < len(hits) {
			q.Set("$skipToken", fmt.Sprint(end))
			next = fmt.Sprintf(`,"nextLink":"%s%s?%s"`, f.URL, r.URL.Path, q.Encode())
		}
		fmt.Fprintf(w, `{"value":[%s]%s}`, strings.Join(rows, ","), next)
	})
	cur, seen := app.Cursor{Watermark: clock("04:00:00")}, map[string]bool{}
	for n := 0; n < 20; n++ {
		p, err := c.Pull(context.Background(), cur)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range p.Rows {
			seen[r.Incident.Ref.ID] = true
		}
		if cur = p.Cursor; p.Done {
			break
		}
		if n < 3 {
			modified[n] = clock("04:30:00").Add(time.Duration(n) * time.Minute)
		}
	}
	if len(seen) != all {
		t.Errorf("%d of %d rows", len(seen), all)
	}
}
