package shots

import (
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/ui"
	"watchfloor/ui/uitest"
)

// Every screen is drawn without a display, in both themes, and each differs from the
// others: a key that leads nowhere would draw the queue again.
func TestEveryScreenHasItsPicture(t *testing.T) {
	if testing.Short() {
		t.Skip("renders forty pictures")
	}
	hub := &app.Hub{}
	tenant := uitest.NewTenant(400)
	dir := t.TempDir()
	if d := os.Getenv("WATCHFLOOR_SHOTS"); d != "" {
		dir = d
	}
	files, err := Render(dir, ui.Services{Queue: tenant, Cases: tenant, Outbox: &uitest.Outbox{Actions: uitest.SampleActions()},
		Sync: uitest.NewSync(hub), Hub: hub, Now: func() time.Time { return uitest.Now }, Zone: time.UTC, Me: uitest.Me, Tenant: "contoso.example"})
	if err != nil {
		t.Fatal(err)
	}
	if want := 2 * (len(scenes) + 1); len(files) != want {
		t.Fatalf("%d pictures, want %d", len(files), want)
	}
	seen := map[string]string{}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if twin := seen[string(b)]; twin != "" {
			t.Errorf("%s shows the same as %s", filepath.Base(f), twin)
		}
		seen[string(b)] = filepath.Base(f)
	}
	r, err := os.Open(files[0])
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	img, err := png.DecodeConfig(r)
	if err != nil || img.Width != Width || img.Height != Height {
		t.Errorf("%d by %d, %v", img.Width, img.Height, err)
	}
}
