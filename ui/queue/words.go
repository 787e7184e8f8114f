package queue

import (
	"strconv"
	"strings"

	"watchfloor/app"
	"watchfloor/app/sync"
	"watchfloor/app/triage"
	"watchfloor/ui/present"
)

// Tally says how much the list holds: "214 incidents, newest first".
func (p *Presenter) Tally() string {
	if !p.counted || p.err != nil {
		return ""
	}
	if p.toEnd {
		return "loading to the last row…"
	}
	word := " incidents, "
	if p.counts.Match == 1 {
		word = " incident, "
	}
	return Figure(p.counts.Match, p.counts.Capped) + word + SortWords(p.sort)
}

// Waiting is the bar over the list, "" without new rows.
func (p *Presenter) Waiting() string {
	if p.arrived == 0 {
		return ""
	}
	return strconv.Itoa(p.arrived) + " new above (press . to show)"
}

// Trouble says what is wrong with the filter or with reading the list.
func (p *Presenter) Trouble() string {
	if p.err != nil && len(p.rows) > 0 {
		return app.Say(p.err) + " Press r to try again."
	}
	return strings.Join(p.problems, "   ")
}

// Instead is what stands in place of rows: a title and a line below it; both are ""
// where there are rows.
func (p *Presenter) Instead(c present.Clock) (title, body string) {
	switch {
	case len(p.rows) > 0:
		return "", ""
	case p.err != nil:
		return "The queue cannot be read", app.Say(p.err) + " Press r to try again."
	case !p.loaded:
		return "", ""
	case p.firstPull():
		return "Reading the first incidents…", progress(p.pull)
	case p.counted && p.counts.Open > 0 && len(p.filter.Terms) > 0:
		return "No incident matches", Figure(p.counts.Open, false) + " open hidden by: " + hiddenBy(p.filter) +
			". Press - to remove the last condition, / then Esc to clear all."
	case len(p.filter.Terms) > 0 && p.counts.Total > 0:
		return "Nothing here", "No incident of the cache matches. " + lastSync(p.pull, c)
	}
	return "Nothing open", lastSync(p.pull, c)
}

func hiddenBy(f triage.Filter) string {
	var out []string
	for _, t := range f.Terms {
		word := string(t.Key)
		switch t.Key {
		case triage.Words:
			word = "words"
		case triage.Severity:
			word = "severity"
		}
		out = append(out, word)
	}
	return strings.Join(out, ", ")
}

func progress(s sync.State) string {
	var out []string
	for _, x := range s.Sources {
		w := x.Source.Label() + " " + Figure(x.Rows, false)
		if x.Total > 0 {
			w += " of " + Figure(x.Total, false)
		}
		out = append(out, w)
	}
	return strings.Join(out, " · ")
}

func lastSync(s sync.State, c present.Clock) string {
	ok := 0
	var when string
	for _, x := range s.Sources {
		if x.Problem == "" && !x.LastSuccess.IsZero() {
			ok++
			when = c.At(x.LastSuccess)
		}
	}
	switch {
	case len(s.Sources) == 0:
		return "No source is connected."
	case ok == 0:
		return "No sync has ended well yet; the status line says why."
	}
	return "Last sync " + when + ", " + strconv.Itoa(ok) + " of " + strconv.Itoa(len(s.Sources)) + " sources OK."
}
