package keys

// Commands of the settings about privacy.
const (
	CopyStays  Command = "copy stays"
	HideWindow Command = "hide window"
)

var privacyMap = []Binding{
	{[]Screen{Settings}, "b", CopyStays, "clipboard: how long copied text stays"},
	{[]Screen{Settings}, "w", HideWindow, "window: in pictures of the screen or not"},
}
