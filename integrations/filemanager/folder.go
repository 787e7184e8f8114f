package filemanager

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"watchfloor/app"
)

// patience is how long the program that shows a folder may take to say that it cannot.
const patience = 2 * time.Second

// OpenFolder shows a folder in the file manager. The path must be absolute and a folder;
// a file is refused. It returns once the file manager has taken the folder over, or
// after a moment without a word of failure.
func OpenFolder(ctx context.Context, dir string) error {
	return openWith(ctx, opener(runtime.GOOS), dir)
}

// opener is the program that shows a folder on a system.
func opener(system string) string {
	switch system {
	case "windows":
		return "explorer.exe"
	case "darwin":
		return "open"
	}
	return "xdg-open"
}

func openWith(ctx context.Context, program, dir string) error {
	by := "Open it by hand: " + dir
	info, err := os.Stat(dir)
	if err != nil || !info.IsDir() || !filepath.IsAbs(dir) {
		return app.E(app.KindInvalid, "There is no such folder any more: "+dir, err)
	}
	path, err := exec.LookPath(program)
	if err != nil {
		return app.E(app.KindInvalid, "No file manager was found here. "+by, err)
	}
	// It outlives this call: the file manager may be the same process.
	cmd := exec.CommandContext(context.WithoutCancel(ctx), path, dir) // #nosec G204 -- a folder that was checked, and no shell
	if err := cmd.Start(); err != nil {
		return app.E(app.KindInternal, "The file manager did not start. "+by, err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		if err != nil && program != "explorer.exe" { // which ends with 1 when all is well
			return app.E(app.KindInternal, "The file manager could not show the folder. "+by, err)
		}
	case <-ctx.Done():
	case <-time.After(patience):
	}
	return nil
}
