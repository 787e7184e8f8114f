package identity

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"watchfloor/app"
)

const none = `{"value":[]}`

// page spells an answer with rows and perhaps a link.
func pageOf(next string, rows ...string) string {
	link := ""
	if next != "" {
		link = fmt.Sprintf(`,"@odata.nextLink":%q`, next)
	}
	return `{"value":[` + strings.Join(rows, ",") + `]` + link + `}`
}

func userRow(id, state string) string {
	return fmt.Sprintf(`{"id":%q,"riskState":%q,"riskLevel":"high","riskLastUpdatedDateTime":"2026-11-20T00:00:00Z","userPrincipalName":"x@y.example"}`, id, state)
}

func write(w http.ResponseWriter, s string) { _, _ = w.Write([]byte(s)) }

func TestAFilterThatIsRefusedIsMadeGoodHere(t *testing.T) {
	f, c := fake(t, func(conf *Config) { conf.SignInFilter = RiskyInteractive }, func(w http.ResponseWriter, path, filter string, _ *http.Request) {
		if strings.Contains(filter, "riskState") {
			refuse(w, http.StatusBadRequest)
			return
		}
		write(w, pageOf("", `{"id":"a","createdDateTime":"2026-11-21T00:00:00Z","userId":"u","riskState":"atRisk","isInteractive":true}`,
			`{"id":"b","createdDateTime":"2026-11-21T00:00:00Z","userId":"u","riskState":"none","isInteractive":true,"status":{"errorCode":0}}`,
			`{"id":"c","createdDateTime":"2026-11-21T00:00:00Z","userId":"u","riskState":"none","isInteractive":true,"status":{"errorCode":53003}}`,
			`{"id":"d","createdDateTime":"2026-11-21T00:00:00Z","userId":"u","riskState":"dismissed","isInteractive":false}`))
	})
	all, err := follow(c.Log(), app.Cursor{}, 3)
	if err != nil || len(all) != 1 || !all[0].Done {
		t.Fatalf("%+v %v", all, err)
	}
	got := ""
	for _, s := range all[0].Identity.SignIns {
		got += s.ID
	}
	if got != "ac" || all[0].Rows != 4 || !all[0].Cursor.Watermark.Equal(time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC)) {
		t.Errorf("kept %q, cursor %+v", got, all[0].Cursor)
	}
	// The next run asks from an hour before the service's clock of the last one.
	if _, err = follow(c.Log(), all[0].Cursor, 1); err != nil || f.count("createdDateTime ge 2026-11-22T04:00:00Z") == 0 {
		t.Errorf("asked %v, %v", f.asked(), err)
	}
}

func TestALinkToElsewhereIsNotFollowed(t *testing.T) {
	for _, link := range []string{"https://collect.example/v1.0/x", "http://127.0.0.1/x", "//x"} {
		f, c := fake(t, nil, func(w http.ResponseWriter, _, _ string, _ *http.Request) {
			write(w, pageOf(link, userRow("a", "atRisk")))
		})
		if _, err := follow(c.Log(), app.Cursor{}, 3); app.KindOf(err) != app.KindInvalid {
			t.Errorf("%s: %v", link, err)
		}
		if _, err := follow(c.Risk(), app.Cursor{}, 3); app.KindOf(err) != app.KindInvalid || len(f.asked()) != 2 {
			t.Errorf("%s: %v, asked %v", link, err, f.asked())
		}
		if _, err := c.Log().Pull(context.Background(), app.Cursor{Next: link}); app.KindOf(err) != app.KindInvalid || len(f.asked()) != 2 {
			t.Errorf("%s in a cursor: %v", link, err)
		}
	}
}

func TestPagingThatRunsInCirclesEnds(t *testing.T) {
	var base string
	f, c := fake(t, nil, func(w http.ResponseWriter, path, _ string, _ *http.Request) {
		write(w, pageOf(base+"/v1.0/"+path+"?$skiptoken=x", userRow("a", "atRisk")))
	})
	base = f.URL
	if _, err := follow(c.Log(), app.Cursor{}, 10); app.KindOf(err) != app.KindInvalid {
		t.Errorf("log: %v", err)
	}
	if _, err := follow(c.Risk(), app.Cursor{}, 10); app.KindOf(err) != app.KindInvalid || len(f.asked()) > 20 {
		t.Errorf("risk: %v after %d requests", err, len(f.asked()))
	}
}

// entra answers every list of the run; users has two pages, and the link to the second
// expires as often as it is told.
func entra(base *string, expire *int) func(w http.ResponseWriter, path, filter string, r *http.Request) {
	return func(w http.ResponseWriter, path, filter string, r *http.Request) {
		second := r.URL.Query().Get("$skiptoken") != ""
		switch {
		case strings.HasSuffix(path, "/history"):
			id := strings.Split(path, "/")[2]
			write(w, pageOf("", fmt.Sprintf(`{"id":%q,"riskState":"atRisk","riskLastUpdatedDateTime":"2026-11-20T00:00:00Z"}`, id+"1")))
		case path == "identityProtection/riskyUsers" && second && *expire > 0:
			*expire--
			refuse(w, http.StatusGone)
		case path == "identityProtection/riskyUsers" && second:
			write(w, pageOf("", userRow("u2", "dismissed")))
		case path == "identityProtection/riskyUsers" && strings.Contains(filter, "atRisk"):
			write(w, pageOf("", userRow("u1", "atRisk")))
		case path == "identityProtection/riskyUsers":
			write(w, pageOf(*base+"/v1.0/identityProtection/riskyUsers?$skiptoken=2", userRow("u1", "atRisk")))
		default:
			write(w, none)
		}
	}
}

func TestAnExpiredLinkBeginsItsListAgainAFewTimes(t *testing.T) {
	var base string
	expire := 2
	f, c := fake(t, nil, entra(&base, &expire))
	base = f.URL
	all, err := follow(c.Risk(), app.Cursor{}, 40)
	turns := map[string]bool{}
	for _, p := range all {
		for _, x := range p.Identity.Turns {
			turns[x.Subject] = true
		}
	}
	if err != nil || !all[len(all)-1].Done || !turns["u1"] || !turns["u2"] {
		t.Errorf("%d pages, turns %v: %v", len(all), turns, err)
	}
	expire = 1000
	if _, err = follow(c.Risk(), app.Cursor{}, 40); app.KindOf(err) != app.KindInvalid {
		t.Errorf("links that always expire: %v", err)
	}
}

// A run that was broken off anywhere goes on from its cursor in another process, and
// brings the same.
func TestARunGoesOnInAnotherProcess(t *testing.T) {
	var base string
	expire := 0
	f, whole := fake(t, nil, entra(&base, &expire))
	base = f.URL
	cur, got := app.Cursor{}, ""
	for n := 0; ; n++ {
		again, err := New(whole.conf)
		if err != nil {
			t.Fatal(err)
		}
		p, err := again.Risk().Pull(context.Background(), cur)
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range p.Identity.Users {
			got += " " + u.ID
		}
		for _, x := range p.Identity.Turns {
			got += " " + x.ID
		}
		if cur = p.Cursor; p.Done {
			break
		}
		if n > 40 {
			t.Fatal("it does not end")
		}
	}
	if got != " u1 u1 u2 u11 u21" || cur.Watermark.IsZero() || cur.Next != "" {
		t.Errorf("%q, %+v", got, cur)
	}
}

func TestOneByOneWhereIdsCannotBeFiltered(t *testing.T) {
	f, c := fake(t, nil, func(w http.ResponseWriter, path, filter string, _ *http.Request) {
		switch {
		case strings.Contains(filter, "id eq"):
			refuse(w, http.StatusBadRequest)
		case strings.HasPrefix(path, "identityProtection/riskyUsers/"):
			id := strings.TrimPrefix(path, "identityProtection/riskyUsers/")
			if id == "u3" {
				refuse(w, http.StatusNotFound)
				return
			}
			write(w, userRow(id, "atRisk"))
		case path == "users":
			write(w, pageOf("", `{"id":"u3","userPrincipalName":"u3@y.example","accountEnabled":true}`))
		default:
			write(w, none)
		}
	})
	who := []app.Subject{{Kind: app.SubjectUser, ID: "u1"}, {Kind: app.SubjectUser, ID: "U2"}, {Kind: app.SubjectUser, ID: "u3"}, {Kind: app.SubjectUser, ID: "u1"}}
	for range 2 {
		states, err := c.Risk().Read(context.Background(), app.DismissRisk, who)
		if err != nil || len(states) != 4 {
			t.Fatal(err)
		}
		for i, want := range []string{"atRisk", "atRisk", "none", "atRisk"} {
			if states[i].Values[app.PropRiskState] != want || states[i].Gone || states[i].ID != who[i].ID {
				t.Errorf("%d: %+v", i, states[i])
			}
		}
	}
	if f.count("id eq") != 1 {
		t.Errorf("asked %v", f.asked())
	}
	if _, err := c.Risk().Read(context.Background(), app.DismissRisk, append(who, app.Subject{Kind: app.SubjectSignIn, ID: "s"})); app.KindOf(err) != app.KindInvalid {
		t.Errorf("mixed kinds: %v", err)
	}
}

func TestACancelledCallEndsAtOnce(t *testing.T) {
	held := make(chan struct{})
	_, c := fake(t, func(conf *Config) { conf.Wait = nil; conf.Now = nil }, func(_ http.ResponseWriter, _, _ string, _ *http.Request) { <-held })
	t.Cleanup(func() { close(held) }) // before the server ends, which waits for it
	for name, call := range map[string]func(context.Context) error{
		"pull risk": func(ctx context.Context) error { _, err := c.Risk().Pull(ctx, app.Cursor{}); return err },
		"pull log":  func(ctx context.Context) error { _, err := c.Log().Pull(ctx, app.Cursor{}); return err },
		"respond": func(ctx context.Context) error {
			return c.Risk().Respond(ctx, app.Response{Deed: app.RevokeSessions, Subjects: []app.Subject{{Kind: app.SubjectUser, ID: "u"}}})
		},
	} {
		ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		began := time.Now()
		err := call(ctx)
		cancel()
		if took := time.Since(began); app.KindOf(err) == "" || took > 400*time.Millisecond {
			t.Errorf("%s: %v after %s", name, err, took)
		}
	}
}
