package wiring_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
)

// The matrix of goal 12. One row for each action, one word for each remote change:
//
//	applied  sent, nothing else had changed
//	merged   sent or already so, and what others changed is kept
//	asked    not sent; it waits for the analyst
//	dropped  not sent, with a notice
//
// With two actions queued the second follows after a slash; "waits" is one behind an
// action that was asked.
const matrix = `
action    unchanged        other          same value     other value  closed         deleted          etag missing     etag weak
status    applied/applied  merged/merged  merged/merged  asked/waits  asked/waits    dropped/dropped  asked/waits      applied/applied
severity  applied/applied  merged/merged  merged/merged  asked/waits  merged/merged  dropped/dropped  asked/waits      applied/applied
owner     applied/applied  merged/merged  merged/merged  asked/waits  merged/merged  dropped/dropped  asked/waits      applied/applied
close     applied/applied  merged/merged  merged/merged  asked/waits  asked/waits    dropped/dropped  asked/waits      applied/applied
reopen    applied/applied  merged/merged  merged/merged  asked/waits  asked/waits    dropped/dropped  asked/waits      applied/applied
label     applied/applied  merged/merged  merged/merged  merged/merged merged/merged dropped/dropped  asked/waits      applied/applied
comment   applied/applied  merged/merged  merged/merged  merged/merged merged/merged dropped/dropped  applied/applied  applied/applied
task      applied/applied  merged/merged  merged/merged  merged/merged merged/merged dropped/dropped  applied/applied  applied/applied`

// deed is one row of the matrix: two requests in a row, and how others may have done
// the same or something else to what they change.
type deed struct {
	start       func(*app.Fields)
	requests    [2]outbox.Request
	same, other func(s *service, remote string)
}

func deeds() map[string]deed {
	edit := func(change func(*app.Fields)) func(*service, string) {
		return func(s *service, remote string) { s.edit(remote, "bob", change) }
	}
	req := func(v outbox.Verb, want app.Fields) outbox.Request { return outbox.Request{Verb: v, Want: want} }
	shut := func(c app.Classification, detail, note string) app.Fields {
		return app.Fields{Status: app.StatusClosed, Classification: c, Determination: detail, ClosingNote: note}
	}
	how := func(s *service, c app.Classification, detail string) func(*app.Fields) {
		return func(f *app.Fields) {
			f.Status, f.Classification, f.ClosingNote = app.StatusClosed, c, "note"
			f.Determination = app.DeterminationFor(s.id, c, detail)
		}
	}
	return map[string]deed{
		"status": {
			nil,
			[2]outbox.Request{req(outbox.SetStatus, app.Fields{Status: app.StatusActive}), req(outbox.SetStatus, app.Fields{Status: app.StatusNew})},
			edit(func(f *app.Fields) { f.Status = app.StatusActive }), edit(func(f *app.Fields) { f.Status = app.StatusAwaiting }),
		},
		"severity": {
			nil,
			[2]outbox.Request{req(outbox.SetSeverity, app.Fields{Severity: app.Low}), req(outbox.SetSeverity, app.Fields{Severity: app.Medium})},
			edit(func(f *app.Fields) { f.Severity = app.Low }), edit(func(f *app.Fields) { f.Severity = app.Informational }),
		},
		"owner": {
			nil,
			[2]outbox.Request{req(outbox.Assign, app.Fields{Owner: me}), req(outbox.Assign, app.Fields{})},
			edit(func(f *app.Fields) { f.Owner = app.Owner{UPN: "ANA@clinic.example", Name: "Ana A."} }), edit(func(f *app.Fields) { f.Owner = app.Owner{UPN: "bob@clinic.example"} }),
		},
		"close": {
			nil,
			[2]outbox.Request{req(outbox.Close, shut(app.TruePositive, "malware", "note")), req(outbox.Close, shut(app.FalsePositive, "notMalicious", "after all"))},
			func(s *service, remote string) { s.edit(remote, "bob", how(s, app.TruePositive, "malware")) },
			func(s *service, remote string) { s.edit(remote, "bob", how(s, app.BenignPositive, "securityTesting")) },
		},
		"reopen": {
			func(f *app.Fields) { *f = shut(app.TruePositive, "", "done"); f.Severity = app.High },
			[2]outbox.Request{req(outbox.SetStatus, app.Fields{Status: app.StatusActive}), req(outbox.SetStatus, app.Fields{Status: app.StatusNew})},
			edit(func(f *app.Fields) { *f = app.Fields{Severity: f.Severity, Status: app.StatusActive} }),
			edit(func(f *app.Fields) { f.Classification = app.FalsePositive }),
		},
		"label": {
			nil,
			[2]outbox.Request{{Verb: outbox.Tag, AddTags: []string{"vip"}}, {Verb: outbox.Tag, AddTags: []string{"seen"}, RemoveTags: []string{"VIP"}}},
			edit(func(f *app.Fields) { f.Tags = []string{"Vip"} }), edit(func(f *app.Fields) { f.Tags = []string{"bob's"} }),
		},
		"comment": {
			nil,
			[2]outbox.Request{{Verb: outbox.Comment, Text: "looked"}, {Verb: outbox.Comment, Text: "looked"}},
			func(s *service, remote string) { s.say(remote, "bob", "looked") }, func(s *service, remote string) { s.say(remote, "bob", "mine") },
		},
		"task": {
			nil,
			[2]outbox.Request{{Verb: outbox.FinishTask, TaskID: "k1", TaskTitle: "call"}, {Verb: outbox.AddTask, TaskTitle: "call again"}},
			func(s *service, remote string) { s.task(remote, "k1", func(t *app.Task) { t.Done = true }) },
			func(s *service, remote string) { s.task(remote, "k1", func(t *app.Task) { t.Title = "call the ward" }) },
		},
	}
}

func TestGoal12EveryCellOfTheMatrixHasItsOutcome(t *testing.T) {
	t.Parallel()
	changes := []string{"unchanged", "other", "same value", "other value", "closed", "deleted", "etag missing", "etag weak"}
	cells, floors := 0, map[string]*floor{}
	shared := func(src app.SourceID, change string, depth int) *floor {
		key := fmt.Sprint(src, change, depth)
		if floors[key] == nil {
			s := newService(src)
			s.weak, s.noETag = change == "etag weak", change == "etag missing"
			floors[key] = newFloor(t, s)
			if depth == 2 { // others change it in the time to undo
				floors[key].grace = 10 * time.Second
				floors[key].start()
			}
		}
		return floors[key]
	}
	for _, line := range strings.Split(strings.TrimSpace(matrix), "\n")[1:] {
		words := strings.Fields(line)
		for i, change := range changes {
			for _, src := range sources {
				if src == app.Defender && words[0] == "task" {
					continue // has none
				}
				for depth := 1; depth <= 2; depth++ {
					want := words[i+1]
					if src == app.Defender && change == "etag missing" {
						want = words[1] // it never gives one
					}
					if depth == 1 {
						want, _, _ = strings.Cut(want, "/")
					}
					name := strings.Join([]string{string(src), words[0], change, want}, "/")
					t.Run(name, func(t *testing.T) { cell(t, shared(src, change, depth), words[0], change, depth, want) })
					cells++
				}
			}
		}
	}
	if cells != 2*112+16 { // and the tasks of Sentinel
		t.Errorf("%d cells", cells)
	}
}

func cell(t *testing.T, f *floor, verb, change string, depth int, want string) {
	d := deeds()[verb]
	start := fresh()
	if d.start != nil {
		d.start(&start)
	}
	s := f.remotes[0]
	s.writes = nil
	remote := s.add(start)
	s.rows[remote].tasks = []app.Task{{ID: "k1", Title: "call", ETag: "0"}}
	f.pull()
	id := f.id(s, remote)
	var seqs []int64
	for _, r := range d.requests[:depth] {
		r.IncidentID = id
		seqs = append(seqs, f.do(r).Seq)
	}
	foreign := true
	switch change {
	case "other":
		s.edit(remote, "bob", func(f *app.Fields) {
			if f.Severity = app.Medium; verb == "severity" {
				f.Severity, f.Owner = app.High, app.Owner{UPN: "bob@clinic.example"}
			}
		})
	case "same value":
		d.same(s, remote)
	case "other value":
		d.other(s, remote)
	case "closed":
		s.edit(remote, "bob", func(f *app.Fields) {
			f.Status, f.Classification, f.ClosingNote = app.StatusClosed, app.BenignPositive, "by bob"
		})
	case "deleted":
		s.remove(remote)
	default:
		foreign = false
	}
	var theirs app.Fields
	if r := s.rows[remote]; r != nil {
		theirs = r.in.Fields
	}
	f.settle()
	var got []string
	for _, seq := range seqs {
		a := f.action(seq)
		if a.State != outbox.Done && a.State != outbox.Queued && a.Reason == "" {
			t.Errorf("%s without a reason", a.State)
		}
		got = append(got, outcome(a.State, foreign))
	}
	if word := strings.Join(got, "/"); word != want {
		t.Fatalf("%s, want %s (%q; writes %v)", word, want, f.action(seqs[0]).Reason, s.writes)
	}
	unharmed(t, f, s, remote, id, theirs, d.requests[:depth], got)
}

func outcome(s outbox.State, foreign bool) string {
	switch s {
	case outbox.Done:
		if foreign {
			return "merged"
		}
		return "applied"
	case outbox.Conflict, outbox.Failed:
		return "asked"
	case outbox.Discarded:
		return "dropped"
	}
	return "waits"
}

// unharmed checks that the service holds exactly what others did plus what was done.
func unharmed(t *testing.T, f *floor, s *service, remote string, id int64, theirs app.Fields, requests []outbox.Request, got []string) {
	t.Helper()
	r := s.rows[remote]
	if got[0] == "dropped" {
		if r != nil || !f.page(id).Row.Deleted {
			t.Errorf("a deleted incident: at the service %v, here deleted %v", r != nil, f.page(id).Row.Deleted)
		}
		return
	}
	if got[0] == "asked" {
		if len(s.writes) > 0 {
			t.Errorf("written without asking: %v", s.writes)
		}
		return
	}
	f.pull() // a comment does not read the incident again
	want, comments := theirs, 0
	for _, q := range requests {
		if q.Verb == outbox.FinishTask && !r.tasks[0].Done || q.Verb == outbox.AddTask && len(r.tasks) != 2 {
			t.Errorf("%s: %+v", q.Verb, r.tasks)
		}
		if q.Verb == outbox.Comment {
			comments++
		}
		want = q.For(s.id).Apply(want)
	}
	for _, field := range all {
		if !outbox.Equal(r.in.Fields, want, field) {
			t.Errorf("%s is %q at the service, want %q", field, outbox.Value(r.in.Fields, field), outbox.Value(want, field))
		}
		if shown := f.page(id).Incident.Fields; !outbox.Equal(shown, want, field) {
			t.Errorf("%s is shown as %q, want %q", field, outbox.Value(shown, field), outbox.Value(want, field))
		}
	}
	mine := 0
	for _, c := range r.comments {
		if c.Author == "me" {
			mine++
		}
	}
	if mine != comments {
		t.Errorf("%d comments of mine, want %d", mine, comments)
	}
}
