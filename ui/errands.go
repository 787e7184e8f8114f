package ui

import (
	"context"

	"watchfloor/app"
	"watchfloor/app/chart"
	"watchfloor/app/metrics"
	"watchfloor/app/triage"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
	"watchfloor/ui/trends"
	"watchfloor/ui/welcome"
)

// copy puts text on the clipboard and says so.
func (sh *Shell) copy(text string, original bool) {
	sh.clip.SetContent(text)
	if original {
		sh.say("Copied as received: live indicators are on the clipboard.", look.Warn)
		return
	}
	sh.say("Copied, defanged.", look.Normal)
}

var errNoExport = app.E(app.KindInvalid, "Exports are not available here.", nil)

func (sh *Shell) export(q triage.Query, format string) {
	sh.writeOut(func(ctx context.Context) (string, error) { return sh.s.Exports.Export(ctx, q, format) })
}

func (sh *Shell) exportCase(r triage.Row, format string) {
	sh.writeOut(func(ctx context.Context) (string, error) { return sh.s.Exports.Case(ctx, r.ID, format) })
}

func (sh *Shell) writeOut(write func(context.Context) (string, error)) {
	if sh.s.Exports == nil {
		sh.fail(errNoExport)
		return
	}
	sh.say("Writing…", look.Dim)
	var path string
	sh.later(func(ctx context.Context) (err error) { path, err = write(ctx); return err }, func(err error) {
		if err != nil {
			sh.fail(err)
			return
		}
		sh.say("Written to "+present.Field(path)+"  (g r lists it and opens its folder)", look.Normal)
	})
}

// openByID opens an incident that may not be in the queue's list.
func (sh *Shell) openByID(id int64) {
	var r triage.Row
	sh.later(func(ctx context.Context) (err error) { r, err = sh.s.Queue.Row(ctx, id); return err }, func(err error) {
		if err != nil {
			sh.fail(err)
			return
		}
		sh.openCase(r)
	})
}

// noTrends stands where no source of trends was given.
type noTrends struct{}

var errNoTrends = app.E(app.KindInvalid, "Trends are not available here.", nil)

func (noTrends) Chart(context.Context, metrics.Kind, int) (metrics.Chart, error) {
	return nil, errNoTrends
}

func (noTrends) Draw(context.Context, metrics.Chart, trends.Place) (trends.Picture, error) {
	return trends.Picture{}, errNoTrends
}

func (noTrends) Export(context.Context, metrics.Chart, chart.Axis, string) (string, error) {
	return "", errNoTrends
}

// welcomePage is the first start.
type welcomePage struct {
	sh *Shell
	*welcome.Screen
	busy bool
}

func (sh *Shell) newWelcomePage() page {
	return &welcomePage{sh: sh, Screen: welcome.NewScreen(sh.press, sh.run)}
}

func (w *welcomePage) Leave()          {}
func (w *welcomePage) Event(app.Event) {}

func (w *welcomePage) Do(c keys.Command) bool {
	start := w.sh.s.Start
	switch {
	case w.busy || start == nil:
		return false
	case c == keys.Simulate:
		w.begin("Starting the simulated tenant…", start.Simulate)
	case c == keys.Connect:
		if w.sh.s.Connector == nil || start.Opened == nil {
			w.Say("Connecting is not available here.")
			return true
		}
		w.sh.connectTenant(func(said string) {
			w.begin(said+" Opening it…", func(ctx context.Context, _ func(string)) (Services, error) { return start.Opened(ctx) })
		})
	default:
		return false
	}
	return true
}

// begin runs a start off the UI goroutine and goes on with its services.
func (w *welcomePage) begin(words string, f func(context.Context, func(string)) (Services, error)) {
	w.busy = true
	w.Say(words)
	desk := w.sh.desk
	var s Services
	w.sh.later(func(ctx context.Context) (err error) {
		s, err = f(ctx, func(text string) { desk.Post(func() { w.Say(text) }) })
		return err
	}, func(err error) {
		w.busy = false
		if err != nil {
			w.sh.s.Log.Warn("start", "err", err)
			w.Say(app.Say(err))
			return
		}
		w.sh.Use(s)
	})
}
