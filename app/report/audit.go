package report

import (
	"strconv"

	"watchfloor/app/audit"
)

// AuditHead is the end of the audit log of one tenant when a report was made.
type AuditHead struct {
	Tenant string
	audit.Head
}

// audit ends a report with what proves later that the log up to then was not rewritten.
func (d *Document) audit(m Meta) {
	if len(m.Audit) == 0 {
		return
	}
	var f Facts
	for _, h := range m.Audit {
		name := orWords(inert(h.Tenant), "Head")
		f = append(f, Fact{name, Cell{Text: h.Hash.String(), Small: "hash of record " + strconv.FormatInt(h.Count, 10) + ", the last of its log"}})
	}
	d.add("Audit log", "", f, Remark("watchfloor verify --head, with this hash, shows later that nothing recorded up to this report was changed or taken out."))
}

// auditJSON is an AuditHead in files for programs.
type auditJSON struct {
	Tenant  string `json:"tenant"`
	Records int64  `json:"records"`
	Head    string `json:"head"`
}

func auditsJSON(m Meta) (out []auditJSON) {
	for _, h := range m.Audit {
		out = append(out, auditJSON{h.Tenant, h.Count, h.Hash.String()})
	}
	return out
}
