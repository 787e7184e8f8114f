package main

import (
	"context"
	"maps"

	"watchfloor/app"
	"watchfloor/ui"
)

// prefs keeps the window's small settings in the cache of the first tenant. While there
// is none they are in memory, and the next first tenant gets them.
type prefs struct{ s *session }

var _ ui.Prefs = prefs{}

// Get implements ui.Prefs.
func (p prefs) Get(key string) string {
	s := p.s
	s.mu.Lock()
	v, seen := s.prefs[key]
	s.mu.Unlock()
	t := s.first()
	if seen || t == nil {
		return v
	}
	v, err := t.cache.Preference(context.Background(), key)
	if err != nil {
		s.log.Warn("preference", "key", key, "err", err)
		return v
	}
	s.remember(key, v)
	return v
}

// Set implements ui.Prefs. What is older than its retention goes from the cache of every
// tenant.
func (p prefs) Set(key, value string) {
	p.s.remember(key, value)
	for i, t := range p.s.open() {
		if i == 0 || key == app.RetentionPref {
			p.s.keepPref(t, key, value)
		}
	}
}

func (s *session) remember(key, value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.prefs == nil {
		s.prefs = map[string]string{}
	}
	s.prefs[key] = value
}

func (s *session) keepPref(t *tenant, key, value string) {
	if err := t.cache.SetPreference(context.Background(), key, value); err != nil {
		s.log.Warn("preference", "key", key, "err", err)
	}
}

// sameRetention has the cache of another tenant keep incidents as long as the first does,
// where somebody chose that.
func (s *session) sameRetention(t *tenant) {
	days := (prefs{s}).Get(app.RetentionPref)
	if now, err := t.cache.Preference(context.Background(), app.RetentionPref); days != "" && (err != nil || now != days) {
		s.keepPref(t, app.RetentionPref, days)
	}
}

// inherit gives a tenant that has become the first what the window remembers.
func (s *session) inherit(t *tenant) {
	s.mu.Lock()
	all := maps.Clone(s.prefs)
	s.mu.Unlock()
	for key, value := range all {
		if value != "" {
			s.keepPref(t, key, value)
		}
	}
}
