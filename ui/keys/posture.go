package keys

// Commands of the posture place, and those that subjects brought to other screens.
const (
	GoPosture, NextModel, PrevModel              Command = "go posture", "next model", "previous model"
	FromEarlier, FromLater, ToEarlier, ToLater   Command = "from earlier", "from later", "to earlier", "to later"
	LastDrop, LastMonth                          Command = "last drop", "last month"
	NextGroup, NextPin, CloudAlerts, CloudSource Command = "next group", "next pin", "cloud alerts", "cloud source"
	ControlReviewed, ControlIgnored              Command = "control reviewed", "control ignored"
	ControlThirdParty, ControlDefault            Command = "control third party", "control default"
	Recheck, Sources                             Command = "recheck", "sources"
)

var score = []Screen{Posture}

var postureMap = []Binding{
	{places, "g p", GoPosture, "go to posture"},
	{score, "Enter", Open, "what is behind it"},
	{score, "1", Tab(1), "tab, by its number"},
	{score, "2", Tab(2), ""},
	{score, "3", Tab(3), ""},
	{score, "4", Tab(4), ""},
	{score, "5", Tab(5), ""},
	{score, "Right", NextModel, "scores: next model"},
	{score, "Left", PrevModel, "scores: previous model"},
	{score, "f", FromEarlier, "scores: from a day earlier"},
	{score, "F", FromLater, "scores: from a day later"},
	{score, "t", ToEarlier, "scores: to a day earlier"},
	{score, "T", ToLater, "scores: to a day later"},
	{score, "=", LastDrop, "scores: the last drop"},
	{score, "0", LastMonth, "scores: the last 30 days"},
	{score, "+", Longer, "scores: longer trend"},
	{score, "-", Shorter, "scores: shorter trend"},
	{score, "Tab", NextPane, "scores: next list; else the preview, to scroll"},
	{score, "F6", NextPane, ""},
	{score, "Shift+Tab", PrevPane, ""},
	{score, "Shift+F6", PrevPane, ""},
	{score, "/", Filter, "filter by words (Esc clears)"},
	{score, "S", Sort, "recommendations: sort by the next order"},
	{score, "G", NextGroup, "recommendations: next group"},
	{score, "p", NextPin, "recommendations: next pinned risk"},
	{score, "e", Edit, "owner, due date, note; a contact…"},
	{score, "s r", ControlReviewed, "control: reviewed…"},
	{score, "s i", ControlIgnored, "control: ignored…"},
	{score, "s t", ControlThirdParty, "control: third party…"},
	{score, "s d", ControlDefault, "control: default…"},
	{score, "h", CloudAlerts, "alerts of Defender for Cloud in the queue"},
	{score, "y", CopySafe, "copy, defanged"},
	{score, "Y", CopyRaw, "copy as received"},
	{score, "o", OpenPortal, "control: open in Microsoft's portal"},
	{score, "E c", ExportCSV, "export this list: CSV"},
	{score, "E j", ExportJSON, "export this list: JSON"},
	{score, "W", NextTenant, "show the next tenant"},
	{[]Screen{Actions}, "c", Recheck, "not sent in time: check again"},
	{[]Screen{Settings}, "S", Sources, "tenant: sources, which sign-ins are kept and how many"},
	{[]Screen{Settings}, "C", CloudSource, "tenant: alerts of Defender for Cloud in the queue, or not"},
}
