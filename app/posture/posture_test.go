package posture

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func TestGroupOfFollowsCategoryThenResources(t *testing.T) {
	for name, c := range map[string]struct {
		categories, types []string
		want              Group
	}{
		"a category that says it":               {[]string{"Networking"}, nil, Network},
		"the first that is known":               {[]string{"Espace", "Data"}, []string{"microsoft.compute/virtualmachines"}, Storage},
		"web applications are filed as compute": {[]string{"Compute"}, []string{"microsoft.web/sites"}, Applications},
		"machines are":                          {[]string{"Compute"}, []string{"microsoft.compute/virtualmachines", "microsoft.web/sites", "microsoft.hybridcompute/machines"}, Machines},
		"case and space do not matter":          {[]string{" identityAndAccess "}, nil, People},
		"no category, only resources":           {nil, []string{"Microsoft.Storage/storageAccounts"}, Storage},
		"a category of tomorrow":                {[]string{"Quantum"}, []string{"microsoft.network/applicationgateways"}, Network},
		"nothing tells":                         {[]string{"Quantum"}, []string{"contoso.things/widgets"}, Other},
		"nothing at all":                        {nil, nil, Other},
	} {
		if got := GroupOf(Meta{Categories: c.categories}, c.types); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestResourceTypeIsThatOfTheInnermostProvider(t *testing.T) {
	for id, want := range map[string]string{
		"/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/VM1":                                       "microsoft.compute/virtualmachines",
		"/subscriptions/s/resourceGroups/g/providers/Microsoft.Sql/servers/a/databases/b":                                         "microsoft.sql/servers/databases",
		"/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/a/providers/Microsoft.Insights/settings/x": "microsoft.insights/settings",
		"/subscriptions/s": "",
		"/subscriptions/s/providers/Microsoft.Authorization": "",
		"": "",
	} {
		if got := ResourceType(id); got != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
	if got := ResourceName("/subscriptions/s/providers/p/t/VM1"); got != "VM1" {
		t.Error(got)
	}
	if got := ResourceName("odd/"); got != "odd/" {
		t.Error(got)
	}
}

func TestPinsFollowIdsThenWords(t *testing.T) {
	for name, c := range map[string]struct {
		Meta
		want string
	}{
		"an id in capitals, a title nobody can read": {Meta{ID: "4AB6E3C5-74DD-8B35-9AB9-F61B30875B27", Title: "應在您的電腦上安裝系統更新"}, "[Missing updates]"},
		"a known id leaves the words alone":          {Meta{ID: "efe75f01-6fff-5d9d-08e6-092b98d3fb3f", Title: "Encryption of the WAF"}, "[Missing web application firewall]"},
		"English":                                    {Meta{ID: "x", Title: "Storage accounts should use customer-managed key for encryption"}, "[Encryption]"},
		"German":                                     {Meta{ID: "x", Title: "Datenträger müssen verschlüsselt sein"}, "[Encryption]"},
		"French":                                     {Meta{ID: "x", Title: "La protection des points de terminaison doit être installée"}, "[Endpoint protection]"},
		"Spanish":                                    {Meta{ID: "x", Title: "Se deben instalar las actualizaciones del sistema"}, "[Missing updates]"},
		"two at once":                                {Meta{ID: "x", Title: "Internet-facing sites should encrypt"}, "[Encryption Internet-facing machines]"},
		"a category says it":                         {Meta{ID: "x", Title: "Foo", Categories: []string{"configuration"}}, "[Configuration]"},
		"unknown is no misconfiguration":             {Meta{ID: "x", Title: "Foo", Categories: []string{"Compute"}}, "[]"},
	} {
		if got := fmt.Sprint(PinsOf(c.Meta)); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestRiskIsOrderedWhateverItIsCalled(t *testing.T) {
	words := []string{"CRITICAL", "High", "medium", "Low", "Cataclysmic", ""}
	for i := 1; i < len(words); i++ {
		if RiskRank(words[i-1]) <= RiskRank(words[i]) {
			t.Errorf("%q is not above %q", words[i-1], words[i])
		}
	}
	if RiskRank("None") != 0 {
		t.Error("None is a risk")
	}
}

// What a control can gain is shared out wholly, and only among those that have unhealthy
// resources.
func TestIncreasesAddUpToWhatIsMissing(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := Share{
			Current: rapid.Float64Range(-5, 70).Draw(r, "current"), Max: rapid.Float64Range(-5, 60).Draw(r, "max"),
			Unhealthy: rapid.MapOf(rapid.StringN(1, 4, 8), rapid.IntRange(-1, 900)).Draw(r, "unhealthy"),
		}
		sum, any := 0.0, false
		for id, points := range Increases(s) {
			if sum += points; points <= 0 || s.Unhealthy[id] <= 0 {
				r.Fatalf("%q gains %v by %d resources", id, points, s.Unhealthy[id])
			}
		}
		for _, n := range s.Unhealthy {
			any = any || n > 0
		}
		want := 0.0
		if any {
			want = max(0, s.Max-s.Current)
		}
		if math.Abs(sum-want) > 1e-6 {
			r.Fatalf("%v in all, want %v", sum, want)
		}
	})
}

func parts(name string) *rapid.Generator[[]Part] {
	points := rapid.OneOf(rapid.Float64Range(0, 60), rapid.SampledFrom([]float64{0, 1.5, -3, 1e9}))
	return rapid.SliceOfN(rapid.Custom(func(r *rapid.T) Part {
		return Part{Control: rapid.SampledFrom([]string{"a", "b", "c", "d", "e", ""}).Draw(r, name), Current: points.Draw(r, "current"), Max: points.Draw(r, "max")}
	}), 0, 8)
}

// Whatever the parts are, also those above their maximum, named twice or of one day only:
// the steps with the rest are the move of the score, largest first, each control once.
func TestTheWaterfallAddsUp(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		from, to := parts("before").Draw(r, "from"), parts("after").Draw(r, "to")
		a, b := Score{Current: rapid.Float64Range(-10, 1e6).Draw(r, "a")}, Score{Current: rapid.Float64Range(-10, 1e6).Draw(r, "b")}
		w := Explain(from, to, a, b)
		sum, seen := w.Rest, map[string]bool{}
		for i, s := range w.Steps {
			sum += s.Delta()
			if seen[s.Control] {
				r.Fatalf("%q has two steps", s.Control)
			}
			seen[s.Control] = true
			if i > 0 && math.Abs(s.Delta()) > math.Abs(w.Steps[i-1].Delta()) {
				r.Fatal("a larger move comes later")
			}
			in := func(ps []Part) bool {
				return slices.ContainsFunc(ps, func(p Part) bool { return p.Control == s.Control })
			}
			if s.Came != (in(to) && !in(from)) || s.Went != (in(from) && !in(to)) {
				r.Fatalf("%q came %v, went %v", s.Control, s.Came, s.Went)
			}
		}
		if d := b.Current - a.Current; math.Abs(sum-d) > 1e-6*max(1, math.Abs(d)) && math.Abs(sum-d) > 1e-5 {
			r.Fatalf("steps and rest are %v, the score moved %v", sum, d)
		}
	})
}

func TestAVanishedControlIsTheStepThatTookItsPoints(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 3, n, 0, 0, 0, 0, time.UTC) }
	w := Explain([]Part{{Control: "mfa", Name: "Enable MFA", Current: 10, Max: 10}, {Control: "ports", Name: "Ports", Current: 4, Max: 8}, {Control: "still", Current: 1, Max: 1}},
		[]Part{{Control: "ports", Name: "Ports", Current: 6, Max: 8}, {Control: "still", Current: 1, Max: 1}},
		Score{Model: CloudClassic, Scope: "s", Day: day(1), Current: 15, Max: 19}, Score{Model: CloudClassic, Scope: "s", Day: day(9), Current: 7, Max: 9})
	want := []Step{{Control: "mfa", Name: "Enable MFA", From: 10, MaxFrom: 10, Went: true}, {Control: "ports", Name: "Ports", From: 4, To: 6, MaxFrom: 8, MaxTo: 8}}
	if !slices.Equal(w.Steps, want) || w.Rest != 0 || !w.FromDay.Equal(day(1)) || !w.ToDay.Equal(day(9)) {
		t.Errorf("%+v", w)
	}
}

func TestOddRowsAreMarked(t *testing.T) {
	later := noon.Add(48 * time.Hour)
	for want, got := range map[string][]string{
		"above its maximum": Score{Current: 7, Max: 5}.Marks(noon),
		"has no maximum; below zero; of a day in the future": Score{Current: -1, Day: later}.Marks(noon),
		"above its maximum; below zero":                      Part{Current: -1, Max: -2}.Marks(),
		"not listed since 2 Mar 2026; deprecated; maximum below zero; unknown state Snoozed; changed in the future":      Control{Gone: noon, Deprecated: true, Max: -1, State: "Snoozed", Changed: later}.Marks(noon),
		"unknown state Confused; unknown risk Cosmic; dated in the future; names no resource":                            Assessment{Code: "Confused", Risk: "Cosmic", First: later}.Marks(noon),
		"preview: does not count towards the score; unknown severity Red; in a language that is sorted by category only": Meta{Preview: true, Severity: "Red", Title: "應在您的電腦上安裝系統更新 VM"}.Marks(),
		"": append(append(append(Score{Current: 1, Max: 5, Day: noon}.Marks(noon), Control{State: "thirdparty", Max: 3}.Marks(noon)...),
			Assessment{Code: "healthy", Resource: "r", Risk: "critical"}.Marks(noon)...), Meta{Severity: "High", Title: "Datenträger"}.Marks()...),
	} {
		if strings.Join(got, "; ") != want {
			t.Errorf("%q, want %q", strings.Join(got, "; "), want)
		}
	}
	if got := (Control{State: "a\u202eb"}).Marks(noon)[0]; strings.ContainsRune(got, '\u202e') {
		t.Errorf("a mark turns text around: %q", got)
	}
}

func TestAContactSaysWhoWillNotHear(t *testing.T) {
	good := Contact{Emails: []string{"soc@clinic.example"}, Phone: "1", On: true, Roles: []string{"Owner"}, AlertSeverity: "Low", AttackLevel: "High"}
	if got := good.Missing(); got != nil {
		t.Errorf("a good one lacks %v", got)
	}
	if got := (Contact{Absent: true}).Missing(); len(got) != 1 || !strings.Contains(got[0], "nobody") {
		t.Errorf("absent: %v", got)
	}
	for want, change := range map[string]func(*Contact){
		"notifications are off": func(c *Contact) { c.On = false },
		"no e-mail address":     func(c *Contact) { c.Emails = []string{" "} },
		"no phone number":       func(c *Contact) { c.Phone = "" },
		"no role is notified":   func(c *Contact) { c.Roles = nil },
		"alerts are not sent":   func(c *Contact) { c.AlertSeverity = "" },
		"alerts from High only: Medium and Low are not sent": func(c *Contact) { c.AlertSeverity = "high" },
		"attack paths are not sent":                          func(c *Contact) { c.AttackLevel = "" },
		"attack paths from Critical only":                    func(c *Contact) { c.AttackLevel = "Critical" },
	} {
		c := good
		change(&c)
		if got := c.Missing(); len(got) != 1 || got[0] != want {
			t.Errorf("%v, want only %q", got, want)
		}
	}
}
