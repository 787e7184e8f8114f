package identity

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// Marks of rows. Each is a sentence without its full stop that says what is odd; the row
// is shown as it is.
const (
	MarkNoID     = "the service gave no id"
	MarkVersions = "the service sent this id twice with different contents; the later one is shown"
	MarkNoTime   = "no time was given"
	MarkNoPlace  = "no location was given"
	MarkBadPlace = "the coordinates are not on Earth"
	MarkNoUser   = "no account was given"
)

// ahead is how far the service's clock may be before ours unremarked.
const ahead = 5 * time.Minute

type marks []string

func (m *marks) when(bad bool, text string) {
	if bad {
		*m = append(*m, text)
	}
}

func (m *marks) time(what string, at, now time.Time) {
	if at.After(now.Add(ahead)) {
		*m = append(*m, what+" lies in the future")
	}
}

func (m *marks) words(level Level, state State) {
	m.when(!level.Known(), fmt.Sprintf("this version does not know the risk level “%s”", level))
	m.when(!state.Known(), fmt.Sprintf("this version does not know the risk state “%s”", state))
}

func (m *marks) types(types []string) {
	for _, t := range types {
		_, known := RiskOf(t)
		m.when(!known && t != "", fmt.Sprintf("this version does not know the risk type “%s”", t))
	}
}

func (m *marks) place(p Place) {
	m.when(p.City == "" && p.State == "" && p.Country == "" && !p.Located, MarkNoPlace)
	m.when(p.Located && !p.Usable(), MarkBadPlace)
}

// Usable reports coordinates that exist on Earth. Null Island, where unknown coordinates
// end up, does not count.
func (p Place) Usable() bool {
	return p.Located && math.Abs(p.Lat) <= 90 && math.Abs(p.Lon) <= 180 && (p.Lat != 0 || p.Lon != 0)
}

// String is the place in words, "" where nothing is told.
func (p Place) String() string {
	var parts []string
	for _, s := range []string{p.City, p.State, p.Country} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, ", ")
}

// Marks are what is odd about the sign-in. Two versions of one id are told by Twice.
func (s SignIn) Marks(now time.Time) []string {
	var m marks
	m.when(s.ID == "", MarkNoID)
	m.when(s.Twice, MarkVersions)
	m.when(s.At.IsZero(), MarkNoTime)
	m.time("its time", s.At, now)
	m.when(s.UserID == "" && s.UPN == "", MarkNoUser)
	m.place(s.Place)
	m.words(s.Aggregated, s.State)
	m.when(s.During != s.Aggregated && !s.During.Known(), fmt.Sprintf("this version does not know the risk level “%s”", s.During))
	m.types(s.Types)
	return m
}

// Marks are what is odd about the user.
func (u User) Marks(now time.Time) []string {
	var m marks
	m.when(u.ID == "", MarkNoID)
	m.when(u.Changed.IsZero(), MarkNoTime)
	m.time("the last change", u.Changed, now)
	m.words(u.Level, u.State)
	return m
}

// Marks are what is odd about the workload.
func (w Workload) Marks(now time.Time) []string {
	var m marks
	m.when(w.ID == "", MarkNoID)
	m.when(w.Changed.IsZero(), MarkNoTime)
	m.time("the last change", w.Changed, now)
	m.words(w.Level, w.State)
	return m
}

// Marks are what is odd about the detection.
func (d Detection) Marks(now time.Time) []string {
	var m marks
	m.when(d.ID == "", MarkNoID)
	m.when(d.Twice, MarkVersions)
	m.when(d.At.IsZero(), MarkNoTime)
	m.time("the time of the activity", d.At, now)
	m.time("the time of detection", d.Detected, now)
	m.when(d.Subject == "" && d.UPN == "", MarkNoUser)
	if !d.Workload {
		m.place(d.Place)
	}
	m.words(d.Level, d.State)
	m.types([]string{d.Type})
	return m
}
