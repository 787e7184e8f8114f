package defender

import (
	"encoding/json"
	"strings"

	"watchfloor/app"
	"watchfloor/integrations/azure/wire"
)

func decodeAlerts(rows []json.RawMessage) (alerts []app.Alert, evidence []app.Evidence, odd int) {
	alerts, evidence = make([]app.Alert, 0, len(rows)), []app.Evidence{}
	for _, raw := range rows {
		a, found, bad := decodeAlert(wire.Part(raw), raw)
		alerts, evidence = append(alerts, a), append(evidence, found...)
		if bad {
			odd++
		}
	}
	return alerts, evidence, odd
}

// DecodeAlert reads one alert and its evidence; it never fails.
func DecodeAlert(raw []byte) (a app.Alert, evidence []app.Evidence, odd bool) {
	return decodeAlert(wire.ReadRow(raw), raw)
}

func decodeAlert(row wire.Row, raw []byte) (a app.Alert, evidence []app.Evidence, odd bool) {
	a = app.Alert{
		ID: row.ID("id"), ProviderID: row.ID("providerAlertId"), Title: row.Text("title"), Description: row.Text("description"),
		Severity: app.ParseSeverity(row.Text("severity")), Status: row.Text("status"),
		Product:  wire.First(row.Text("productName"), productName(row.Text("serviceSource"))),
		Category: row.Text("category"), Techniques: row.Texts("mitreTechniques"),
		Created: row.Time("createdDateTime"), First: row.Time("firstActivityDateTime"), Last: row.Time("lastActivityDateTime"),
		Remediation: row.Text("recommendedActions"), Raw: raw,
	}
	if a.ID == "" {
		row.Odd, a.ID = true, wire.HashID("unreadable-", string(raw))
	}
	list, _ := row.List("evidence")
	for _, e := range list {
		ev, bad := DecodeEvidence(e)
		ev.AlertID = a.ID
		evidence = append(evidence, ev)
		row.Odd = row.Odd || bad
	}
	return a, evidence, row.Odd || a.Title == ""
}

var products = map[string]string{
	"microsoftdefenderforendpoint":   "Microsoft Defender for Endpoint",
	"microsoftdefenderforidentity":   "Microsoft Defender for Identity",
	"microsoftdefenderforcloudapps":  "Microsoft Defender for Cloud Apps",
	"microsoftdefenderforoffice365":  "Microsoft Defender for Office 365",
	"microsoft365defender":           "Microsoft Defender XDR",
	"azureadidentityprotection":      "Entra ID Protection",
	"microsoftappgovernance":         "Microsoft App Governance",
	"datalossprevention":             "Data Loss Prevention",
	"microsoftdefenderforcloud":      "Microsoft Defender for Cloud",
	"microsoftsentinel":              "Microsoft Sentinel",
	"microsoftinsiderriskmanagement": "Insider Risk Management",
	"microsoftthreatintelligence":    "Microsoft Threat Intelligence",
	"microsoftsecurityforai":         "Microsoft Security for AI",
}

// productName says serviceSource in words; an unknown one is shown as received.
func productName(source string) string {
	return wire.First(products[strings.ToLower(source)], source)
}
