package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"watchfloor/app/audit"
)

// The head stands at the end of each report, whole, and the name of a tenant is harmless.
func TestAReportEndsWithTheHeadOfEachLog(t *testing.T) {
	one, two := audit.Sum([]byte("one")), audit.Sum([]byte("two"))
	m := Meta{Tenant: "Contoso", At: noon, Audit: []AuditHead{{"Contoso", audit.Head{Count: 17, Hash: one}}, {"<b>\u202eFabrikam", audit.Head{Count: 1, Hash: two}}}}
	for name, d := range map[string]Document{
		"case": Case(richCase(1, 1, 1), m), "hand-over": HandoverReport(shift(2), "", m),
		"identity": IdentityPeriod{}.Report(m), "posture": PosturePeriod{}.Report(m),
	} {
		if last := d.Sections[len(d.Sections)-1]; last.Title != "Audit log" {
			t.Errorf("%s ends with %q", name, last.Title)
		}
		var page, md, pdf, again bytes.Buffer
		for _, err := range []error{d.HTML(&page), d.Markdown(&md), d.PDF(&pdf, nil), d.PDF(&again, nil)} {
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, text := range []string{page.String(), md.String()} {
			if !strings.Contains(text, one.String()) || !strings.Contains(text, two.String()) || !strings.Contains(text, "hash of record 17") || strings.Contains(text, "\u202e") {
				t.Errorf("%s: %s", name, text[max(0, len(text)-900):])
			}
		}
		if strings.Contains(page.String(), "<b>") || !bytes.Equal(pdf.Bytes(), again.Bytes()) {
			t.Errorf("%s: live markup, or a PDF that differs", name)
		}
	}
	for name, write := range map[string]func(*bytes.Buffer) error{
		"case":     func(b *bytes.Buffer) error { return CaseJSON(b, richCase(1, 1, 1), m) },
		"identity": func(b *bytes.Buffer) error { return IdentityPeriod{}.JSON(b, m) },
		"posture":  func(b *bytes.Buffer) error { return PosturePeriod{}.JSON(b, m) },
	} {
		var b bytes.Buffer
		var got struct{ Audit []auditJSON }
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(b.Bytes(), &got); err != nil || len(got.Audit) != 2 || got.Audit[0] != (auditJSON{"Contoso", 17, one.String()}) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}
