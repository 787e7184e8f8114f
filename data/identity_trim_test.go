package data

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"watchfloor/app/identity"
)

// Given sign-ins of a user at risk, of others, and detections: the oldest go first until
// the rest fits, but the last 200 of the one at risk stay.
func TestTheOldestGoBeyondTheBudget(t *testing.T) {
	c, _ := newCache(t)
	b := identity.Batch{Users: []identity.User{{ID: "risky", UPN: "r@clinic.example", State: identity.StateAtRisk, Changed: noon}}}
	for i := range 1200 {
		b.SignIns = append(b.SignIns, signIn(i+1, func(s *identity.SignIn) {
			s.At = noon.Add(-time.Duration(i) * time.Hour)
			if i >= 600 && i%2 == 0 { // 300, all old
				s.UserID, s.UPN = "Risky", "r@clinic.example"
			}
		}))
	}
	for i := range 50 {
		b.Detections = append(b.Detections, detection(fmt.Sprint(i), func(d *identity.Detection) { d.At = noon.Add(-time.Duration(40*i) * time.Hour) }))
	}
	storeIdentity(t, c, b)
	kept := func() identity.Kept {
		k, err := c.Identity().Kept(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	before := kept()
	if before.SignIns.Rows != 1200 || before.Detections.Rows != 50 || before.Budget != DefaultIdentityBudget || before.Bytes < 1200*signInOverhead ||
		!before.SignIns.Since.Equal(noon.Add(-1199*time.Hour)) || !before.Detections.Since.Equal(noon.Add(-49*40*time.Hour)) {
		t.Fatalf("%+v", before)
	}
	if n, err := c.Trim(t.Context(), 0); n != 0 || err != nil {
		t.Errorf("no bound: %d %v", n, err)
	}
	if err := c.SetPreference(t.Context(), IdentityBudget, fmt.Sprint(before.Bytes/2)); err != nil {
		t.Fatal(err)
	}
	budget := kept().Budget
	for {
		n, err := c.Trim(t.Context(), budget)
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			break
		}
	}
	after := kept()
	if after.Bytes > budget || after.Bytes < budget*8/10 {
		t.Errorf("%d of %d bytes kept, of %d", after.Bytes, budget, before.Bytes)
	}
	risky, err := c.Identity().SignIns(t.Context(), identity.Query{Filter: parsed(t, "user:risky"), Limit: 500})
	if err != nil || len(risky.Rows) != keptOfUser {
		t.Errorf("%d sign-ins of the user at risk (%v)", len(risky.Rows), err)
	}
	others, err := c.Identity().SignIns(t.Context(), identity.Query{Filter: parsed(t, "-user:risky"), Down: true, Limit: 1})
	if err != nil || others.Rows[0].At.Before(noon.Add(-600*time.Hour)) {
		t.Errorf("an old one of another stayed: %v (%v)", others.Rows, err)
	}
	// Even where no budget would hold them: theirs stay, all else goes.
	for n := 1; n > 0; {
		if n, err = c.Trim(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
	}
	if k := kept(); k.SignIns.Rows != keptOfUser || k.Detections.Rows != 0 {
		t.Errorf("%+v", k)
	}
	if err := c.Check(t.Context()); err != nil {
		t.Error(err)
	}
	storeIdentity(t, c, b) // when they come again, the budget holds by itself
	if k := kept(); k.Bytes > budget || k.Bytes < budget*7/10 || k.SignIns.Since.Before(noon.Add(-1200*time.Hour)) {
		t.Errorf("pulled again: %+v", k)
	}
	if err := c.SetPreference(t.Context(), IdentityBudget, "0"); err != nil {
		t.Fatal(err)
	}
	storeIdentity(t, c, b)
	if k := kept(); k.SignIns.Rows != 1200 || k.Detections.Rows != 50 {
		t.Errorf("without a bound: %+v", k)
	}
}

func TestABudgetThatIsNoNumberIsTheDefault(t *testing.T) {
	for text, want := range map[string]int64{"": DefaultIdentityBudget, "0": 0, "500": 500, "-1": DefaultIdentityBudget, "2GB": DefaultIdentityBudget, strings.Repeat("9", 40): DefaultIdentityBudget} {
		if got := budgetOf(text); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}

func TestJSONComesBackFromItsColumn(t *testing.T) {
	for _, raw := range []string{"", "{}", `{"riskState":"atRisk"}`, "\x01\x02", strings.Repeat(`{"id":"x"}`, 5000), rawWords} {
		got, err := expand(squeeze([]byte(raw)))
		if err != nil || string(got) != raw {
			t.Errorf("%.20q became %.20q (%v)", raw, got, err)
		}
	}
	if _, err := expand([]byte{rawDeflated, 0xff, 0xff}); err == nil {
		t.Error("damage is not told")
	}
	long := `{"conditionalAccessStatus":"notApplied","isInteractive":true,"riskDetail":"none","riskLevelAggregated":"none"}`
	if n := len(squeeze([]byte(long))); n > len(long)/3 {
		t.Errorf("%d bytes of %d: the dictionary does not help", n, len(long))
	}
	var a, b, none string
	unpack(pack("x", "\x00\xff", ""), &a, &b, &none)
	if a != "x" || b != "\x00\xff" || len(unpackAll(string(pack("", "y")))) != 2 || len(unpackAll("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")) != 0 {
		t.Errorf("%q %q", a, b)
	}
}
