package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"watchfloor/app"
	"watchfloor/app/text"
)

// Run executes one command line and returns its exit code. It prints a failure as one
// sentence on stderr. Cancelling ctx interrupts the command.
func Run(ctx context.Context, d Deps, args []string, stdout, stderr io.Writer) int {
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.Local == nil {
		d.Local = time.UTC
	}
	if d.Getenv == nil {
		d.Getenv = func(string) string { return "" }
	}
	if d.Program == "" {
		d.Program = "watchfloor"
	}
	if d.In == nil {
		d.In = strings.NewReader("")
	}
	r := &runner{d: d, out: stdout, err: stderr}
	root := r.root()
	root.SetArgs(negatedLast(args))
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err != nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	if err != nil {
		if strings.HasPrefix(err.Error(), "unknown command") { // cobra's own, without a type
			err = usage("%s; see watchfloor --help", firstLine(err.Error()))
		}
		if said := (saidError{}); !errors.As(err, &said) {
			fmt.Fprintln(stderr, "watchfloor: "+sentence(err))
		}
	}
	return exitCode(err)
}

// runner carries what every command uses.
type runner struct {
	d         Deps
	o         Options
	at        string
	json      bool
	queueOnly bool
	in        *bufio.Reader
	out, err  io.Writer
}

func (r *runner) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "watchfloor",
		Short: "One window over incidents, identities and posture of Microsoft security products",
		Long: "Watchfloor keeps the incidents of Microsoft Sentinel and Defender XDR in a local cache,\n" +
			"works with and without a network, and sends what was decided offline later.\n" +
			"Without a command it opens the window.\n\n" + exitHelp,
		Version:           r.d.Version,
		Args:              cobra.NoArgs,
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return r.prepare(cmd.Name()) },
		RunE:              func(cmd *cobra.Command, _ []string) error { return r.window(cmd.Context()) },
	}
	f := root.PersistentFlags()
	f.StringVar(&r.o.Home, "home", "", "data `folder` (default "+r.d.DefaultHome+")")
	f.StringVar(&r.o.Profile, "profile", "", "`name` of the connected tenant to work on (default all)")
	f.BoolVar(&r.o.Simulated, "simulated", false, "work on the simulated tenant, in this process")
	f.IntVar(&r.o.Incidents, "incidents", 1000, "size of the simulated tenant")
	f.Int64Var(&r.o.Seed, "seed", 1, "seed of the simulated tenant; the same seed tells the same story")
	f.StringVar(&r.o.Faults, "faults", "", "`faults` the simulated tenant makes, such as latency=250ms,throttlePercent=5,offline")
	f.StringVar(&r.at, "at", "", "stop the clock of the simulated tenant at this `time` (RFC 3339)")
	f.BoolVar(&r.o.Debug, "debug", false, "write every call to the log, with names and addresses but no token")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		return usage("%s; see watchfloor --help", err)
	})
	root.AddCommand(r.queueCommand(), r.showCommand(), r.actCommand(), r.identityCommand(), r.postureCommand(), r.outboxCommand(), r.auditCommand(), r.verifyCommand(), r.syncCommand(), r.exportCommand(),
		r.reportCommand(), r.connectCommand(), r.profilesCommand(), r.permissionsCommand(), r.vaultCommand(), r.simulateCommand(), r.doctorCommand(), r.demoCommand(), r.shotsCommand(), r.versionCommand())
	return root
}

// prepare checks the flags that every command has.
func (r *runner) prepare(command string) error {
	if r.o.Incidents < 1 || r.o.Incidents > 1_000_000 {
		return usage("--incidents takes 1 to 1000000")
	}
	simulated := r.o.Simulated || command == "simulate" || command == "demo" || command == "shots"
	if r.o.Faults != "" && !simulated {
		return usage("--faults belongs to the simulated tenant; add --simulated")
	}
	if r.o.Faults != "" && r.d.Faults != nil {
		if err := r.d.Faults(r.o.Faults); err != nil {
			return usage("--faults: %s; docs/simulated-tenant.md lists the names", text.Line(err.Error(), 200))
		}
	}
	if home := orElse(r.o.Home, r.d.DefaultHome); home != "" {
		if info, err := os.Stat(home); err == nil && !info.IsDir() {
			return usage("%s is a file; name a folder with --home", home)
		}
	}
	if r.at == "" {
		return nil
	}
	at, err := time.Parse(time.RFC3339, r.at)
	if err != nil {
		return usage("--at takes a time such as 2026-03-12T09:30:00Z")
	}
	if !simulated {
		return usage("--at belongs to the simulated tenant; add --simulated")
	}
	r.o.At = at.UTC()
	r.d.Now = func() time.Time { return r.o.At }
	return nil
}

func (r *runner) window(ctx context.Context) error {
	if r.d.Window == nil {
		return missing("a window")
	}
	if r.d.Display != nil && !r.d.Display() {
		return app.E(app.KindInternal, "There is no display here to open a window on. Work headless (watchfloor queue, watchfloor demo), or start it from a desktop session.", nil)
	}
	return r.d.Window(ctx, r.o)
}

// with opens the session for one command and closes it.
func (r *runner) with(ctx context.Context, do func(context.Context, *Session) error) (err error) {
	if r.d.Open == nil {
		return missing("a cache")
	}
	s, err := r.d.Open(ctx, r.o)
	if err != nil {
		return err
	}
	defer func() {
		if lost := r.lost(ctx, s); lost != nil {
			err = lost
		}
		if s.Close == nil {
			return
		}
		if closing := s.Close(); err == nil {
			err = closing
		}
	}()
	return do(ctx, s)
}

// jsonFlag adds --json to a command that prints rows.
func (r *runner) jsonFlag(cmd *cobra.Command) *cobra.Command {
	cmd.Flags().BoolVar(&r.json, "json", false, "print JSON")
	return cmd
}

func (r *runner) say(format string, args ...any)  { fmt.Fprintf(r.out, format+"\n", args...) }
func (r *runner) note(format string, args ...any) { fmt.Fprintf(r.err, format+"\n", args...) }

func missing(what string) error {
	return app.E(app.KindInternal, "This build of Watchfloor has no "+strings.TrimPrefix(what, "a ")+".", nil)
}

func usage(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// exactly and atLeast check the number of arguments and name what is missing.
func exactly(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != n {
			return usage("%s takes %s", cmd.CommandPath(), what)
		}
		return nil
	}
}

func atLeast(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < n {
			return usage("%s takes %s", cmd.CommandPath(), what)
		}
		return nil
	}
}

// group is the RunE of a command that only holds others.
func group(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage("%s has no command %q; see %s --help", cmd.CommandPath(), args[0], cmd.CommandPath())
	}
	var names []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	return usage("%s needs one of %s; see %s --help", cmd.CommandPath(), strings.Join(names, ", "), cmd.CommandPath())
}

var negated = regexp.MustCompile(`^-[A-Za-z]+[:<>]`)

// negatedLast moves terms such as -tag:test behind "--", so that they are not taken
// for flags.
func negatedLast(args []string) []string {
	var front, back []string
	for i, a := range args {
		if a == "--" {
			back = append(back, args[i+1:]...)
			break
		}
		if negated.MatchString(a) {
			back = append(back, a)
		} else {
			front = append(front, a)
		}
	}
	if len(back) == 0 {
		return front
	}
	return append(append(front, "--"), back...)
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}
