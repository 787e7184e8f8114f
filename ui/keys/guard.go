package keys

import "slices"

// Commands about what may be changed.
const (
	Permissions        Command = "permissions"
	ReadOnlyEverywhere Command = "read-only everywhere"
)

var guardMap = []Binding{
	{places, "Ctrl+R", ReadOnlyEverywhere, "read-only: nothing is changed or sent; or allow actions"},
	{[]Screen{Settings}, "P", Permissions, "tenant: permissions, read-only or actions"},
}

// acts are the commands that change something at a tenant.
var acts = []Command{
	AssignMe, Assign, Unassign, StatusNew, StatusActive, StatusClosed, SevHigh, SevMedium, SevLow, SevInfo, CloseCase, CloseAgain, Comment, Tag,
	Merge, MoveAlerts, AddTask, FinishTask, Respond, ControlReviewed, ControlIgnored, ControlThirdParty, ControlDefault,
}

// Acts reports a command that changes something at a tenant, or begins to.
func (c Command) Acts() bool { return slices.Contains(acts, c) }

// OffWhile is the question whether the button of a command is off, nil for one that never
// is; ask answers it for all, and may be nil.
func OffWhile(ask func(Command) bool, c Command) func() bool {
	if ask == nil || !c.Acts() {
		return nil
	}
	return func() bool { return ask(c) }
}
