package wiring_test

import (
	"testing"
	"time"

	"watchfloor/app/identity"
	"watchfloor/data"
	screens "watchfloor/ui/identity"
	"watchfloor/ui/keys"
	"watchfloor/ui/present"
	"watchfloor/ui/uitest"
	"watchfloor/ui/work"
)

// Every tab of the identity place can be read from a real cache in each of its orders,
// with its rows, its marks and the table of detections.
func TestIdentityListsFromTheCache(t *testing.T) {
	sample := uitest.NewIdentity(40)
	var b identity.Batch
	for _, u := range sample.UserRows {
		b.Users = append(b.Users, u.User)
		p := sample.Persons[u.ID]
		b.Accounts = append(b.Accounts, p.Account)
		b.Turns = append(b.Turns, turns(p.Turns, u.ID)...)
	}
	for _, w := range sample.WorkRows {
		b.Workloads = append(b.Workloads, w.Workload)
	}
	for _, s := range sample.SignRows {
		b.SignIns = append(b.SignIns, s.SignIn)
	}
	b.Detections = sample.Found
	c, err := data.Open(t.Context(), data.Config{Key: testKey, Path: freshPath(t), Now: func() time.Time { return uitest.Now }})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.StoreIdentity(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	line := &work.Line{}
	clock := func() present.Clock { return present.Clock{Now: uitest.Now, Zone: time.UTC} }
	p := screens.New(screens.Deps{Reader: func(int) identity.Reader { return c.Identity() }, Desk: line.Desk(), Prefs: &uitest.Prefs{}, Clock: clock, Parse: identity.Parse})
	p.Use(0, "")
	line.Drain()
	for tab, filters := range map[int][]string{
		1: {"", "state:atrisk,compromised", "level:high is:high", "changed<3d doe", "role:admin", "-is:deleted"},
		2: {"", "level:high state:atrisk", "payroll"},
		3: {"", "user:doe result:failed", "app:portal country:no", "risk:high is:interactive at<24h", "oslo"},
		4: {"", "type:passwordSpray country:no", "level:high user:doe at<7d"},
	} {
		p.Do(keys.Tab(tab), 20)
		line.Drain()
		for _, f := range filters {
			p.Type(f)
			line.Drain()
			for range 8 { // through all orders and round again
				p.Do(keys.Sort, 20)
				line.Drain()
				if w := p.Trouble(); w != "" {
					t.Errorf("tab %d, %q: %s", tab, f, w)
				}
				title, lines := p.Instead(clock())
				if f == "" && title != "" || title == "The list cannot be read" {
					t.Errorf("tab %d, %q, %s: %s %v", tab, f, p.Tally(), title, lines)
				}
				p.Do(keys.End, 20)
				line.Drain()
			}
		}
	}
}

func turns(all []identity.Turn, subject string) []identity.Turn {
	out := make([]identity.Turn, len(all))
	for i, t := range all {
		t.ID, t.Subject = t.ID+subject, subject
		out[i] = t
	}
	return out
}
