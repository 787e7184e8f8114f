package identity_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/integrations/simulator"
)

func whats(lacks []app.Lack) (out []string) {
	for _, l := range lacks {
		out = append(out, l.What)
	}
	slices.Sort(out)
	return out
}

// What is not bought or granted is told, and the rest goes on.
func TestAClosedPartIsALackAndTheOthersGoOn(t *testing.T) {
	for name, x := range map[string]struct {
		mode                     simulator.IdentityMode
		without                  []string
		lacks                    []string
		needs                    string
		users, detections, apps  bool
		accounts, roles, signIns bool
	}{
		"no P2": {mode: simulator.IdentityMode{NoP2: true}, lacks: []string{"Risk detections", "Users at risk"}, needs: "Entra ID P2", apps: true, signIns: true},
		"no Workload ID Premium": {
			mode: simulator.IdentityMode{NoWorkload: true}, lacks: []string{"Risk of workload identities"}, needs: "Workload ID Premium",
			users: true, detections: true, accounts: true, roles: true, signIns: true,
		},
		"no detections": {
			without: []string{simulator.RiskEventRead, simulator.RiskEventReadWrite}, lacks: []string{"Risk detections"}, needs: "IdentityRiskEvent.Read.All",
			users: true, apps: true, accounts: true, roles: true, signIns: true,
		},
		"no accounts, no roles": {
			without: []string{simulator.UserRead, simulator.UserReadWrite, simulator.RolesRead}, lacks: []string{"Holders of directory roles", "Names and states of accounts"},
			needs: "User.Read.All", users: true, detections: true, apps: true, signIns: true,
		},
		"nothing at all": {mode: simulator.IdentityMode{NoP1: true, NoWorkload: true}, lacks: []string{"Risk detections", "Risk of workload identities", "Users at risk"}, needs: "Entra ID P2"},
	} {
		t.Run(name, func(t *testing.T) {
			sim, c, _ := connect(t, simulator.Options{Users: 400, SignIns: 2000, Identity: x.mode, Rights: simulator.Rights{GraphWithout: x.without}}, nil, nil)
			got, _ := run(t, c.Risk(), app.Cursor{})
			if !slices.Equal(whats(got.lacks), x.lacks) {
				t.Errorf("lacks %+v", got.lacks)
			}
			said := ""
			for _, l := range got.lacks {
				said += l.Needs + ";"
				if l.Still == "" {
					t.Errorf("%+v does not say what still works", l)
				}
			}
			if !strings.Contains(said, x.needs) {
				t.Errorf("needs %s", said)
			}
			if len(got.users) > 0 != x.users || len(got.detections) > 0 != (x.detections || x.apps) || len(got.workloads) > 0 != x.apps || len(got.accounts) > 0 != x.accounts || len(got.high) > 0 != x.roles {
				t.Errorf("%d users, %d detections, %d workloads, %d accounts, %d of high value", len(got.users), len(got.detections), len(got.workloads), len(got.accounts), len(got.high))
			}
			log, cur := run(t, c.Log(), app.Cursor{})
			if len(log.signIns) > 0 != x.signIns || (len(log.lacks) == 0) != x.signIns || !x.signIns && !cur.Watermark.IsZero() {
				t.Errorf("%d sign-ins, lacks %+v, %+v", len(log.signIns), log.lacks, cur)
			}
			_ = sim
		})
	}
}

// A licence that comes later opens what it brings from the beginning, not from that day.
func TestAPartThatOpensIsReadFromItsBeginning(t *testing.T) {
	sim, c, h := connect(t, simulator.Options{Identity: simulator.IdentityMode{NoP1: true}}, nil, nil)
	_, risk := run(t, c.Risk(), app.Cursor{})
	_, log := run(t, c.Log(), app.Cursor{})
	h.move(3 * time.Hour)
	still, risk := run(t, c.Risk(), risk)
	if len(still.lacks) != 2 || len(still.users) != 0 {
		t.Errorf("still closed: %+v", still.lacks)
	}
	sim.SetIdentity(simulator.IdentityMode{})
	h.move(3 * time.Hour)
	all, risk := run(t, c.Risk(), risk)
	if len(all.users) != len(sim.RiskyUsers()) || len(all.lacks) != 0 || risk.Next != "" {
		t.Errorf("%d users of %d, lacks %v, cursor %+v", len(all.users), len(sim.RiskyUsers()), all.lacks, risk)
	}
	if signs, _ := run(t, c.Log(), log); len(signs.signIns) < len(sim.RiskySignIns()) {
		t.Errorf("%d sign-ins of %d", len(signs.signIns), len(sim.RiskySignIns()))
	}
}

func TestMalformedRowsReachTheCache(t *testing.T) {
	sim, c, _ := connect(t, simulator.Options{Users: 300, SignIns: 2000, Identity: simulator.IdentityMode{Odd: true, Extra: true}}, nil, nil)
	sim.SetFaults(simulator.Faults{OddRows: 10_000})
	risk, _ := run(t, c.Risk(), app.Cursor{})
	log, _ := run(t, c.Log(), app.Cursor{})
	if u := risk.users["odd-2"]; u.State != "bewitched" || u.Level != "extreme" {
		t.Errorf("%+v", u)
	}
	if s, there := log.signIns["odd-1"]; !there || s.Raw == nil {
		t.Errorf("%+v", s)
	}
	ahead, asn := 0, 0
	for _, s := range log.signIns {
		if s.At.After(time.Now().AddDate(0, 0, 5)) {
			ahead++
		}
		if s.ASN > 0 && s.TokenID != "" {
			asn++
		}
	}
	if ahead == 0 || asn < 20 {
		t.Errorf("%d ahead of the clock, %d with network and token", ahead, asn)
	}
}
