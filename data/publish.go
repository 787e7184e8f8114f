package data

import "watchfloor/app"

// maxNamed is how many incidents an event names; more means "many".
const maxNamed = 64

// touch notes that an incident changed.
func (t *tx) touch(id int64) {
	t.topics[app.TopicIncidents] = true
	if len(t.touched) <= maxNamed {
		t.touched[id] = true
	}
}

// publish tells the hub what a committed transaction changed.
func (c *Cache) publish(t *tx) {
	if t.topics[app.TopicIncidents] {
		c.totals.forget()
	}
	if t.topics[app.TopicIdentity] {
		c.counts.forget()
		c.high.forget()
	}
	for topic := range t.topics {
		e := app.Event{Topic: topic}
		if topic == app.TopicIncidents && len(t.touched) <= maxNamed {
			for id := range t.touched {
				e.Incidents = append(e.Incidents, id)
			}
		}
		c.cfg.Hub.Publish(e)
	}
}
