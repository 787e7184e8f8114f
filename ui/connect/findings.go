package connect

import (
	"strconv"
	"strings"

	"watchfloor/app/profile"
	"watchfloor/app/text"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
)

var findingColumns = []look.Column{
	{Title: "Result", Width: 84},
	{Title: "Source", Width: 92},
	{Title: "Tried", Width: 120, Flex: 0.6},
	{Title: "Needs", Width: 150, Flex: 1},
}

// verdictCell is a verdict by glyph and word; its tone only helps.
func verdictCell(v profile.Verdict) look.Cell {
	switch v {
	case profile.Works:
		return look.T("✓ works")
	case profile.Missing:
		return look.Cell{Text: "× missing", Tone: look.Warn, Bold: true}
	case profile.Failed:
		return look.Cell{Text: "! failed", Tone: look.Alarm, Bold: true}
	}
	return look.D("? unknown")
}

func findingCells(f profile.Finding) []look.Cell {
	return []look.Cell{
		verdictCell(f.Verdict), look.T(present.Field(f.Source)),
		{Text: present.Field(f.Check), Fit: look.Middle},
		{Text: present.Field(f.Needs), Tone: look.Dim},
	}
}

// detail is all there is to say about a finding, in lines. It is this person's account and
// the names of permissions, to be read and copied as they are: nothing in it is defanged.
func detail(f profile.Finding) string {
	var out []string
	add := func(name, s string) {
		if s != "" {
			out = append(out, name+text.Block(s, 2000))
		}
	}
	add("Needs: ", f.Needs)
	add("Without it: ", f.Costs)
	add("Answer: ", f.Said)
	return strings.Join(out, "\n")
}

// sums says in a line how a test went.
func sums(fs []profile.Finding) string {
	n := map[profile.Verdict]int{}
	for _, f := range fs {
		n[f.Verdict]++
	}
	switch {
	case len(fs) == 0:
		return "Nothing was tested."
	case n[profile.Works] == len(fs):
		return "Everything works."
	}
	var out []string
	for _, v := range []profile.Verdict{profile.Works, profile.Missing, profile.Failed, profile.Unknown} {
		if n[v] > 0 {
			word := string(v)
			if v == profile.Works && n[v] > 1 {
				word = "work"
			}
			out = append(out, strconv.Itoa(n[v])+" "+word)
		}
	}
	return strings.Join(out, ", ") + "."
}

// losses are what will not work, each once.
func losses(fs []profile.Finding) []string {
	var out []string
	seen := map[string]bool{}
	for _, f := range fs {
		if f.Verdict == profile.Works || f.Verdict == profile.Unknown || f.Costs == "" || seen[f.Costs] {
			continue
		}
		seen[f.Costs] = true
		out = append(out, present.Field(f.Source)+": "+text.Block(f.Costs, 2000))
	}
	return out
}
