// #nosec G115 -- dice, seeds and small counts of an invented tenant, packed into few bits

package simulator

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"watchfloor/integrations/simulator/story"
)

// account is a user of the directory.
type account struct {
	id, upn, name, sid, sam string
	home, office            int // indices into cities
	disabled, deleted       bool
	valid                   int64 // signInSessionsValidFromDateTime
	roles                   []int // indices into directoryRoles
}

// city is a place people sign in from. Coordinates are those of the city's middle.
type city struct {
	name, state, country string
	lat, lon             float64
}

// The first eight are where the company is; the rest are visited, or attacked from. The
// last six are the places of story.Attacker.
var cities = []city{
	{"Lisbon", "Lisboa", "PT", 38.7167, -9.1333},
	{"Oslo", "Oslo", "NO", 59.9127, 10.7461},
	{"Krakow", "Malopolskie", "PL", 50.0614, 19.9366},
	{"Porto", "Porto", "PT", 41.1496, -8.6110},
	{"Bergen", "Vestland", "NO", 60.3913, 5.3221},
	{"Warsaw", "Mazowieckie", "PL", 52.2298, 21.0118},
	{"Braga", "Braga", "PT", 41.5503, -8.4201},
	{"Trondheim", "Trondelag", "NO", 63.4305, 10.3951},
	{"London", "England", "GB", 51.5085, -0.1257},
	{"Berlin", "Berlin", "DE", 52.5244, 13.4105},
	{"Chicago", "Illinois", "US", 41.8500, -87.6500},
	{"Singapore", "", "SG", 1.2897, 103.8501},
	{"Nairobi", "Nairobi", "KE", -1.2833, 36.8167},
	{"Toronto", "Ontario", "CA", 43.7001, -79.4163},
	{"Colon", "Colon", "PA", 9.3592, -79.9001},
	{"Akureyri", "Northeast", "IS", 65.6835, -18.0878},
	{"Darkhan", "Darhan-Uul", "MN", 49.4867, 105.9228},
	{"Salto", "Salto", "UY", -31.3833, -57.9667},
	{"Lautoka", "Western", "FJ", -17.6242, 177.4528},
	{"Mosta", "Mosta", "MT", 35.9092, 14.4256},
}

const (
	homeCities    = 8
	visitedCities = 14
)

func cityNamed(name string) int {
	return max(0, slices.IndexFunc(cities, func(c city) bool { return c.name == name }))
}

// oddNames are display names that have broken programs which showed them.
var oddNames = []string{
	"<img src=x onerror=alert(1)>", "=HYPERLINK(\"http://collect.example\";\"open\")", "Name \u202egnp.exe\u202c reversed",
	"[Click](http://collect.example) **bold**", "Line one\r\nLine two\x1b[31m", "%s%n{{7*7}}", "   ",
}

// directoryRoles are those that were activated in the tenant, with their template ids.
var directoryRoles = []struct{ name, template string }{
	{"Global Administrator", "62e90394-69f5-4237-9190-012177145e10"},
	{"Security Administrator", "194ae4cb-b126-40b2-bd5b-6091b380977d"},
	{"Security Operator", operatorID},
	{"User Administrator", "fe930be7-5e62-47db-91af-98c3a49a38b1"},
	{"Exchange Administrator", "29232cdf-9323-42fd-ade2-1d097af3e4de"},
	{"Helpdesk Administrator", "729827e3-9c14-49f7-bb1b-9608f156bbb8"},
}

// accounts invents the directory: the people of the story first, analysts before all,
// then strangers. now is when it is made.
func accounts(w *story.World, seed uint64, n int, now int64) []account {
	out := make([]account, 0, n)
	taken := map[string]bool{}
	add := func(p story.Person) {
		i := uint64(len(out))
		a := account{id: p.ObjectID, upn: p.UPN, name: p.Name, home: int(hashOf(seed, i, "home") % homeCities)}
		a.office = a.home % 3
		a.valid = now - int64(hashOf(seed, i, "valid")%uint64(200*day)) - day
		if hashOf(seed, i, "synced")%10 < 7 || i < 200 {
			a.sid = w.SID(p)
			a.sam = samOf(p.UPN)
		}
		taken[p.UPN] = true
		out = append(out, a)
	}
	for _, p := range append(slices.Clone(w.Analysts()), w.People()...) {
		if len(out) < n {
			add(p)
		}
	}
	first, last := story.Names()
	for i := 0; len(out) < n; i++ {
		f, l := first[hashOf(seed, uint64(i), "first")%uint64(len(first))], last[hashOf(seed, uint64(i), "last")%uint64(len(last))]
		p := story.Person{Name: f + " " + l, UPN: strings.ToLower(f+"."+l) + "@" + story.Domain}
		for k := 2; taken[p.UPN]; k++ {
			p.UPN = fmt.Sprintf("%s.%s%d@%s", strings.ToLower(f), strings.ToLower(l), k, story.Domain)
		}
		p.ObjectID = story.GUID(seed, p.UPN)
		add(p)
	}
	for i := range out {
		a := &out[i]
		switch k := i - 300; {
		case k >= 0 && k < len(oddNames):
			a.name = oddNames[k]
		case i > 310 && i%47 == 0:
			a.disabled = true
		case i == 308:
			a.deleted = true
		}
	}
	for r := range directoryRoles {
		for k := range 2 + 3*r {
			i := (7 + 13*r + 29*k) % min(len(out), 400)
			if !slices.Contains(out[i].roles, r) && !out[i].deleted {
				out[i].roles = append(out[i].roles, r)
			}
		}
	}
	return out
}

// samOf is an on-premises logon name: at most 20 characters, without the domain.
func samOf(upn string) string {
	name, _, _ := strings.Cut(upn, "@")
	f, l, _ := strings.Cut(name, ".")
	return (f[:1] + l)[:min(20, 1+len(l))]
}

// workload is a service principal.
type workload struct{ id, appID, name, kind string }

func workloads(seed uint64) []workload {
	out := []workload{}
	for i, name := range []string{
		"svc-imaging-sync", "svc-hr-export", "svc-ci-runner", "Calendar Sync Pro", "PDF Tools Cloud", "Mail Insights",
		"Backup2Cloud", "lab-results-api", "portal-frontend", "<b>report builder</b>",
	} {
		kind := "Application"
		if i == 7 {
			kind = "ManagedIdentity"
		}
		out = append(out, workload{id: story.GUID(seed, "sp "+name), appID: story.GUID(seed, "app "+name), name: name, kind: kind})
	}
	return out
}

const day = int64(24 * 3600 * 1e9)

// hashOf is a hash of a number and a word: the same tenant throws the same dice.
func hashOf(seed, n uint64, word string) uint64 {
	h := seed*0x9e3779b97f4a7c15 + n*0xbf58476d1ce4e5b9
	for i := range len(word) {
		h = (h ^ uint64(word[i])) * 0x100000001b3
	}
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}

func byTime[T any](list []T, at func(T) int64) {
	slices.SortStableFunc(list, func(a, b T) int { return cmp.Compare(at(a), at(b)) })
}
