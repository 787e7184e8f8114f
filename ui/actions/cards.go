package actions

import (
	"slices"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/ui/keys"
	"watchfloor/ui/present"
)

// Card is one field of a conflict and what is kept of it.
type Card struct {
	outbox.Drift
	Keep  outbox.Side // "" until it is decided
	Value app.Fields  // where Keep is Edited
	Text  string      // that value where the field is a property of a subject
}

// Cards settle one action's conflict field by field.
type Cards struct {
	Action  outbox.Action
	Cards   []Card
	At      int
	Problem string
}

// NewCards starts without a decision.
func NewCards(a outbox.Action) *Cards {
	c := &Cards{Action: a}
	for _, d := range a.Drift {
		c.Cards = append(c.Cards, Card{Drift: d})
	}
	return c
}

// Do carries out a key of the dialog and reports whether it is one of the cards'.
func (c *Cards) Do(cmd keys.Command) bool {
	c.Problem = ""
	switch cmd {
	case keys.Down:
		c.At = min(c.At+1, len(c.Cards)-1)
	case keys.Up:
		c.At = max(c.At-1, 0)
	case keys.KeepTheirs:
		c.keep(outbox.Theirs)
	case keys.KeepMine:
		c.keep(outbox.Mine)
	case keys.AllTheirs, keys.AllMine:
		side := outbox.Theirs
		if cmd == keys.AllMine {
			side = outbox.Mine
		}
		for i := range c.Cards {
			c.Cards[i].Keep = side
		}
	default:
		return false
	}
	return true
}

// keep decides the card and goes on to the next one that is not decided.
func (c *Cards) keep(side outbox.Side) {
	c.Cards[c.At].Keep = side
	c.on()
}

func (c *Cards) on() {
	for i := range c.Cards {
		if at := (c.At + i) % len(c.Cards); c.Cards[at].Keep == "" {
			c.At = at
			return
		}
	}
}

// Current is the card under the cursor.
func (c *Cards) Current() Card { return c.Cards[c.At] }

// Editable reports that another value can be given for the card; else why says what
// can be done.
func (c *Cards) Editable() (why string, ok bool) {
	if !c.Action.On.IsZero() {
		if _, named := c.property(); named {
			return "", true
		}
		return "This can only be kept as theirs (t) or yours (m).", false
	}
	if c.Action.Verb.Fields() == nil && c.Action.Verb != outbox.Tag {
		return "This can only be kept as theirs (t) or yours (m).", false
	}
	switch c.Current().Field {
	case app.FieldSeverity, app.FieldStatus, app.FieldOwner, app.FieldClassification, app.FieldDetermination, app.FieldClosingNote, app.FieldTags:
		return "", true
	}
	return "This field has no other value: keep theirs (t) or yours (m).", false
}

// property is the property of a subject that the card is about; ok reports that the
// action sets it.
func (c *Cards) property() (p app.Property, ok bool) {
	p = app.Property(c.Current().Field)
	_, ok = c.Action.Set[p]
	return p, ok && !c.Action.On.IsZero()
}

// EditText gives the property of the card a third value.
func (c *Cards) EditText(s string) {
	c.Cards[c.At].Keep, c.Cards[c.At].Text = outbox.Edited, s
	c.Problem = ""
	c.on()
}

// Edit gives fields a third value; those without a card are left out.
func (c *Cards) Edit(v app.Fields, fields ...app.Field) {
	for i := range c.Cards {
		if slices.Contains(fields, c.Cards[i].Field) {
			c.Cards[i].Keep, c.Cards[i].Value = outbox.Edited, v
		}
	}
	c.Problem = ""
	c.on()
}

// Choices are the decisions; ok is false, with Problem set and the cursor on the card,
// while one is missing.
func (c *Cards) Choices() (out []outbox.Choice, ok bool) {
	for i, x := range c.Cards {
		if x.Keep == "" {
			c.At = i
			c.Problem = present.ChangeWord(x.Field) + " is open: t keeps theirs, m keeps yours, e gives another value."
			return nil, false
		}
		out = append(out, outbox.Choice{Field: x.Field, Keep: x.Keep, Value: x.Value, Text: x.Text})
	}
	return out, true
}

// Mine is the analyst's value of a field, for an editor to begin with.
func (c *Cards) Mine() app.Fields {
	if c.Action.Verb == outbox.Tag {
		return c.Action.Apply(c.Action.Theirs)
	}
	return c.Action.Apply(c.Action.Base)
}

// other is the third value in words.
func (x Card) other(a outbox.Action) string {
	if !a.On.IsZero() {
		return outbox.PropertyText(app.Property(x.Field), x.Text)
	}
	return outbox.Value(x.Value, x.Field)
}
