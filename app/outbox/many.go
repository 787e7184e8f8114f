package outbox

import "watchfloor/app"

// Result is what became of one request of many.
type Result struct {
	Request Request
	Action  Action // zero where Err is set
	Err     error
}

// Batch is how the actions of one form stand.
type Batch struct {
	ID                                                string
	Total, Done, Waiting, Conflict, Failed, Discarded int
}

// Choice settles one field of a conflict.
type Choice struct {
	Field app.Field
	Keep  Side
	// Value is the analyst's third value, where Keep is Edited: the field of Value that
	// Field names is meant.
	Value app.Fields
	// Text is that value where Field is a property of a subject, as in app.Values.
	Text string
}

// Side says whose value is kept.
type Side string

// Sides.
const (
	Theirs Side = "theirs"
	Mine   Side = "mine"
	Edited Side = "edited"
)
