package main

import (
	"context"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/triage"
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
	if err != nil {
		return files, app.E(app.KindInternal, "The screens could not be rendered; the log has the details.", err)
	}
	return files, nil
}

// stage leaves one action done, one in conflict with another analyst, and one queued.
func (s *session) stage(ctx context.Context) error {
	closed, _ := triage.Parse("status:closed source:defender")
	w, err := s.cache.Window(ctx, triage.Query{Filter: closed, Limit: 3})
	if err != nil || len(w.Rows) < 3 {
		return err
	}
	do := func(row triage.Row, r outbox.Request) error {
		r.IncidentID = row.ID
		_, err := s.outbox.Do(ctx, r)
		return err
	}
	if err := do(w.Rows[0], outbox.Request{Verb: outbox.Tag, AddTags: []string{"lessons-learned"}}); err != nil {
		return err
	}
	if _, err := s.outbox.Flush(ctx); err != nil {
		return err
	}
	disputed := w.Rows[1]
	s.sim.EditAs("mei.castro@northwind-clinic.example", simulator.SourceDefender, disputed.Ref.ID, func(f *simulator.Fields) {
		if f.Severity = "high"; disputed.Severity == app.High {
			f.Severity = "low"
		}
	})
	if err := do(disputed, outbox.Request{Verb: outbox.SetSeverity, Want: app.Fields{Severity: app.Informational}}); err != nil {
		return err
	}
	if _, err := s.outbox.Flush(ctx); err != nil {
		return err
	}
	return do(w.Rows[2], outbox.Request{Verb: outbox.Comment, Text: "Asked the ward manager; waiting for the call back."})
}
