package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynewidget "fyne.io/fyne/v2/widget"

	"watchfloor/ui/look"
	wf "watchfloor/ui/theme"
	"watchfloor/ui/widget"
)

// ShowProblem opens a small window with one sentence and returns when it is closed.
// It is for what keeps the real window from opening.
func ShowProblem(a fyne.App, sentence string) {
	a.Settings().SetTheme(wf.Theme{Dark: true})
	w := a.NewWindow("Watchfloor")
	w.SetContent(problemContent(sentence, w.Close))
	w.Resize(fyne.NewSize(560, 180))
	w.SetFixedSize(true)
	w.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) {
		switch e.Name {
		case fyne.KeyEscape, fyne.KeyReturn, fyne.KeyEnter:
			w.Close()
		}
	})
	w.SetMaster()
	w.ShowAndRun()
}

func problemContent(sentence string, quit func()) fyne.CanvasObject {
	title := widget.NewLine(look.Cell{Text: "Watchfloor cannot open", Bold: true})
	text := fynewidget.NewLabel(sentence)
	text.Wrapping = fyne.TextWrapWord
	button := widget.NewButton("Enter", "Close", quit)
	return container.NewPadded(container.NewBorder(title, container.NewBorder(nil, nil, nil, button), nil, nil, text))
}
