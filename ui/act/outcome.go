package act

import (
	"cmp"
	"strconv"

	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/widget"
)

// Trouble is one action of a form that did not go as asked.
type Trouble struct {
	State         look.Cell
	Number, Title string // safe to show
	Why           string
	IncidentID    int64
}

// Outcome describes what became of a form for many.
type Outcome struct {
	Title, Words string
	Rows         []Trouble
	Failed       int // of Rows, that Retry would send again
	Open         func(incident int64)
	Retry        func()
	Close        func()
}

var troubleColumns = []look.Column{
	{Title: "State", Width: 84},
	{Title: "#", Width: 60, Right: true},
	{Title: "Incident", Width: 150, Flex: 0.8},
	{Title: "Why", Width: 200, Flex: 1.2},
}

// NewOutcome opens the table of what did not go as asked. Its rows are as many as
// there are: only those in view exist.
func NewOutcome(o Outcome) *Dialog {
	var grid *widget.Grid
	why := widget.NewPassage(false)
	tell := func(i int) {
		if i >= 0 && i < len(o.Rows) {
			why.SetText(cmp.Or(o.Rows[i].Number, o.Rows[i].Title) + ": " + o.Rows[i].Why)
		}
	}
	move := func(i int) {
		grid.SetCursor(max(0, min(i, len(o.Rows)-1)))
		grid.Refresh()
		tell(grid.Cursor())
	}
	open := func() {
		if i := grid.Cursor(); i >= 0 {
			o.Close()
			o.Open(o.Rows[i].IncidentID)
		}
	}
	press := func(key string) bool {
		switch key {
		case "Esc", "B":
			o.Close()
		case "j", "Down":
			move(grid.Cursor() + 1)
		case "k", "Up":
			move(grid.Cursor() - 1)
		case "PageDown":
			move(grid.Cursor() + grid.Page())
		case "PageUp":
			move(grid.Cursor() - grid.Page())
		case "Home":
			move(0)
		case "End":
			move(len(o.Rows) - 1)
		case "Enter":
			open()
		case "R":
			if o.Failed > 0 {
				o.Close()
				o.Retry()
			}
		}
		return true
	}
	grid = widget.NewGrid(troubleColumns, func() int { return len(o.Rows) }, func(i int) []look.Cell {
		r := o.Rows[i]
		return []look.Cell{r.State, look.T(r.Number), {Text: r.Title, Tone: look.Dim, Fit: look.Middle}, look.T(r.Why)}
	}, press)
	grid.OnOpen = func(int) { open() }
	grid.OnCursor = tell
	buttons := widget.Row(8)
	if o.Failed > 0 {
		buttons.Add(framed("R", "try the "+strconv.Itoa(o.Failed)+" failed again", func() { press("R") }))
	}
	if len(o.Rows) > 0 {
		buttons.Add(framed("Enter", "open", open))
		grid.SetCursor(0)
		tell(0)
	}
	buttons.Add(framed("Esc", "close", o.Close))
	body := widget.Column(8, widget.Sized(look.Cell{Text: o.Title, Bold: true}, theme.SizeNameSubHeadingText), widget.NewLine(look.T(o.Words)))
	if len(o.Rows) > 0 {
		body.Add(listed(grid, len(o.Rows)))
		body.Add(widget.Over(least(0, 52), why))
	} else {
		body.Add(widget.NewLine(look.D("Nothing was refused, none failed and none is in conflict.")))
	}
	body.Add(container.NewBorder(nil, nil, nil, buttons))
	d := &Dialog{Body: body, Press: press, First: grid.Keys(), Width: 860, On: keys.Form}
	if len(o.Rows) == 0 {
		catch := widget.NewCatcher(body, press)
		d.Body, d.First = catch, catch
	}
	return d
}
