package data

import (
	"database/sql"
	"strings"
	"unicode"

	"watchfloor/app"
)

// words is what full-text search knows of one incident.
type words struct{ title, description, entities, comments string }

// wordsOf is the text of a new incident that has no twin; d may be nil.
func wordsOf(in app.Incident, d *app.Details) *words {
	w := &words{title: in.Title, description: in.Description}
	if d == nil {
		return w
	}
	var b strings.Builder
	add := func(e app.Entity) {
		b.WriteString(e.Name + " ")
		if e.Key != strings.ToLower(e.Name) {
			b.WriteString(e.Key)
		}
		b.WriteByte('\n')
	}
	for _, e := range d.Entities {
		add(e)
	}
	for _, e := range d.Evidence {
		add(e.Entity)
	}
	w.entities = b.String()
	for _, c := range d.Comments {
		w.comments += c.Text + "\n"
	}
	return w
}

// reword has the text of an incident indexed again before the commit.
func (t *tx) reword(id int64) {
	if _, noted := t.stale[id]; !noted {
		t.stale[id] = nil
	}
}

// reindex writes the full text of every incident that changed in this transaction.
// The text of an incident includes its twin's entities and comments, because only
// one of the two is shown.
func (t *tx) reindex() error {
	for id, w := range t.stale {
		if w == nil {
			var err error
			if w, err = t.readWords(id); err != nil {
				return err
			}
		}
		err := t.exec(`INSERT OR REPLACE INTO search (rowid, title, description, entities, comments) VALUES (?,?,?,?,?)`,
			id, w.title, w.description, w.entities, w.comments)
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) readWords(id int64) (*words, error) {
	var w words
	var twin sql.NullInt64
	err := t.one(`SELECT i.title, i.twin_id, x.description FROM incident i JOIN incident_text x ON x.incident_id = i.id WHERE i.id = ?`,
		[]any{id}, &w.title, &twin, &w.description)
	if err != nil {
		return nil, err
	}
	other := id
	if twin.Valid {
		other = twin.Int64
	}
	if w.entities, err = t.text(`SELECT e.name || ' ' || CASE WHEN e.key = lower(e.name) THEN '' ELSE e.key END FROM incident_entity l
    JOIN entity e ON e.id = l.entity_id WHERE l.incident_id IN (?, ?)`, id, other); err != nil {
		return nil, err
	}
	w.comments, err = t.text(`SELECT text FROM comment WHERE incident_id IN (?, ?)`, id, other)
	return &w, err
}

func (t *tx) text(query string, args ...any) (string, error) {
	var b strings.Builder
	err := t.each(query, args, func(scan func(...any) error) error {
		var s string
		err := scan(&s)
		b.WriteString(s)
		b.WriteByte('\n')
		return err
	})
	return b.String(), err
}

// match turns words into an FTS5 query: every token is quoted, so no character has a
// meaning, and matches as a prefix; a phrase of several tokens stays a phrase. It
// returns "" when nothing is left to search for.
func match(words string) string {
	words = strings.Map(func(r rune) rune {
		if r == 0 {
			return ' '
		}
		return r
	}, words)
	if !strings.ContainsFunc(words, isToken) {
		return ""
	}
	return `"` + strings.ReplaceAll(words, `"`, `""`) + `"*`
}

// isToken reports characters that FTS5's unicode61 tokenizer indexes: letters,
// numbers and private-use characters.
func isToken(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.Is(unicode.Co, r)
}
