package permission

import (
	"slices"
	"strings"
	"time"

	"watchfloor/app/profile"
	"watchfloor/app/text"
)

// Report is what the sign-in of a tenant may do, as its services told at a time.
type Report struct {
	Profile profile.Profile
	// At is when the check ended.
	At time.Time
	// Everywhere is the switch for all tenants; that of this one is in Profile.
	Everywhere bool
	Findings   []profile.Finding
}

// Row is a line of a report: a feature, and how it stands.
type Row struct {
	profile.Finding
	Write   bool
	Unlocks string
	// Granted are the words for the verdict: "granted", "missing", "cannot tell".
	Granted string
}

// Words for a verdict.
const (
	Granted    = "granted"
	Missing    = "missing"
	CannotTell = "cannot tell"
)

// Rows are the features of a report, in the order of the table. What is no feature, such
// as the sign-in itself, is a row of its own where it does not work.
func (r Report) Rows() []Row {
	var out []Row
	for _, f := range r.Findings {
		feature, known := ByID(f.Feature)
		if !known && f.Verdict == profile.Works {
			continue
		}
		row := Row{Finding: f, Write: feature.Write, Unlocks: feature.Unlocks, Granted: CannotTell}
		switch f.Verdict {
		case profile.Works:
			row.Granted = Granted
		case profile.Missing:
			row.Granted = Missing
		}
		out = append(out, row)
	}
	return out
}

// Count is how many rows have a verdict in words.
func Count(rows []Row, granted string) (n int) {
	for _, r := range rows {
		if r.Granted == granted {
			n++
		}
	}
	return n
}

// Request is plain text that asks an administrator for what is missing: reading first,
// then acting, each right once with what it is for. It names the tenant, the application
// and the account, and no secret. "" where nothing is missing.
func (r Report) Request() string {
	rows := r.Rows()
	if Count(rows, Missing) == 0 {
		return ""
	}
	var b strings.Builder
	line := func(name, value string) {
		if value != "" {
			b.WriteString(name + text.Line(value, 300) + "\n")
		}
	}
	b.WriteString("Rights for Watchfloor\n\n")
	line("Tenant: ", r.Profile.TenantID)
	line("Application (client) id: ", r.Profile.ClientID)
	line("Signs in by: ", r.Profile.Method.Label())
	line("Account: ", r.Profile.Account)
	asked(&b, "Missing to read", rows, false)
	asked(&b, "Missing to act; leave out what this person should not do", rows, true)
	b.WriteString("\nChecked " + r.At.UTC().Format("2006-01-02 15:04") + " UTC. Everything else is granted or cannot be told beforehand.\n")
	return b.String()
}

// asked lists what is missing under a heading, each right once.
func asked(b *strings.Builder, heading string, rows []Row, write bool) {
	var needs []string
	what := map[string][]string{}
	for _, r := range rows {
		if r.Granted != Missing || r.Write != write {
			continue
		}
		if !slices.Contains(needs, r.Needs) {
			needs = append(needs, r.Needs)
		}
		what[r.Needs] = append(what[r.Needs], r.Source+": "+r.Check)
	}
	if len(needs) == 0 {
		return
	}
	b.WriteString("\n" + heading + ":\n")
	for _, n := range needs {
		b.WriteString("- " + text.Line(n, 400) + "\n  for " + text.Line(strings.Join(what[n], "; "), 400) + "\n")
	}
}
