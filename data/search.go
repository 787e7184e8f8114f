package data

import (
	"database/sql"
	"strings"
	"unicode"
)

// reindex writes the full text of every incident that changed in this transaction.
// The text of an incident includes its twin's entities and comments, because only
// one of the two is shown.
func (t *tx) reindex() error {
	for id := range t.stale {
		if err := t.index(id); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) index(id int64) error {
	var title, description string
	var twin sql.NullInt64
	err := t.one(`SELECT i.title, i.twin_id, x.description FROM incident i JOIN incident_text x ON x.incident_id = i.id WHERE i.id = ?`,
		[]any{id}, &title, &twin, &description)
	if err != nil {
		return err
	}
	other := id
	if twin.Valid {
		other = twin.Int64
	}
	entities, err := t.text(`SELECT e.name || ' ' || CASE WHEN e.key = lower(e.name) THEN '' ELSE e.key END FROM incident_entity l
    JOIN entity e ON e.id = l.entity_id WHERE l.incident_id IN (?, ?)`, id, other)
	if err != nil {
		return err
	}
	comments, err := t.text(`SELECT text FROM comment WHERE incident_id IN (?, ?)`, id, other)
	if err != nil {
		return err
	}
	return t.exec(`INSERT OR REPLACE INTO search (rowid, title, description, entities, comments) VALUES (?,?,?,?,?)`,
		id, title, description, entities, comments)
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
