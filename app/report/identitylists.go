package report

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"watchfloor/app/identity"
	"watchfloor/app/text"
)

// Users lists users at risk. now is when their marks are judged.
func Users(rows []identity.UserRow, now time.Time) List {
	l := List{Columns: []string{"user", "name", "object id", "level", "state", "detail", "changed", "detections", "high value", "roles", "queued", "deleted", "marks"}}
	for _, r := range rows {
		l.Rows = append(l.Rows, []string{
			account(r.UPN), inert(r.Name), inert(r.ID), inert(string(r.Level)), inert(string(r.State)), inert(r.Detail), stamp(r.Changed),
			strconv.Itoa(r.Detections), inert(r.High), inert(strings.Join(r.Roles, "; ")), strconv.Itoa(r.Queued), yes(r.Deleted), inert(strings.Join(r.Marks(now), "; ")),
		})
	}
	return l
}

// Workloads lists service principals at risk.
func Workloads(rows []identity.WorkloadRow, now time.Time) List {
	l := List{Columns: []string{"name", "object id", "app id", "type", "enabled", "level", "state", "detail", "changed", "detections", "queued", "marks"}}
	for _, r := range rows {
		l.Rows = append(l.Rows, []string{
			inert(r.Name), inert(r.ID), inert(r.AppID), inert(r.Type), yes(r.Enabled), inert(string(r.Level)), inert(string(r.State)),
			inert(r.Detail), stamp(r.Changed), strconv.Itoa(r.Detections), strconv.Itoa(r.Queued), inert(strings.Join(r.Marks(now), "; ")),
		})
	}
	return l
}

// SignInList lists rows of the sign-in log.
func SignInList(rows []identity.SignInRow, now time.Time) List {
	l := List{Columns: []string{
		"time", "user", "app", "client", "ip", "city", "country", "conditional access", "mfa", "error", "failure", "risk during", "risk aggregated",
		"state", "types", "device", "os", "browser", "interactive", "high value", "request id", "marks",
	}}
	for _, r := range rows {
		l.Rows = append(l.Rows, []string{
			stamp(r.At), account(r.UPN), inert(r.App), inert(r.ClientApp), inert(r.IP), inert(r.Place.City), inert(r.Place.Country), inert(r.Access),
			inert(r.MFA), strconv.Itoa(r.ErrorCode), inert(r.Failure), inert(string(r.During)), inert(string(r.Aggregated)), inert(string(r.State)),
			inert(strings.Join(r.Types, "; ")), inert(r.Device.Name), inert(r.Device.OS), inert(r.Device.Browser), yes(r.Interactive), inert(r.High), inert(r.ID),
			inert(strings.Join(r.Marks(now), "; ")),
		})
	}
	return l
}

// Detections lists risk detections.
func Detections(rows []identity.Detection, now time.Time) List {
	l := List{Columns: []string{"time", "detected", "type", "level", "state", "detail", "user", "ip", "city", "country", "timing", "activity", "source", "workload", "sign-in", "id", "marks"}}
	for _, r := range rows {
		l.Rows = append(l.Rows, []string{
			stamp(r.At), stamp(r.Detected), inert(r.Type), inert(string(r.Level)), inert(string(r.State)), inert(r.Detail), account(cmp.Or(r.UPN, r.Name)),
			inert(r.IP), inert(r.Place.City), inert(r.Place.Country), inert(r.Timing), inert(r.Activity), inert(r.Source), yes(r.Workload), inert(r.RequestID), inert(r.ID),
			inert(strings.Join(r.Marks(now), "; ")),
		})
	}
	return l
}

// account is the name of an account of the tenant: no indicator, so that it can be pasted
// into a portal, unless it holds more than a name.
func account(s string) string {
	if strings.ContainsAny(s, "/ ") {
		return inert(s)
	}
	return text.Line(s, 0)
}
