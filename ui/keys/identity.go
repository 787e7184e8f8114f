package keys

// Commands of the identity place and of the page of a person.
const (
	GoIdentity, ToPerson, Heat   Command = "go identity", "person", "heat"
	Compare, Respond, ImportList Command = "compare", "respond", "import list"
	Wide                         Command = "wide"
)

var (
	risks  = []Screen{Identity}
	person = []Screen{Person}
	people = []Screen{Identity, Person}
)

var identityMap = []Binding{
	{places, "g i", GoIdentity, "go to identity"},
	{[]Screen{Incident}, "i", ToPerson, "the person of this account"},
	{risks, "Enter", Open, "the person, with all that is known"},
	{person, "Enter", Open, "open the incident"},
	{risks, "1", Tab(1), "users, workloads, sign-ins, detections"},
	{risks, "2", Tab(2), ""},
	{risks, "3", Tab(3), ""},
	{risks, "4", Tab(4), ""},
	{person, "1", Tab(1), "tab, by its number"},
	{person, "2", Tab(2), ""},
	{person, "3", Tab(3), ""},
	{person, "4", Tab(4), ""},
	{person, "5", Tab(5), ""},
	{people, "Right", NextTab, "next tab"},
	{people, "Left", PrevTab, "previous tab"},
	{people, "Tab", NextTab, ""},
	{people, "Shift+Tab", PrevTab, ""},
	{people, "x", Respond, "act on the account, workload or sign-in…"},
	{people, "b", Compare, "two marked sign-ins side by side"},
	{people, "Space", Mark, "mark the row and go on"},
	{risks, "Shift+Down", MarkDown, "mark a range"},
	{risks, "Shift+Up", MarkUp, "mark a range upwards"},
	{risks, "Ctrl+A", MarkAll, "mark all rows that were read"},
	{risks, "/", Filter, "filter (Esc clears)"},
	{risks, "-", DropChip, "remove the last condition"},
	{risks, "S", Sort, "sort by the next order"},
	{risks, ".", TakeNew, "take in new rows"},
	{risks, "H", Heat, "types by countries: arrows, then Enter filters"},
	{risks, "L", ImportList, "import a list of high-value accounts…"},
	{risks, "E c", ExportCSV, "export this list: CSV"},
	{risks, "E j", ExportJSON, "export this list: JSON"},
	{risks, "W", NextTenant, "show the next tenant"},
	{risks, "w", Wide, "all columns, without the preview"},
	{people, "F6", NextPane, "next pane"},
	{people, "Shift+F6", PrevPane, "previous pane"},
	{people, "y", CopySafe, "copy, defanged"},
	{people, "Y", CopyRaw, "copy as received"},
	{people, "B", FormResult, "what became of the last form for many"},
	{people, "R", RetryForm, "its failed ones: try again"},
}
