package ui

import (
	"context"
	"image"

	"watchfloor/app"
	"watchfloor/app/metrics"
	"watchfloor/app/triage"
	"watchfloor/ui/act"
	"watchfloor/ui/connect"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
	"watchfloor/ui/welcome"
)

// copy puts text on the clipboard and says so.
func (sh *Shell) copy(text string, original bool) {
	sh.app.Clipboard().SetContent(text)
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

func (sh *Shell) exportCase(r triage.Row) {
	sh.writeOut(func(ctx context.Context) (string, error) { return sh.s.Exports.CaseHTML(ctx, r.ID) })
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
		sh.say("Written to "+present.Field(path), look.Normal)
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

func (noTrends) Trend(context.Context, int) (metrics.Trend, error) {
	return metrics.Trend{}, app.E(app.KindInvalid, "Trends are not available here.", nil)
}
func (noTrends) Image(context.Context, metrics.Trend, bool, int, int, float32) (image.Image, error) {
	return nil, nil
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
		v := connect.NewView(func(f connect.Form) {
			w.sh.closeDialog()
			w.begin("Connecting…", func(ctx context.Context, say func(string)) (Services, error) { return start.Connect(ctx, f, say) })
		}, w.sh.closeDialog)
		w.sh.open(&act.Dialog{Body: v.Body, Press: v.Press, First: v.First, Width: 640, On: keys.Form}, nil)
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
