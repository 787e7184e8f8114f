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
	"slices"
	"strings"
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

// scene is a screen and the keys that lead to it from the queue. A key that begins with
// "~" goes to what has the keyboard: "~Tab" to the next, "~=words" are typed.
type scene struct {
	name string
	keys []string
	text string // typed after the keys
}

// waiting is Ctrl+Enter where the answer does not come.
const waiting = "Ctrl+Enter and wait"

// The way into the guided dialog: the way to sign in has the keyboard, then a browser
// has signed in.
var (
	tenantTyped = []string{"g", "s", "n", "~=" + posedTenant, "~Tab"}
	clientTyped = slices.Concat(tenantTyped, []string{"~Tab", "~=" + posedID, "Ctrl+Enter"})
)

// several are the scenes of more than one tenant.
var several = []scene{
	{"tenants-queue", []string{"j", "j"}, ""},
	{"tenants-one", []string{"W", "j"}, ""},
	{"tenants-settings", []string{"g", "s", "j"}, ""},
	{"tenants-remove", []string{"g", "s", "j", "Del"}, ""},
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
	{"identity", []string{"g", "i", "j", "j"}, ""},
	{"identity-workloads", []string{"g", "i", "2"}, ""},
	{"identity-sign-ins", []string{"g", "i", "3", "j"}, ""},
	{"identity-wide", []string{"g", "i", "3", "w"}, ""},
	{"identity-detections", []string{"g", "i", "4", "w", "H", "~Right", "~Down"}, ""},
	{"identity-compare", []string{"g", "i", "3", "Home", "Space", "j", "Space", "b"}, ""},
	{"identity-act", []string{"g", "i", "1", "Space", "Space", "Space", "x"}, ""},
	{"identity-import", []string{"g", "i", "L"}, ""},
	{"person", []string{"g", "i", "1", "Enter", "1"}, ""},
	{"person-sign-ins", []string{"g", "i", "1", "Enter", "3"}, ""},
	{"identity-filter", []string{"g", "i", "3", "/"}, "contry:no"},
	{"person-from-incident", []string{"Enter", "3", "i", "4"}, ""},
	{"posture", []string{"g", "p", "1", "Home", "j"}, ""},
	{"posture-m365", []string{"g", "p", "1", "Right", "Right", "0"}, ""},
	{"posture-recommendations", []string{"g", "p", "2", "Home", "j"}, ""},
	{"posture-resources", []string{"g", "p", "2", "Home", "j", "Enter", "j"}, ""},
	{"posture-owner", []string{"g", "p", "2", "Home", "j", "e"}, ""},
	{"posture-compliance", []string{"g", "p", "3", "Home"}, ""},
	{"posture-requirements", []string{"g", "p", "3", "Home", "Enter"}, ""},
	{"posture-contacts", []string{"g", "p", "4", "End"}, ""},
	{"posture-contact", []string{"g", "p", "4", "Home", "j", "e"}, ""},
	{"posture-controls", []string{"g", "p", "5", "Home"}, ""},
	{"posture-state", []string{"g", "p", "5", "Home", "s", "r"}, ""},
	{"actions", []string{"g", "a"}, ""},
	{"actions-need-you", []string{"g", "a", "2", "End"}, ""},
	{"trends", []string{"g", "t"}, ""},
	{"trends-age", []string{"g", "t", "2"}, ""},
	{"trends-acknowledge", []string{"g", "t", "3"}, ""},
	{"trends-close", []string{"g", "t", "4"}, ""},
	{"trends-table", []string{"g", "t", "2", "t"}, ""},
	{"settings", []string{"g", "s"}, ""},
	{"settings-retention", []string{"g", "s", "K"}, ""},
	{"connect", []string{"g", "s", "n"}, ""},
	{"connect-code", slices.Concat(tenantTyped, []string{"~Down", "~Tab", "~=" + posedID, waiting}), ""},
	{"connect-choose", clientTyped, ""},
	{"connect-test", slices.Concat(clientTyped, []string{"Enter", "j", "j"}), ""},
	{"connect-name", slices.Concat(clientTyped, []string{"Enter", "Enter"}), ""},
	{"tenant-test", []string{"g", "s", "T"}, ""},
	{"permissions", []string{"g", "s", "P", "j", "j", "j", "j", "j"}, ""},
	{"queue-read-only", []string{"Ctrl+R", "j", "j", "c"}, ""},
	{"help", []string{"?"}, ""},
}

// Render draws every screen of the services into dir and returns the files written, those
// of a window without an open cache among them.
func Render(dir string, s ui.Services) (files []string, err error) {
	if files, err = render(dir, s, scenes); err != nil {
		return files, err
	}
	more, err := renderClosed(dir, s)
	return append(files, more...), err
}

// RenderSeveral draws what several tenants look like side by side.
func RenderSeveral(dir string, s ui.Services) (files []string, err error) {
	return render(dir, s, several)
}

var themes = []bool{true, false} // dark or not

func themeName(dark bool) string { return map[bool]string{true: "dark", false: "light"}[dark] }

func render(dir string, s ui.Services, scenes []scene) (files []string, err error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("make the folder for pictures: %w", err)
	}
	for _, dark := range themes {
		st := newStage(s, dark)
		for _, sc := range scenes {
			st.play(sc)
			file, err := st.save(dir, sc.name+"-"+themeName(dark))
			if err != nil {
				st.close()
				return files, err
			}
			files = append(files, file)
			st.rewind(sc)
		}
		st.close()
	}
	return files, nil
}

// stage is a window that no display shows.
type stage struct {
	line  *work.Line
	shell *ui.Shell
	theme fyne.Theme
	apart bool // jobs run beside the stage
	still bool // no time passes
	posed posed
}

// memory forgets at the end.
type memory map[string]string

func (m memory) Get(k string) string { return m[k] }
func (m memory) Set(string, string)  {}

func newStage(s ui.Services, dark bool) *stage {
	line := &work.Line{}
	st := &stage{line: line, theme: theme.Theme{Dark: dark}, posed: posed{s.Connector, make(chan struct{}, 1)}}
	if s.Connector != nil {
		s.Connector = st.posed
	}
	if s.Guard != nil && s.Now != nil {
		s.Guard = &guard{s.Guard, false, s.Now()}
	}
	s.Poster = line.Add
	s.Go = func(f func()) {
		if st.apart {
			go f()
			return
		}
		line.Add(f)
	}
	s.After = func(_ time.Duration, f func()) {
		if !st.still {
			line.Add(f)
		}
	}
	s.Prefs = memory{"zone": "utc"}
	if !dark {
		s.Prefs = memory{"zone": "utc", "theme": "light"}
	}
	app := test.NewApp()
	st.shell = ui.New(app, s)
	st.shell.Show()
	st.shell.Window().Resize(fyne.NewSize(Width, Height))
	line.Drain()
	return st
}

func (st *stage) press(key string) {
	rest, focused := strings.CutPrefix(key, "~")
	switch words, typed := strings.CutPrefix(rest, "="); {
	case key == waiting:
		st.apart, st.still = true, true
		st.shell.Press("Ctrl+Enter")
		<-st.posed.said
		st.apart = false
	case !focused:
		st.shell.Press(key)
	case typed:
		st.write(words)
	case rest == "Tab":
		st.shell.Window().Canvas().FocusNext()
	default:
		st.shell.Window().Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyName(rest)})
	}
	st.line.Drain()
}

// write types text where the keyboard is.
func (st *stage) write(text string) {
	if f := st.shell.Window().Canvas().Focused(); f != nil {
		for _, r := range text {
			f.TypedRune(r)
			st.line.Drain()
		}
	}
}

func (st *stage) play(sc scene) {
	for _, k := range sc.keys {
		st.press(k)
	}
	st.write(sc.text)
}

// rewind goes back to the queue as it was.
func (st *stage) rewind(sc scene) {
	switch {
	case sc.name == "queue-offline":
		st.press("Ctrl+O")
	case sc.name == "queue-read-only":
		st.press("Ctrl+R")
	default:
		for range 5 { // a step each in the guided dialog
			st.press("Esc")
		}
	}
	st.press("g")
	st.press("q")
	st.press("1")
	st.still = false
}

func (st *stage) save(dir, name string) (string, error) {
	path := filepath.Join(dir, name+".png")
	f, err := os.Create(path) // #nosec G304 -- a path inside the data folder, or one the person chose
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
