package cli

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"watchfloor/app"
)

// A mistake on the command line is one sentence and exit code 2, and nothing was
// opened.
func TestBadUsageIsOneSentence(t *testing.T) {
	for line, want := range map[string]string{
		"frobnicate":                            `unknown command "frobnicate"`,
		"queue --frob":                          "unknown flag: --frob",
		"queue sev:terrible":                    "severity is one of",
		"queue --sort size":                     "--sort takes",
		"queue --limit -1":                      "--limit takes",
		"show":                                  "takes one incident number",
		"show 1 2":                              "takes one incident number",
		"act frob":                              `has no command "frob"`,
		"act":                                   "act needs one of assign, close, comment",
		"outbox":                                "outbox needs one of discard, export, flush",
		"report":                                "report needs one of handover, identity, incident, posture, trend",
		"--simulated --faults bogus=1 queue":    "--faults: no such fault",
		"act status 48213":                      "an incident number and new or active",
		"act status 48213 closed":               "watchfloor act close",
		"act severity 48213 huge":               "high, medium, low or info",
		"act tag 48213":                         "name a tag",
		"act close 48213":                       "--as takes",
		"act close 48213 --as tp --reason nope": "is no reason for True positive",
		"act assign 48213 jo":                   "a UPN such as",
		"act comment 48213 -":                   "the comment is empty",
		"outbox retry":                          "the numbers that",
		"outbox retry x":                        "is no number of",
		"export --format xml":                   "the format is one of csv, xlsx, json",
		"export -o x.pdf":                       "the format is one of csv, xlsx, json",
		"report trend --days 0":                 "--days takes",
		"connect":                               "needs --tenant and --client",
		"connect --tenant t --client c":         "name a Sentinel workspace",
		"connect --tenant t --client c --workspace w":                   "needs all of",
		"connect --tenant t --client c --defender --method magic":       "--method takes",
		"connect --tenant t --client c --defender --cloud moon":         "--cloud takes",
		"connect --tenant t --client c --defender --cloud china":        "no security incidents in China",
		"connect --tenant t --client c --defender --method secret":      SecretVariable,
		"connect --tenant t --client c --defender":                      "give its id (a GUID) or its domain",
		"connect --tenant t --client c --defender --method certificate": "--certificate FILE",
		"connect --tenant t --client c --defender --colour red":         "--colour takes",
		"profiles sources":                      "takes",
		"profiles sources Contoso":              "name what to change",
		"profiles sources Contoso --keep 10MiB": "at least 64 MiB",
		"profiles sources Contoso --keep 2GB":   "such as 512MiB",
		"--simulated profiles":                  "leave it out",
		"simulate --listen 0.0.0.0:1":           "loopback address",
		"simulate --listen nowhere":             "loopback address",
		"--incidents 0 queue":                   "--incidents takes",
		"--at yesterday --simulated queue":      "--at takes a time",
		"--faults offline queue":                "--faults belongs to the simulated tenant",
		"--at 2026-03-12T09:30:00Z queue":       "add --simulated",
	} {
		f := newFloor()
		got := f.run(t, func(d *Deps) {
			d.Connector = func(context.Context, Options) (Connector, error) {
				t.Error(line + ": connected")
				return nil, nil
			}
			d.Faults = func(string) error { return errors.New("no such fault") }
			d.Simulate = func(context.Context, SimulateOptions, io.Writer) error { t.Error(line + ": simulated"); return nil }
		}, strings.Fields(line)...)
		if got.code != ExitUsage || !strings.Contains(got.err, want) || strings.Count(got.err, "\n") != 1 || got.out != "" {
			t.Errorf("%s: exit %d, stderr %q, stdout %q; want 2 and %q", line, got.code, got.err, got.out, want)
		}
		if len(f.actions) > 0 {
			t.Errorf("%s: an action was queued", line)
		}
	}
}

// Each kind of failure has its own exit code and shows its sentence, not its cause.
func TestFailuresHaveHonestExitCodes(t *testing.T) {
	for kind, want := range map[app.Kind]int{
		app.KindInternal: ExitFailed, app.KindNotFound: ExitFailed, app.KindOffline: ExitOffline, app.KindThrottled: ExitPartly,
		app.KindSignIn: ExitAccess, app.KindPermission: ExitAccess, app.KindCancelled: ExitStopped,
	} {
		f := newFloor()
		f.openErr = app.E(kind, "Sentence for a person.", io.ErrUnexpectedEOF)
		got := f.run(t, nil, "queue")
		if got.code != want || got.err != "watchfloor: Sentence for a person.\n" {
			t.Errorf("%s: exit %d (want %d), %q", kind, got.code, want, got.err)
		}
	}
}

func TestHelpListsCommandsAndExitCodes(t *testing.T) {
	got := newFloor().run(t, nil, "--help")
	got.expect(t, 0, "Exit codes:", "no usable answer", "--home folder", "--simulated")
	for _, c := range []string{"simulate", "sync", "queue", "show", "act", "outbox", "export", "report", "connect", "doctor", "demo"} {
		if !strings.Contains(got.out, "\n  "+c+" ") {
			t.Errorf("the help does not list %s", c)
		}
	}
	newFloor().run(t, nil, "--version").expect(t, 0, "1.2.3")
}

func TestNegatedTermsAreNoFlags(t *testing.T) {
	for in, want := range map[string]string{
		"queue -tag:test sev:high --json": "queue sev:high --json -- -tag:test",
		"queue -n 5":                      "queue -n 5",
		"queue -- -x":                     "queue -- -x",
		"queue -age<3d":                   "queue -- -age<3d",
	} {
		if got := negatedLast(strings.Fields(in)); !slices.Equal(got, strings.Fields(want)) {
			t.Errorf("%s became %v", in, got)
		}
	}
}

func TestWithoutCommandTheWindowOpens(t *testing.T) {
	var got Options
	window := func(d *Deps) {
		d.Window = func(_ context.Context, o Options) error { got = o; return nil }
	}
	newFloor().run(t, window, "--simulated", "--seed", "9", "--home", "/h", "--at", "2026-03-12T09:30:00Z").expect(t, 0)
	if !got.Simulated || got.Seed != 9 || got.Home != "/h" || got.At.Hour() != 9 || got.Incidents != 1000 {
		t.Errorf("the window got %+v", got)
	}
	blind := func(d *Deps) { window(d); d.Display = func() bool { return false } }
	newFloor().run(t, blind).expect(t, ExitFailed, "no display", "watchfloor demo")
	newFloor().run(t, nil).expect(t, ExitFailed, "has no window")
}
