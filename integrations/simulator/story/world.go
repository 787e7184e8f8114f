// #nosec G115 -- dice, seeds and small counts of an invented tenant, packed into few bits

package story

import (
	"fmt"
	"strings"
)

// Domain is the company's own; the company is invented.
const Domain = "northwind-clinic.example"

// Person is an account of the tenant.
type Person struct {
	Name, UPN, ObjectID, Job string
}

// World is the company: its people, analysts and machines. It is immutable.
type World struct {
	seed     uint64
	people   []Person
	analysts []Person
	byUPN    map[string]Person
	byOID    map[string]Person
}

var (
	firstNames = strings.Fields("Amira Bjarne Chiara Dmitri Elin Farid Grace Hanna Ivo Jamal Keiko Lars Mbali Noor Oskar Priya Quentin Rosa Soren Tomas Ulla Viktor Wanjiru Xenia Yusuf Zofia Aoife Bruno Celia Dara")
	lastNames  = strings.Fields("Abernathy Bergstrom Castellano Dvorak Eriksen Fonseca Grimaldi Hoffmann Iwata Jankowski Kowalczyk Lindqvist Moreau Nakagawa Okafor Petrov Quigley Ramaswamy Sorensen Tanaka Underhill Vasquez Whitlock Yamada Zielinski Adeyemi Brandt Corrigan Dubois Engel")
	jobs       = []string{
		"Nurse", "Radiologist", "Accounts payable", "Payroll", "IT operations", "Software developer", "Chief financial officer",
		"Research associate", "Facilities", "Purchasing", "Laboratory technician", "Receptionist", "Human resources", "Domain administrator",
	}
)

// NewWorld invents a company.
func NewWorld(seed int64) *World {
	w := &World{seed: uint64(seed), byUPN: map[string]Person{}, byOID: map[string]Person{}}
	d := newDice(w.seed, "people")
	add := func(first, last, job string) Person {
		p := Person{Name: first + " " + last, Job: job}
		p.UPN = strings.ToLower(first + "." + last + "@" + Domain)
		p.ObjectID = GUID(w.seed, p.UPN)
		w.byUPN[p.UPN], w.byOID[p.ObjectID] = p, p
		return p
	}
	for _, name := range [][2]string{{"Morgan", "Vale"}, {"Ines", "Duarte"}, {"Tariq", "Nasser"}, {"Helga", "Winter"}, {"Samuel", "Osei"}, {"Mei", "Castro"}, {"Piotr", "Zawada"}} {
		w.analysts = append(w.analysts, add(name[0], name[1], "Security analyst"))
	}
	for len(w.people) < 180 {
		f, l := pick(d, firstNames), pick(d, lastNames)
		if _, taken := w.byUPN[strings.ToLower(f+"."+l+"@"+Domain)]; !taken {
			w.people = append(w.people, add(f, l, pick(d, jobs)))
		}
	}
	return w
}

// Me is the analyst who signs in by device code or browser.
func (w *World) Me() Person { return w.analysts[0] }

// Analysts are the people who work incidents, Me first.
func (w *World) Analysts() []Person { return w.analysts }

// People are the accounts that incidents are about.
func (w *World) People() []Person { return w.people }

// SID is the security identifier that incidents tell of an account.
func (w *World) SID(p Person) string { return w.sid(p.UPN) }

// Names are the first and last names that people of the company have.
func Names() (first, last []string) { return firstNames, lastNames }

// Find looks a person up by UPN or object id, ignoring case.
func (w *World) Find(upnOrID string) (Person, bool) {
	k := strings.ToLower(upnOrID)
	if p, ok := w.byUPN[k]; ok {
		return p, true
	}
	p, ok := w.byOID[k]
	return p, ok
}

// sid invents a security identifier that belongs to a name.
func (w *World) sid(name string) string {
	return fmt.Sprintf("S-1-5-21-1085031214-1563985344-725345543-%d", 1100+newDice(w.seed, "sid "+name).n(900000))
}

var (
	sites     = []string{"LIS", "OSL", "KRK", "HQ", "LAB"}
	hostKinds = []struct{ prefix, os string }{{"WKS", "Windows11"}, {"SRV-FILE", "WindowsServer2022"}, {"SRV-WEB", "WindowsServer2019"}, {"SRV-DC", "WindowsServer2022"}, {"LNX-APP", "Linux"}, {"MAC", "macOS"}}
)

func (w *World) host(d *dice, kind string) Thing {
	k := pick(d, hostKinds)
	if kind != "" {
		for _, h := range hostKinds {
			if h.prefix == kind {
				k = h
			}
		}
	}
	name := fmt.Sprintf("%s-%s-%03d", k.prefix, pick(d, sites), d.n(400))
	d = newDice(w.seed, name) // the same machine is the same in every attack
	return Thing{Kind: KindHost, Name: name, A: k.os, B: fmt.Sprintf("10.%d.%d.%d", 20+d.n(8), d.n(250), 2+d.n(250)), C: hex(d, 40)}
}

var (
	attackRanges = []string{"192.0.2.", "198.51.100.", "203.0.113."}
	lures        = []string{"parcel-notice.example", "docs-share.example", "payroll-update.example", "vpn-renewal.example", "sso-portal.example", "secure-invoice.example", "benefits-portal.example", "cdn-static.example"}
	countries    = []struct{ code, name, city string }{{"PA", "Panama", "Colon"}, {"IS", "Iceland", "Akureyri"}, {"MN", "Mongolia", "Darkhan"}, {"UY", "Uruguay", "Salto"}, {"FJ", "Fiji", "Lautoka"}, {"MT", "Malta", "Mosta"}}
)

func attackerIP(d *dice) Thing {
	at := pick(d, attackRanges) + fmt.Sprint(1+d.n(254))
	c := pick(newDice(0, at), countries) // an address stays where it is
	return Thing{Kind: KindIP, Name: at, A: c.code, B: c.name, C: c.city}
}

// Attacker is the n-th address that attacks come from, as incidents tell of it.
func Attacker(n uint64) Thing { return attackerIP(newDice(n, "attacker")) }
