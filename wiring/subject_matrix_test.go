package wiring_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
)

// The matrix of goal 12 for deeds on subjects, with the words of the one for incidents.
// "same" is the same deed done by somebody else, "other" another value of what the deed
// is about, "beside" a value that it is not about. Behind the slash is a second deed that
// was queued on the same subject: it counts on the first.
const subjectMatrix = `
deed           unchanged        same           other        beside           gone
dismiss        applied/applied  merged/merged  asked/waits  applied/applied  dropped/dropped
compromised    applied/applied  merged/merged  asked/waits  applied/applied  dropped/dropped
safe           applied/applied  merged/merged  asked/waits  applied/applied  dropped/dropped
revoke         applied/applied  merged/merged  asked/waits  applied/applied  dropped/dropped
disable        applied/applied  merged/merged  asked/waits  applied/applied  dropped/dropped
enable         applied/applied  merged/merged  asked/waits  applied/applied  dropped/dropped
control        applied/applied  merged/merged  asked/waits  applied/applied  dropped/dropped
contact        applied/applied  merged/merged  asked/waits  applied/applied  dropped/dropped
workload       applied/applied  merged/merged  asked/waits  applied/applied  dropped/dropped
sign-in        applied/applied  merged/merged  asked/waits  applied/applied  dropped/dropped`

// response is one row: how the subject is seen, two deeds in a row, and what others do.
type response struct {
	start               app.Values
	requests            [2]outbox.Request
	same, other, beside app.Values
}

func responses(now string) map[string]response {
	u := user(0)
	atRisk := app.Values{app.PropRiskState: "atRisk", app.PropRiskLevel: "low", app.PropEnabled: "true"}
	compromised := app.Values{app.PropRiskState: "confirmedCompromised", app.PropRiskLevel: "high"}
	dismissed := app.Values{app.PropRiskState: "dismissed", app.PropRiskLevel: "none"}
	safe := app.Values{app.PropRiskState: "confirmedSafe", app.PropRiskLevel: "none"}
	detail := app.Values{app.PropRiskDetail: "userPassedMFADrivenByRiskBasedPolicy"}
	w := app.Subject{Kind: app.SubjectWorkload, ID: "w", Name: "Backup"}
	s := app.Subject{Kind: app.SubjectSignIn, ID: "s", Name: "Sign-in of 07:12"}
	control := func(state, note string) outbox.Request {
		return outbox.Request{Verb: outbox.SetControl, On: aControl, Set: app.Values{app.PropControlState: state, app.PropControlNote: note}}
	}
	return map[string]response{
		"dismiss":     {atRisk, [2]outbox.Request{on(outbox.DismissRisk, u), on(outbox.RevokeSessions, u)}, dismissed, compromised, detail},
		"compromised": {atRisk, [2]outbox.Request{on(outbox.ConfirmCompromised, u), on(outbox.DisableAccount, u)}, compromised, dismissed, detail},
		"safe":        {atRisk, [2]outbox.Request{on(outbox.ConfirmSafe, u), on(outbox.RevokeSessions, u)}, safe, compromised, detail},
		"revoke":      {atRisk, [2]outbox.Request{on(outbox.RevokeSessions, u), on(outbox.ConfirmCompromised, u)}, app.Values{app.PropSessionsFrom: now}, compromised, detail},
		"disable": {
			atRisk,
			[2]outbox.Request{on(outbox.DisableAccount, u), on(outbox.EnableAccount, u)},
			app.Values{app.PropEnabled: "false"},
			app.Values{app.PropRiskState: "remediated", app.PropRiskLevel: "none"},
			detail,
		},
		"enable": {
			app.Values{app.PropRiskState: "atRisk", app.PropRiskLevel: "low", app.PropEnabled: "false"},
			[2]outbox.Request{on(outbox.EnableAccount, u), on(outbox.DisableAccount, u)},
			app.Values{app.PropEnabled: "true"},
			app.Values{app.PropEnabled: "hidden"},
			detail,
		},
		"control": {
			nil,
			[2]outbox.Request{control("Reviewed", "done"), control("Ignored", "later")},
			app.Values{app.PropControlState: "reviewed", app.PropControlNote: "done"},
			app.Values{app.PropControlState: "ThirdParty"},
			app.Values{app.PropRiskDetail: "x"},
		},
		"contact": {
			nil,
			[2]outbox.Request{contactEdit(app.Values{app.PropPhone: "112", app.PropNotify: "false"}), contactEdit(app.Values{app.PropPhone: "113"})},
			app.Values{app.PropPhone: "112", app.PropNotify: "false"},
			app.Values{app.PropPhone: "999"},
			app.Values{app.PropEmails: "bob@clinic.example"},
		},
		"workload": {atRisk, [2]outbox.Request{on(outbox.DismissRisk, w), on(outbox.ConfirmCompromised, w)}, dismissed, compromised, detail},
		"sign-in":  {atRisk, [2]outbox.Request{on(outbox.ConfirmSafe, s), on(outbox.ConfirmCompromised, s)}, safe, compromised, detail},
	}
}

func TestGoal12EveryDeedHasItsOutcome(t *testing.T) {
	t.Parallel()
	changes := []string{"unchanged", "same", "other", "beside", "gone"}
	cells := 0
	f, _ := ward(t, 0)
	for _, line := range strings.Split(strings.TrimSpace(subjectMatrix), "\n")[1:] {
		words := strings.Fields(line)
		for i, change := range changes {
			for depth := 1; depth <= 2; depth++ {
				want := strings.Split(words[i+1], "/")[:depth]
				t.Run(words[0]+"/"+change+"/"+strings.Join(want, "-"), func(t *testing.T) { f.deedCell(t, words[0], change, want) })
				cells++
			}
		}
	}
	if cells != 100 {
		t.Errorf("%d cells", cells)
	}
}

func (f *floor) deedCell(t *testing.T, name, change string, want []string) {
	for _, d := range f.desks { // as if this were the first
		d.rows, d.calls = map[app.Subject]*seat{}, nil
	}
	f.admit(1)
	f.now = f.now.Add(24 * time.Hour)
	r := responses(f.now.Format(time.RFC3339))[name]
	subject := r.requests[0].On
	d := f.desks[slices.IndexFunc(f.desks, func(d *desk) bool { return d.id == outbox.SourceOf(subject.Kind) })]
	if d.rows[plain(subject)] == nil {
		d.rows[plain(subject)] = &seat{values: app.Values{}}
	}
	for p, v := range r.start {
		d.rows[plain(subject)].values[p] = v
	}
	f.learn()
	f.online = false
	var as []outbox.Action
	for i := range want {
		as = append(as, f.do(r.requests[i]))
	}
	f.now = f.now.Add(2 * time.Minute)
	switch change {
	case "same":
		if name == "revoke" {
			r.same = app.Values{app.PropSessionsFrom: f.now.Format(time.RFC3339)}
		}
		d.edit(subject, r.same)
	case "other":
		d.edit(subject, r.other)
	case "beside":
		d.edit(subject, r.beside)
	case "gone":
		delete(d.rows, plain(subject))
	}
	f.online = true
	f.settle()
	for i, a := range as {
		a = f.action(a.Seq)
		sent := slices.Contains(d.respondCalls(), string(a.Verb)+" 1")
		got := map[outbox.State]string{outbox.Conflict: "asked", outbox.Discarded: "dropped", outbox.Queued: "waits", outbox.Failed: "failed"}[a.State]
		if a.State == outbox.Done {
			if got = "merged"; sent && (change == "unchanged" || change == "beside") {
				got = "applied"
			}
		}
		if got != want[i] || (got == "asked" || got == "dropped" || got == "waits") && sent && (i == 0 || a.Verb != as[0].Verb) {
			t.Errorf("%s: %s (%s %q %+v), sent %v", a.Verb, got, a.State, a.Reason, a.Drift, d.respondCalls())
		}
		if !slices.Contains([]string{"waits", "applied"}, got) && a.Reason == "" && !sent {
			t.Errorf("%s without a word", a.Verb)
		}
	}
	for _, a := range f.actions(unfinished...) {
		if err := f.box.Discard(t.Context(), a.Seq); err != nil {
			t.Fatal(err)
		}
	}
}
