package cli

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"watchfloor/app"
	"watchfloor/app/fleet"
	"watchfloor/app/identity"
	"watchfloor/app/outbox"
	"watchfloor/app/text"
)

// deeds are what a command line may do to people, by the word it takes.
var deeds = []struct {
	word string
	deed app.Deed
}{
	{"dismiss", app.DismissRisk},
	{"confirm-compromised", app.ConfirmCompromised},
	{"confirm-safe", app.ConfirmSafe},
	{"revoke-sessions", app.RevokeSessions},
	{"disable", app.DisableAccount},
	{"enable", app.EnableAccount},
}

func (r *runner) respondCommand() *cobra.Command {
	var yes bool
	words := make([]string, len(deeds))
	for i, d := range deeds {
		words[i] = d.word
	}
	cmd := &cobra.Command{
		Use:   "respond DEED WHO...",
		Short: "Dismiss or confirm the risk of users, revoke sessions, disable accounts",
		Long: "DEED is one of " + strings.Join(words, ", ") + ". WHO is a UPN, an object id, a SID or DOMAIN\\name.\n" +
			"Each action is stored first and sent then; before it is sent the user is read again. It asks before it\n" +
			"queues anything, unless --yes is given.",
		Example: "  watchfloor identity respond confirm-compromised jo@contoso.example --yes",
		Args:    atLeast(2, "a deed and at least one person"),
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, d := range deeds {
				if d.word == args[0] {
					return r.respond(cmd.Context(), d.deed, args[1:], yes)
				}
			}
			return usage("respond takes one of %s, not %q", strings.Join(words, ", "), text.Line(args[0], 60))
		},
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	cmd.Flags().BoolVar(&r.queueOnly, "queue", false, "only queue the action, send nothing now")
	return r.jsonFlag(cmd)
}

func (r *runner) respond(ctx context.Context, deed app.Deed, who []string, yes bool) error {
	return r.identity(ctx, func(ctx context.Context, s *Session, reader identity.Reader) error {
		r.forewarn(s)
		tenant, err := s.place()
		if err != nil {
			return err
		}
		if err := r.mayWait(s, fleet.Home(tenant.Slot)); err != nil {
			return err
		}
		var rs []outbox.Request
		for _, w := range who {
			p, err := reader.Person(ctx, keyOf(w))
			switch {
			case app.KindOf(err) == app.KindNotFound:
				return app.E(app.KindNotFound, "The cache knows nobody named "+text.Line(w, 80)+".", err)
			case err != nil:
				return err
			case p.Account.ID == "" || len(p.Conflicts) > 0:
				return app.E(app.KindInvalid, "It is not certain who "+text.Line(w, 80)+" is; name the object id.", nil)
			}
			name := p.Account.UPN
			if name == "" {
				name = p.Account.Name
			}
			rs = append(rs, outbox.Request{
				IncidentID: fleet.Home(tenant.Slot), Verb: outbox.Verb(deed),
				On: app.Subject{Kind: app.SubjectUser, ID: p.Account.ID, Name: name},
			})
		}
		if err := r.sure(ctx, deed, tenant.Name, rs, yes); err != nil {
			return err
		}
		return r.respondAll(ctx, s, rs)
	})
}

// sure says what is about to be done, and asks.
func (r *runner) sure(ctx context.Context, deed app.Deed, tenant string, rs []outbox.Request, yes bool) error {
	for _, q := range rs {
		r.note("%s: %s, in %s", deed, text.Line(q.On.Name, 120), text.Line(tenant, 60))
	}
	r.note("%s", outbox.Words(deed))
	if yes {
		return nil
	}
	if !r.d.Asks {
		return usage("add --yes: nobody is there to ask")
	}
	who := "1 person"
	if len(rs) > 1 {
		who = fmt.Sprintf("%d people", len(rs))
	}
	ok, err := (&asker{r: r, person: true}).yes(ctx, "Do this to "+who, false)
	if err == nil && !ok {
		err = app.E(app.KindCancelled, "Nothing was queued.", nil)
	}
	return err
}

// respondAll queues requests, sends unless asked not to, and says what became of them.
func (r *runner) respondAll(ctx context.Context, s *Session, rs []outbox.Request) error {
	results, err := s.Outbox.DoMany(ctx, rs, nil)
	if err != nil {
		return err
	}
	var actions []outbox.Action
	for _, res := range results {
		if res.Err != nil {
			return res.Err
		}
		actions = append(actions, res.Action)
	}
	if !r.queueOnly && s.Sends {
		if _, err := s.Outbox.Flush(ctx); err != nil {
			return err
		}
		for i := range actions {
			if actions[i], err = again(ctx, s, actions[i]); err != nil {
				return err
			}
		}
	}
	if err := r.printActions(actions); err != nil || r.queueOnly {
		return err
	}
	if !s.Sends {
		r.note("%s", windowSends)
		return nil
	}
	var waiting []outbox.Action
	for _, a := range actions {
		switch a.State {
		case outbox.Conflict, outbox.Failed:
			return partlyError{"Some actions wait for you; watchfloor outbox lists them."}
		case outbox.Queued, outbox.Sending:
			waiting = append(waiting, a)
		}
	}
	if len(waiting) > 0 {
		return unsent(waiting, "Some actions are not sent yet", "watchfloor outbox flush sends them.")
	}
	return nil
}

func (r *runner) importCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "import FILE",
		Short: "Replace the list of high-value people and machines from a CSV file",
		Long: "A row is a UPN, object id, SID, DOMAIN\\name or device; a name; a reason. A first row with the names of the\n" +
			"columns may order them otherwise. The list that was imported before is replaced.",
		Args: exactly(1, "one file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			f, err := os.Open(args[0])
			if err != nil {
				return app.E(app.KindInvalid, "The list "+args[0]+" could not be read:"+cause(err)+".", err)
			}
			defer f.Close()
			list, warnings, err := identity.ParseHighValueCSV(f)
			if err != nil {
				return err
			}
			return r.identity(cmd.Context(), func(ctx context.Context, _ *Session, reader identity.Reader) error {
				n, err := reader.Import(ctx, "list", list)
				if err != nil {
					return err
				}
				for _, w := range warnings {
					r.note("%s", text.Line(w, 200))
				}
				r.say("%d on the high-value list.", n)
				return nil
			})
		},
	}
}
