package outbox

import (
	"slices"
	"testing"

	"watchfloor/app"
)

func TestAReversePutsBackWhatTheActionChanged(t *testing.T) {
	bob := app.Owner{UPN: "bob@clinic.example"}
	shut := app.Fields{Status: app.StatusClosed, Classification: app.TruePositive, Determination: "malware", ClosingNote: "done"}
	base := app.Fields{Severity: app.Medium, Status: app.StatusActive, Owner: bob, Tags: []string{"a", "b"}}
	for name, c := range map[string]struct {
		base app.Fields
		r    Request
		ok   bool
	}{
		"owner":           {base, Request{Verb: Assign, Want: app.Fields{Owner: app.Owner{UPN: "ana@clinic.example"}}}, true},
		"unassign":        {base, Request{Verb: Assign}, true},
		"same owner":      {base, Request{Verb: Assign, Want: app.Fields{Owner: bob}}, false},
		"severity":        {base, Request{Verb: SetSeverity, Want: app.Fields{Severity: app.Low}}, true},
		"same severity":   {base, Request{Verb: SetSeverity, Want: app.Fields{Severity: app.Medium}}, false},
		"status":          {base, Request{Verb: SetStatus, Want: app.Fields{Status: app.StatusNew}}, true},
		"tags":            {base, Request{Verb: Tag, AddTags: []string{"B", "c"}, RemoveTags: []string{"a", "x"}}, true},
		"tags there":      {base, Request{Verb: Tag, AddTags: []string{"A"}}, false},
		"close":           {base, Request{Verb: Close, Want: shut}, true},
		"reopen":          {shut, Request{Verb: SetStatus, Want: app.Fields{Status: app.StatusNew}}, true},
		"close otherwise": {shut, Request{Verb: Close, Want: app.Fields{Status: app.StatusClosed, Classification: app.FalsePositive}}, true},
		"comment":         {base, Request{Verb: Comment, Text: "x"}, false},
		"task":            {base, Request{Verb: FinishTask, TaskID: "1"}, false},
		"merge":           {base, Request{Verb: Merge, With: []int64{2}}, false},
	} {
		a := Action{Request: c.r, Base: c.base}
		back, ok := a.reverse()
		if ok != c.ok {
			t.Errorf("%s: offered %v", name, ok)
		}
		if !ok {
			continue
		}
		got := back.Apply(a.Apply(c.base))
		for _, f := range append(slices.Clone(closing), app.FieldSeverity, app.FieldStatus, app.FieldOwner, app.FieldTags) {
			if !Equal(got, c.base, f) {
				t.Errorf("%s: %s becomes %q, was %q", name, f, Value(got, f), Value(c.base, f))
			}
		}
		if err := check(back); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
