package main

import (
	"context"

	"watchfloor/app"
	"watchfloor/ui/cli"
	"watchfloor/ui/shots"
)

// shots renders every screen of the session that the command opened.
func (m *program) shots(_ context.Context, _ *cli.Session, dir string) ([]string, error) {
	services := m.opened.services()
	for i, f := range services.Profile {
		if f.Name == "Data folder" { // that of a picture is a temporary one
			services.Profile[i].Value = "~/.local/share/watchfloor"
		}
	}
	files, err := shots.Render(dir, services)
	if err != nil {
		return files, app.E(app.KindInternal, "The screens could not be rendered; the log has the details.", err)
	}
	return files, nil
}
