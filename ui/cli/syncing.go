package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"watchfloor/app/report"
	"watchfloor/app/sync"
	"watchfloor/app/text"
	"watchfloor/app/triage"
)

func (r *runner) syncCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "sync",
		Short: "Pull what changed at the services into the cache",
		Long:  "Pull what changed at the services into the cache, details included. It sends nothing; that is watchfloor outbox flush.",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return r.with(cmd.Context(), func(ctx context.Context, s *Session) error {
				if !s.Sends {
					r.note("Watchfloor is open on this data folder and syncs by itself; nothing to do here.")
					if r.json {
						return report.WriteJSON(r.out, []sourceJSON{})
					}
					return nil
				}
				failure := r.pull(ctx, s)
				if err := r.printSources(s); err != nil {
					return err
				}
				return failure
			})
		},
	}
	return r.jsonFlag(cmd)
}

// progressEvery is how often a long pull says how far it is.
const progressEvery = 2 * time.Second

// pull runs Once and says on stderr how far it is while it lasts.
func (r *runner) pull(ctx context.Context, s *Session) error {
	done := make(chan error, 1)
	go func() { done <- s.Sync.Once(ctx) }()
	tick := time.NewTicker(progressEvery)
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			return err
		case <-tick.C:
			for _, src := range s.Sync.State().Sources {
				if line := progress(src); line != "" {
					r.note("%s", line)
				}
			}
		}
	}
}

// progress says how far a source is, "" when it rests.
func progress(s sync.Status) string {
	switch s.Phase {
	case sync.FirstPull, sync.Updating:
		if s.Total > 0 {
			return fmt.Sprintf("%s: %d of %d incidents", s.Source.Label(), s.Rows, s.Total)
		}
		return fmt.Sprintf("%s: %d incidents", s.Source.Label(), s.Rows)
	case sync.Reading:
		return fmt.Sprintf("%s: details of %d incidents still to read", s.Source.Label(), s.DetailsDue)
	case sync.Waiting:
		return fmt.Sprintf("%s asked us to wait until %s", s.Source.Label(), clock(s.Until))
	}
	return ""
}

// sourceJSON is a source in --json.
type sourceJSON struct {
	Source      string     `json:"source"`
	Phase       string     `json:"phase"`
	LastSuccess *time.Time `json:"lastSuccess"`
	Rows        int        `json:"rows"`
	DetailsDue  int        `json:"detailsDue"`
	Problem     string     `json:"problem,omitempty"`
}

func (r *runner) printSources(s *Session) error {
	state := s.Sync.State()
	t := table{header: []string{"SOURCE", "STATE", "LAST SYNC", "ROWS", "DETAILS DUE", "PROBLEM"}, flex: 5}
	out := []sourceJSON{}
	for _, src := range state.Sources {
		j := sourceJSON{Source: string(src.Source), Phase: string(src.Phase), Rows: src.Rows, DetailsDue: src.DetailsDue, Problem: src.Problem}
		if !src.LastSuccess.IsZero() {
			at := src.LastSuccess.UTC()
			j.LastSuccess = &at
		}
		out = append(out, j)
		t.rows = append(t.rows, []string{src.Source.Label(), phase(src), clock(src.LastSuccess), fmt.Sprint(src.Rows), fmt.Sprint(src.DetailsDue), src.Problem})
	}
	if r.json {
		return report.WriteJSON(r.out, out)
	}
	return t.print(r.out, r.d.Columns)
}

// phase is the state of a source in words. One that failed is not called offline here:
// it may have answered what nobody can use, and its problem says which.
func phase(s sync.Status) string {
	if s.Phase == sync.Offline && s.Problem != "" {
		return "failed"
	}
	return string(s.Phase)
}

// clock is a time in a dense row, in UTC; "never" for none.
func clock(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.UTC().Format("2006-01-02 15:04Z")
}

// freshness says how old the cache is, as the end of a line: by source where this
// process synced, else by the oldest source as the cache remembers it.
func freshness(ctx context.Context, s *Session, now time.Time) string {
	state := s.Sync.State()
	var parts []string
	for _, src := range state.Sources {
		if !src.LastSuccess.IsZero() {
			parts = append(parts, src.Source.Label()+" synced "+triage.Span(now.Sub(src.LastSuccess))+" ago")
		}
	}
	if len(parts) == 0 && s.Metrics != nil {
		asOf, err := s.Metrics.AsOf(ctx)
		switch {
		case err != nil: // the rows are there; only their age is not
			parts = append(parts, "age unknown")
		case asOf.IsZero():
			parts = append(parts, "never synced whole")
		default:
			parts = append(parts, "synced "+triage.Span(now.Sub(asOf))+" ago")
		}
	}
	if state.OfflineByChoice {
		parts = append(parts, "offline since "+clock(state.OfflineSince))
	}
	return text.Line(" · "+strings.Join(parts, " · "), 0)
}
