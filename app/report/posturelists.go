package report

import (
	"strconv"
	"strings"

	"watchfloor/app/posture"
)

// Scores lists scores, each of its model: points of different models do not compare.
func Scores(rows []posture.Score) List {
	l := List{Columns: []string{"model", "scope", "scope id", "day", "current", "maximum", "percent"}}
	for _, s := range rows {
		percent := ""
		if p, ok := s.Percent(); ok {
			percent = figure(p)
		}
		l.Rows = append(l.Rows, []string{inert(s.Model.Label()), inert(s.ScopeName), inert(s.Scope), day(s.Day), figure(s.Current), figure(s.Max), percent})
	}
	return l
}

// Recommendations lists recommendations over all subscriptions.
func Recommendations(rows []posture.Recommendation) List {
	l := List{Columns: []string{"recommendation", "id", "group", "severity", "risk", "unhealthy", "healthy", "not applicable", "potential increase", "control", "since", "owner", "due", "note", "pinned", "marks"}}
	for _, r := range rows {
		pins := make([]string, len(r.Pins))
		for i, p := range r.Pins {
			pins[i] = string(p)
		}
		l.Rows = append(l.Rows, []string{
			inert(r.Title), inert(r.ID), string(r.Group), inert(r.Severity), inert(r.Risk), strconv.Itoa(r.Unhealthy), strconv.Itoa(r.Healthy),
			strconv.Itoa(r.NotApplicable), figure(r.Increase), inert(r.Control), day(r.First), inert(r.Owner), day(r.Due), inert(r.Note), strings.Join(pins, "; "),
			inert(strings.Join(r.Marks, "; ")),
		})
	}
	return l
}

// Resources lists the results of a recommendation by resource.
func Resources(rows []posture.Assessment) List {
	l := List{Columns: []string{"resource", "subscription", "recommendation", "result", "cause", "reason", "risk", "findings", "since"}}
	for _, r := range rows {
		l.Rows = append(l.Rows, []string{inert(r.Resource), inert(r.Subscription), inert(r.Title), inert(r.Code), inert(r.Cause), inert(r.Reason), inert(r.Risk), count(r.Findings), stamp(r.Changed)})
	}
	return l
}

// Requirements lists the controls of compliance standards.
func Requirements(rows []posture.Requirement) List {
	l := List{Columns: []string{"subscription", "standard", "control", "title", "state", "passed", "failed", "skipped"}}
	for _, r := range rows {
		l.Rows = append(l.Rows, []string{inert(r.Subscription), inert(r.Standard), inert(r.ID), inert(r.Title), inert(r.State), strconv.Itoa(r.Passed), strconv.Itoa(r.Failed), strconv.Itoa(r.Skipped)})
	}
	return l
}

// Standards lists compliance standards.
func Standards(rows []posture.Standard) List {
	l := List{Columns: []string{"subscription", "standard", "state", "passed", "failed", "skipped", "unsupported"}}
	for _, r := range rows {
		l.Rows = append(l.Rows, []string{inert(r.Subscription), inert(r.ID), inert(r.State), strconv.Itoa(r.Passed), strconv.Itoa(r.Failed), strconv.Itoa(r.Skipped), strconv.Itoa(r.Unsupported)})
	}
	return l
}

// Contacts lists who is notified, and what is missing there.
func Contacts(rows []posture.Contact) List {
	l := List{Columns: []string{"subscription", "id", "e-mails", "phone", "on", "roles", "alerts from", "attack paths from", "missing"}}
	for _, c := range rows {
		l.Rows = append(l.Rows, []string{
			inert(c.Name), inert(c.Subscription), inert(strings.Join(c.Emails, "; ")), inert(c.Phone), yes(c.On), inert(strings.Join(c.Roles, "; ")),
			inert(c.AlertSeverity), inert(c.AttackLevel), inert(strings.Join(c.Missing(), "; ")),
		})
	}
	return l
}

// Controls lists the controls of one model.
func Controls(rows []posture.Control) List {
	l := List{Columns: []string{"control", "id", "group", "maximum", "state", "note", "changed by", "changed", "tier", "cost", "user impact", "gone"}}
	for _, c := range rows {
		l.Rows = append(l.Rows, []string{
			inert(c.Title), inert(c.ID), inert(c.Group), figure(c.Max), inert(c.State), inert(c.Note), inert(c.By), stamp(c.Changed), inert(c.Tier),
			inert(c.Cost), inert(c.UserImpact), day(c.Gone),
		})
	}
	return l
}
