// Watchfloor is a native workstation for SOC analysts. This package only wires: it
// opens the cache, builds the sources and starts the window or a headless command.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/term"

	"watchfloor/data/keyslot"
	"watchfloor/integrations/keychain"
	"watchfloor/integrations/process"
	"watchfloor/integrations/simulator"
	"watchfloor/ui/cli"
)

// version is set by the release build.
var version = "0.1.0-dev"

// program is what outlives a single session.
type program struct {
	listens listener

	home    string
	secrets secrets
	opened  *session // by the headless command that runs

	passphrase string // of this run, from the environment

	asks     asker // about keys of caches; nil where nobody can be asked
	patience time.Duration
	keyCost  keyslot.Cost
	guesses  guesses
}

func main() {
	if err := process.Harden(); err != nil { // doctor tells what does not hold
		fmt.Fprintln(os.Stderr, "watchfloor: the memory of this program is less protected than it should be:", err)
	}
	listen()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	chain := keychain.New()
	m := &program{home: defaultHome(), listens: listens, secrets: secrets{chain: chain, given: fromEnvironment()}, passphrase: passphraseGiven()}
	m.asks = m.terminal().ask
	columns, terminal := 0, term.IsTerminal(int(os.Stdout.Fd())) // #nosec G115 -- a file descriptor is small
	if terminal {
		columns, _, _ = term.GetSize(int(os.Stdout.Fd())) // #nosec G115 -- a file descriptor is small
	}
	os.Exit(cli.Run(ctx, cli.Deps{
		Open: m.open, Window: m.window, Simulate: m.simulate, Connector: m.connector, Vault: m.vault, Shots: m.shots,
		Checks: func(o cli.Options) []cli.Check {
			return []cli.Check{{Name: "Process", Run: process.State}, {Name: "Keyring", Run: func(ctx context.Context) (string, error) { return m.checkKeyring(ctx, o, chain.Check) }}}
		},
		Faults:      func(text string) error { _, err := simulator.ParseFaults(text); return err },
		DefaultHome: m.home, Now: time.Now, Local: time.Local, Version: version, Carried: carried(), Program: os.Args[0],
		In: os.Stdin, Asks: asks(), Hidden: hidden, Terminal: terminal, Columns: columns, Colour: terminal && os.Getenv("NO_COLOR") == "",
		Getenv: m.getenv, Display: display,
	}, os.Args[1:], os.Stdout, os.Stderr))
}

// getenv is the environment as the program was started with.
func (m *program) getenv(name string) string {
	if name == cli.SecretVariable {
		return m.secrets.given
	}
	return os.Getenv(name)
}
