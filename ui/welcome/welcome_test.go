package welcome

import (
	"os"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"watchfloor/ui/keys"
	"watchfloor/ui/theme"
)

func TestWelcomeOnScreen(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{Dark: true})
	var ran []keys.Command
	s := NewScreen(func(string) bool { return false }, func(c keys.Command) { ran = append(ran, c) })
	win := test.NewTempWindow(t, s.Root())
	win.SetPadded(false)
	win.Resize(fyne.NewSize(1000, 560))
	test.AssertRendersToMarkup(t, "welcome.xml", win.Canvas())
	for _, b := range s.both {
		test.Tap(b)
	}
	if len(ran) != 2 || ran[0] != keys.Connect || ran[1] != keys.Simulate {
		t.Errorf("the two buttons ran %v", ran)
	}
}

// The README and this screen ask for the same permissions.
func TestPermissionsAreThoseOfTheReadme(t *testing.T) {
	raw, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	readme := string(raw)
	for _, p := range append(Reading, Acting...) {
		if !strings.Contains(readme, p.Name) {
			t.Errorf("README.md does not name %s", p.Name)
		}
	}
	if strings.Contains(readme, "SecurityAlert.") { // alerts come with their incident
		t.Error("README.md asks for a permission that nothing here uses")
	}
}
