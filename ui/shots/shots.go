// Package shots renders every screen to PNG without a display, in dark and in light.
//
// Promises. Same services and clock, same pictures. The services are called on the
// caller's goroutine, one after the other; nothing is sent anywhere. The current Fyne
// app of the process is replaced, so a process that has opened a window must not call
// this.
package shots

import (
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/software"
	"fyne.io/fyne/v2/test"

	"watchfloor/ui"
	"watchfloor/ui/theme"
	"watchfloor/ui/work"
)

// Size of the pictures in pixels.
const Width, Height = 1440, 900

// scene is a screen and the keys that lead to it from the queue.
type scene struct {
	name string
	keys []string
	text string // typed after the keys
}

var scenes = []scene{
	{"queue", []string{"j", "j"}, ""},
	{"queue-filter", []string{"/"}, "sev:high"},
	{"queue-offline", []string{"Ctrl+O"}, ""},
	{"queue-status-menu", []string{"s"}, ""},
	{"incident-story", []string{"Enter"}, ""},
	{"incident-alerts", []string{"Enter", "2"}, ""},
	{"incident-entities", []string{"Enter", "3"}, ""},
	{"incident-evidence", []string{"Enter", "4"}, ""},
	{"incident-comments", []string{"Enter", "5"}, ""},
	{"incident-tasks", []string{"Enter", "6"}, ""},
	{"incident-log", []string{"Enter", "7"}, ""},
	{"incident-raw", []string{"Enter", "8"}, ""},
	{"close", []string{"c", "f", "2"}, ""},
	{"queue-marks", []string{"Space", "Space", "j", "Space"}, ""},
	{"close-many", []string{"Space", "Space", "Space", "Space", "Space", "Space", "Space", "Space", "c", "f", "2"}, ""},
	{"assign-many", []string{"Space", "Space", "Space", "Space", "Space", "Space", "a"}, ""},
	{"merge", []string{"Ctrl+A", "M"}, ""},
	{"exact-request", []string{"c", "f", "2", "P"}, ""},
	{"conflict", []string{"g", "a", "e", "m"}, ""},
	{"move-alerts", []string{"j", "Enter", "2", "Space", "Space", "M"}, ""},
	{"add-task", []string{"Enter", "t"}, ""},
	{"reports", []string{"g", "r"}, ""},
	{"comment", []string{"m"}, ""},
	{"assign", []string{"A"}, ""},
	{"actions", []string{"g", "a"}, ""},
	{"trends", []string{"g", "t"}, ""},
	{"trends-age", []string{"g", "t", "2"}, ""},
	{"trends-acknowledge", []string{"g", "t", "3"}, ""},
	{"trends-close", []string{"g", "t", "4"}, ""},
	{"trends-table", []string{"g", "t", "2", "t"}, ""},
	{"settings", []string{"g", "s"}, ""},
	{"connect", []string{"g", "s", "n"}, ""},
	{"tenant-test", []string{"g", "s", "T"}, ""},
	{"help", []string{"?"}, ""},
}

// Render draws every screen of the services into dir and returns the files written,
// the first start among them.
func Render(dir string, s ui.Services) (files []string, err error) {
	return render(dir, s, scenes)
}

func render(dir string, s ui.Services, scenes []scene) (files []string, err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make the folder for pictures: %w", err)
	}
	for _, dark := range []bool{true, false} {
		name := map[bool]string{true: "dark", false: "light"}[dark]
		st := newStage(s, dark)
		for _, sc := range scenes {
			st.play(sc)
			file, err := st.save(dir, sc.name+"-"+name)
			if err != nil {
				st.close()
				return files, err
			}
			files = append(files, file)
			st.rewind(sc)
		}
		st.close()
		first := newStage(ui.Services{Now: s.Now, Zone: s.Zone, Start: s.Start}, dark)
		file, err := first.save(dir, "welcome-"+name)
		first.close()
		if err != nil {
			return files, err
		}
		files = append(files, file)
	}
	return files, nil
}

// stage is a window that no display shows.
type stage struct {
	line  *work.Line
	shell *ui.Shell
	theme fyne.Theme
}

// memory forgets at the end.
type memory map[string]string

func (m memory) Get(k string) string { return m[k] }
func (m memory) Set(string, string)  {}

func newStage(s ui.Services, dark bool) *stage {
	line := &work.Line{}
	s.Poster, s.Go = line.Add, line.Add
	s.After = func(_ time.Duration, f func()) { line.Add(f) }
	s.Prefs = memory{"zone": "utc"}
	if !dark {
		s.Prefs = memory{"zone": "utc", "theme": "light"}
	}
	app := test.NewApp()
	st := &stage{line: line, theme: theme.Theme{Dark: dark}}
	st.shell = ui.New(app, s)
	st.shell.Show()
	st.shell.Window().Resize(fyne.NewSize(Width, Height))
	line.Drain()
	return st
}

func (st *stage) press(key string) {
	st.shell.Press(key)
	st.line.Drain()
}

func (st *stage) play(sc scene) {
	for _, k := range sc.keys {
		st.press(k)
	}
	if f := st.shell.Window().Canvas().Focused(); f != nil {
		for _, r := range sc.text {
			f.TypedRune(r)
			st.line.Drain()
		}
	}
}

// rewind goes back to the queue as it was.
func (st *stage) rewind(sc scene) {
	switch {
	case sc.name == "queue-offline":
		st.press("Ctrl+O")
	default:
		st.press("Esc")
		st.press("Esc")
	}
	st.press("g")
	st.press("q")
	st.press("1")
}

func (st *stage) save(dir, name string) (string, error) {
	path := filepath.Join(dir, name+".png")
	f, err := os.Create(path)
	if err != nil {
		return "", fmt.Errorf("write a picture: %w", err)
	}
	defer f.Close()
	if err := png.Encode(f, software.RenderCanvas(st.shell.Window().Canvas(), st.theme)); err != nil {
		return "", fmt.Errorf("write a picture: %w", err)
	}
	return path, f.Close()
}

func (st *stage) close() {
	st.shell.Close()
	st.line.Drain()
}
