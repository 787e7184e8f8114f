package identity

import (
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var (
	berlin = Place{City: "Berlin", Country: "DE", Lat: 52.52, Lon: 13.405, Located: true}
	lagos  = Place{City: "Lagos", Country: "NG", Lat: 6.5244, Lon: 3.3792, Located: true}
)

func at(p Place, after time.Duration) SignIn { return SignIn{ID: "s", At: noon.Add(after), Place: p} }

func lineOf(t *testing.T, c Comparison, field string) Line {
	t.Helper()
	for _, l := range c.Lines {
		if l.Field == field {
			return l
		}
	}
	t.Fatalf("no line %s", field)
	return Line{}
}

func TestTwoSignInsTellHowFastOneHadToTravel(t *testing.T) {
	for name, k := range map[string]struct {
		a, b    SignIn
		verdict string
	}{
		"an hour to Lagos":      {at(berlin, 0), at(lagos, time.Hour), "Faster than an airliner."},
		"six hours to Lagos":    {at(berlin, 0), at(lagos, 6*time.Hour), "Possible by air."},
		"three days to Lagos":   {at(berlin, 0), at(lagos, 72*time.Hour), "Possible by land."},
		"the same moment":       {at(berlin, 0), at(lagos, 0), "Two places at the same moment."},
		"the same town":         {at(berlin, 0), at(berlin, time.Second), "The same area."},
		"one place is missing":  {at(berlin, 0), at(Place{Country: "NG"}, time.Hour), "No speed: the later sign-in lacks coordinates."},
		"both are missing":      {at(Place{}, 0), at(Place{}, time.Hour), "No speed: both sign-ins lack coordinates."},
		"a place beyond Earth":  {at(Place{Lat: 123, Lon: 4, Located: true}, 0), at(lagos, time.Hour), "No speed: the earlier sign-in lacks coordinates."},
		"a time is missing":     {SignIn{Place: berlin}, at(lagos, 0), "No speed: a time is missing."},
		"not a number of a map": {at(Place{Lat: math.NaN(), Lon: 4, Located: true}, 0), at(lagos, time.Hour), "No speed: the earlier sign-in lacks coordinates."},
	} {
		for _, c := range []Comparison{Compare(k.a, k.b), Compare(k.b, k.a)} {
			if c.Verdict != k.verdict || c.B.At.Before(c.A.At) {
				t.Errorf("%s: %s (%.0f km, %.1f h, %.0f km/h), want %s", name, c.Verdict, c.Km, c.Hours, c.Speed, k.verdict)
			}
		}
	}
	if c := Compare(at(berlin, 0), at(lagos, 2*time.Hour)); math.Abs(c.Km-5200) > 60 || math.Abs(c.Speed-c.Km/2) > 1e-9 {
		t.Errorf("Berlin to Lagos: %.0f km at %.0f km/h", c.Km, c.Speed)
	}
}

func TestTheLinesSayWhatDiffersAndWhatIsMissing(t *testing.T) {
	a, b := at(berlin, 0), at(lagos, time.Hour)
	a.IP, b.IP, a.ASN, b.ASN = "203.0.113.7", "203.0.113.90", 64500, 64501
	a.TokenID, b.TokenID, a.Session = "t1", "t1", "s1"
	a.App, b.App, b.ErrorCode, b.Failure = "Mail", "mail", 50126, "Invalid username or password"
	c := Compare(b, a)
	for field, want := range map[string]Line{
		"Token":   {"Token", "t1", "t1", false, "one token used from two addresses: it may be stolen"},
		"Network": {"Network", "203.0.113.0/24", "203.0.113.0/24", false, "two addresses of one network"},
		"ASN":     {"ASN", "64500", "64501", true, "different providers"},
		"Session": {"Session", "s1", "", false, "told of one only"},
		"App":     {"App", "Mail", "mail", false, ""},
		"MFA":     {"MFA", "", "", false, "not told"},
		"Result":  {"Result", "success", "failed 50126 Invalid username or password", true, ""},
	} {
		if got := lineOf(t, c, field); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
	if n := network("2001:db8:1:2::9%eth0"); n != "2001:db8:1::/48" {
		t.Error(n)
	}
}

func TestDistanceIsSymmetricAndFitsOnEarth(t *testing.T) {
	place := rapid.Custom(func(t *rapid.T) Place {
		return Place{Lat: rapid.Float64Range(-90, 90).Draw(t, "lat"), Lon: rapid.Float64Range(-180, 180).Draw(t, "lon"), Located: true}
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := place.Draw(t, "a"), place.Draw(t, "b"), place.Draw(t, "c")
		ab := Distance(a, b)
		if ab != Distance(b, a) || ab < 0 || ab > math.Pi*earthKm+1e-6 || Distance(a, a) != 0 {
			t.Fatalf("%v to %v: %v", a, b, ab)
		}
		if ab > Distance(a, c)+Distance(c, b)+1e-6 {
			t.Fatalf("the way from %v to %v is shorter through %v", a, b, c)
		}
	})
}

func TestMarksTellWhatIsOdd(t *testing.T) {
	good := SignIn{ID: "1", At: noon, UPN: "ana@x.example", Place: berlin, Aggregated: LevelHigh, During: LevelNone, State: StateAtRisk, Types: []string{"unlikelyTravel"}}
	if m := good.Marks(noon); len(m) != 0 {
		t.Errorf("a plain row is marked: %q", m)
	}
	odd := SignIn{At: noon.Add(time.Hour), Aggregated: "severe", State: "asleep", Types: []string{"telepathy"}, Twice: true}
	got := strings.Join(odd.Marks(noon), "\n")
	for _, want := range []string{MarkNoID, MarkNoPlace, MarkVersions, MarkNoUser, "future", "“severe”", "“asleep”", "“telepathy”"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s misses %s", got, want)
		}
	}
	if m := (User{Changed: noon.Add(2 * ahead), Level: "x"}).Marks(noon); len(m) != 3 {
		t.Errorf("user: %q", m)
	}
	if m := (Detection{ID: "1", Subject: "w", Workload: true, At: noon, Type: "suspiciousSignins"}).Marks(noon); len(m) != 0 {
		t.Errorf("a workload needs no place: %q", m)
	}
	if m := (Workload{ID: "1", State: "odd"}).Marks(noon); len(m) != 2 {
		t.Errorf("workload: %q", m)
	}
}

func TestRiskTypesHaveWords(t *testing.T) {
	for word, r := range risks {
		if word != strings.ToLower(word) || r.Name == "" || !strings.HasSuffix(r.Means, ".") {
			t.Errorf("%s: %+v", word, r)
		}
	}
	if r, known := RiskOf("LeakedCredentials"); !known || r.Name != "Leaked credentials" {
		t.Errorf("%+v", r)
	}
}
