package cli

import (
	"context"
	"io"
	"math"
	"slices"

	"github.com/spf13/cobra"

	"watchfloor/app/outbox"
	"watchfloor/app/report"
)

// outboxExport writes actions with all that is known of them, also of those that this
// version cannot read.
func (r *runner) outboxExport() *cobra.Command {
	var to target
	var all bool
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write the actions that need a person, with what they ask for exactly; --all writes every one",
		Long: "Write the actions that failed or are in conflict, so that what they ask for can be done by hand.\n" +
			"CSV is for people: indicators are defanged and no cell is a formula. JSON is for programs: text is\n" +
			"as it was decided, and of an action that cannot be read it has what is stored.",
		Example: "  watchfloor outbox export -o parked.csv\n  watchfloor outbox export --format json | jq '.[].reason'",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			format, err := to.choose("csv", "json")
			if err != nil {
				return err
			}
			return r.with(cmd.Context(), func(ctx context.Context, s *Session) error {
				states := unfinished
				if all {
					states = nil
				}
				actions, err := s.Outbox.List(ctx, math.MaxInt32, states...)
				if err != nil {
					return err
				}
				if !all { // one that cannot be read is among the failed, whatever is stored of its state
					actions = slices.DeleteFunc(actions, func(a outbox.Action) bool { return a.State != outbox.Failed && a.State != outbox.Conflict })
				}
				return r.write(to, func(w io.Writer) error {
					if format == "csv" {
						return report.Actions(actions).CSV(w)
					}
					return writeActions(w, actions)
				})
			})
		},
	}
	to.flags(cmd, "csv or json")
	cmd.Flags().BoolVar(&all, "all", false, "also those that are queued, done or discarded")
	return cmd
}

// writeActions writes actions as JSON.
func writeActions(w io.Writer, actions []outbox.Action) error {
	out := []actionJSON{}
	for _, a := range actions {
		out = append(out, toJSON(a))
	}
	return report.WriteJSON(w, out)
}
