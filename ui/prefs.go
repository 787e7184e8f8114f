package ui

import (
	gosync "sync"

	"watchfloor/ui/work"
)

// savedPrefs answers from memory and writes behind the UI's back.
type savedPrefs struct {
	below Prefs
	saver *work.Saver
	mu    gosync.Mutex
	seen  map[string]string
}

func newSavedPrefs(below Prefs) *savedPrefs {
	return &savedPrefs{below: below, saver: work.NewSaver(below.Set), seen: map[string]string{}}
}

func (p *savedPrefs) Get(key string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if v, ok := p.seen[key]; ok {
		return v
	}
	v := p.below.Get(key)
	p.seen[key] = v
	return v
}

func (p *savedPrefs) Set(key, value string) {
	p.mu.Lock()
	old, known := p.seen[key]
	p.seen[key] = value
	p.mu.Unlock()
	if !known || old != value {
		p.saver.Save(key, value)
	}
}
