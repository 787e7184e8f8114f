package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"github.com/spf13/cobra"

	"watchfloor/app"
	"watchfloor/app/report"
)

func (r *runner) doctorCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check what Watchfloor needs: data folder, cache, keyring, display, services",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return r.doctor(cmd.Context()) },
	}
	return r.jsonFlag(cmd)
}

// finding is one line of doctor.
type finding struct {
	Check string `json:"check"`
	OK    bool   `json:"ok"`
	Warn  bool   `json:"warning,omitempty"`
	Says  string `json:"says"`
}

// warning is a failure that nothing depends on.
type warning struct{ error }

func (w warning) Unwrap() error { return w.error }

// Warn makes the failure of a check one that does not fail doctor.
func Warn(err error) error { return warning{err} }

// doctor runs every check, also after one that failed, and fails if one did.
func (r *runner) doctor(ctx context.Context) error {
	var all []finding
	run := func(c Check) {
		says, err := c.Run(ctx)
		if err != nil {
			says = app.Say(err)
		}
		only := IsWarning(err)
		all = append(all, finding{c.Name, err == nil || only, only, says})
	}
	run(Check{"Data folder", r.checkHome})
	run(Check{"Window", r.checkDisplay})
	if r.d.Checks != nil {
		for _, c := range r.d.Checks(r.o) {
			run(c)
		}
	}
	opened := false
	err := r.with(ctx, func(ctx context.Context, s *Session) error {
		opened = true
		run(Check{"Start", func(context.Context) (string, error) { return "opens: " + s.Home, nil }})
		for _, c := range s.Checks {
			run(c)
		}
		return nil
	})
	if err != nil {
		what := "Start"
		if opened {
			what = "Close"
		}
		run(Check{what, func(context.Context) (string, error) { return "", err }})
	}
	return r.printFindings(all)
}

func (r *runner) printFindings(all []finding) error {
	failed := 0
	t := table{header: []string{"", "CHECK", "FINDING"}, flex: 2}
	for _, f := range all {
		mark := "✓ ok"
		if f.Warn {
			mark = "! note"
		} else if !f.OK {
			mark = "✗ no"
			failed++
		}
		t.rows = append(t.rows, []string{mark, f.Check, f.Says})
	}
	var err error
	if r.json {
		err = report.WriteJSON(r.out, all)
	} else {
		err = t.print(r.out, 4*unbounded) // a finding is a sentence and is never cut
	}
	if err == nil && failed > 0 {
		err = app.E(app.KindInternal, fmt.Sprintf("%d of %d checks failed.", failed, len(all)), nil)
	}
	return err
}

// checkHome writes and removes a file where the cache lives.
func (r *runner) checkHome(context.Context) (string, error) {
	home := orElse(r.o.Home, r.d.DefaultHome)
	if home == "" {
		return "", app.E(app.KindInvalid, "No data folder is known here; name one with --home.", nil)
	}
	fail := func(err error) (string, error) {
		return "", app.E(app.KindPermission, "The folder "+home+" cannot be written:"+cause(err)+". Name another with --home, or change its owner.", err)
	}
	if err := os.MkdirAll(home, 0o700); err != nil {
		return fail(err)
	}
	probe, err := os.CreateTemp(home, ".doctor-*")
	if err != nil {
		return fail(err)
	}
	_ = probe.Close()
	if err := os.Remove(probe.Name()); err != nil {
		return fail(err)
	}
	info, err := os.Stat(home)
	if err != nil {
		return fail(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return "", app.E(app.KindPermission, fmt.Sprintf("The folder %s can be read by others (mode %04o); run chmod 700 on it.", home, info.Mode().Perm()), nil)
	}
	return "can be written: " + filepath.Clean(home), nil
}

func (r *runner) checkDisplay(context.Context) (string, error) {
	if r.d.Window == nil {
		return "", missing("a window")
	}
	if r.d.Display != nil && !r.d.Display() {
		return "no display here, so only the command line works; the window needs a desktop session with OpenGL", nil
	}
	return "a display is there; the window also needs OpenGL 2.1 of its driver", nil
}

// IsWarning reports that err was marked by Warn.
func IsWarning(err error) bool {
	var w warning
	return errors.As(err, &w)
}
