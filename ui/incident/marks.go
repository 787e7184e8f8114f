package incident

import (
	"watchfloor/app"
)

// On reports that the open tab has a name.
func (p *Presenter) On(tab string) bool { return tabNames[p.tab] == tab }

// MarkAlert marks the alert under the cursor, or frees it, and goes on to the next.
func (p *Presenter) MarkAlert() {
	a, ok := p.alertAt()
	if !ok {
		return
	}
	if p.marks == nil {
		p.marks = map[string]bool{}
	}
	if p.marks[a.ID] {
		delete(p.marks, a.ID)
	} else {
		p.marks[a.ID] = true
	}
	p.build()
	p.Changed()
	p.Move(p.At() + 1)
}

// Unmark frees all alerts and reports whether any was marked.
func (p *Presenter) Unmark() bool {
	had := len(p.marks) > 0
	p.marks = nil
	if had {
		p.build()
		p.Changed()
	}
	return had
}

func (p *Presenter) alertAt() (app.Alert, bool) {
	if p.detail == nil || !p.On("Alerts") || p.At() >= len(p.detail.Alerts) {
		return app.Alert{}, false
	}
	return p.detail.Alerts[p.At()], true
}

// Chosen are the marked alerts, else the one under the cursor, as far as the incident
// itself has them; stay is how many others it has, left how many of the marked ones only
// its twin at the other product has.
func (p *Presenter) Chosen() (chosen []app.Alert, stay, left int) {
	if p.detail == nil {
		return nil, 0, 0
	}
	at, _ := p.alertAt()
	for _, a := range p.detail.Alerts {
		meant := p.marks[a.ID] || len(p.marks) == 0 && a.ID == at.ID
		switch {
		case meant && a.TwinOnly:
			left++
		case meant:
			chosen = append(chosen, a)
		case !a.TwinOnly:
			stay++
		}
	}
	return chosen, stay, left
}

// TaskAt is the task under the cursor.
func (p *Presenter) TaskAt() (app.Task, bool) {
	if p.detail == nil || !p.On("Tasks") || p.At() >= len(p.detail.Tasks) {
		return app.Task{}, false
	}
	return p.detail.Tasks[p.At()], true
}

// IDAt is the local id of the incident as one product has it, false where it does not.
func (p *Presenter) IDAt(src app.SourceID) (int64, bool) {
	switch {
	case p.row.Ref.Source == src:
		return p.row.ID, true
	case p.detail != nil && p.detail.Twin != nil && p.detail.Twin.Source == src:
		return p.detail.Twin.ID, true
	}
	return 0, false
}
