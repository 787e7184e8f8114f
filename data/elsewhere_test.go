package data

import (
	"testing"

	"watchfloor/app"
	"watchfloor/app/outbox"
)

// Given a window and a command on one cache, when the command queues an action, then the
// window hears of it once, and never of what it stored itself.
func TestGoal9WhatAnotherProcessQueuedIsNoticed(t *testing.T) {
	cache, _ := newCache(t)
	storePage(t, cache, app.Sentinel, pulled(app.Sentinel, "7"))
	heard := map[app.Topic]int{}
	defer cache.cfg.Hub.Subscribe(func(e app.Event) {
		if len(e.Incidents) == 0 {
			heard[e.Topic]++
		}
	})()
	changed := func(when string, want bool) {
		t.Helper()
		if got, err := cache.ChangedElsewhere(t.Context()); got != want || err != nil {
			t.Errorf("%s: %v, %v", when, got, err)
		}
	}
	changed("at first", false)
	storePage(t, cache, app.Sentinel, pulled(app.Sentinel, "8"))
	changed("after its own page", false)

	other, err := Open(t.Context(), Config{Key: testKey, Path: cache.cfg.Path, Now: cache.cfg.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if _, err := cache.ChangedElsewhere(t.Context()); err != nil { // opening may store, too
		t.Fatal(err)
	}
	clear(heard)
	if _, err := other.Enqueue(t.Context(), outbox.Action{ID: "g1", Request: outbox.Request{IncidentID: find(t, cache, "7"), Verb: outbox.Comment, Text: "of a command"}}); err != nil {
		t.Fatal(err)
	}
	changed("after an action", true)
	changed("asked again", false)
	if heard[app.TopicOutbox] != 1 || heard[app.TopicIncidents] != 1 {
		t.Errorf("the hub told %v", heard)
	}
}
