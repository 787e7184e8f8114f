package identity

import "strings"

// Level is a risk level as Graph spells it: none, low, medium, high, hidden, or a word
// this version does not know.
type Level string

// Levels.
const (
	LevelNone   Level = "none"
	LevelLow    Level = "low"
	LevelMedium Level = "medium"
	LevelHigh   Level = "high"
	LevelHidden Level = "hidden" // there is risk; the licence does not show how much
)

// Rank orders levels: high 4, medium 3, low 2, hidden and unknown words 1, none 0.
func (l Level) Rank() int {
	switch Level(strings.ToLower(string(l))) {
	case LevelHigh:
		return 4
	case LevelMedium:
		return 3
	case LevelLow:
		return 2
	case LevelNone, "":
		return 0
	}
	return 1
}

// State is a risk state as Graph spells it.
type State string

// States.
const (
	StateNone        State = "none"
	StateSafe        State = "confirmedSafe"
	StateRemediated  State = "remediated"
	StateDismissed   State = "dismissed"
	StateAtRisk      State = "atRisk"
	StateCompromised State = "confirmedCompromised"
)

// Open reports a state that a person should still look at.
func (s State) Open() bool { return s == StateAtRisk || s == StateCompromised }
