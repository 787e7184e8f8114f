package simulator

import (
	"fmt"
	"time"

	"watchfloor/integrations/simulator/story"
)

// told reports whether the story has something to say about a record.
func (r *record) told() bool { return r.edits == nil || !r.edits.userMade }

func (t *tenant) title(r *record) string {
	if r.edits != nil && r.edits.title != nil {
		return *r.edits.title
	}
	return t.world.Title(r.plan)
}

func (t *tenant) head(r *record) story.Head {
	var h story.Head
	if r.told() {
		h = t.world.Head(r.plan)
	}
	if e := r.edits; e != nil {
		if e.title != nil {
			h.Title = *e.title
		}
		if e.desc != nil {
			h.Description = *e.desc
		}
		if e.tags != nil {
			h.Tags = e.tags
		}
	}
	return h
}

// note is the closing note.
func (t *tenant) note(r *record) string {
	if r.edits != nil && r.edits.note != nil {
		return *r.edits.note
	}
	if !r.told() {
		return ""
	}
	return t.world.ClosingNote(r.plan, *r.life)
}

// comments returns all comments, oldest first. Twins tell the same notes only at the
// product where they were written: Sentinel where it exists.
func (t *tenant) comments(r *record) []comment {
	if r.edits != nil && r.edits.hasComments {
		return r.edits.comments
	}
	if !r.told() || r.graph && r.twin > 0 {
		return nil
	}
	var out []comment
	for i, n := range t.world.Notes(r.plan, *r.life) {
		out = append(out, comment{
			id: story.GUID(r.plan.Seed, fmt.Sprint("comment", i)), text: n.Text,
			author: personOwner(n.Author), created: tick(n.At), modified: tick(n.At), rev: 1,
		})
	}
	return out
}

// keepComments makes the told comments part of the edits, to change them.
func (t *tenant) keepComments(r *record) *edits {
	if r.edits == nil || !r.edits.hasComments {
		c := t.comments(r)
		e := r.edit()
		e.comments, e.hasComments = c, true
	}
	return r.edits
}

func (t *tenant) tasks(r *record) []task {
	if r.edits != nil && r.edits.hasTasks {
		return r.edits.tasks
	}
	if !r.told() || r.graph {
		return nil
	}
	var out []task
	added := max(r.created, min(r.modified, r.created+int64(time.Minute)))
	for i, s := range t.world.Steps(r.plan, *r.life) {
		by := personOwner(t.world.Analysts()[max(0, r.life.Owner)])
		out = append(out, task{
			id: story.GUID(r.plan.Seed, fmt.Sprint("task", i)), title: s.Title, done: s.Done,
			by: by, modBy: by, created: added, modified: max(added, min(r.modified, r.created+int64(time.Hour))), rev: 1,
		})
	}
	return out
}

func (t *tenant) keepTasks(r *record) *edits {
	if r.edits == nil || !r.edits.hasTasks {
		c := t.tasks(r)
		e := r.edit()
		e.tasks, e.hasTasks = c, true
	}
	return r.edits
}

func (t *tenant) alerts(r *record) []story.Alert {
	if !r.told() {
		return nil
	}
	return t.world.Alerts(r.plan, time.Unix(0, r.created).UTC(), r.life.LastAlert)
}
