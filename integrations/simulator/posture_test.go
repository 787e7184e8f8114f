package simulator

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

// security asks for a path beneath Microsoft.Security of a subscription.
func (c *caller) security(status int, method, sub, path, version string, body any) map[string]any {
	c.t.Helper()
	sep := "?"
	if strings.Contains(path, "?") {
		sep = "&"
	}
	return c.must(status, method, c.set.ARM+"/subscriptions/"+sub+"/providers/Microsoft.Security/"+path+sep+"api-version="+version, body)
}

// every reads a list of Microsoft.Security to its end.
func (c *caller) every(sub, path, version string) []map[string]any {
	c.t.Helper()
	sep := "?"
	if strings.Contains(path, "?") {
		sep = "&"
	}
	all, _ := c.follow(c.set.ARM + "/subscriptions/" + sub + "/providers/Microsoft.Security/" + path + sep + "api-version=" + version)
	return all
}

func num(v map[string]any, keys ...string) float64 {
	for _, k := range keys[:len(keys)-1] {
		v, _ = v[k].(map[string]any)
	}
	n, _ := v[keys[len(keys)-1]].(float64)
	return n
}

func TestTheScoreIsTheSumOfItsControlsWhichFollowFromTheAssessments(t *testing.T) {
	h := newHand()
	s := start(t, Options{Incidents: 1, Now: h.now})
	c := raw(t, s)
	for _, sub := range []string{subscriptionID, researchID} {
		score := props(c.security(200, "GET", sub, "secureScores/ascScore", "2020-01-01", nil))
		sum, limit := 0.0, 0.0
		unhealthy := map[string]map[string]bool{} // control to resources
		for _, a := range c.every(sub, "assessments", "2025-05-04") {
			x, _ := adviceBy(a["name"].(string))
			if g := guarding[x]; g >= 0 && !advices[x].preview && props(a)["status"].(map[string]any)["code"] == "Unhealthy" {
				key := guidOf("control " + shields[g].key)
				if unhealthy[key] == nil {
					unhealthy[key] = map[string]bool{}
				}
				unhealthy[key][strings.Split(a["id"].(string), "/providers/Microsoft.Security/assessments/")[0]] = true
			}
		}
		for _, part := range c.every(sub, "secureScoreControls?$expand=definition", "2020-01-01") {
			p := props(part)
			sum += num(p, "score", "current")
			limit += num(p, "score", "max")
			bad, good := num(p, "unhealthyResourceCount"), num(p, "healthyResourceCount")
			if int(bad) != len(unhealthy[part["name"].(string)]) {
				t.Errorf("%s: %v unhealthy, the assessments say %d", p["displayName"], bad, len(unhealthy[part["name"].(string)]))
			}
			want := num(p, "score", "max") * good / (good + bad)
			if got := num(p, "score", "current"); math.Abs(got-want) > 0.006 && got <= num(p, "score", "max") {
				t.Errorf("%s gives %v, want %v", p["displayName"], got, want)
			}
			if d, _ := p["definition"].(map[string]any); d["name"] != part["name"] {
				t.Errorf("the definition of %v is %v", part["name"], d["name"])
			}
		}
		if math.Abs(sum-num(score, "score", "current")) > 1e-9 || limit != num(score, "score", "max") || limit < 20 {
			t.Errorf("%s: the controls give %v of %v, the score says %v", sub, sum, limit, score["score"])
		}
		truth, ok := s.ScoreOn(ModelCloud, sub, h.now())
		if !ok || truth.Current != num(score, "score", "current") || truth.Max != num(score, "score", "max") {
			t.Errorf("the truth is %+v, the service says %v", truth, score["score"])
		}
	}
}

func TestEachDropHasOneCauseAndNamesItsResources(t *testing.T) {
	h := newHand()
	s := start(t, Options{Incidents: 1, Now: h.now})
	h.move(20 * 24 * time.Hour) // the drop to come has come
	for _, d := range s.Drops() {
		before, _ := s.ScoreOn(d.Model, d.Scope, d.Before)
		after, ok := s.ScoreOn(d.Model, d.Scope, d.After)
		if !ok || after.Current > before.Current-2 || after.Max != before.Max {
			t.Errorf("%s: from %+v to %+v is no drop", d.Model, before, after)
		}
		was := map[string]PartTruth{}
		for _, p := range s.PartsOn(d.Model, d.Scope, d.Before) {
			was[p.Control] = p
		}
		for _, p := range s.PartsOn(d.Model, d.Scope, d.After) {
			if moved := p != was[p.Control]; moved != (p.Control == d.Control) {
				t.Errorf("%s: %s went from %+v to %+v", d.Model, p.Name, was[p.Control], p)
			}
		}
		if d.Recommendation == "" {
			continue
		}
		old, now := s.UnhealthyOn(d.Scope, d.Recommendation, d.Before), s.UnhealthyOn(d.Scope, d.Recommendation, d.After)
		if len(now) < len(old)+5 {
			t.Errorf("%s: %d resources were unhealthy, now %d", d.Recommendation, len(old), len(now))
		}
		for _, id := range old {
			if !slices.Contains(now, id) {
				t.Errorf("%s was healed by a drop", id)
			}
		}
	}
}

func TestScoresMoveOver400DaysAndTheSameTenantTellsTheSame(t *testing.T) {
	h := newHand()
	tell := func() (out []string) {
		s := start(t, Options{Incidents: 1, Now: h.now, Seed: 4})
		for day := -399; day <= 0; day++ {
			for _, scope := range []struct{ model, id string }{{ModelCloud, subscriptionID}, {ModelCloud, researchID}, {ModelM365, tenantID}} {
				at := h.now().AddDate(0, 0, day)
				v, ok := s.ScoreOn(scope.model, scope.id, at)
				sum := 0.0
				for _, p := range s.PartsOn(scope.model, scope.id, at) {
					sum += p.Current
				}
				if !ok || math.Abs(sum-v.Current) > 1e-6 || v.Max <= 0 {
					t.Fatalf("day %d of %s: %+v, parts give %v", day, scope.id, v, sum)
				}
				out = append(out, fmt.Sprint(scope.id, v))
			}
		}
		return out
	}
	first := tell()
	if !slices.Equal(first, tell()) {
		t.Error("two tenants of one seed tell different scores")
	}
	if slices.Sort(first); len(slices.Compact(first)) < 60 {
		t.Errorf("only %d different scores in 400 days", len(slices.Compact(first)))
	}
}
