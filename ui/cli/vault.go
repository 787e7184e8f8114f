package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"watchfloor/app"
	"watchfloor/app/profile"
	"watchfloor/app/report"
	"watchfloor/app/text"
	"watchfloor/app/unlock"
)

// Vault looks after the keys that seal the caches of the connected tenants. Every error
// carries a sentence.
type Vault interface {
	Profiles() []profile.Profile
	// Keys tells where each key is.
	Keys() []unlock.Status
	// ToPassphrase and ToKeyring move the key; the cache stays as it is. KindPermission:
	// there is no usable keyring, and the key is where it was.
	ToPassphrase(ctx context.Context, slot int, words string) error
	ToKeyring(ctx context.Context, slot int) error
	// NewPhrase makes a recovery phrase, in the place of an earlier one. TryPhrase checks
	// one that was written down.
	NewPhrase(ctx context.Context, slot int) (string, error)
	TryPhrase(ctx context.Context, slot int, typed string) error
	// Rotate seals the cache anew with another key; words are the passphrase of one that
	// has it. An earlier recovery phrase opens nothing afterwards.
	Rotate(ctx context.Context, slot int, words string) error
	Close() error
}

func (r *runner) vaultCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "vault",
		Short: "See and change where the keys of the sealed caches are",
		Long: "Each cache is sealed with a key of its own, in the system's keyring or behind a passphrase.\n" +
			"The passphrase is asked at each start, or read from WATCHFLOOR_PASSPHRASE. What these commands\n" +
			"ask for is read from standard input where there is no terminal, a line each.",
		RunE: group,
	}
	status := &cobra.Command{
		Use: "status", Short: "Say where the key of each cache is", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return r.vault(cmd.Context(), func(_ context.Context, v Vault) error { return r.printKeys(v.Keys()) })
		},
	}
	var try bool
	recovery := r.vaultVerb("recovery NAME [--check]", "Make a recovery phrase to write down, or check the one that was written down", func(ctx context.Context, v Vault, p profile.Profile) error {
		if try {
			typed, err := r.words(ctx, "The recovery phrase (not shown)")
			if err != nil {
				return err
			}
			if err := v.TryPhrase(ctx, p.Slot, typed); err != nil {
				return err
			}
			r.say("It opens the cache of %s.", text.Line(p.Name, 60))
			return nil
		}
		phrase, err := v.NewPhrase(ctx, p.Slot)
		if err != nil {
			return err
		}
		r.note("Write this down and keep it away from this machine: whoever has it and the files can read the cache. It is not shown again; an earlier one opens nothing any more.")
		r.say("%s", phrase)
		return nil
	})
	recovery.Flags().BoolVar(&try, "check", false, "ask for the phrase and say whether it opens the cache")
	cmd.AddCommand(r.jsonFlag(status), recovery,
		r.vaultVerb("passphrase NAME", "Keep the key behind a passphrase that is asked at each start", func(ctx context.Context, v Vault, p profile.Profile) error {
			words, err := r.newPassphrase(ctx)
			if err != nil {
				return err
			}
			if err := v.ToPassphrase(ctx, p.Slot, words); err != nil {
				return err
			}
			r.say("The cache of %s opens with this passphrase now.", text.Line(p.Name, 60))
			return nil
		}),
		r.vaultVerb("keyring NAME", "Keep the key in the system's keyring", func(ctx context.Context, v Vault, p profile.Profile) error {
			if err := v.ToKeyring(ctx, p.Slot); err != nil {
				return err
			}
			r.say("The key of %s is in the system's keyring now.", text.Line(p.Name, 60))
			return nil
		}),
		r.vaultVerb("rotate NAME", "Seal the cache anew with another key", func(ctx context.Context, v Vault, p profile.Profile) error {
			words := ""
			for _, k := range v.Keys() {
				if k.Slot == p.Slot && k.Place == "passphrase" {
					var err error
					if words, err = r.words(ctx, "The passphrase (not shown)"); err != nil {
						return err
					}
				}
			}
			if err := v.Rotate(ctx, p.Slot, words); err != nil {
				return err
			}
			r.say("The cache of %s is sealed with a new key. A recovery phrase that was written down before opens nothing any more: watchfloor vault recovery makes another.", text.Line(p.Name, 60))
			return nil
		}))
	return cmd
}

func (r *runner) vaultVerb(use, short string, do func(context.Context, Vault, profile.Profile) error) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short, Args: exactly(1, "the name of a connected tenant"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return r.vault(cmd.Context(), func(ctx context.Context, v Vault) error {
				p, err := profile.Find(v.Profiles(), args[0])
				if err != nil {
					return err
				}
				return do(ctx, v, p)
			})
		},
	}
}

func (r *runner) vault(ctx context.Context, do func(context.Context, Vault) error) (err error) {
	if r.d.Vault == nil {
		return missing("a vault")
	}
	v, err := r.d.Vault(ctx, r.o)
	if err != nil {
		return err
	}
	defer func() {
		if closing := v.Close(); err == nil {
			err = closing
		}
	}()
	return do(ctx, v)
}

// words has a passphrase or a recovery phrase typed unseen, or read from standard input
// where nobody sits at a terminal.
func (r *runner) words(ctx context.Context, question string) (string, error) {
	if r.d.Asks {
		return newAsker(r).secret(ctx, question)
	}
	if r.d.In == nil {
		return "", noWords(nil)
	}
	line, err := r.lines().ReadString('\n')
	if line = strings.TrimRight(line, "\r\n"); line == "" {
		return "", noWords(err)
	}
	return line, nil
}

func noWords(cause error) error {
	return app.E(app.KindInvalid, "Standard input holds no passphrase or phrase; run this in a terminal, or give it there as a line.", cause)
}

// newPassphrase asks a person for one twice.
func (r *runner) newPassphrase(ctx context.Context) (string, error) {
	words, err := r.words(ctx, "A new passphrase (not shown)")
	if err != nil {
		return "", err
	}
	if weak := unlock.Weak(words); weak != "" {
		return "", app.E(app.KindInvalid, weak, nil)
	}
	if !r.d.Asks {
		return words, nil
	}
	again, err := r.words(ctx, "The same once more")
	if err == nil && again != words {
		err = app.E(app.KindInvalid, "The two passphrases are not the same; nothing was changed.", nil)
	}
	return words, err
}

func (r *runner) printKeys(all []unlock.Status) error {
	if r.json {
		if all == nil {
			all = []unlock.Status{}
		}
		return report.WriteJSON(r.out, all)
	}
	t := table{header: []string{"TENANT", "KEY", "RECOVERY PHRASE"}}
	for _, k := range all {
		recovery := "none"
		if k.Phrase {
			recovery = "yes"
		}
		t.rows = append(t.rows, []string{k.Tenant, strings.TrimSpace(k.Words()), recovery})
	}
	return t.print(r.out, r.d.Columns)
}
