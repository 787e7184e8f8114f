package browser

import (
	"context"
	"os/exec"
	"runtime"
	"time"

	"watchfloor/app"
	"watchfloor/app/portal"
)

// patience is how long the program that opens a page may take to say that it cannot.
const patience = 2 * time.Second

// Open shows a page in the browser of the person. It returns once the browser has taken
// the address over, or after a moment without a word of failure; without a browser it is
// an error that names the address.
func Open(ctx context.Context, page portal.Address) error {
	program, before := opener(runtime.GOOS)
	return openWith(ctx, program, before, page)
}

// opener is the program that opens an address on a system, and what goes before it.
func opener(system string) (program string, before []string) {
	switch system {
	case "windows":
		return "rundll32.exe", []string{"url.dll,FileProtocolHandler"}
	case "darwin":
		return "open", nil
	}
	return "xdg-open", nil
}

func openWith(ctx context.Context, program string, before []string, page portal.Address) error {
	if page == (portal.Address{}) {
		return app.E(app.KindInvalid, "There is no page to open.", nil)
	}
	by := "Open it by hand: " + page.String()
	path, err := exec.LookPath(program)
	if err != nil {
		return app.E(app.KindInvalid, "No browser was found here. "+by, err)
	}
	// It outlives this call: the browser may be the same process.
	cmd := exec.CommandContext(context.WithoutCancel(ctx), path, append(before, page.String())...) // #nosec G204 -- an address that passed the gate, and no shell
	if err := cmd.Start(); err != nil {
		return app.E(app.KindInternal, "The browser did not start. "+by, err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	waited := time.NewTimer(patience)
	defer waited.Stop()
	select {
	case err := <-ended:
		if err != nil {
			return app.E(app.KindInternal, "The browser could not be opened. "+by, err)
		}
	case <-ctx.Done():
	case <-waited.C:
	}
	return nil
}
