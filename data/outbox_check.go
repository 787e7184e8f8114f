package data

import "watchfloor/app"

// linesHold are what must hold of the order of actions and of what incidents show of
// them, each with a query that counts where it does not.
var linesHold = []struct{ rule, broken string }{
	{"an action concerns an incident or a subject", `SELECT count(*) FROM outbox WHERE (incident_id IS NULL) = (subject_kind = '')`},
	{"an unfinished action is in the line of what it concerns", `SELECT count(*) FROM outbox a WHERE a.state NOT IN ('done', 'discarded')
    AND NOT EXISTS (SELECT 1 FROM outbox_on l WHERE l.seq = a.seq AND l.line = coalesce(a.incident_id,
        (SELECT -s.id FROM subject s WHERE s.kind = a.subject_kind AND s.remote_id = a.subject_id)))`},
	{"a finished action is in no line", `SELECT count(*) FROM outbox_on l JOIN outbox a ON a.seq = l.seq WHERE a.state IN ('done', 'discarded')`},
	{"an action waits exactly for earlier ones in its lines", `SELECT count(*) FROM outbox a WHERE a.state NOT IN ('done', 'discarded')
    AND a.blocked <> EXISTS (SELECT 1 FROM outbox_on mine JOIN outbox_on o ON o.line = mine.line AND o.seq < mine.seq
        WHERE mine.seq = a.seq)`},
	{"an incident counts its actions", `SELECT count(*) FROM incident i WHERE i.queued <> (SELECT count(*) FROM outbox_on l WHERE l.line = i.id)`},
	{"an incident shows that an action needs a person", `SELECT count(*) FROM incident i WHERE i.conflict <> EXISTS (SELECT 1 FROM outbox_on l
    JOIN outbox a ON a.seq = l.seq WHERE l.line = i.id AND a.state IN ('conflict', 'failed'))`},
	{"an incident without actions shows what its service holds", `SELECT count(*) FROM incident i JOIN incident_text x ON x.incident_id = i.id
    WHERE x.remote IS NOT NULL AND i.queued = 0`},
}

// checkLines reports whether the order of actions is as it must be.
func (c *Cache) checkLines(q querier) error {
	for _, h := range linesHold {
		var n int
		if err := q.one(h.broken, nil, &n); err != nil {
			return err
		}
		if n > 0 {
			c.cfg.Log.Error("the outbox contradicts itself", "rule", h.rule, "times", n)
			return app.E(app.KindInternal, "The queued actions of this cache are not in order: it does not hold that "+h.rule+". Please report this; keep the file, nothing in it is lost.", nil)
		}
	}
	return nil
}
