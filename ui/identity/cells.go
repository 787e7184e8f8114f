package identity

import (
	"strconv"
	"strings"

	"watchfloor/app/identity"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
)

// columns of each tab, in the order of its cells. What hides in a narrow list is in the
// preview.
var columns = [tabs][]look.Column{
	{
		{Width: 11},
		{Title: "Risk", Width: 60},
		{Title: "State", Width: 110},
		{Width: 12},
		{Title: "Person", Width: 110, Flex: 0.6},
		{Title: "Sign-in name", Width: 130, Flex: 1, From: 700},
		{Title: "High value", Width: 130, Flex: 0.6, From: 640},
		{Title: "Why", Width: 160, Flex: 1, From: 1080},
		{Title: "Found", Width: 40, Right: true},
		{Title: "Last change", Width: 74, Right: true},
		{Title: "At", Width: 116, Right: true, From: 680},
	},
	{
		{Width: 11},
		{Title: "Risk", Width: 60},
		{Title: "State", Width: 110},
		{Width: 12},
		{Title: "Workload", Width: 150, Flex: 1},
		{Title: "Kind", Width: 110, From: 700},
		{Title: "Enabled", Width: 60},
		{Title: "Why", Width: 160, Flex: 0.8, From: 1080},
		{Title: "Found", Width: 40, Right: true},
		{Title: "Last change", Width: 74, Right: true},
		{Title: "At", Width: 116, Right: true, From: 680},
	},
	{
		{Width: 11},
		{Title: "Time", Width: 116},
		{Title: "Risk", Width: 60},
		{Width: 12},
		{Title: "User", Width: 110, Flex: 1},
		{Title: "App", Width: 100, Flex: 1, From: 560},
		{Title: "Client", Width: 110, Flex: 0.3, From: 1180},
		{Title: "Address", Width: 116},
		{Title: "From", Width: 100, Flex: 0.4},
		{Title: "Result", Width: 62},
		{Title: "Access", Width: 78, From: 640},
		{Title: "Second factor", Width: 110, Flex: 0.6, From: 1000},
		{Title: "During", Width: 60, From: 1080},
	},
	{
		{Width: 11},
		{Title: "Time", Width: 116},
		{Title: "Risk", Width: 60},
		{Title: "State", Width: 110, From: 1000},
		{Title: "Detection", Width: 150, Flex: 1},
		{Title: "Who", Width: 110, Flex: 0.8},
		{Title: "Address", Width: 116},
		{Title: "From", Width: 100, Flex: 0.4},
		{Title: "Found", Width: 90, From: 760},
	},
}

// cells are the fields of a row.
func cells(r Row, marked bool, c present.Clock) []look.Cell {
	mark := look.Cell{}
	if marked {
		mark = look.Cell{Shape: look.Marked, ShapeTone: look.Accent}
	}
	out := []look.Cell{mark}
	switch {
	case r.User != nil:
		out = append(out, userCells(*r.User, c)...)
	case r.Workload != nil:
		out = append(out, workloadCells(*r.Workload, c)...)
	case r.SignIn != nil:
		out = append(out, signInCells(*r.SignIn, c)...)
	default:
		out = append(out, detectionCells(*r.Detection, c)...)
	}
	if r.Moved { // what it says may not hold any more
		for i := range out {
			out[i].Tone, out[i].Bold = look.Dim, false
		}
	}
	return out
}

func userCells(u identity.UserRow, c present.Clock) []look.Cell {
	state := present.RiskState(u.State)
	if u.Deleted {
		state = look.D("Deleted")
	}
	who := present.Who(u.Name, u.UPN, u.ID)
	if u.High != "" {
		who = "★ " + who // also where the column that says why has no room
	}
	return []look.Cell{
		present.RiskLevel(u.Level), state, attention(u.Queued, u.Marks(c.Now)),
		{Text: who, Fit: look.Middle, Bold: u.State.Open()},
		{Text: present.Field(u.UPN), Tone: look.Dim, Fit: look.Middle},
		briefly(u.High),
		{Text: present.RiskDetail(u.Detail), Tone: look.Dim},
		look.T(present.Figure(u.Detections)), look.D(c.Ago(u.Changed)),
		{Text: c.At(u.Changed), Tone: look.Dim},
	}
}

func workloadCells(w identity.WorkloadRow, c present.Clock) []look.Cell {
	enabled := look.D("✓ yes")
	if !w.Enabled {
		enabled = look.T("✗ no")
	}
	return []look.Cell{
		present.RiskLevel(w.Level), present.RiskState(w.State), attention(w.Queued, w.Marks(c.Now)),
		{Text: present.Who(w.Name, w.AppID, w.ID), Fit: look.Middle, Bold: w.State.Open()},
		look.D(present.Spaced(w.Type)), enabled,
		{Text: present.RiskDetail(w.Detail), Tone: look.Dim},
		look.T(present.Figure(w.Detections)), look.D(c.Ago(w.Changed)),
		{Text: c.At(w.Changed), Tone: look.Dim},
	}
}

func signInCells(s identity.SignInRow, c present.Clock) []look.Cell {
	who := look.Cell{Text: present.Who(s.Name, s.UPN, s.UserID), Fit: look.Middle}
	if s.High != "" {
		who.Text, who.Bold = "★ "+who.Text, true
	}
	return []look.Cell{
		{Text: c.At(s.At), Tone: look.Dim},
		present.RiskLevel(s.Aggregated), attention(s.Queued, s.Marks(c.Now)),
		who,
		{Text: present.Safe(s.App), Fit: look.Middle},
		{Text: present.Field(s.ClientApp), Tone: look.Dim},
		{Text: present.Safe(s.IP), Mono: true},
		present.PlaceWords(s.Place), outcome(s.SignIn),
		present.Access(s.Access),
		{Text: present.Field(s.MFA), Tone: look.Dim},
		present.RiskLevel(s.During),
	}
}

func detectionCells(d identity.Detection, c present.Clock) []look.Cell {
	return []look.Cell{
		{Text: c.At(d.At), Tone: look.Dim},
		present.RiskLevel(d.Level), present.RiskState(d.State),
		{Text: typeWords(d.Type), Fit: look.Middle},
		{Text: present.Who(d.Name, d.UPN, d.Subject), Fit: look.Middle},
		{Text: present.Safe(d.IP), Mono: true},
		present.PlaceWords(d.Place), look.D(present.Spaced(d.Timing)),
	}
}

// outcome is how a sign-in ended, by glyph and word.
func outcome(s identity.SignIn) look.Cell {
	switch s.Result() {
	case identity.ResultOK:
		return look.D("✓ ok")
	case identity.ResultInterrupted:
		return look.T("… " + strconv.Itoa(s.ErrorCode))
	}
	return look.Cell{Text: "✗ " + strconv.Itoa(s.ErrorCode), Bold: true}
}

// badge says why a person matters more than others.
func badge(why string) look.Cell {
	if why == "" {
		return look.Cell{}
	}
	return look.Cell{Text: "★ " + present.Safe(why), Bold: true}
}

// briefly is badge without the word that says where it was learned, for a narrow column.
func briefly(why string) look.Cell {
	for _, origin := range []string{"role: ", "list: "} {
		why = strings.TrimPrefix(why, origin)
	}
	return badge(why)
}

// attention shows the one thing about a row that wants attention most: an action on its
// way, else that something about it is odd.
func attention(queued int, odd []string) look.Cell {
	switch {
	case queued > 0:
		return look.Cell{Shape: look.Clock, ShapeTone: look.Normal}
	case len(odd) > 0:
		return look.Cell{Text: "?", Tone: look.Warn, Bold: true}
	}
	return look.Cell{}
}

// oddWords are the marks of a row in one line, "" without any.
func oddWords(odd []string) string {
	safe := make([]string, len(odd))
	for i, s := range odd {
		safe[i] = present.Safe(s)
	}
	return strings.Join(safe, "; ")
}

// typeWords are the name of a risk type; a word that this version does not know is shown
// as received.
func typeWords(t string) string {
	r, known := identity.RiskOf(t)
	switch {
	case known:
		return r.Name
	case t == "":
		return "(no type)"
	}
	return "? " + present.Spaced(t)
}
