package cli

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/text"
)

func (r *runner) outboxCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "outbox", Short: "See and settle what was decided and has not reached the services", RunE: group}
	var all bool
	list := &cobra.Command{
		Use:   "list",
		Short: "List actions that are not finished; --all lists every one",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return r.with(cmd.Context(), func(ctx context.Context, s *Session) error {
				states := unfinished
				if all {
					states = nil
				}
				actions, err := s.Outbox.List(ctx, 1000, states...)
				if err != nil {
					return err
				}
				return r.printActions(actions)
			})
		},
	}
	list.Flags().BoolVar(&all, "all", false, "also those that are done or discarded")
	flush := &cobra.Command{
		Use:   "flush",
		Short: "Send what waits; conflicts are listed, not overwritten",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return r.with(cmd.Context(), r.flush)
		},
	}
	cmd.AddCommand(r.jsonFlag(list), r.jsonFlag(flush), r.outboxExport(),
		r.settleCommand("retry", "Try failed actions again", func(ctx context.Context, o Outbox, seq int64) error { return o.Retry(ctx, seq) }),
		r.settleCommand("discard", "Give actions up; for a conflict this keeps theirs", func(ctx context.Context, o Outbox, seq int64) error { return o.Discard(ctx, seq) }),
		r.settleCommand("keep-mine", "Settle conflicts by sending yours over theirs", func(ctx context.Context, o Outbox, seq int64) error { return o.KeepMine(ctx, seq) }))
	return cmd
}

var unfinished = []outbox.State{outbox.Queued, outbox.Sending, outbox.Conflict, outbox.Failed}

// settleCommand does one thing to each action named by its number in the list.
func (r *runner) settleCommand(name, short string, do func(context.Context, Outbox, int64) error) *cobra.Command {
	return &cobra.Command{
		Use:   name + " SEQ...",
		Short: short,
		Args:  atLeast(1, "the numbers that watchfloor outbox list prints"),
		RunE: func(cmd *cobra.Command, args []string) error {
			seqs := make([]int64, len(args))
			for i, a := range args {
				n, err := strconv.ParseInt(a, 10, 64)
				if err != nil || n < 1 {
					return usage("%q is no number of watchfloor outbox list", text.Line(a, 40))
				}
				seqs[i] = n
			}
			return r.with(cmd.Context(), func(ctx context.Context, s *Session) error {
				for i, seq := range seqs {
					err := do(ctx, s.Outbox, seq)
					if err != nil && i > 0 {
						return partlyError{fmt.Sprintf("%s: %d of %d done; action %d: %s", name, i, len(seqs), seq, app.Say(err))}
					}
					if err != nil {
						return err
					}
					r.say("%s %d: ok", name, seq)
				}
				return nil
			})
		},
	}
}

// flush sends what waits and says what is left.
func (r *runner) flush(ctx context.Context, s *Session) error {
	if !s.Sends {
		r.note("Watchfloor is open on this data folder; the window sends what waits.")
		if r.json {
			return r.listLeft(ctx, s)
		}
		return nil
	}
	finished, err := s.Outbox.Flush(ctx)
	if err != nil {
		return err
	}
	left, err := s.Outbox.List(ctx, 1000, unfinished...)
	if err != nil {
		return err
	}
	if r.json || len(left) > 0 {
		if err := r.printActions(left); err != nil {
			return err
		}
	}
	c, err := s.Outbox.Counts(ctx)
	if err != nil {
		return err
	}
	r.note("%d finished, %d waiting, %d in conflict, %d failed", finished, c.Waiting(), c.Conflict, c.Failed)
	switch {
	case c.Conflict+c.Failed > 0:
		return partlyError{"Some actions wait for you; watchfloor outbox keep-mine, retry or discard settles them."}
	case c.Waiting() > 0:
		var queued []outbox.Action
		var next time.Time
		for _, a := range left {
			if a.State != outbox.Queued {
				continue
			}
			queued = append(queued, a)
			if a.NotBefore.After(r.d.Now()) && (next.IsZero() || a.NotBefore.Before(next)) {
				next = a.NotBefore
			}
		}
		then := "they stay in the outbox."
		if !next.IsZero() {
			then = "they stay in the outbox and can be tried from " + second(next) + "."
		}
		return unsent(queued, "Some actions are not sent yet", then)
	}
	return nil
}

// listLeft prints what is not finished.
func (r *runner) listLeft(ctx context.Context, s *Session) error {
	left, err := s.Outbox.List(ctx, 1000, unfinished...)
	if err != nil {
		return err
	}
	return r.printActions(left)
}

// second is a time that is near, in UTC.
func second(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05Z") }

// actionJSON is an action in --json. ID is what its service knows it by, where that takes
// one; Request is what was asked for, and Stored what is kept of one that cannot be read.
type actionJSON struct {
	ID       string          `json:"id"`
	By       string          `json:"by"`
	Tenant   string          `json:"tenant"`
	Request  *outbox.Request `json:"request,omitempty"`
	Stored   string          `json:"stored,omitempty"`
	Seq      int64           `json:"seq"`
	Incident string          `json:"incident"`
	Source   string          `json:"source"`
	Title    string          `json:"title"`
	Action   string          `json:"action"`
	State    string          `json:"state"`
	Reason   string          `json:"reason,omitempty"`
	Attempts int             `json:"attempts"`
	Created  time.Time       `json:"created"`
	// NotBefore is when the action is tried next, where it has to wait.
	NotBefore *time.Time  `json:"notBefore,omitempty"`
	Drift     []driftJSON `json:"drift,omitempty"`
}

type driftJSON struct {
	Field  string     `json:"field"`
	Base   string     `json:"base"`
	Theirs string     `json:"theirs"`
	Mine   string     `json:"mine"`
	Who    string     `json:"who,omitempty"`
	When   *time.Time `json:"when,omitempty"`
}

func (r *runner) printActions(actions []outbox.Action) error {
	if r.json {
		return writeActions(r.out, actions)
	}
	if len(actions) == 0 {
		r.say("Nothing waits in the outbox.")
		return nil
	}
	t := table{header: []string{"SEQ", "ON", "ACTION", "STATE", "DECIDED", "REASON"}, flex: 5}
	for _, a := range actions {
		t.rows = append(t.rows, []string{strconv.FormatInt(a.Seq, 10), concerning(a), text.Middle(text.Line(a.Describe(), 200), 48), string(a.State), clock(a.Created), reason(a, r.d.Now())})
	}
	return t.print(r.out, r.d.Columns)
}

// concerning names what an action is about.
func concerning(a outbox.Action) string {
	if a.On.IsZero() {
		return "#" + a.Number
	}
	return text.Middle(text.Line(a.On.Name, 200), 32)
}

// reason says why an action is not done, with each field that overlaps.
func reason(a outbox.Action, now time.Time) string {
	parts := []string{}
	if a.Reason != "" {
		parts = append(parts, strings.TrimSuffix(a.Reason, "."))
	}
	if a.State == outbox.Queued && a.NotBefore.After(now) {
		parts = append(parts, "tried from "+second(a.NotBefore))
	}
	for _, d := range a.Drift {
		who := ""
		if d.Who != "" {
			who = " by " + d.Who
		}
		parts = append(parts, fmt.Sprintf("%s: was %s, theirs %s%s, mine %s", d.Field, orElse(d.Base, "—"), orElse(d.Theirs, "—"), who, orElse(d.Mine, "—")))
	}
	return strings.Join(parts, "; ")
}

func toJSON(a outbox.Action) actionJSON {
	j := actionJSON{
		ID: a.ID, By: a.Actor, Tenant: a.Tenant, Stored: a.Raw, Seq: a.Seq, Incident: a.Number, Source: string(a.Ref.Source), Title: a.Title, Action: a.Describe(),
		State: string(a.State), Reason: a.Reason, Attempts: a.Attempts, Created: a.Created.UTC(),
	}
	if !a.Unreadable {
		j.Request, j.Stored = &a.Request, ""
	}
	if a.State == outbox.Queued && !a.NotBefore.IsZero() {
		at := a.NotBefore.UTC()
		j.NotBefore = &at
	}
	for _, d := range a.Drift {
		dj := driftJSON{Field: string(d.Field), Base: d.Base, Theirs: d.Theirs, Mine: d.Mine, Who: d.Who}
		if !d.When.IsZero() {
			when := d.When.UTC()
			dj.When = &when
		}
		j.Drift = append(j.Drift, dj)
	}
	return j
}
