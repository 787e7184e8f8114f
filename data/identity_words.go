package data

import (
	"database/sql"
	"errors"
	"strings"
	"sync"
	"time"
)

// Kinds of identity_word.
const (
	wordUser    = 1 // object id, UPN, name, packed
	wordApp     = 2 // app id, name, packed
	wordClient  = 3
	wordCountry = 4
	wordPlace   = 5 // city, state, packed
	wordAccess  = 6
	wordMFA     = 7
	wordLevel   = 8
	wordState   = 9
	wordTypes   = 10 // risk types, packed
)

type wordKey struct {
	kind int
	text string
}

// maxWords bounds the writer's memory of word ids.
const maxWords = 50_000

// word returns the id of a text that sign-ins share, making it the first time.
func (t *tx) word(kind int, text, sort string) (int64, error) {
	w, k := t.cache.writer, wordKey{kind, text}
	if id, ok := w.words[k]; ok {
		return id, nil
	}
	var id int64
	err := t.one(`SELECT id FROM identity_word WHERE kind = ? AND text = ?`, []any{kind, text}, &id)
	if errors.Is(err, sql.ErrNoRows) {
		id, err = t.insert(`INSERT INTO identity_word (kind, text, sort) VALUES (?,?,?)`, kind, text, strings.ToLower(sort))
	}
	if err != nil {
		return 0, err
	}
	if w.words == nil || len(w.words) >= maxWords {
		w.words = map[wordKey]int64{}
	}
	w.words[k] = id
	return id, nil
}

// word is a text that sign-ins share, as readers remember it.
type word struct {
	id    int64
	kind  int
	parts []string
	lower string // the parts in lower case, for searching
	rows  int    // about: it is only used to choose a way
}

// wordBook is the readers' memory of identity_word. Ids are never used again, so what it
// holds stays true; new ones are read before each use.
type wordBook struct {
	mu     sync.Mutex
	last   int64
	read   time.Time // of the numbers of rows
	byID   map[int64]*word
	byKind map[int][]*word
}

// bookLasts is how long the numbers of rows are believed.
const bookLasts = 30 * time.Second

// wordList is a look at the book that holds all ids of one snapshot.
type wordList struct {
	byID   map[int64]*word
	byKind map[int][]*word
}

func (c *Cache) book(q querier) (*wordList, error) {
	b := &c.words
	b.mu.Lock()
	defer b.mu.Unlock()
	var top int64
	err := q.one(`SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'identity_word'), 0)`, nil, &top)
	if err != nil {
		return nil, err
	}
	from := b.last
	stale := c.cfg.Now().Sub(b.read).Abs() > bookLasts
	if stale {
		from = 0
	}
	if top <= from {
		return &wordList{b.byID, b.byKind}, nil
	}
	byID, byKind := map[int64]*word{}, map[int][]*word{}
	if !stale { // readers hold the maps: they are replaced, never changed
		for id, w := range b.byID {
			byID[id] = w
		}
		for k, list := range b.byKind {
			byKind[k] = list[:len(list):len(list)]
		}
	}
	err = q.each(`SELECT id, kind, text, rows FROM identity_word WHERE id > ? ORDER BY id`, []any{from}, func(scan func(...any) error) error {
		var w word
		var text string
		if err := scan(&w.id, &w.kind, &text, &w.rows); err != nil {
			return err
		}
		w.parts = []string{text}
		if packed(w.kind) {
			w.parts = unpackAll(text)
		}
		w.lower = strings.ToLower(strings.Join(w.parts, "\n"))
		byID[w.id] = &w
		byKind[w.kind] = append(byKind[w.kind], &w)
		return nil
	})
	if err != nil {
		return nil, err
	}
	b.byID, b.byKind, b.last = byID, byKind, top
	if stale {
		b.read = c.cfg.Now()
	}
	return &wordList{byID, byKind}, nil
}

func packed(kind int) bool {
	return kind == wordUser || kind == wordApp || kind == wordPlace || kind == wordTypes
}

// part is the n-th part of a word, "" where it is missing.
func (b *wordList) part(id int64, n int) string {
	if w := b.byID[id]; w != nil && n < len(w.parts) {
		return w.parts[n]
	}
	return ""
}

// find lists the ids of a kind that ok accepts, and how many sign-ins name them, about.
func (b *wordList) find(kind int, ok func(*word) bool) (set wordSet) {
	for _, w := range b.byKind[kind] {
		if ok(w) {
			set.ids = append(set.ids, w.id)
			set.rows += w.rows
		}
	}
	return set
}

// wordSet is a set of words of one kind.
type wordSet struct {
	ids  []int64
	rows int
}
