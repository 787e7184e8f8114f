package simulator

import (
	"math"
	"slices"
	"testing"
	"time"
)

func TestNinetyDaysOfTheSecureScoreAddUpAndAgreeWithTheTruth(t *testing.T) {
	h := newHand()
	s := start(t, Options{Incidents: 1, Now: h.now})
	c := raw(t, s)
	var all []map[string]any
	for url := c.set.Graph + "/security/secureScores?$top=40&$count=true"; url != ""; {
		v := c.must(200, "GET", url, nil)
		if v["@odata.count"] != 90.0 {
			t.Errorf("the count is %v", v["@odata.count"])
		}
		all = append(all, rows(v)...)
		url, _ = v["@odata.nextLink"].(string)
	}
	if len(all) != 90 {
		t.Fatalf("%d days", len(all))
	}
	came, went := false, false
	for i, x := range all {
		at, err := time.Parse(time.RFC3339, x["createdDateTime"].(string))
		if err != nil || !at.Equal(h.now().Truncate(24*time.Hour).AddDate(0, 0, -i)) {
			t.Fatalf("row %d is of %v: %v", i, x["createdDateTime"], err)
		}
		sum := 0.0
		var ids []string
		for _, p := range x["controlScores"].([]any) {
			p := p.(map[string]any)
			sum += p["score"].(float64)
			ids = append(ids, p["controlName"].(string))
		}
		truth, ok := s.ScoreOn(ModelM365, tenantID, at)
		if !ok || math.Abs(sum-num(x, "currentScore")) > 1e-6 || truth.Current != num(x, "currentScore") || truth.Max != num(x, "maxScore") {
			t.Errorf("%s: the parts give %v, the row %v of %v, the truth %+v", at, sum, x["currentScore"], x["maxScore"], truth)
		}
		if len(x["averageComparativeScores"].([]any)) != 3 {
			t.Errorf("%s compares with %v", at, x["averageComparativeScores"])
		}
		came = came || !slices.Contains(ids, "mdca_file_monitoring")
		went = went || slices.Contains(ids, "legacy_mobile_check")
	}
	var profiles []string
	for url := c.set.Graph + "/security/secureScoreControlProfiles"; url != ""; {
		v := c.must(200, "GET", url, nil)
		profiles = append(profiles, names(rows(v), "id")...)
		url, _ = v["@odata.nextLink"].(string)
	}
	if !came || !went || slices.Contains(profiles, "legacy_mobile_check") || !slices.Contains(profiles, "mdca_file_monitoring") {
		t.Errorf("a control that came (%v) and one that went (%v); profiles %v", came, went, profiles)
	}
	since := c.must(200, "GET", c.set.Graph+"/security/secureScores?$filter=createdDateTime%20ge%20"+h.now().AddDate(0, 0, -3).Truncate(24*time.Hour).Format(time.RFC3339), nil)
	if n := len(rows(since)); n != 4 {
		t.Errorf("since three days: %d rows", n)
	}
	for _, bad := range []string{"?$top=none", "?$skip=-1", "?$filter=nonsense"} {
		c.must(400, "GET", c.set.Graph+"/security/secureScores"+bad, nil)
	}
}
