package data

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"watchfloor/app"
	"watchfloor/app/posture"
)

const (
	subA = "20ff7fc3-e762-44dd-bd96-b71116dcdc23"
	subB = "3b0b7c1e-0000-4000-8000-00000000000b"
	// updates and ports are recommendations of the control "patch", disks of "vault".
	updates = "4ab6e3c5-74dd-8b35-9ab9-f61b30875b27"
	ports   = "bc303248-3d14-44c2-96a0-55f5c326b5fe"
	disks   = "0cb5f317-a94b-6b80-7212-13a9cc8826af"
)

func midnight(days int) time.Time { return noon.Truncate(24*time.Hour).AddDate(0, 0, days) }

func machine(sub string, n int) string {
	return fmt.Sprintf("/subscriptions/%s/resourceGroups/floor/providers/Microsoft.Compute/virtualMachines/vm-%03d", sub, n)
}

func result(rec, sub string, n int, code string) posture.Assessment {
	return posture.Assessment{
		ID: rec, Resource: machine(sub, n), Source: "Azure", Subscription: sub, Title: "title of " + rec[:4], Code: code,
		First: noon.AddDate(-1, 0, -n), Changed: noon.AddDate(0, 0, -n), Findings: -1, Raw: fmt.Appendf(nil, `{"n":%d,"code":%q}`, n, code),
	}
}

func classic(sub string, day int, current float64, parts ...posture.Part) posture.Batch {
	b := posture.Batch{Scores: []posture.Score{{
		Model: posture.CloudClassic, Scope: sub, ScopeName: "Ward " + sub[:1], Day: midnight(day), Current: current, Max: 30, Weight: 2,
		Averages: []posture.Average{{Basis: "AllTenants", Score: 12.5}}, Raw: []byte(`{"x":1}`),
	}}}
	for _, p := range parts {
		p.Model, p.Scope, p.Day = posture.CloudClassic, sub, midnight(day)
		b.Parts = append(b.Parts, p)
	}
	return b
}

func keepPosture(t *testing.T, c *Cache, batches ...posture.Batch) posture.Reader {
	t.Helper()
	for _, b := range batches {
		if err := c.StorePosture(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	return c.Posture()
}

func must[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestScoresStayForEverOnePerDay(t *testing.T) {
	cache, c := newCache(t)
	told := 0
	defer cache.cfg.Hub.Subscribe(func(e app.Event) {
		if e.Topic == app.TopicPosture {
			told++
		}
	})()
	r := keepPosture(t, cache, classic(subA, -500, 5), classic(subA, 0, 10, posture.Part{Control: "mfa", Name: "Enable MFA", Current: 10, Max: 10}),
		classic(strings.ToUpper(subA), 0, 12, posture.Part{Control: "ports", Current: 2, Max: 4})) // the same day again, the id in capitals
	if told != 3 {
		t.Errorf("screens were told %d times", told)
	}
	c.at = noon.AddDate(3, 0, 0)
	all := must[[]posture.Score](t)(r.History(t.Context(), posture.CloudClassic, subA, midnight(-1000), c.at))
	if len(all) != 2 || all[0].Current != 5 || !all[0].Day.Equal(midnight(-500)) || all[1].Current != 12 {
		t.Fatalf("history %+v", all)
	}
	s := all[1]
	if p, ok := s.Percent(); !ok || p != 40 || s.ScopeName != "Ward 2" || s.Weight != 2 || len(s.Averages) != 1 || s.Averages[0].Score != 12.5 || string(s.Raw) != `{"x":1}` {
		t.Errorf("came back as %+v", s)
	}
	parts := must[[]posture.Part](t)(r.Parts(t.Context(), posture.CloudClassic, subA, c.at))
	if len(parts) != 1 || parts[0].Control != "ports" || parts[0].Current != 2 || !parts[0].Day.Equal(midnight(0)) {
		t.Errorf("contributions of the day %+v", parts)
	}
}

func TestModelsAndScopesAreKeptApart(t *testing.T) {
	cache, _ := newCache(t)
	future := posture.Score{Model: posture.M365, Scope: "tenant", ScopeName: "Clinic", Day: midnight(40), Current: 9, Max: 5}
	r := keepPosture(t, cache, classic(subB, 0, 3), classic(subA, -1, 1), posture.Batch{Scores: []posture.Score{
		future,
		{Model: posture.CloudRisk, Scope: subA, ScopeName: "Ward 2", Day: midnight(0), Current: 77, Max: 100},
	}})
	got := []string{}
	for _, s := range must[[]posture.Score](t)(r.Latest(t.Context())) {
		got = append(got, fmt.Sprintf("%s %s %v%v", s.Model, s.ScopeName, s.Current, s.Marks(noon)))
	}
	want := []string{"cloud Ward 2 1[]", "cloud Ward 3 3[]", "cloud risk Ward 2 77[]", "m365 Clinic 9[above its maximum of a day in the future]"}
	if !slices.Equal(got, want) {
		t.Errorf("latest %q", got)
	}
	future.Day, future.Current = midnight(-3), 4
	keepPosture(t, cache, posture.Batch{Scores: []posture.Score{future}})
	if s := must[[]posture.Score](t)(r.Latest(t.Context()))[3]; s.Current != 4 {
		t.Errorf("a day in the future hides today: %+v", s)
	}
	if _, err := r.Parts(t.Context(), posture.M365, "elsewhere", noon); app.KindOf(err) != app.KindNotFound || strings.Contains(app.Say(err), "incident") {
		t.Errorf("an unknown scope: %v", err)
	}
}

func TestADropIsTracedToTheControlThatWent(t *testing.T) {
	cache, _ := newCache(t)
	mfa, patch := posture.Part{Control: "mfa", Name: "Enable MFA", Current: 10, Max: 10}, posture.Part{Control: "patch", Name: "Patch", Current: 4, Max: 6, Healthy: 2, Unhealthy: 1}
	better := patch
	better.Current = 6
	r := keepPosture(t, cache, classic(subA, -9, 14, mfa, patch), classic(subA, -2, 6, better))
	w := must[posture.Waterfall](t)(r.Waterfall(t.Context(), posture.CloudClassic, subA, midnight(-5), midnight(0)))
	if len(w.Steps) != 2 || w.Steps[0].Name != "Enable MFA" || !w.Steps[0].Went || w.Steps[0].Delta() != -10 || w.Steps[1].Delta() != 2 || w.Rest != 0 {
		t.Errorf("steps %+v, rest %v", w.Steps, w.Rest)
	}
	if !w.FromDay.Equal(midnight(-9)) || !w.ToDay.Equal(midnight(-2)) {
		t.Errorf("of %v and %v", w.FromDay, w.ToDay)
	}
	// Asked for a day before the first, it compares with the first and says so.
	if w = must[posture.Waterfall](t)(r.Waterfall(t.Context(), posture.CloudClassic, subA, midnight(-900), midnight(0))); !w.FromDay.Equal(midnight(-9)) {
		t.Errorf("begins %v", w.FromDay)
	}
}

// ward is two subscriptions with three recommendations in two controls.
func ward() posture.Batch {
	b := classic(subA, 0, 5, posture.Part{Control: "PATCH", Current: 2, Max: 8}, posture.Part{Control: "vault", Current: 4, Max: 4})
	other := classic(subB, 0, 3, posture.Part{Control: "patch", Current: 3, Max: 6})
	b.Scores, b.Parts = append(b.Scores, other.Scores...), append(b.Parts, other.Parts...)
	b.Controls = []posture.Control{
		{Model: posture.CloudClassic, ID: "Patch", Title: "Apply updates", Max: 6, Assessments: []string{updates, strings.ToUpper(ports)}},
		{Model: posture.CloudClassic, ID: "vault", Title: "Encrypt", Max: 4, Assessments: []string{disks}},
	}
	b.Metas = []posture.Meta{
		{ID: updates, Title: "System updates should be installed", Severity: "Medium", Categories: []string{"Compute"}, Threats: []string{"denialOfService"}},
		{ID: ports, Title: "Close ports", Severity: "High", Categories: []string{"Networking"}},
		{ID: "never", Title: "Never assessed"},
	}
	for n := range 3 {
		b.Assessments = append(b.Assessments, result(updates, subA, n, "Unhealthy"), result(updates, subB, n, "Unhealthy"))
	}
	odd := result(disks, subA, 1, "Perplexed")
	bad := result(disks, subA, 2, "Unhealthy")
	bad.Risk, bad.Factors = "Critical", []string{"Internet exposure"}
	b.Assessments = append(b.Assessments, result(ports, subA, 9, "Unhealthy"), result(ports, subA, 1, "Healthy"), result(ports, subB, 1, "NotApplicable"), odd, bad)
	return b
}

func TestRecommendationsSayWhatTheyWouldBring(t *testing.T) {
	cache, _ := newCache(t)
	r := keepPosture(t, cache, ward())
	list := func(a posture.Ask) (out []string) {
		for _, x := range must[[]posture.Recommendation](t)(r.Recommendations(t.Context(), a)) {
			out = append(out, fmt.Sprintf("%s %.2f %d/%d/%d", x.ID[:4], x.Increase, x.Healthy, x.Unhealthy, x.NotApplicable))
		}
		return out
	}
	// Of the 6 points missing in A updates have 3 of 4 unhealthy resources, ports one; the
	// 3 missing in B are all of updates. Disks gain nothing: their control is full.
	for name, c := range map[string]struct {
		posture.Ask
		want []string
	}{
		"by points":          {posture.Ask{}, []string{"4ab6 7.50 0/6/0", "bc30 1.50 1/1/1", "0cb5 0.00 0/1/0"}},
		"by risk":            {posture.Ask{Order: posture.ByRisk}, []string{"0cb5 0.00 0/1/0", "bc30 1.50 1/1/1", "4ab6 7.50 0/6/0"}},
		"by age":             {posture.Ask{Order: posture.ByAge}, []string{"bc30 1.50 1/1/1", "4ab6 7.50 0/6/0", "0cb5 0.00 0/1/0"}},
		"of a subscription":  {posture.Ask{Subscription: strings.ToUpper(subB)}, []string{"4ab6 3.00 0/3/0"}},
		"healthy ones too":   {posture.Ask{Subscription: subB, Healthy: true}, []string{"4ab6 3.00 0/3/0", "bc30 0.00 0/0/1"}},
		"of a group":         {posture.Ask{Group: posture.Network}, []string{"bc30 1.50 1/1/1"}},
		"of a pin":           {posture.Ask{Pin: posture.PinEncryption}, []string{"0cb5 0.00 0/1/0"}},
		"of a control":       {posture.Ask{Control: "PATCH"}, []string{"4ab6 7.50 0/6/0", "bc30 1.50 1/1/1"}},
		"by words":           {posture.Ask{Words: "INSTALLED updates"}, []string{"4ab6 7.50 0/6/0"}},
		"by words of nobody": {posture.Ask{Words: "installed disks"}, nil},
	} {
		if got := list(c.Ask); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	x := must[[]posture.Recommendation](t)(r.Recommendations(t.Context(), posture.Ask{Order: posture.ByRisk}))[0]
	if x.Title != "title of 0cb5" || x.Control != "Encrypt" || x.Group != posture.Machines || x.Risk != "Critical" || !x.First.Equal(noon.AddDate(0, 0, -2)) ||
		strings.Join(x.Marks, "; ") != "the service gives no description; 1 in a state this version does not know" {
		t.Errorf("without metadata: %+v", x)
	}
}

func TestWhatIsKeptHereOutlivesThePull(t *testing.T) {
	cache, _ := newCache(t)
	r := keepPosture(t, cache, ward())
	due := noon.AddDate(0, 1, 0)
	if err := r.Keep(t.Context(), strings.ToUpper(ports), posture.Local{Owner: "ana@clinic.example", Note: "after the audit", Due: due}); err != nil {
		t.Fatal(err)
	}
	keepPosture(t, cache, ward())
	of := func() posture.Recommendation {
		return must[[]posture.Recommendation](t)(r.Recommendations(t.Context(), posture.Ask{Group: posture.Network}))[0]
	}
	if x := of(); x.Owner != "ana@clinic.example" || x.Note != "after the audit" || !x.Due.Equal(due) {
		t.Errorf("kept %+v", x)
	}
	if err := r.Keep(t.Context(), ports, posture.Local{}); err != nil {
		t.Fatal(err)
	}
	if x := of(); x.Owner != "" || !x.Due.IsZero() {
		t.Errorf("after taking it back %+v", x)
	}
}

func TestResourcesComeUnhealthyFirstAndInParts(t *testing.T) {
	cache, _ := newCache(t)
	var b posture.Batch
	for n := range 7 {
		b.Assessments = append(b.Assessments, result(ports, subA, n, []string{"NotApplicable", "Healthy", "Unhealthy", "Odd"}[n%4]))
	}
	b.Counts = []posture.Count{{ID: ports, Resource: strings.ToUpper(machine(subA, 2)), N: 4}, {ID: ports, Resource: "nobody", N: 1}}
	r := keepPosture(t, cache, b)
	want, got, after := "2 6 3 1 5 0 4", []string{}, ""
	for {
		page := must[[]posture.Assessment](t)(r.Resources(t.Context(), strings.ToUpper(ports), after, 2))
		if len(page) == 0 {
			break
		}
		for _, a := range page {
			got = append(got, a.Resource[len(a.Resource)-1:])
		}
		after = page[len(page)-1].Resource
	}
	if strings.Join(got, " ") != want {
		t.Errorf("in the order %v, want %s", got, want)
	}
	first := must[[]posture.Assessment](t)(r.Resources(t.Context(), ports, "", 1))[0]
	sent := b.Assessments[2]
	sent.Findings = 4
	if fmt.Sprintf("%+v", first) != fmt.Sprintf("%+v", sent) {
		t.Errorf("came back as %+v, sent %+v", first, sent)
	}
}

func TestWhatACompleteListDoesNotHoldIsGoneButKept(t *testing.T) {
	cache, c := newCache(t)
	full := ward()
	full.Standards = []posture.Standard{{Subscription: subA, ID: "CIS", State: "Failed", Failed: 3}, {Subscription: subA, ID: "PCI", State: "Passed"}}
	full.Requirements = []posture.Requirement{
		{Subscription: subA, Standard: "CIS", ID: "1.1", Title: "MFA", State: "Failed"},
		{Subscription: subA, Standard: "CIS", ID: "1.2"},
		{Subscription: subA, Standard: "PCI", ID: "8"},
	}
	r := keepPosture(t, cache, full)
	began := c.at.Add(time.Hour)
	c.at = began.Add(time.Minute)
	whole := func(kind, scope string) posture.Whole {
		return posture.Whole{Kind: kind, Model: posture.CloudClassic, Scope: scope, Began: began}
	}
	next := posture.Batch{
		Controls: full.Controls[:1], Assessments: []posture.Assessment{result(updates, subA, 0, "Healthy")}, Standards: full.Standards[:1], Requirements: full.Requirements[:1],
		Whole: []posture.Whole{whole("controls", ""), whole("assessments", strings.ToUpper(subA)), whole("standards", subA), whole("requirements", subA+"/CIS"), whole("recipes", subA)},
	}
	keepPosture(t, cache, next)

	controls := must[[]posture.Control](t)(r.Controls(t.Context(), posture.CloudClassic))
	if len(controls) != 2 || controls[0].ID != "Patch" || !controls[0].Gone.IsZero() || !controls[1].Gone.Equal(c.at) || controls[1].Title != "Encrypt" {
		t.Errorf("controls %+v", controls)
	}
	if s := must[[]posture.Standard](t)(r.Standards(t.Context())); len(s) != 1 || s[0].ID != "CIS" || s[0].Failed != 3 {
		t.Errorf("standards %+v", s)
	}
	if q := must[[]posture.Requirement](t)(r.Requirements(t.Context(), subA, "CIS")); len(q) != 1 || q[0].Title != "MFA" {
		t.Errorf("requirements %+v", q)
	}
	if q := must[[]posture.Requirement](t)(r.Requirements(t.Context(), subA, "PCI")); len(q) != 1 {
		t.Errorf("those of another standard went too: %+v", q)
	}
	open := must[[]posture.Recommendation](t)(r.Recommendations(t.Context(), posture.Ask{Healthy: true}))
	if len(open) != 2 || open[0].ID != updates || open[0].Unhealthy != 3 || open[0].Healthy != 1 || open[1].ID != ports || open[1].NotApplicable != 1 {
		t.Errorf("recommendations %+v", open)
	}
	if a := must[[]posture.Assessment](t)(r.Resources(t.Context(), disks, "", 9)); len(a) != 0 {
		t.Errorf("resources that are gone: %+v", a)
	}
	c.at = c.at.Add(time.Hour)
	keepPosture(t, cache, ward()) // the service lists them again
	if x := must[[]posture.Recommendation](t)(r.Recommendations(t.Context(), posture.Ask{Pin: posture.PinEncryption})); len(x) != 1 || x[0].Unhealthy != 1 {
		t.Errorf("what came back: %+v", x)
	}
	if k := must[[]posture.Control](t)(r.Controls(t.Context(), posture.CloudClassic)); !k[0].Gone.IsZero() || !k[1].Gone.IsZero() {
		t.Errorf("controls that came back %+v", k)
	}
}

func TestPinsCountByDay(t *testing.T) {
	cache, c := newCache(t)
	r := keepPosture(t, cache, ward())
	c.at = noon.AddDate(0, 0, 2)
	keepPosture(t, cache, posture.Batch{Assessments: []posture.Assessment{result(updates, subA, 0, "Healthy"), result(ports, subA, 9, "Unhealthy")}})
	pins := must[[]posture.Pinned](t)(r.Pins(t.Context(), 3))
	if len(pins) != 6 || pins[0].Pin != posture.PinUpdates || pins[0].Unhealthy != 5 || fmt.Sprint(pins[0].Trend) != fmt.Sprint([]posture.DayCount{{Day: midnight(0), N: 6}, {Day: midnight(2), N: 5}}) {
		t.Errorf("updates %+v", pins[0])
	}
	if pins[5].Unhealthy != 1 || pins[4].Unhealthy != 0 || pins[4].Trend != nil {
		t.Errorf("ports %+v, firewalls %+v", pins[5], pins[4])
	}
	if got := must[[]posture.Pinned](t)(r.Pins(t.Context(), 1)); len(got[0].Trend) != 1 {
		t.Errorf("of one day: %+v", got[0].Trend)
	}
}

func TestContactsComeBackAsTheyWere(t *testing.T) {
	cache, _ := newCache(t)
	want := []posture.Contact{{Subscription: subB, Name: "A ward", Absent: true}, {
		Subscription: subA, Name: "B ward", Emails: []string{"a@b.example"}, Phone: "1", On: true,
		Roles: []string{"Owner"}, AlertSeverity: "High", AttackLevel: "Critical", Raw: []byte("{}"),
	}}
	r := keepPosture(t, cache, posture.Batch{Contacts: []posture.Contact{want[1], want[0]}})
	got := must[[]posture.Contact](t)(r.Contacts(t.Context()))
	if len(got) != 2 || !got[0].Absent || got[0].Roles != nil || fmt.Sprintf("%+v", got[1]) != fmt.Sprintf("%+v", want[1]) {
		t.Errorf("%+v", got)
	}
}

func TestControlsOfMicrosoft365ComeBackAsTheyWere(t *testing.T) {
	cache, _ := newCache(t)
	want := posture.Control{
		Model: posture.M365, ID: "AdminMFA", Title: "MFA for admins", Group: "Identity", Max: 10, Service: "AAD", Tier: "Core", UserImpact: "Low", Cost: "Low",
		Remediation: "Turn it on", URL: "https://portal.example", Threats: []string{"Account breach"}, State: "ThirdParty", Note: "at the wards", By: "ana@clinic.example", Changed: noon, Raw: []byte("{}"),
	}
	r := keepPosture(t, cache, posture.Batch{Controls: []posture.Control{want}})
	if got := must[[]posture.Control](t)(r.Controls(t.Context(), posture.M365)); len(got) != 1 || fmt.Sprintf("%+v", got[0]) != fmt.Sprintf("%+v", want) {
		t.Errorf("%+v", got)
	}
}

func TestCloudAlertsThatNoIncidentHoldsAreCounted(t *testing.T) {
	cache, _ := newCache(t)
	with := func(src app.SourceID, id string, providers ...string) {
		p := pulled(src, id)
		p.Details = &app.Details{}
		for i, q := range providers {
			p.Details.Alerts = append(p.Details.Alerts, app.Alert{ID: fmt.Sprint(id, "-", i), ProviderID: q, Title: "Mail"})
		}
		storePage(t, cache, src, p)
	}
	with(app.Cloud, "c1", "alert-1")
	with(app.Cloud, "c2", "alert-2")
	with(app.Cloud, "c3", "")
	with(app.Cloud, "c4", "alert-4")
	with(app.Cloud, "c5", "alert-4") // two of its own do not cover one another
	with(app.Sentinel, "s1", "other", "alert-1")
	with(app.Defender, "d1", "alert-2", "")
	h := must[posture.Health](t)(cache.Posture().AlertHealth(t.Context()))
	if h.Alerts != 5 || h.Covered != 2 || h.Alone != 3 || h.Since.IsZero() {
		t.Errorf("%+v", h)
	}
}

// Storing what came a second time changes nothing, and the counts that are kept are those
// that counting would give, whatever was stored and swept before.
func TestCountsAreKeptRight(t *testing.T) {
	cache, clk := newCache(t)
	turn := 0
	rapid.Check(t, func(r *rapid.T) {
		turn++ // each has recommendations and subscriptions of its own
		mark := fmt.Sprintf("turn%d-", turn)
		store := func(b posture.Batch) {
			if err := cache.StorePosture(t.Context(), b); err != nil {
				r.Fatal(err)
			}
		}
		var last posture.Batch
		for range rapid.IntRange(1, 6).Draw(r, "pulls") {
			clk.at = clk.at.Add(time.Hour)
			last = posture.Batch{}
			for range rapid.IntRange(0, 8).Draw(r, "results") {
				a := result(mark+rapid.SampledFrom([]string{"a", "b"}).Draw(r, "rec"), mark+rapid.SampledFrom([]string{"A", "B"}).Draw(r, "sub"), rapid.IntRange(0, 3).Draw(r, "n"),
					rapid.SampledFrom([]string{"Healthy", "Unhealthy", "UNHEALTHY", "NotApplicable", "", "?"}).Draw(r, "code"))
				a.Risk = rapid.SampledFrom([]string{"", "Low", "Critical", "Odd"}).Draw(r, "risk")
				if a.Title = "encrypt disks"; rapid.Bool().Draw(r, "moved") {
					a.Subscription = mark + "B"
				}
				last.Assessments = append(last.Assessments, a)
			}
			if rapid.Bool().Draw(r, "whole") {
				last.Whole = []posture.Whole{{Kind: "assessments", Scope: mark + "A", Began: clk.at}}
			}
			store(last)
		}
		read := func() string {
			all, err := cache.Posture().Recommendations(t.Context(), posture.Ask{Words: mark, Healthy: true})
			if err != nil {
				r.Fatal(err)
			}
			pins, err := cache.Posture().Pins(t.Context(), 9)
			if err != nil {
				r.Fatal(err)
			}
			return fmt.Sprintf("%+v %+v", all, pins)
		}
		before := read()
		all, _ := cache.Posture().Recommendations(t.Context(), posture.Ask{Words: mark, Healthy: true})
		for _, x := range all {
			var unhealthy, healthy, rank int
			rows, err := cache.Posture().Resources(t.Context(), x.ID, "", 1000)
			if err != nil {
				r.Fatal(err)
			}
			for _, a := range rows {
				switch a.Rank() {
				case posture.RankUnhealthy:
					unhealthy++
					rank = max(rank, posture.RiskRank(a.Risk))
				case posture.RankHealthy:
					healthy++
				}
			}
			if x.Unhealthy != unhealthy || x.Healthy != healthy || posture.RiskRank(x.Risk) != rank {
				r.Fatalf("%s keeps %d, %d, %q; there are %d, %d, %d", x.ID, x.Unhealthy, x.Healthy, x.Risk, unhealthy, healthy, rank)
			}
		}
		store(last)
		if after := read(); after != before {
			r.Fatalf("stored again:\n%s\n%s", after, before)
		}
	})
}
