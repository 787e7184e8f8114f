package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/text"
	"watchfloor/app/triage"
)

func (r *runner) actCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "act",
		Short: "Assign, set status or severity, tag, comment or close an incident",
		Long: "Each action is stored first and sent then. Offline, or with --queue, it waits in the outbox:\n" +
			"watchfloor outbox flush sends it later. What changed at the service meanwhile is not overwritten.",
		RunE: group,
	}
	cmd.PersistentFlags().BoolVar(&r.queueOnly, "queue", false, "only queue the action, send nothing now")
	cmd.AddCommand(r.assignCommand(), r.statusCommand(), r.severityCommand(), r.tagCommand(), r.closeCommand(), r.commentCommand())
	for _, sub := range cmd.Commands() {
		r.jsonFlag(sub)
	}
	return cmd
}

// act runs one request: queue, send unless asked not to, say what became of it.
func (r *runner) act(ctx context.Context, number string, build func(*Session, triage.Row) (outbox.Request, error)) error {
	return r.with(ctx, func(ctx context.Context, s *Session) error {
		r.forewarn(s)
		id, err := find(ctx, s, number)
		if err != nil {
			return err
		}
		if err := r.mayWait(s, id); err != nil {
			return err
		}
		row, err := s.Queue.Row(ctx, id)
		if err != nil {
			return err
		}
		req, err := build(s, row)
		if err != nil {
			return err
		}
		req.IncidentID = id
		action, err := s.Outbox.Do(ctx, req)
		if err != nil {
			return err
		}
		if r.queueOnly {
			return r.outcome(action, nil)
		}
		if !s.Sends {
			if err := r.printActions([]outbox.Action{action}); err != nil {
				return err
			}
			r.note("%s", windowSends)
			return nil
		}
		if _, err := s.Outbox.Flush(ctx); err != nil {
			return err
		}
		if action, err = again(ctx, s, action); err != nil {
			return err
		}
		all, err := s.Outbox.List(ctx, 1000, unfinished...)
		if err != nil {
			return err
		}
		return r.outcome(action, all)
	})
}

// windowSends is said where another process does the sending.
const windowSends = "Queued; the open window sends it."

// again reads an action afresh.
func again(ctx context.Context, s *Session, a outbox.Action) (outbox.Action, error) {
	all, err := s.Outbox.List(ctx, 1000)
	if err != nil {
		return a, err
	}
	for _, x := range all {
		if x.Seq == a.Seq {
			return x, nil
		}
	}
	return a, nil
}

// outcome prints an action; its state, and that of all that is unfinished, decides the exit code.
func (r *runner) outcome(a outbox.Action, all []outbox.Action) error {
	if err := r.printActions([]outbox.Action{a}); err != nil {
		return err
	}
	if r.queueOnly {
		return nil
	}
	switch a.State {
	case outbox.Done, outbox.Discarded:
		return nil
	case outbox.Conflict, outbox.Failed:
		return partlyError{"The action is stored and waits for you: " + text.Line(orElse(a.Reason, string(a.State)), 300)}
	}
	if a.Reason == "" { // it was not tried: something before it did not leave
		return behind(all, a)
	}
	return unsent([]outbox.Action{a}, "The action is stored and not sent yet", "watchfloor outbox flush sends it.")
}

// behind says what an action that was not tried waits for.
func behind(all []outbox.Action, a outbox.Action) error {
	var same []outbox.Action
	for _, x := range all {
		switch {
		case x.Seq == a.Seq:
		case x.IncidentID == a.IncidentID && x.Seq < a.Seq && (x.State == outbox.Conflict || x.State == outbox.Failed):
			return partlyError{fmt.Sprintf("The action is stored; action %d on the same incident is first and waits for you; watchfloor outbox list shows it.", x.Seq)}
		case x.Ref.Source == a.Ref.Source && x.State == outbox.Queued:
			same = append(same, x)
		}
	}
	return unsent(same, "The action is stored and not sent yet", "watchfloor outbox flush sends it.")
}

// unsent says why queued actions did not leave. A service that answered and wants to be
// asked later is not offline: such an action has used an attempt up.
func unsent(queued []outbox.Action, what, next string) error {
	why, answered := "", false
	for _, a := range queued {
		if a.Reason != "" && (why == "" || a.Attempts > 0) {
			why = text.Line(a.Reason, 300)
		}
		answered = answered || a.Attempts > 0
	}
	if why != "" {
		what += ": " + strings.TrimSuffix(why, ".")
	}
	what += "; " + next
	if answered {
		return partlyError{what}
	}
	return app.E(app.KindOffline, what, nil)
}

func (r *runner) assignCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "assign NUMBER [me|none|UPN]",
		Short: "Assign to yourself, to nobody or to somebody else",
		Args:  cobraRange(1, 2, "an incident number and me, none or a UPN"),
		RunE: func(cmd *cobra.Command, args []string) error {
			who := "me"
			if len(args) == 2 {
				who = args[1]
			}
			return r.act(cmd.Context(), args[0], func(s *Session, row triage.Row) (outbox.Request, error) {
				req := outbox.Request{Verb: outbox.Assign}
				switch strings.ToLower(who) {
				case "me":
					me := s.me(row.ID)
					if me.IsZero() {
						return req, usage("the tenant's settings do not say who you are; name a UPN instead of me")
					}
					req.Want.Owner = me
				case "none":
				default:
					if !strings.Contains(who, "@") {
						return req, usage("assign takes me, none or a UPN such as jo@contoso.com")
					}
					req.Want.Owner = app.Owner{UPN: who}
				}
				return req, nil
			})
		},
	}
}

func (r *runner) statusCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "status NUMBER new|active",
		Short: "Set the status; close has a command of its own",
		Args:  exactly(2, "an incident number and new or active"),
		RunE: func(cmd *cobra.Command, args []string) error {
			want := app.ParseStatus(app.Sentinel, args[1])
			if want != app.StatusNew && want != app.StatusActive {
				return usage("status takes new or active; close an incident with watchfloor act close")
			}
			return r.act(cmd.Context(), args[0], func(*Session, triage.Row) (outbox.Request, error) {
				return outbox.Request{Verb: outbox.SetStatus, Want: app.Fields{Status: want}}, nil
			})
		},
	}
}

func (r *runner) severityCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "severity NUMBER high|medium|low|info",
		Short: "Set the severity",
		Args:  exactly(2, "an incident number and high, medium, low or info"),
		RunE: func(cmd *cobra.Command, args []string) error {
			want := app.ParseSeverity(args[1])
			if want == app.SeverityUnknown {
				return usage("severity takes high, medium, low or info")
			}
			return r.act(cmd.Context(), args[0], func(*Session, triage.Row) (outbox.Request, error) {
				return outbox.Request{Verb: outbox.SetSeverity, Want: app.Fields{Severity: want}}, nil
			})
		},
	}
}

func (r *runner) tagCommand() *cobra.Command {
	var remove []string
	cmd := &cobra.Command{
		Use:   "tag NUMBER [TAG...] [--remove TAG]",
		Short: "Add and remove tags",
		Args:  atLeast(1, "an incident number and tags"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 && len(remove) == 0 {
				return usage("name a tag to add, or --remove one")
			}
			return r.act(cmd.Context(), args[0], func(*Session, triage.Row) (outbox.Request, error) {
				return outbox.Request{Verb: outbox.Tag, AddTags: args[1:], RemoveTags: remove}, nil
			})
		},
	}
	cmd.Flags().StringArrayVar(&remove, "remove", nil, "`tag` to remove; may be repeated")
	return cmd
}

// verdicts are the short names of classifications.
var verdicts = map[string]app.Classification{
	"tp": app.TruePositive, "fp": app.FalsePositive, "bp": app.BenignPositive, "undetermined": app.Undetermined,
	"truepositive": app.TruePositive, "falsepositive": app.FalsePositive, "benignpositive": app.BenignPositive,
}

func (r *runner) closeCommand() *cobra.Command {
	var as, reason, note string
	cmd := &cobra.Command{
		Use:   "close NUMBER... --as tp|fp|bp|undetermined [--reason X] [--note TEXT]",
		Short: "Close one or more incidents with classification, reason and note",
		Long:  "Close incidents. Reasons by classification; Sentinel's and Defender's names are both accepted:\n\n" + reasonHelp(),
		Args:  atLeast(1, "incident numbers"),
		RunE: func(cmd *cobra.Command, args []string) error {
			class, ok := verdicts[strings.ToLower(as)]
			if !ok {
				return usage("--as takes tp, fp, bp or undetermined")
			}
			found, ok := app.FindReason(class, reason)
			if !ok {
				return usage("%q is no reason for %s; see watchfloor act close --help", text.Line(reason, 60), class.Label())
			}
			build := func(_ *Session, row triage.Row) (outbox.Request, error) {
				return outbox.Request{Verb: outbox.Close, Want: app.Fields{
					Status: app.StatusClosed, Classification: class,
					Determination: app.DeterminationFor(row.Ref.Source, class, found.Determination), ClosingNote: note,
				}}, nil
			}
			if len(args) > 1 {
				return r.actMany(cmd.Context(), args, build)
			}
			return r.act(cmd.Context(), args[0], build)
		},
	}
	cmd.Flags().StringVar(&as, "as", "", "what it turned out to be: tp, fp, bp or undetermined")
	cmd.Flags().StringVar(&reason, "reason", "", "determination or reason; the first of the classification without it")
	cmd.Flags().StringVar(&note, "note", "", "closing note")
	return cmd
}

func reasonHelp() string {
	var b strings.Builder
	for _, c := range []app.Classification{app.TruePositive, app.FalsePositive, app.BenignPositive, app.Undetermined} {
		b.WriteString("  " + c.Label() + ":")
		for _, r := range app.ReasonsFor(c) {
			b.WriteString(" " + r.Determination)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func (r *runner) commentCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "comment NUMBER TEXT|-",
		Short: "Add a comment; - reads it from standard input",
		Args:  exactly(2, "an incident number and a text"),
		RunE: func(cmd *cobra.Command, args []string) error {
			words := args[1]
			if words == "-" {
				in, err := io.ReadAll(io.LimitReader(r.d.In, 1<<20))
				if err != nil {
					return app.E(app.KindInternal, "The comment could not be read from standard input.", err)
				}
				words = strings.TrimRight(string(in), "\n")
			}
			if strings.TrimSpace(words) == "" {
				return usage("the comment is empty")
			}
			return r.act(cmd.Context(), args[0], func(*Session, triage.Row) (outbox.Request, error) {
				return outbox.Request{Verb: outbox.Comment, Text: words}, nil
			})
		},
	}
}

func cobraRange(from, to int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < from || len(args) > to {
			return usage("%s takes %s", cmd.CommandPath(), what)
		}
		return nil
	}
}
