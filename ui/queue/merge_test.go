package queue

import (
	"fmt"
	"strings"
	"testing"

	"watchfloor/app/triage"
)

func list(ids string) []triage.Row {
	var out []triage.Row
	for _, f := range strings.Fields(ids) {
		var r triage.Row
		if _, err := fmt.Sscan(strings.TrimSuffix(f, "'"), &r.ID); err != nil {
			panic(err)
		}
		if strings.HasSuffix(f, "'") {
			r.Title = "fresh"
		}
		out = append(out, r)
	}
	return out
}

func words(rows []triage.Row) string {
	var out []string
	for _, r := range rows {
		s := fmt.Sprint(r.ID)
		if r.Title == "fresh" {
			s += "'"
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

func TestMergeRedrawsInPlace(t *testing.T) {
	for _, c := range []struct {
		name, old string
		from, to  int
		win       string
		more      bool
		pin       string
		insert    bool
		want      string
	}{
		{"nothing changed", "9 8 7", 0, 3, "9' 8' 7'", false, "", true, "9' 8' 7'"},
		{"one no longer matches", "9 8 7", 0, 3, "9' 7'", false, "", true, "9' 7'"},
		{"the cursor's row stays although it no longer matches", "9 8 7", 0, 3, "9' 7'", false, "8'", true, "9' 8' 7'"},
		{"one matches again", "9 7", 0, 2, "9' 8' 7'", false, "", true, "9' 8' 7'"},
		{"one matches at the top", "8 7", 0, 2, "9' 8' 7'", false, "", true, "9' 8' 7'"},
		{"by last change nothing is inserted and nothing moves", "9 8 7", 0, 3, "6' 7' 8' 9'", false, "", false, "9' 8' 7'"},
		{"rows behind the window's end stay", "9 8 7 6", 0, 4, "9' 8'", true, "", true, "9' 8' 7 6"},
		{"rows outside the range stay", "9 8 7 6 5", 1, 3, "8' 7'", true, "", true, "9 8' 7' 6 5"},
		{"all gone", "9 8", 0, 2, "", false, "", true, ""},
	} {
		var pin *triage.Row
		if c.pin != "" {
			pin = &list(c.pin)[0]
		}
		got := words(merge(list(c.old), c.from, c.to, triage.Window{Rows: list(c.win), More: c.more}, pin, c.insert))
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
