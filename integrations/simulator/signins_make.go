// #nosec G115 -- dice, seeds and small counts of an invented tenant, packed into few bits

package simulator

import (
	"fmt"
	"strconv"
	"time"

	"watchfloor/integrations/simulator/story"
)

// Sign-ins are numbered by time and told from their number alone, so that a log of any
// length costs nothing until it is read. Eight in a row are a block; a block may hold an
// attack. The log goes on by itself with the clock.
const (
	blockSize = 8
	logDays   = 30 // how long the service keeps sign-ins
)

// attack is what a block of sign-ins is about.
type attack uint8

const (
	noAttack attack = iota
	impossibleTrip
	unfamiliarASN
	mfaFatigue
	passwordSpray
	tokenAnomaly
	torExit
	blockedByRisk
	oddTimes    // a clock of the future, and no location at all
	oddWords    // a risk type and a level that no list has
	attackKinds = int(oddWords)
)

// logRow is one row of the log.
type logRow struct {
	n           int
	at          int64 // as shown; its place in the log is that of its number
	user        int32
	app, client string
	resource    string
	legacy      bool
	ip          string
	asn         int
	city        int // -1 without a location
	device      device
	error       int32
	reason      string
	more        string // status.additionalDetails
	access      string
	policy      string // the policy that decided
	silent      bool   // not interactive
	kind        attack
	risk        string // riskEventType, "" without
	level       string // during the sign-in
	detail      string
	state       string
	total       string // aggregated
	strength    string // mfaDetail.authMethod
}

type device struct {
	id, name, os, browser, trust string
	managed                      bool
}

// signLog makes sign-ins.
type signLog struct {
	seed   uint64
	users  []account
	origin int64 // midnight of the first day
	perDay int   // a multiple of blockSize
	chance uint64
}

func newSignLog(seed uint64, users []account, total int, now int64) *signLog {
	per := max(1, total/logDays/blockSize) * blockSize
	blocks := per / blockSize * logDays
	// About 160 attacks in a month, whatever the size of the log; at most one block in five.
	chance := min(uint64(160*10_000/blocks), 2_000)
	return &signLog{seed: seed, users: users, origin: now/day*day - logDays*day, perDay: per, chance: chance}
}

// when is the place of a sign-in in the log. Most of a working day's come between seven
// and six, ever later with the number.
func (l *signLog) when(n int) int64 {
	d, k := n/l.perDay, n%l.perDay
	jitter := float64(hashOf(l.seed, uint64(n), "jitter")%1000) / 1000
	u := (float64(k) + jitter) / float64(l.perDay)
	date := l.origin + int64(d)*day
	share := 0.8 // of the sign-ins within working hours
	if wd := time.Unix(0, date).UTC().Weekday(); wd == time.Saturday || wd == time.Sunday {
		share = 0.5
	}
	night := (1 - share) / 2
	var hour float64
	switch {
	case u < night:
		hour = u / night * 7
	case u < night+share:
		hour = 7 + (u-night)/share*11
	default:
		hour = 18 + (u-night-share)/night*6
	}
	ns := int64(hour * 3600e9)
	return date + ns - ns%100
}

// after is the first number whose place is at or after a time.
func (l *signLog) after(at int64) int {
	if at <= l.origin {
		return 0
	}
	lo, hi := int((at-l.origin)/day)*l.perDay, int((at-l.origin)/day+1)*l.perDay
	for lo < hi {
		if mid := (lo + hi) / 2; l.when(mid) < at {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// seen is when the log shows a sign-in: one in fifty comes up to twenty minutes late.
func (l *signLog) seen(n int) int64 {
	h := hashOf(l.seed, uint64(n), "late")
	if h%50 != 0 {
		return l.when(n)
	}
	return l.when(n) + int64(h>>8%1200)*int64(time.Second)
}

// id is the request id of a sign-in; its first digits lead back to the number.
func (l *signLog) id(n int) string {
	return fmt.Sprintf("%08x", uint32(n)^l.mask()) + story.GUID(l.seed^uint64(n)<<1, "sign-in")[8:]
}

func (l *signLog) mask() uint32 { return uint32(hashOf(l.seed, 0, "mask")) }

// number reads an id; false where it is of no sign-in.
func (l *signLog) number(id string) (int, bool) {
	if len(id) != 36 {
		return 0, false
	}
	v, err := strconv.ParseUint(id[:8], 16, 32)
	n := int(uint32(v) ^ l.mask())
	return n, err == nil && l.id(n) == id
}

// attackOf is what the block of a number is about.
func (l *signLog) attackOf(block int) attack {
	h := hashOf(l.seed, uint64(block), "attack")
	if h%10_000 >= l.chance {
		return noAttack
	}
	if h>>44%20 == 0 {
		return oddTimes + attack(h>>20%2)
	}
	return attack(1 + h>>20%uint64(attackKinds-2))
}

// victim is whom a block attacks: every other time somebody that incidents are about.
func (l *signLog) victim(block int) int32 {
	h := hashOf(l.seed, uint64(block), "victim")
	known := uint64(min(len(l.users), 187))
	if h%2 == 0 {
		return int32(h >> 8 % known)
	}
	return int32(h >> 8 % uint64(len(l.users)))
}

// make tells a sign-in.
func (l *signLog) make(n int) logRow {
	block, k := n/blockSize, n%blockSize
	kind := l.attackOf(block)
	s := l.normal(n, l.traveller(n))
	if kind == noAttack {
		return s
	}
	return l.attacked(s, kind, block, k)
}

// traveller picks who signs in: nobody on the day a journey begins or ends, so that no
// journey looks impossible.
func (l *signLog) traveller(n int) int32 {
	day := n / l.perDay
	for try := range uint64(4) {
		u := int32(hashOf(l.seed^try<<40, uint64(n), "user") % uint64(len(l.users)))
		if a := &l.users[u]; !a.deleted && !a.disabled && l.away(u, day) == l.away(u, day-1) && l.away(u, day) == l.away(u, day+1) {
			return u
		}
	}
	return 0
}

// away is the city that somebody visits on a day, -1 at home: some weeks, all week.
func (l *signLog) away(user int32, day int) int {
	h := hashOf(l.seed, uint64(user)<<20|uint64(day/6), "trip")
	if user == 0 || h%100 >= 4 {
		return -1
	}
	return homeCities + int(h>>8%(visitedCities-homeCities))
}

var apps = []struct{ name, resource string }{
	{"Office 365 Exchange Online", "Office 365 Exchange Online"},
	{"Microsoft Teams", "Microsoft Teams Services"},
	{"SharePoint Online", "Office 365 SharePoint Online"},
	{"Azure Portal", "Windows Azure Service Management API"},
	{"Patient records", "Patient records"},
	{"Payroll", "Payroll"},
	{"My Profile", "Microsoft Graph"},
}

func (l *signLog) normal(n int, user int32) logRow {
	h := hashOf(l.seed, uint64(n), "normal")
	a := &l.users[user]
	s := logRow{
		n: n, at: l.when(n), user: user, client: "Browser", access: "success", level: "none", total: "none", state: "none", detail: "none",
		more: "MFA requirement satisfied by claim in the token", strength: "Previously satisfied", policy: "Require multifactor authentication",
	}
	app := apps[h%uint64(len(apps))]
	s.app, s.resource = app.name, app.resource
	if h>>8%3 == 0 {
		s.client = "Mobile Apps and Desktop clients"
	}
	s.silent = h>>12%10 == 0
	phone := h>>16%5 == 0
	s.city, s.asn = a.home, 64500+a.home
	s.ip = fmt.Sprintf("198.18.%d.%d", a.home*16+int(hashOf(l.seed, uint64(user), "net")%16), 1+hashOf(l.seed, uint64(user), "house")%254)
	switch away := l.away(user, n/l.perDay); {
	case away >= 0:
		s.city, s.asn, s.ip = away, 64520+away, fmt.Sprintf("198.19.%d.%d", 100+away, 1+hashOf(l.seed, uint64(user), "hotel")%254)
	case phone:
		s.asn, s.ip = 64540+a.home%3, fmt.Sprintf("100.64.%d.%d", a.home, 1+h>>20%254)
	case h>>24%10 == 0: // through the company's VPN, which comes out at headquarters of the same country
		s.city, s.asn, s.ip = a.office, 64496, fmt.Sprintf("198.19.%d.10", a.office)
	case h>>28%2 == 0:
		s.city, s.asn, s.ip = a.home, 64496, fmt.Sprintf("198.19.%d.20", 10+a.home)
	}
	s.device = deviceOf(l.seed, user, phone)
	s.error = l.failure(n)
	switch h >> 36 % 40 {
	case 0:
		s.reason, s.more, s.access = "Error validating credentials due to invalid username or password.", "", "notApplied"
	case 1:
		s.reason, s.more = "Strong Authentication is required.", "MFA required in Azure AD"
	case 2, 3:
		s.access, s.policy, s.more, s.strength = "notApplied", "", "", ""
	case 4, 5:
		s.more, s.strength = "MFA completed in Azure AD", "Mobile app notification"
	}
	return s
}

// failure is the error code of an ordinary sign-in, 0 where it went well.
func (l *signLog) failure(n int) int32 {
	switch hashOf(l.seed, uint64(n), "normal") >> 36 % 40 {
	case 0:
		return 50126
	case 1:
		return 50074
	}
	return 0
}

func deviceOf(seed uint64, user int32, phone bool) device {
	h := hashOf(seed, uint64(user), "device")
	if phone {
		return device{id: story.GUID(h, "phone"), name: fmt.Sprintf("PHONE-%04d", user), os: "Ios 18.1", browser: "Mobile Safari", trust: "Workplace", managed: h%3 > 0}
	}
	if h%9 == 0 {
		return device{os: "MacOs", browser: "Safari 18.1"}
	}
	return device{id: story.GUID(h, "laptop"), name: fmt.Sprintf("WKS-%04d", user), os: "Windows11", browser: "Edge 131.0.0", trust: "Hybrid Azure AD joined", managed: true}
}
