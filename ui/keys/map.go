// Package keys is the keyboard map as data: which keys do what on which screen. The
// help overlay, the hints and the router all read the same map.
package keys

import "slices"

// Screen is where a binding holds.
type Screen string

// Screens. Dialogs take no keys of the screens beneath them.
const (
	Queue    Screen = "Queue"
	Incident Screen = "Incident"
	Actions  Screen = "Actions"
	Identity Screen = "Identity"
	Person   Screen = "Person"
	Posture  Screen = "Posture"
	Trends   Screen = "Trends"
	Reports  Screen = "Reports"
	Settings Screen = "Settings"
	Welcome  Screen = "Welcome"
	Close    Screen = "Close dialog"
	Conflict Screen = "Conflict dialog"
	Form     Screen = "Form"
	Help     Screen = "Help"
	Locked   Screen = "Locked"
)

var (
	places = []Screen{Queue, Incident, Actions, Trends, Reports, Settings, Identity, Person, Posture}
	lists  = []Screen{Queue, Incident, Actions, Reports, Identity, Person, Posture}
	cases  = []Screen{Queue, Incident}
	acting = []Screen{Queue, Incident, Actions}
	all    = []Screen{Queue, Incident, Actions, Trends, Reports, Settings, Welcome, Identity, Person, Posture, Locked}
)

// Command is what a key does.
type Command string

// Commands. View1 to View9 and Tab1 to Tab8 are numbered by their last byte.
const (
	Down, Up, PageDown, PageUp, Home, End         Command = "down", "up", "page down", "page up", "home", "end"
	Open, Back                                    Command = "open", "back"
	GoQueue, GoActions, GoTrends, GoSettings      Command = "go queue", "go actions", "go trends", "go settings"
	Filter, Sort, TakeNew                         Command = "filter", "sort", "take new"
	DropChip                                      Command = "drop chip"
	ExportCSV, ExportJSON, ExportHTML             Command = "export csv", "export json", "export html"
	NextCase, PrevCase, NextTab, PrevTab          Command = "next case", "previous case", "next tab", "previous tab"
	AssignMe, Assign, Unassign                    Command = "assign me", "assign", "unassign"
	StatusNew, StatusActive, StatusClosed         Command = "status new", "status active", "status closed"
	SevHigh, SevMedium, SevLow, SevInfo           Command = "severity high", "severity medium", "severity low", "severity info"
	CloseCase, CloseAgain, Comment, Tag           Command = "close", "close again", "comment", "tag"
	Refresh, Offline, HelpCmd, Zone, Theme        Command = "refresh", "offline", "help", "zone", "theme"
	NextPane, PrevPane, Quit                      Command = "next pane", "previous pane", "quit"
	CopySafe, CopyRaw, OpenPortal                 Command = "copy defanged", "copy original", "open portal"
	Mark, MarkDown, MarkUp, MarkAll, MarkSame     Command = "mark", "mark down", "mark up", "mark all", "mark same"
	Undo, ShowRequest, RetryForm, FormResult      Command = "undo", "show request", "retry form", "form result"
	Merge, MoveAlerts, AddTask, FinishTask        Command = "merge", "move alerts", "add task", "finish task"
	KeepTheirs, KeepMine, Retry, Discard          Command = "keep theirs", "keep mine", "retry", "discard"
	Settle, Edit, AllTheirs, AllMine, Follow      Command = "settle", "edit", "all theirs", "all mine", "follow"
	Fold, Unfold                                  Command = "fold", "unfold"
	TruePositive, FalsePositive, Benign, Undeterm Command = "true positive", "false positive", "benign", "undetermined"
	Note, Send, Cancel                            Command = "note", "send", "cancel"
	Longer, Shorter, Earlier, Later               Command = "longer", "shorter", "earlier", "later"
	Table, Scale, ExportPNG, ExportSVG            Command = "table", "scale", "export png", "export svg"
	GoReports, Format, ShowFolder                 Command = "go reports", "format", "show folder"
	ChooseHandover, ChooseQueue, ChooseCase       Command = "choose hand-over", "choose queue", "choose case"
	ChooseIdentity, ChoosePosture                 Command = "choose identity risk", "choose posture"
	ExportXLSX, ExportMarkdown, ExportPDF         Command = "export xlsx", "export markdown", "export pdf"
	Connect, Simulate                             Command = "connect", "simulate"
	LockNow, LockAfter, Retain                    Command = "lock now", "lock after", "retain"
	NextTenant, SignInAgain, TenantAgain          Command = "next tenant", "sign in again", "tenant again"
	ChangeTenant, TestTenant, RemoveTenant        Command = "change tenant", "test tenant", "remove tenant"
)

// View returns the command of the n-th saved view, Tab of the n-th tab, Digit of the
// n-th reason, Chart of the n-th chart; n from 1 to 9.
func View(n int) Command  { return Command("view " + string(rune('0'+n))) }
func Tab(n int) Command   { return Command("tab " + string(rune('0'+n))) }
func Digit(n int) Command { return Command("digit " + string(rune('0'+n))) }
func Chart(n int) Command { return Command("chart " + string(rune('0'+n))) }

// Number is n of one of these, given its prefix ("view", "tab", "digit", "chart").
func (c Command) Number(prefix string) (int, bool) {
	if len(c) == len(prefix)+2 && string(c[:len(prefix)]) == prefix && c[len(c)-1] >= '1' && c[len(c)-1] <= '9' {
		return int(c[len(c)-1] - '0'), true
	}
	return 0, false
}

// Binding gives a key, or a sequence of keys separated by spaces, to a command.
type Binding struct {
	On   []Screen
	Keys string
	Do   Command
	Help string // what it does; "" for a second key of the same command
}

// Map is every binding.
var Map = append([]Binding{
	{lists, "j", Down, "next row"},
	{lists, "Down", Down, ""},
	{lists, "k", Up, "previous row"},
	{lists, "Up", Up, ""},
	{places, "PageDown", PageDown, "a page down"},
	{places, "PageUp", PageUp, "a page up"},
	{lists, "Home", Home, "first row"},
	{lists, "End", End, "last row"},
	{[]Screen{Queue, Actions}, "Enter", Open, "open the incident"},
	{places, "Esc", Back, "back"},

	{cases, "a", AssignMe, "assign to me"},
	{cases, "A", Assign, "assign to…"},
	{cases, "u", Unassign, "unassign"},
	{cases, "s n", StatusNew, "status: new"},
	{cases, "s p", StatusActive, "status: in progress"},
	{cases, "s r", StatusClosed, "status: resolved (close)"},
	{cases, "v h", SevHigh, "severity: high"},
	{cases, "v m", SevMedium, "severity: medium"},
	{cases, "v l", SevLow, "severity: low"},
	{cases, "v i", SevInfo, "severity: informational"},
	{cases, "c", CloseCase, "close…"},
	{cases, "C", CloseAgain, "close with the last reason"},
	{cases, "m", Comment, "comment…"},
	{cases, "l", Tag, "tag…"},
	{cases, "y", CopySafe, "copy, defanged"},
	{cases, "Y", CopyRaw, "copy as received"},
	{cases, "o", OpenPortal, "open in Microsoft's portal"},
	{places, "Ctrl+Z", Undo, "undo, or offer the reverse"},
	{acting, "!", Settle, "settle the conflict, field by field"},
	{acting, "B", FormResult, "what became of the last form for many"},
	{cases, "R", RetryForm, "its failed ones: try again"},

	{[]Screen{Queue}, "Space", Mark, "mark the row and go on"},
	{[]Screen{Queue}, "Shift+Down", MarkDown, "mark a range"},
	{[]Screen{Queue}, "Shift+Up", MarkUp, "mark a range upwards"},
	{[]Screen{Queue}, "Ctrl+A", MarkAll, "mark all that match"},
	{[]Screen{Queue}, "*", MarkSame, "mark all of the same rule"},
	{[]Screen{Queue}, "M", Merge, "merge the marked incidents…"},

	{[]Screen{Queue}, "/", Filter, "filter (Esc clears)"},
	{[]Screen{Queue}, "-", DropChip, "remove the last chip"},
	{[]Screen{Queue}, "S", Sort, "sort by the next order"},
	{[]Screen{Queue}, ".", TakeNew, "take in new rows"},
	{[]Screen{Queue}, "E c", ExportCSV, "export this queue: CSV"},
	{[]Screen{Queue}, "E j", ExportJSON, "export this queue: JSON"},
	{[]Screen{Queue}, "E x", ExportXLSX, "export this queue: Excel"},
	{[]Screen{Incident}, "E h", ExportHTML, "export this incident: HTML"},
	{[]Screen{Incident}, "E m", ExportMarkdown, "export this incident: Markdown"},
	{[]Screen{Incident}, "E p", ExportPDF, "export this incident: PDF"},

	{[]Screen{Incident}, "Space", Mark, "mark the alert; complete the task"},
	{[]Screen{Incident}, "M", MoveAlerts, "move the marked alerts…"},
	{[]Screen{Incident}, "t", AddTask, "add a task…"},
	{[]Screen{Incident}, "x", FinishTask, "complete the task"},
	{[]Screen{Incident}, "]", NextCase, "next incident of the queue"},
	{[]Screen{Incident}, "[", PrevCase, "previous incident of the queue"},
	{[]Screen{Incident}, "Right", NextTab, "next tab"},
	{[]Screen{Incident}, "Left", PrevTab, "previous tab"},
	{[]Screen{Incident}, "Tab", NextTab, ""},
	{[]Screen{Incident}, "Shift+Tab", PrevTab, ""},

	{[]Screen{Actions}, "t", KeepTheirs, "conflict: keep theirs"},
	{[]Screen{Actions}, "m", KeepMine, "conflict: keep mine"},
	{[]Screen{Actions}, "e", Settle, ""},
	{[]Screen{Actions}, "f", Follow, "merged: act on the survivor"},
	{[]Screen{Actions}, "R", Retry, "failed: try again"},
	{[]Screen{Actions}, "d", Discard, "failed: discard"},
	{[]Screen{Actions}, "P", ShowRequest, "the exact request"},
	{[]Screen{Actions}, "Ctrl+P", ShowRequest, ""},
	{[]Screen{Actions}, "Right", Unfold, "unfold a form for many"},
	{[]Screen{Actions}, "Left", Fold, "fold it"},

	{[]Screen{Reports}, "1", ChooseHandover, "shift hand-over"},
	{[]Screen{Reports}, "2", ChooseQueue, "the queue"},
	{[]Screen{Reports}, "3", ChooseCase, "one incident"},
	{[]Screen{Reports}, "4", ChooseIdentity, "identity risk"},
	{[]Screen{Reports}, "5", ChoosePosture, "posture"},
	{[]Screen{Reports}, "f", Format, "next format"},
	{[]Screen{Reports}, "+", Longer, "longer period"},
	{[]Screen{Reports}, "-", Shorter, "shorter period"},
	{[]Screen{Reports}, "n", Note, "notes for the next shift"},
	{[]Screen{Reports}, "w", Send, "write the report"},
	{[]Screen{Reports}, "Ctrl+Enter", Send, ""},
	{[]Screen{Reports}, "o", ShowFolder, "open the folder"},

	{[]Screen{Trends}, "1", Chart(1), "created and closed"},
	{[]Screen{Trends}, "2", Chart(2), "open by age"},
	{[]Screen{Trends}, "3", Chart(3), "time to acknowledge"},
	{[]Screen{Trends}, "4", Chart(4), "time to close"},
	{[]Screen{Trends}, "+", Longer, "more days"},
	{[]Screen{Trends}, "-", Shorter, "fewer days"},
	{[]Screen{Trends}, "Right", Later, "later"},
	{[]Screen{Trends}, "Left", Earlier, "earlier"},
	{[]Screen{Trends}, "j", Down, "next series"},
	{[]Screen{Trends}, "Down", Down, ""},
	{[]Screen{Trends}, "k", Up, "previous series"},
	{[]Screen{Trends}, "Up", Up, ""},
	{[]Screen{Trends}, "Home", Home, "first day"},
	{[]Screen{Trends}, "End", End, "last day"},
	{[]Screen{Trends}, "Enter", Open, "what is behind the figure"},
	{[]Screen{Trends}, "t", Table, "as a table, or as a chart"},
	{[]Screen{Trends}, "l", Scale, "times: logarithmic or linear"},
	{[]Screen{Trends}, "E p", ExportPNG, "export this chart: PNG"},
	{[]Screen{Trends}, "E s", ExportSVG, "export this chart: SVG"},
	{[]Screen{Trends}, "E c", ExportCSV, "export this chart: CSV"},

	{places, "g q", GoQueue, "go to the queue"},
	{places, "g a", GoActions, "go to actions"},
	{places, "g t", GoTrends, "go to trends"},
	{places, "g r", GoReports, "go to reports"},
	{places, "g s", GoSettings, "go to settings"},
	{places, "r", Refresh, "sync now"},
	{places, "Ctrl+O", Offline, "go offline or online"},
	{places, "U", Zone, "UTC or local time"},
	{places, "D", Theme, "dark or light"},
	{[]Screen{Queue}, "F6", NextPane, "next pane"},
	{[]Screen{Queue}, "Shift+F6", PrevPane, "previous pane"},
	{places, "Ctrl+L", LockNow, "lock the window"},
	{[]Screen{Settings}, "L", LockAfter, "lock after…: the next time"},
	{[]Screen{Settings}, "K", Retain, "closed incidents: how many days they are kept"},
	{places, "?", HelpCmd, "these keys"},
	{all, "Ctrl+Q", Quit, "quit"},

	{[]Screen{Queue}, "W", NextTenant, "show the next tenant, or all"},
	{places, "Ctrl+I", SignInAgain, "sign in again where asked to"},
	{[]Screen{Settings}, "j", Down, "next tenant"},
	{[]Screen{Settings}, "Down", Down, ""},
	{[]Screen{Settings}, "k", Up, "previous tenant"},
	{[]Screen{Settings}, "Up", Up, ""},
	{[]Screen{Settings}, "n", Connect, "connect a tenant"},
	{[]Screen{Settings}, "Enter", ChangeTenant, "tenant: name, colour, account"},
	{[]Screen{Settings}, "T", TestTenant, "tenant: test, copy what is missing"},
	{[]Screen{Settings}, "A", TenantAgain, "tenant: sign in again"},
	{[]Screen{Settings}, "Del", RemoveTenant, "tenant: remove"},

	{[]Screen{Welcome}, "c", Connect, "connect a tenant"},
	{[]Screen{Welcome}, "s", Simulate, "open the simulated tenant"},

	{[]Screen{Close}, "t", TruePositive, "true positive"},
	{[]Screen{Close}, "f", FalsePositive, "false positive"},
	{[]Screen{Close}, "b", Benign, "benign, expected"},
	{[]Screen{Close}, "u", Undeterm, "undetermined"},
	{[]Screen{Close}, "n", Note, "write a note"},
	{[]Screen{Close}, "Tab", Note, ""},
	{[]Screen{Close}, "P", ShowRequest, ""},
	{[]Screen{Close, Form, Conflict}, "Ctrl+P", ShowRequest, "the exact request"},

	{[]Screen{Conflict}, "j", Down, "next field"},
	{[]Screen{Conflict}, "Down", Down, ""},
	{[]Screen{Conflict}, "k", Up, "previous field"},
	{[]Screen{Conflict}, "Up", Up, ""},
	{[]Screen{Conflict}, "t", KeepTheirs, "keep theirs"},
	{[]Screen{Conflict}, "m", KeepMine, "keep mine"},
	{[]Screen{Conflict}, "e", Edit, "another value…"},
	{[]Screen{Conflict}, "T", AllTheirs, "all theirs"},
	{[]Screen{Conflict}, "M", AllMine, "all mine"},
	{[]Screen{Conflict}, "f", Follow, "merged: act on the survivor"},
	{[]Screen{Close, Form, Conflict}, "Ctrl+Enter", Send, "send"},
	{[]Screen{Close, Form, Help, Conflict}, "Esc", Cancel, "cancel"},
	{[]Screen{Help}, "?", Cancel, ""},
}, slices.Concat(identityMap, postureMap, trendsMap, guardMap, privacyMap, numbered())...)

func numbered() []Binding {
	var out []Binding
	for n := 1; n <= 9; n++ {
		d := string(rune('0' + n))
		first := func(s string) string {
			if n == 1 {
				return s
			}
			return ""
		}
		out = append(out, Binding{[]Screen{Queue}, d, View(n), first("saved view")},
			Binding{[]Screen{Close}, d, Digit(n), first("determination")})
		if n <= 5 {
			out = append(out, Binding{[]Screen{Actions}, d, View(n), first("all, need you, waiting, done, given up")})
		}
		if n <= 8 {
			out = append(out, Binding{[]Screen{Incident}, d, Tab(n), first("tab, by its number")})
		}
	}
	return out
}
