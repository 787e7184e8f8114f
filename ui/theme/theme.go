// Package theme is Watchfloor's look: dark and light colours, compact sizes. The
// severity colours were computed for contrast and for colour-blind readers; each is
// always shown with a shape and a word.
package theme

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"watchfloor/ui/look"
)

// Names of our own colours besides Fyne's and the tones of package look.
const (
	Panel  fyne.ThemeColorName = "wfPanel"  // rail, bars, cards
	Edge   fyne.ThemeColorName = "wfEdge"   // lines between areas
	Chip   fyne.ThemeColorName = "wfChip"   // filter chips, key caps
	Scrim  fyne.ThemeColorName = "wfScrim"  // behind dialogs
	Cursor fyne.ThemeColorName = "wfCursor" // bar of the active row or tab
)

// CodeText is the size of a code that is read across a desk.
const CodeText fyne.ThemeSizeName = "wfCode"

// Theme is a fyne.Theme; Dark chooses the variant whatever the system says.
type Theme struct{ Dark bool }

var _ fyne.Theme = Theme{}

type pair struct{ dark, light color.NRGBA }

func hex(v uint32) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 255} // #nosec G115 -- a byte of the three
}

func clear(v uint32, a uint8) color.NRGBA {
	c := hex(v)
	c.A = a
	return c
}

var colours = map[fyne.ThemeColorName]pair{
	theme.ColorNameBackground:          {hex(0x15181D), hex(0xFFFFFF)},
	theme.ColorNameForeground:          {hex(0xE3E6EA), hex(0x1B1F26)},
	theme.ColorNameOverlayBackground:   {hex(0x1E232B), hex(0xFFFFFF)},
	theme.ColorNameMenuBackground:      {hex(0x1E232B), hex(0xFFFFFF)},
	theme.ColorNameInputBackground:     {hex(0x1F242C), hex(0xF5F6F8)},
	theme.ColorNameInputBorder:         {hex(0x5C6675), hex(0x8A93A1)},
	theme.ColorNamePlaceHolder:         {hex(0x8C95A2), hex(0x636C79)},
	theme.ColorNameDisabled:            {hex(0x6F7885), hex(0x8A93A1)},
	theme.ColorNameButton:              {hex(0x2A313B), hex(0xE9ECF0)},
	theme.ColorNameDisabledButton:      {hex(0x22272F), hex(0xF1F3F5)},
	theme.ColorNamePrimary:             {hex(0x7FB2F5), hex(0x1F5FB5)},
	theme.ColorNameForegroundOnPrimary: {hex(0x10141A), hex(0xFFFFFF)},
	theme.ColorNameFocus:               {clear(0x7FB2F5, 0x90), clear(0x1F5FB5, 0x70)},
	theme.ColorNameSelection:           {hex(0x27374E), hex(0xDCE9FA)},
	theme.ColorNameHover:               {clear(0xFFFFFF, 0x0C), clear(0x000000, 0x0A)},
	theme.ColorNamePressed:             {clear(0xFFFFFF, 0x20), clear(0x000000, 0x18)},
	theme.ColorNameSeparator:           {hex(0x2A3038), hex(0xDDE1E6)},
	theme.ColorNameScrollBar:           {hex(0x6F7885), hex(0x8A93A1)},
	theme.ColorNameShadow:              {clear(0x000000, 0x60), clear(0x000000, 0x28)},
	theme.ColorNameHeaderBackground:    {hex(0x1A1E24), hex(0xF3F5F7)},
	theme.ColorNameHyperlink:           {hex(0x7FB2F5), hex(0x1F5FB5)},
	theme.ColorNameError:               {hex(0xFF7A86), hex(0xA3152A)},
	theme.ColorNameWarning:             {hex(0xF0B429), hex(0x8A5A00)},
	theme.ColorNameSuccess:             {hex(0xE3E6EA), hex(0x1B1F26)}, // green is not "good" here

	Panel:  {hex(0x1A1E24), hex(0xFFFFFF)},
	Edge:   {hex(0x2A3038), hex(0xDDE1E6)},
	Chip:   {hex(0x2A313B), hex(0xE6EAEF)},
	Scrim:  {clear(0x05070A, 0xA8), clear(0x20262E, 0x70)},
	Cursor: {hex(0x7FB2F5), hex(0x1F5FB5)},

	fyne.ThemeColorName(look.Dim):    {hex(0xA2ABB7), hex(0x5A6472)},
	fyne.ThemeColorName(look.Accent): {hex(0x7FB2F5), hex(0x1F5FB5)},
	fyne.ThemeColorName(look.Alarm):  {hex(0xFF7A86), hex(0xA3152A)},
	fyne.ThemeColorName(look.Warn):   {hex(0xF0B429), hex(0x8A5A00)},
	fyne.ThemeColorName(look.High):   {hex(0xF14055), hex(0x800E1F)},
	fyne.ThemeColorName(look.Medium): {hex(0xFCD558), hex(0xA76D00)},
	fyne.ThemeColorName(look.Low):    {hex(0x60C2F8), hex(0x499BCE)},
	fyne.ThemeColorName(look.Info):   {hex(0x969A9F), hex(0x59606F)},

	fyne.ThemeColorName(look.Tenant("teal")):   {hex(0x2BB5A0), hex(0x0B7A6B)},
	fyne.ThemeColorName(look.Tenant("violet")): {hex(0xA58BF5), hex(0x6B46C1)},
	fyne.ThemeColorName(look.Tenant("pink")):   {hex(0xF08BC8), hex(0xB8327F)},
	fyne.ThemeColorName(look.Tenant("lime")):   {hex(0xA8C93A), hex(0x5F7A0F)},
	fyne.ThemeColorName(look.Tenant("brown")):  {hex(0xC08A5A), hex(0x7A4B22)},
	fyne.ThemeColorName(look.Tenant("slate")):  {hex(0x8FA3B8), hex(0x4F6275)},
}

// Color implements fyne.Theme.
func (t Theme) Color(n fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	if p, ok := colours[n]; ok {
		if t.Dark {
			return p.dark
		}
		return p.light
	}
	variant := theme.VariantLight
	if t.Dark {
		variant = theme.VariantDark
	}
	return theme.DefaultTheme().Color(n, variant)
}

// Font implements fyne.Theme.
func (t Theme) Font(s fyne.TextStyle) fyne.Resource { return theme.DefaultTheme().Font(s) }

// Icon implements fyne.Theme.
func (t Theme) Icon(n fyne.ThemeIconName) fyne.Resource { return theme.DefaultTheme().Icon(n) }

// Size implements fyne.Theme.
func (t Theme) Size(n fyne.ThemeSizeName) float32 {
	switch n {
	case theme.SizeNameText:
		return 13
	case theme.SizeNameCaptionText:
		return 11.5
	case theme.SizeNameSubHeadingText:
		return 16
	case theme.SizeNameHeadingText:
		return 20
	case CodeText:
		return 38
	case theme.SizeNamePadding:
		return 4
	case theme.SizeNameInnerPadding:
		return 6
	case theme.SizeNameInputRadius, theme.SizeNameSelectionRadius:
		return 3
	case theme.SizeNameModalBlurRadius:
		return 0
	case theme.SizeNameScrollBar:
		return 10
	}
	return theme.DefaultTheme().Size(n)
}
