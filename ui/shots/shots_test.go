package shots

import (
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"watchfloor/app"
	"watchfloor/app/identity"
	"watchfloor/app/posture"
	"watchfloor/app/profile"
	"watchfloor/app/sync"
	"watchfloor/ui"
	"watchfloor/ui/uitest"
)

func services() ui.Services {
	hub := &app.Hub{}
	tenant, connector := uitest.NewTenant(400), uitest.NewConnector()
	connector.List = []profile.Profile{{Name: "Contoso", Colour: "teal", TenantID: "contoso.example"}}
	people, pull := uitest.NewIdentity(64), uitest.NewSync(hub)
	for _, src := range []app.SourceID{app.EntraRisk, app.SignIns} {
		pull.Now.Sources = append(pull.Now.Sources, sync.Status{Source: src, Phase: sync.Idle, LastSuccess: uitest.Now.Add(-4 * time.Minute), Total: -1})
	}
	for _, src := range []app.SourceID{app.CloudPosture, app.M365Score} {
		pull.Now.Sources = append(pull.Now.Sources, sync.Status{Source: src, Phase: sync.Idle, LastSuccess: uitest.Now.Add(-20 * time.Minute), Total: -1})
	}
	scores := uitest.NewPosture()
	return ui.Services{
		Identity: func(int) identity.Reader { return people }, Posture: func(int) posture.Reader { return scores }, Queue: tenant, Cases: tenant, Outbox: &uitest.Outbox{Actions: append(uitest.SampleActions(), uitest.SampleDeeds()...)},
		Sync: pull, Hub: hub, Connector: connector, Guard: uitest.NewGuard(), Now: func() time.Time { return uitest.Now }, Zone: time.UTC, Me: uitest.Me, Tenant: "contoso.example",
	}
}

// The keys of each scene lead to a screen of its own: one that leads nowhere would show
// the queue again.
func TestEverySceneIsAnotherScreen(t *testing.T) {
	st := newStage(services(), true)
	defer st.close()
	seen := map[string]string{}
	for _, sc := range scenes {
		st.play(sc)
		screen := test.RenderToMarkup(st.shell.Window().Canvas())
		if twin := seen[screen]; twin != "" {
			t.Errorf("%s shows the same as %s", sc.name, twin)
		}
		seen[screen] = sc.name
		st.rewind(sc)
	}
}

// A window without an open cache shows its question and nothing of a tenant: each its own.
func TestGoal35EveryScreenOfAClosedWindowIsAnother(t *testing.T) {
	seen := map[string]string{}
	for _, x := range closed(services()) {
		st := newStage(x.services, true)
		screen := test.RenderToMarkup(st.shell.Window().Canvas())
		st.close()
		if twin := seen[screen]; twin != "" {
			t.Errorf("%s shows the same as %s", x.name, twin)
		}
		seen[screen] = x.name
		for _, row := range uitest.NewTenant(400).Rows[:20] {
			if strings.Contains(screen, row.Title) {
				t.Errorf("%s shows %q", x.name, row.Title)
			}
		}
	}
	if len(seen) < 7 {
		t.Errorf("%d screens", len(seen))
	}
}

// The same services and clock give the same screens.
func TestScreensAreDeterministic(t *testing.T) {
	var screens []string
	for range 2 {
		st := newStage(services(), true)
		st.play(scenes[4])
		screens = append(screens, test.RenderToMarkup(st.shell.Window().Canvas()))
		st.close()
	}
	if screens[0] != screens[1] {
		t.Error("the same screen is drawn differently the second time")
	}
}

// Pictures are drawn without a display, in both themes.
func TestPictures(t *testing.T) {
	dir := os.Getenv("WATCHFLOOR_SHOTS") // where to keep them
	some := scenes
	if dir == "" {
		dir, some = t.TempDir(), scenes[:1]
	}
	files, err := render(dir, services(), some)
	if err != nil {
		t.Fatal(err)
	}
	more, err := renderClosed(dir, services())
	if err != nil || len(more) != 2*len(closed(services())) {
		t.Fatalf("%d pictures of a closed window, %v", len(more), err)
	}
	if want := 2 * len(some); len(files) != want {
		t.Fatalf("%d pictures, want %d", len(files), want)
	}
	if read(t, files[len(files)-1]) == read(t, files[len(files)/2-1]) {
		t.Error("dark and light are the same")
	}
	f, err := os.Open(files[0])
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if c, err := png.DecodeConfig(f); err != nil || c.Width != Width || c.Height != Height {
		t.Errorf("%d by %d, %v", c.Width, c.Height, err)
	}
}

func TestAFolderThatCannotBeMade(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Render(filepath.Join(file, "below"), services()); err == nil {
		t.Error("no error")
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
