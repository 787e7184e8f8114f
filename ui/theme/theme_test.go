package theme

import (
	"image/color"
	"math"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"watchfloor/ui/look"
)

func luminance(c color.Color) float64 {
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	part := func(v uint8) float64 {
		x := float64(v) / 255
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return 0.2126*part(n.R) + 0.7152*part(n.G) + 0.0722*part(n.B)
}

func contrast(a, b color.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// Text reads at 4.5 to 1 and shapes at 3 to 1 on every ground they stand on (WCAG 2.2).
func TestContrast(t *testing.T) {
	grounds := []fyne.ThemeColorName{theme.ColorNameBackground, Panel, theme.ColorNameSelection, theme.ColorNameOverlayBackground}
	texts := []fyne.ThemeColorName{theme.ColorNameForeground, fyne.ThemeColorName(look.Dim), fyne.ThemeColorName(look.Alarm), fyne.ThemeColorName(look.Warn)}
	shapes := []fyne.ThemeColorName{fyne.ThemeColorName(look.High), fyne.ThemeColorName(look.Medium), fyne.ThemeColorName(look.Low), fyne.ThemeColorName(look.Info), Cursor}
	for _, dark := range []bool{true, false} {
		th := Theme{Dark: dark}
		for _, g := range grounds {
			ground := th.Color(g, 0)
			for _, n := range texts {
				if c := contrast(th.Color(n, 0), ground); c < 4.5 {
					t.Errorf("dark %v: text %s on %s %.2f", dark, n, g, c)
				}
			}
			for _, n := range shapes {
				least := 3.0
				if g == theme.ColorNameSelection {
					least = 2.4 // the row under the cursor has its bar and its words too
				}
				if c := contrast(th.Color(n, 0), ground); c < least {
					t.Errorf("dark %v: shape %s on %s %.2f", dark, n, g, c)
				}
			}
		}
	}
}

// The bar of a tenant is seen, at 3 to 1, wherever it stands.
func TestTenantColoursAreSeen(t *testing.T) {
	if _, own := colours[fyne.ThemeColorName(look.Tenant(""))]; !own {
		t.Error("no colour for a tenant without one")
	}
	for n := range colours {
		if !strings.HasPrefix(string(n), "wfTenant") {
			continue
		}
		for _, dark := range []bool{true, false} {
			th := Theme{Dark: dark}
			for _, g := range []fyne.ThemeColorName{theme.ColorNameBackground, Panel, theme.ColorNameSelection, theme.ColorNameOverlayBackground} {
				if c := contrast(th.Color(n, 0), th.Color(g, 0)); c < 3 {
					t.Errorf("dark %v: %s on %s %.2f", dark, n, g, c)
				}
			}
		}
	}
}

func TestSystemVariantChangesNothing(t *testing.T) {
	for n := range colours {
		if (Theme{Dark: true}).Color(n, theme.VariantLight) != (Theme{Dark: true}).Color(n, theme.VariantDark) {
			t.Errorf("%s follows the system", n)
		}
	}
}
