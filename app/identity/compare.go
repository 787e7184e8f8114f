package identity

import (
	"fmt"
	"math"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// Comparison sets two sign-ins side by side.
type Comparison struct {
	// A is the earlier one.
	A, B SignIn
	// Km is the great-circle distance, Hours the time between and Speed the km/h it
	// takes to travel so; Located tells whether both places are known, Timed whether both
	// times are. Speed is +Inf where there is distance but no time.
	Km, Hours, Speed float64
	Located, Timed   bool
	// Verdict says in words what the travel means.
	Verdict string
	Lines   []Line
}

// Line is one property of both. Note explains a difference or what is missing.
type Line struct {
	Field, A, B string
	Differs     bool
	Note        string
}

// Limits of the verdict.
const (
	nearKm     = 50  // closer than this is one place: locations of addresses are guesses
	trainKmh   = 320 // fastest trains
	airlineKmh = 950 // cruising speed of an airliner
)

// Compare orders two sign-ins by time and tells how they differ.
func Compare(a, b SignIn) Comparison {
	if b.At.Before(a.At) {
		a, b = b, a
	}
	c := Comparison{A: a, B: b, Timed: !a.At.IsZero() && !b.At.IsZero(), Located: a.Place.Usable() && b.Place.Usable()}
	if c.Timed {
		c.Hours = b.At.Sub(a.At).Hours()
	}
	if c.Located {
		c.Km = Distance(a.Place, b.Place)
	}
	if c.Located && c.Timed && c.Km > 0 {
		c.Speed = c.Km / c.Hours // +Inf without time between
	}
	c.Verdict = c.verdict()
	c.Lines = lines(a, b)
	return c
}

func (c Comparison) verdict() string {
	switch {
	case !c.Located:
		return "No speed: " + missingPlaces(c.A.Place, c.B.Place) + "."
	case c.Km < nearKm:
		return "The same area."
	case !c.Timed:
		return "No speed: a time is missing."
	case math.IsInf(c.Speed, 0):
		return "Two places at the same moment."
	case c.Speed > airlineKmh:
		return "Faster than an airliner."
	case c.Speed > trainKmh:
		return "Possible by air."
	}
	return "Possible by land."
}

func missingPlaces(a, b Place) string {
	switch {
	case !a.Usable() && !b.Usable():
		return "both sign-ins lack coordinates"
	case !a.Usable():
		return "the earlier sign-in lacks coordinates"
	}
	return "the later sign-in lacks coordinates"
}

const earthKm = 6371.0088 // mean radius

// Distance is the great-circle distance of two places in kilometres, by the haversine.
func Distance(a, b Place) float64 {
	rad := func(d float64) float64 { return d * math.Pi / 180 }
	hav := func(x float64) float64 { s := math.Sin(x / 2); return s * s }
	h := hav(rad(a.Lat-b.Lat)) + math.Cos(rad(a.Lat))*math.Cos(rad(b.Lat))*hav(rad(a.Lon-b.Lon))
	return 2 * earthKm * math.Asin(math.Sqrt(min(1, max(0, h))))
}

func lines(a, b SignIn) []Line {
	out := []Line{
		line("Account", a.UPN, b.UPN), line("Place", a.Place.String(), b.Place.String()),
		line("Address", a.IP, b.IP), line("Network", network(a.IP), network(b.IP)), line("ASN", number(a.ASN), number(b.ASN)),
		line("Country", a.Place.Country, b.Place.Country),
		line("Device", first(a.Device.Name, a.Device.ID), first(b.Device.Name, b.Device.ID)),
		line("Operating system", a.Device.OS, b.Device.OS), line("Browser", a.Device.Browser, b.Device.Browser),
		line("Managed", told(a.Device.Managed), told(b.Device.Managed)), line("Compliant", told(a.Device.Compliant), told(b.Device.Compliant)),
		line("App", first(a.App, a.AppID), first(b.App, b.AppID)), line("Client", a.ClientApp, b.ClientApp), line("Resource", a.Resource, b.Resource),
		line("Kind", kind(a), kind(b)), line("Result", result(a), result(b)),
		line("Conditional access", a.Access, b.Access), line("Policies", policies(a), policies(b)), line("MFA", a.MFA, b.MFA),
		line("Token issuer", a.Issuer, b.Issuer), line("Token", a.TokenID, b.TokenID), line("Session", a.Session, b.Session),
		line("Correlation", a.Correlation, b.Correlation),
		line("Risk", risk(a), risk(b)), line("Risk types", strings.Join(a.Types, ", "), strings.Join(b.Types, ", ")),
	}
	moved := a.IP != b.IP && a.IP != "" && b.IP != ""
	for i := range out {
		switch l := &out[i]; {
		case l.Field == "Token" && l.A != "" && l.A == l.B && moved:
			l.Note = "one token used from two addresses: it may be stolen"
		case l.Field == "Session" && l.A != "" && l.A == l.B && moved:
			l.Note = "one session used from two addresses"
		case l.Field == "Network" && !l.Differs && moved && l.A != "":
			l.Note = "two addresses of one network"
		case l.Field == "ASN" && l.Differs && l.Note == "":
			l.Note = "different providers"
		}
	}
	return out
}

func line(field, a, b string) Line {
	l := Line{Field: field, A: a, B: b, Differs: !strings.EqualFold(a, b)}
	switch {
	case a == "" && b == "":
		l.Note = "not told"
	case a == "" || b == "":
		l.Differs, l.Note = false, "told of one only"
	}
	return l
}

// network is the /24 or /48 of an address, "" for what is no address.
func network(ip string) string {
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return ""
	}
	addr = addr.Unmap().WithZone("")
	bits := 48
	if addr.Is4() {
		bits = 24
	}
	p, err := addr.Prefix(bits)
	if err != nil {
		return ""
	}
	return p.String()
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func told(s string) string {
	switch s {
	case "true":
		return "yes"
	case "false":
		return "no"
	}
	return s
}

func kind(s SignIn) string {
	if s.Interactive {
		return "interactive"
	}
	return "not interactive"
}

func result(s SignIn) string {
	if s.ErrorCode == 0 {
		return "success"
	}
	return strings.TrimSpace(fmt.Sprintf("%s %d %s", s.Result(), s.ErrorCode, s.Failure))
}

func policies(s SignIn) string {
	parts := make([]string, len(s.Policies))
	for i, p := range s.Policies {
		parts[i] = p.Name + ": " + p.Result
	}
	return strings.Join(parts, "; ")
}

func risk(s SignIn) string {
	if s.During == s.Aggregated || s.During == "" {
		return string(s.Aggregated)
	}
	return fmt.Sprintf("%s, %s during sign-in", s.Aggregated, s.During)
}

// Between is the time from A to B.
func (c Comparison) Between() time.Duration { return c.B.At.Sub(c.A.At) }
