package main

import (
	"context"
	"slices"
	"time"

	"watchfloor/app/audit"
	"watchfloor/app/report"
	"watchfloor/ui/cli"
)

// auditLogs are the audit logs of the open tenants.
func (s *session) auditLogs() (out []cli.AuditLog) {
	for _, t := range s.open() {
		out = append(out, cli.AuditLog{Tenant: t.about().Name, Reader: t.cache})
	}
	return out
}

// auditHeads are the ends of the audit logs of tenants, of all without slots.
func (s *session) auditHeads(ctx context.Context, slots ...int) (out []report.AuditHead, err error) {
	for _, t := range s.open() {
		p := t.about()
		if len(slots) > 0 && !slices.Contains(slots, p.Slot) {
			continue
		}
		h, err := t.cache.Head(ctx)
		if err != nil {
			return nil, err
		}
		out = append(out, report.AuditHead{Tenant: p.Name, Head: h})
	}
	return out, nil
}

// recordTime bounds how long a record may keep what it tells of waiting.
const recordTime = 2 * time.Second

// record puts what the person at this computer did into the audit log of the tenant. A log
// that cannot be written holds nothing up: locking goes before telling of it.
func (t *tenant) record(r audit.Record) {
	ctx, cancel := context.WithTimeout(context.Background(), recordTime)
	defer cancel()
	p := t.about()
	r.By, r.Tenant = p.Account, p.Name
	if err := t.cache.Note(ctx, r); err != nil {
		t.log.Warn("not in the audit log", "event", string(r.Event), "err", err)
	}
}
