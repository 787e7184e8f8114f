package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/triage"
	"watchfloor/data/profiles"
	"watchfloor/integrations/simulator"
	"watchfloor/ui/cli"
	"watchfloor/ui/shots"
)

// shots renders every screen of the session that the command opened. On a simulated
// tenant a few actions come first, so that the Actions screen has something to show.
func (m *program) shots(ctx context.Context, _ *cli.Session, dir string) ([]string, error) {
	s := m.opened
	if s.sim != nil {
		if err := s.stage(ctx); err != nil {
			return nil, err
		}
	}
	services := s.services()
	for i, f := range services.Profile {
		if f.Name == "Data folder" { // that of a picture is a temporary one
			services.Profile[i].Value = "~/.local/share/watchfloor"
		}
	}
	files, err := shots.Render(dir, services)
	if err == nil && s.sim != nil {
		if err := s.second(ctx); err != nil {
			return files, err
		}
		var more []string
		more, err = shots.RenderSeveral(dir, services)
		files = append(files, more...)
	}
	if err != nil {
		return files, app.E(app.KindInternal, "The screens could not be rendered; the log has the details.", err)
	}
	return files, nil
}

// second opens another simulated tenant beside the first, for the pictures of several.
func (s *session) second(ctx context.Context) error {
	sim, err := simulator.Start(context.WithoutCancel(ctx), simulator.Options{Incidents: 200, Seed: 77, Now: s.now, Log: s.log})
	if err != nil {
		return app.E(app.KindInternal, "The second simulated tenant could not start; the log has the details.", err)
	}
	s.atClose(func() { _ = sim.Close() })
	home := filepath.Join(s.home, "second") // its cache is made anew
	if err := errors.Join(os.RemoveAll(home), os.Mkdir(home, 0o700)); err != nil {
		return unwritable(err)
	}
	ca := filepath.Join(home, "ca.pem")
	if err := profiles.ReplaceFile(ca, sim.Settings().CAPEM); err != nil {
		return unwritable(err)
	}
	d := simulatedDraft(sim.Settings(), ca)
	d.Slot, d.Name, d.Colour = 1, "Research campus", "pink"
	t, err := s.openTenant(ctx, d.Profile, home, given(d.Secret))
	if err != nil {
		return err
	}
	if err := s.take(t); err != nil {
		return err
	}
	return t.engine.Once(ctx)
}

// stage leaves one action done, one in conflict with another analyst, and one queued;
// the newest incident gets a history.
func (s *session) stage(ctx context.Context) error {
	open, _ := triage.Parse("status:open source:defender")
	w, err := s.fleet.Window(ctx, triage.Query{Filter: open, Limit: 3})
	if err != nil || len(w.Rows) < 3 {
		return err
	}
	top, disputed, last := w.Rows[0], w.Rows[1], w.Rows[2]
	s.editAs(top, func(f *simulator.Fields) { f.Status, f.Owner = "inProgress", "mei.castro@northwind-clinic.example" })
	if err := s.fleet.Once(ctx); err != nil {
		return err
	}
	mine := app.Medium
	if disputed.Severity == app.Medium {
		mine = app.Low
	}
	s.editAs(disputed, func(f *simulator.Fields) {
		if f.Severity = "high"; disputed.Severity == app.High {
			f.Severity = "informational"
		}
	})
	for _, r := range []outbox.Request{
		{IncidentID: top.ID, Verb: outbox.Tag, AddTags: []string{"lessons-learned"}},
		{IncidentID: disputed.ID, Verb: outbox.SetSeverity, Want: app.Fields{Severity: mine}},
	} {
		if _, err := s.fleet.Do(ctx, r); err != nil {
			return err
		}
		if _, err := s.fleet.Flush(ctx); err != nil {
			return err
		}
	}
	_, err = s.fleet.Do(ctx, outbox.Request{IncidentID: last.ID, Verb: outbox.Comment, Text: "Asked the ward manager; waiting for the call back."})
	return err
}

func (s *session) editAs(row triage.Row, change func(*simulator.Fields)) {
	s.sim.EditAs("mei.castro@northwind-clinic.example", simulator.SourceDefender, row.Ref.ID, change)
}
