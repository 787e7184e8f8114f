package data

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"watchfloor/app"
	"watchfloor/app/identity"
)

// signIn is a plain sign-in of a person some minutes before noon; change adjusts it.
func signIn(n int, change ...func(*identity.SignIn)) identity.SignIn {
	s := identity.SignIn{
		ID: fmt.Sprintf("00000000-0000-4000-8000-%012d", n), At: noon.Add(-time.Duration(n) * time.Minute),
		UserID: "u1", UPN: "ana@clinic.example", Name: "Ana Lopez", AppID: "a1", App: "Mail", ClientApp: "Browser", IP: "203.0.113.7",
		ASN: 64500, Place: identity.Place{City: "Berlin", State: "Berlin", Country: "DE", Lat: 52.52, Lon: 13.405, Located: true},
		Device: identity.Device{OS: "Windows", Browser: "Edge", Compliant: "true"}, Access: "success", MFA: "satisfied",
		Interactive: true, During: identity.LevelNone, Aggregated: identity.LevelLow, State: identity.StateAtRisk,
		Types: []string{"unlikelyTravel"}, Policies: []identity.Policy{{Name: "Block", Result: "notApplied"}}, TokenID: "t", Session: "s",
	}
	for _, c := range change {
		c(&s)
	}
	s.Raw = []byte(`{"id":"` + s.ID + `","ipAddress":"` + s.IP + `"}`)
	return s
}

func storeIdentity(t testing.TB, c *Cache, b identity.Batch) {
	t.Helper()
	if err := c.StoreIdentity(t.Context(), b); err != nil {
		t.Fatal(err)
	}
}

func parsed(t testing.TB, line string) identity.Filter {
	t.Helper()
	f, err := identity.Parse(line, noon)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestASignInComesBackAsItWent(t *testing.T) {
	c, _ := newCache(t)
	want := signIn(1)
	storeIdentity(t, c, identity.Batch{SignIns: []identity.SignIn{want}})
	got, err := c.Identity().SignIn(t.Context(), strings.ToUpper(want.ID))
	if err != nil || fmt.Sprintf("%+v", got.SignIn) != fmt.Sprintf("%+v", want) {
		t.Fatalf("%+v\nwant %+v (%v)", got.SignIn, want, err)
	}
	if _, err := c.Identity().SignIn(t.Context(), "x"); app.KindOf(err) != app.KindNotFound || strings.Contains(app.Say(err), "incident") {
		t.Errorf("a sign-in that is not there: %v", err)
	}
}

// Given an id that the service sends twice: the later row stands, and is marked only
// where more than its risk differs.
func TestAnIdThatComesTwiceIsMarkedWhereItsRowsDisagree(t *testing.T) {
	c, _ := newCache(t)
	first := signIn(1)
	judged := signIn(1, func(s *identity.SignIn) { s.State, s.Aggregated = identity.StateDismissed, identity.LevelNone })
	moved := signIn(1, func(s *identity.SignIn) { s.IP = "198.51.100.9"; s.At = s.At.Add(26 * time.Hour) })
	for i, step := range []struct {
		in    identity.SignIn
		twice bool
	}{{first, false}, {first, false}, {judged, false}, {moved, true}, {moved, true}, {judged, true}} {
		storeIdentity(t, c, identity.Batch{SignIns: []identity.SignIn{step.in}})
		got, err := c.Identity().SignIns(t.Context(), identity.Query{})
		if err != nil || len(got.Rows) != 1 || got.Total != 1 {
			t.Fatalf("step %d: %+v %v", i, got, err)
		}
		if r := got.Rows[0]; r.Twice != step.twice || r.State != step.in.State || r.IP != step.in.IP || !r.At.Equal(step.in.At) {
			t.Errorf("step %d: %+v", i, r.SignIn)
		}
	}
}

func TestBadRowsAreKeptAsTheyAre(t *testing.T) {
	c, _ := newCache(t)
	odd := []identity.SignIn{
		signIn(1, func(s *identity.SignIn) { s.At = time.Date(2999, 1, 1, 0, 0, 0, 0, time.UTC) }),
		signIn(2, func(s *identity.SignIn) { s.At = time.Time{} }),
		signIn(3, func(s *identity.SignIn) { s.At = time.Date(1831, 1, 1, 0, 0, 0, 0, time.UTC) }),
		signIn(4, func(s *identity.SignIn) { s.ID = ""; s.Place = identity.Place{} }),
		signIn(5, func(s *identity.SignIn) { s.ID = ""; s.UPN = "\x1f\x00\xff\nbo" }),
		signIn(6, func(s *identity.SignIn) { s.Aggregated, s.State, s.Types = "severe", "asleep", []string{"telepathy"} }),
	}
	for range 2 {
		storeIdentity(t, c, identity.Batch{SignIns: odd})
	}
	win, err := c.Identity().SignIns(t.Context(), identity.Query{})
	if err != nil || len(win.Rows) != len(odd) {
		t.Fatalf("%d rows of %d (%v)", len(win.Rows), len(odd), err)
	}
	for i, id := range []int{0, 3, 4, 5, 2, 1} { // the far future first, no time last
		if i < 1 && !win.Rows[i].At.Equal(odd[id].At) {
			t.Errorf("row %d is of %v", i, win.Rows[i].At)
		}
	}
	for _, r := range win.Rows {
		if len(r.Marks(noon)) == 0 && !r.At.Equal(odd[2].At) && r.UPN == "ana@clinic.example" {
			t.Errorf("not marked: %+v", r.SignIn)
		}
	}
	other, err := c.Identity().SignIns(t.Context(), identity.Query{Filter: parsed(t, "risk:other state:other type:telepathy")})
	if err != nil || len(other.Rows) != 1 || other.Rows[0].State != "asleep" {
		t.Errorf("%+v %v", other.Rows, err)
	}
}

// model is what the list of sign-ins should show, worked out from the rows themselves.
func model(rows []identity.SignIn, f identity.Filter, high map[string]bool) (out []identity.SignIn) {
	holds := func(s identity.SignIn, t identity.Term) bool {
		any := func(ok func(v string) bool) bool { return slices.ContainsFunc(t.Values, ok) }
		has := func(texts ...string) bool {
			return any(func(v string) bool { return strings.Contains(strings.ToLower(strings.Join(texts, "\n")), v) })
		}
		is := func(text string) bool { return any(func(v string) bool { return strings.EqualFold(v, text) }) }
		switch t.Key {
		case identity.KeyText:
			return has(s.UPN, s.Name, s.UserID, s.App, s.AppID, s.Place.City, s.Place.State, s.Place.Country) ||
				any(func(v string) bool { return strings.HasPrefix(s.IP, v) })
		case identity.KeyUser:
			return has(s.UPN, s.Name, s.UserID)
		case identity.KeyApp:
			return has(s.App, s.AppID)
		case identity.KeyCity:
			return has(s.Place.City)
		case identity.KeyClient:
			return has(s.ClientApp)
		case identity.KeyCountry:
			return is(s.Place.Country)
		case identity.KeyIP:
			return any(func(v string) bool { return strings.HasPrefix(s.IP, v) })
		case identity.KeyRisk:
			return is(string(s.Aggregated))
		case identity.KeyType:
			return slices.ContainsFunc(s.Types, is)
		case identity.KeyResult:
			return is(s.Result())
		case identity.KeyIs:
			return is("interactive") && s.Interactive || is("high") && high[s.UPN]
		case identity.KeyAt:
			d, _ := identity.ParseSpan(t.Values[0])
			return (t.Op == "<") == !s.At.Before(noon.Add(-d))
		}
		panic(t.Key)
	}
	for _, s := range rows {
		ok := true
		for _, t := range f.Terms {
			ok = ok && holds(s, t) != t.Not
		}
		for _, w := range f.Words {
			ok = ok && holds(s, identity.Term{Values: []string{w}})
		}
		if ok {
			out = append(out, s)
		}
	}
	return out
}

func orderSignIns(rows []identity.SignIn, sort string, down bool) {
	key := map[string]func(s identity.SignIn) string{
		identity.ByUser:    func(s identity.SignIn) string { return strings.ToLower(cmp.Or(s.Name, s.UPN)) },
		identity.ByApp:     func(s identity.SignIn) string { return strings.ToLower(s.App) },
		identity.ByIP:      func(s identity.SignIn) string { return s.IP },
		identity.ByCountry: func(s identity.SignIn) string { return strings.ToLower(s.Place.Country) },
		identity.ByRisk:    func(s identity.SignIn) string { return fmt.Sprint(s.Aggregated.Rank()) },
	}[sort]
	slices.SortFunc(rows, func(a, b identity.SignIn) int {
		newest := b.At.Compare(a.At)
		if key == nil {
			if (sort == "") == down {
				return -newest
			}
			return newest
		}
		c := cmp.Compare(key(a), key(b))
		if down {
			c = -c
		}
		return cmp.Or(c, newest)
	})
}

// Whatever the filter, order and way to the rows, paging shows exactly the matches, in
// order, and the numbers beside the list agree.
func TestPagesOfSignInsAreThoseOfAModel(t *testing.T) {
	c, _ := newCache(t)
	pick := func(n int, of ...string) string { return of[n%len(of)] }
	var rows []identity.SignIn
	for i := range 400 {
		rows = append(rows, signIn(i+1, func(s *identity.SignIn) {
			s.At = noon.Add(-time.Duration(i*i%1777)*time.Hour - time.Duration(i)*time.Second)
			who := pick(i*7, "Ana", "Bo", "Cy", "Dee", "eve")
			s.Name, s.UPN, s.UserID = who, strings.ToLower(who)+"@clinic.example", "u-"+who
			s.App, s.AppID = pick(i*3, "Mail", "Portal", "Graph"), pick(i*3, "m", "p", "g")
			s.IP = fmt.Sprintf("10.%d.0.%d", i%3, i%11)
			s.Place.Country, s.Place.City = pick(i, "DE", "NG", ""), pick(i/2, "Berlin", "Lagos")
			s.Aggregated = identity.Level(pick(i*5, "none", "low", "medium", "high", "odd"))
			s.ErrorCode, s.ClientApp, s.Interactive = []int{0, 50126, 50076}[i%3], pick(i*2, "Browser", "IMAP4"), i%4 > 0
		}))
	}
	storeIdentity(t, c, identity.Batch{SignIns: rows, HighValue: []identity.HighValue{{Key: "BO@clinic.example", Reason: "list", Origin: "list"}}, Origins: []string{"list"}})
	terms := []string{
		"user:ana", "-user:bo,cy", "app:mail", "app:port,gra", "country:de", "-country:ng", "ip:10.1.", "-ip:10.2.0.1", "city:lagos",
		"risk:high", "risk:low,medium", "result:failed", "-result:ok", "client:imap", "is:interactive", "is:high", "-is:high", "type:unlikelytravel",
		"at<30d", "at>10d", "-at<20d", "dee", "10.0", "-berl", "nobody",
	}
	rapid.Check(t, func(rt *rapid.T) {
		line := strings.Join(rapid.SliceOfN(rapid.SampledFrom(terms), 0, 3).Draw(rt, "filter"), " ")
		sort := rapid.SampledFrom([]string{"", identity.ByTime, identity.ByUser, identity.ByApp, identity.ByIP, identity.ByCountry, identity.ByRisk}).Draw(rt, "sort")
		q := identity.Query{Filter: parsed(t, line), Sort: sort, Down: rapid.Bool().Draw(rt, "down"), Limit: rapid.IntRange(1, 60).Draw(rt, "limit")}
		c.gather = rapid.SampledFrom([]int{0, 50, gatherLimit}).Draw(rt, "gather")
		want := model(rows, q.Filter, map[string]bool{"bo@clinic.example": true})
		orderSignIns(want, q.Sort, q.Down)
		var got []identity.SignInRow
		for {
			win, err := c.Identity().SignIns(t.Context(), q)
			if err != nil {
				rt.Fatal(err)
			}
			if win.Total != len(want) || win.Hidden != len(rows)-len(want) && q.Filter.String() != "" {
				rt.Fatalf("%s: %d of %d, %d hidden", line, win.Total, len(want), win.Hidden)
			}
			got = append(got, win.Rows...)
			if q.After = win.Next; q.After == "" || len(got) > len(rows) {
				break
			}
		}
		if len(got) != len(want) {
			rt.Fatalf("%s by %q: %d rows of %d", line, sort, len(got), len(want))
		}
		for i := range want {
			if sort == identity.ByRisk && got[i].Aggregated.Rank() == want[i].Aggregated.Rank() {
				continue // words of one rank stand together, one word after the other
			}
			if got[i].ID != want[i].ID {
				rt.Fatalf("%s by %q, down %v: row %d is %s %s, not %s %s", line, sort, q.Down, i, got[i].At, got[i].UPN, want[i].At, want[i].UPN)
			}
			if (got[i].High != "") != (got[i].UPN == "bo@clinic.example") {
				rt.Fatalf("%s is high %q", got[i].UPN, got[i].High)
			}
		}
	})
}

func TestAListSaysWhichFieldsItDoesNotHave(t *testing.T) {
	c, _ := newCache(t)
	r := c.Identity()
	for line, list := range map[string]func(f identity.Query) error{
		"role:admin":  func(q identity.Query) error { _, err := r.SignIns(t.Context(), q); return err },
		"is:deleted":  func(q identity.Query) error { _, err := r.SignIns(t.Context(), q); return err },
		"ca:success":  func(q identity.Query) error { _, err := r.Users(t.Context(), q); return err },
		"mfa:phone":   func(q identity.Query) error { _, err := r.Detections(t.Context(), q); return err },
		"timing:live": func(q identity.Query) error { _, err := r.Workloads(t.Context(), q); return err },
		"app:mail":    func(q identity.Query) error { _, err := r.Heat(t.Context(), q.Filter, 3); return err },
	} {
		err := list(identity.Query{Filter: parsed(t, line)})
		if key, _, _ := strings.Cut(line, ":"); app.KindOf(err) != app.KindInvalid || !strings.Contains(app.Say(err), key) {
			t.Errorf("%s: %v", line, err)
		}
	}
	for _, q := range []identity.Query{{Sort: "colour"}, {After: "x"}, {After: "n:99:1"}, {After: "t:1:ab"}} {
		if _, err := r.SignIns(t.Context(), q); app.KindOf(err) != app.KindInvalid {
			t.Errorf("%+v: %v", q, err)
		}
	}
}
