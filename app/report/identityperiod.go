package report

import (
	"cmp"
	"context"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"watchfloor/app/identity"
)

// IdentityPeriod is what happened to the risk of identities in a period of whole UTC days.
type IdentityPeriod struct {
	Period
	At time.Time // of the snapshot
	// Open is how many users are at risk or compromised now, High those of them that
	// matter more; both are at most identity.CountLimit.
	Open, High int
	// Users are those whose risk changed last within the period, worst first; Total
	// counts them.
	Users []identity.UserRow
	Total int
	// Workloads likewise.
	Workloads []identity.WorkloadRow
	// SignIns are the newest of the period that are kept, SignInTotal all of them.
	SignIns     []identity.SignInRow
	SignInTotal int
	Heat        identity.Heat
	Kept        identity.Kept
}

// ReadIdentityPeriod reads a period of identities; each list has at most ListLimit rows.
// Days that are not over yet are included as far as they are known.
func ReadIdentityPeriod(ctx context.Context, r identity.Reader, p Period, now time.Time) (IdentityPeriod, error) {
	out := IdentityPeriod{Period: p, At: now}
	days, err := identity.Parse("from:"+day(p.From)+" to:"+day(p.To.Add(-time.Nanosecond)), now)
	if err != nil {
		return out, err
	}
	open, err := identity.Parse("state:atRisk,confirmedCompromised", now)
	if err != nil {
		return out, err
	}
	q := identity.Query{Filter: days, Limit: ListLimit}
	users, err := r.Users(ctx, q)
	if err != nil {
		return out, err
	}
	out.Users, out.Total = users.Rows, users.Total
	slices.SortStableFunc(out.Users, func(a, b identity.UserRow) int { return cmp.Compare(b.Level.Rank(), a.Level.Rank()) })
	workloads, err := r.Workloads(ctx, q)
	if err != nil {
		return out, err
	}
	out.Workloads = workloads.Rows
	signIns, err := r.SignIns(ctx, q)
	if err != nil {
		return out, err
	}
	out.SignIns, out.SignInTotal = signIns.Rows, signIns.Total
	if out.Heat, err = r.Heat(ctx, days, 8); err != nil {
		return out, err
	}
	for _, n := range []struct {
		to   *int
		also identity.Term
	}{{&out.Open, identity.Term{}}, {&out.High, identity.Term{Key: "is", Op: ":", Values: []string{"high"}}}} {
		f := open
		if n.also.Key != "" {
			f.Terms = append(slices.Clone(f.Terms), n.also)
		}
		w, err := r.Users(ctx, identity.Query{Filter: f, Limit: 1})
		if err != nil {
			return out, err
		}
		*n.to = w.Total
	}
	out.Kept, err = r.Kept(ctx)
	return out, err
}

// CSV writes the users of the period.
func (p IdentityPeriod) CSV(w io.Writer) error { return Users(p.Users, p.At).CSV(w) }

// JSON writes the figures and the lists.
func (p IdentityPeriod) JSON(w io.Writer, m Meta) error {
	type figures struct {
		From       time.Time      `json:"from"`
		To         time.Time      `json:"to"`
		At         time.Time      `json:"snapshot"`
		Open       int            `json:"openUsers"`
		High       int            `json:"openHighValueUsers"`
		Changed    int            `json:"usersChanged"`
		SignIns    int            `json:"signIns"`
		Detections int            `json:"detections"`
		ByType     map[string]int `json:"detectionsByType"`
		ByCountry  map[string]int `json:"detectionsByCountry"`
		KeptSince  time.Time      `json:"signInsKeptSince"`
		Users      []record       `json:"users"`
		Workloads  []record       `json:"workloads"`
		Audit      []auditJSON    `json:"audit,omitempty"`
	}
	f := figures{
		From: p.From.UTC(), To: p.To.UTC(), At: p.At.UTC(), Open: p.Open, High: p.High, Changed: p.Total, SignIns: p.SignInTotal,
		Detections: p.Heat.N, ByType: map[string]int{}, ByCountry: map[string]int{}, KeptSince: p.Kept.SignIns.Since.UTC(),
		Users: Users(p.Users, p.At).records(), Workloads: Workloads(p.Workloads, p.At).records(), Audit: auditsJSON(m),
	}
	for i, kind := range p.Heat.Types {
		for j, country := range p.Heat.Countries {
			f.ByType[inert(kind)] += p.Heat.Count[i][j]
			f.ByCountry[inert(country)] += p.Heat.Count[i][j]
		}
	}
	return WriteJSON(w, f)
}

// Report is the period as a document.
func (p IdentityPeriod) Report(m Meta) Document {
	tenant := inert(m.Tenant)
	d := Document{Kind: "Identity risk", Over: "Identity risk" + prefixed(" · ", tenant), Title: periodWords(p.Period), Tenant: tenant, At: m.At, Foot: foot(m, "")}
	if p.High > 0 {
		d.Notices = append(d.Notices, strconv.Itoa(p.High)+" of the users at risk now are of high value.")
	}
	if since := p.Kept.Detections.Since; since.After(p.From) {
		d.Notices = append(d.Notices, "Detections are kept since "+minute(since)+" only; what came before is not in this report.")
	}
	d.add("In short", "", Facts{
		{"At risk now", Cell{Text: atMost(p.Open, "user"), Strong: true, Small: strconv.Itoa(p.High) + " of them of high value"}},
		{"Changed in the period", Cell{Text: atMost(p.Total, "user"), Strong: true, Small: p.outcomes()}},
		{"Detections", ours(plural(p.Heat.N, "detection"))},
		{"Sign-ins kept", ours(atMost(p.SignInTotal, "sign-in"))},
	}, Remark("A user counts where the risk changed last within the period, by riskLastUpdatedDateTime. Which sign-ins are kept is a setting of the tenant."))
	d.list("Users whose risk changed", cutWords(len(p.Users), p.Total, "worst first"), p.users())
	d.list("Workloads whose risk changed", strconv.Itoa(len(p.Workloads)), p.workloads())
	d.list("Detections by type and country", "n = "+strconv.Itoa(p.Heat.N), p.heat())
	d.list("Newest sign-ins", cutWords(len(p.SignIns), p.SignInTotal, "newest first"), p.signIns())
	d.audit(m)
	return d
}

// outcomes counts the shown users by state.
func (p IdentityPeriod) outcomes() string {
	n := map[identity.State]int{}
	var order []identity.State
	for _, u := range p.Users {
		if n[u.State]++; n[u.State] == 1 {
			order = append(order, u.State)
		}
	}
	slices.SortFunc(order, func(a, b identity.State) int { return cmp.Or(n[b]-n[a], cmp.Compare(a, b)) })
	var parts []string
	for _, state := range order {
		parts = append(parts, strconv.Itoa(n[state])+" "+inert(spelled(string(state))))
	}
	return strings.Join(parts, "   ")
}

func (p IdentityPeriod) users() Table {
	t := Table{Columns: []Column{{Title: "User", Share: 30}, {Title: "Level", Share: 10}, {Title: "State", Share: 16}, {Title: "Why", Share: 24}, {Title: "Changed", Share: 20}}}
	for _, u := range p.Users {
		who := Cell{Text: account(cmp.Or(u.UPN, u.Name, u.ID)), Small: inert(u.High), Strong: u.High != ""}
		t.Rows = append(t.Rows, []Cell{who, line(string(u.Level)), line(spelled(string(u.State))), line(spelled(u.Detail)), ours(minute(u.Changed))})
	}
	return t
}

func (p IdentityPeriod) workloads() Table {
	t := Table{Columns: []Column{{Title: "Workload", Share: 34}, {Title: "Level", Share: 10}, {Title: "State", Share: 18}, {Title: "Why", Share: 20}, {Title: "Changed", Share: 18}}}
	for _, w := range p.Workloads {
		t.Rows = append(t.Rows, []Cell{line(cmp.Or(w.Name, w.AppID, w.ID)), line(string(w.Level)), line(spelled(string(w.State))), line(spelled(w.Detail)), ours(minute(w.Changed))})
	}
	return t
}

func (p IdentityPeriod) heat() Table {
	t := Table{Columns: []Column{{Title: "Type", Share: 30}}}
	for _, c := range p.Heat.Countries {
		t.Columns = append(t.Columns, Column{Title: orWords(inert(c), "no location"), Share: 10, Right: true})
	}
	for i, kind := range p.Heat.Types {
		name, _ := identity.RiskOf(kind)
		row := []Cell{line(name.Name)}
		for j := range p.Heat.Countries {
			row = append(row, ours(strconv.Itoa(p.Heat.Count[i][j])))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (p IdentityPeriod) signIns() Table {
	t := Table{Columns: []Column{{Title: "Time", Share: 18}, {Title: "User", Share: 26}, {Title: "App", Share: 18}, {Title: "From", Share: 22}, {Title: "Result", Share: 10}, {Title: "Risk", Share: 10}}}
	for _, s := range p.SignIns[:min(len(p.SignIns), 50)] {
		from := Cell{Text: inert(s.IP), Small: inert(s.Place.City + prefixed(", ", s.Place.Country))}
		t.Rows = append(t.Rows, []Cell{ours(minute(s.At)), {Text: account(cmp.Or(s.UPN, s.Name, s.UserID))}, line(s.App), from, line(s.Result()), line(string(s.Aggregated))})
	}
	return t
}

// atMost is a count that stops at identity.CountLimit.
func atMost(n int, one string) string {
	if n >= identity.CountLimit {
		return "more than " + plural(n, one)
	}
	return plural(n, one)
}

// spelled is a word of the service for people: "confirmedCompromised" is "confirmed
// compromised", and "none" is nothing to say. Lists keep the word as it is.
func spelled(word string) string {
	if word == "none" {
		return ""
	}
	var out strings.Builder
	for i, c := range word {
		if i > 0 && c >= 'A' && c <= 'Z' && word[i-1] >= 'a' && word[i-1] <= 'z' {
			out.WriteByte(' ')
			c += 'a' - 'A'
		}
		out.WriteRune(c)
	}
	return out.String()
}
