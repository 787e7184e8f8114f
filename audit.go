package main

import (
	"context"
	"slices"

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
