package defender

import (
	"encoding/json"
	"strings"

	"watchfloor/app"
	"watchfloor/integrations/azure/wire"
)

type alertRow struct {
	ID          wire.Text         `json:"id"`
	Title       string            `json:"title"`
	Description string            `json:"description"`
	Severity    string            `json:"severity"`
	Status      string            `json:"status"`
	Service     string            `json:"serviceSource"`
	Product     string            `json:"productName"`
	Category    string            `json:"category"`
	Techniques  []string          `json:"mitreTechniques"`
	Created     string            `json:"createdDateTime"`
	First       string            `json:"firstActivityDateTime"`
	Last        string            `json:"lastActivityDateTime"`
	Actions     string            `json:"recommendedActions"`
	Evidence    []json.RawMessage `json:"evidence"`
}

func decodeAlerts(rows []json.RawMessage) (alerts []app.Alert, evidence []app.Evidence, odd int) {
	alerts, evidence = make([]app.Alert, 0, len(rows)), []app.Evidence{}
	for _, raw := range rows {
		a, found, bad := DecodeAlert(raw)
		alerts, evidence = append(alerts, a), append(evidence, found...)
		if bad {
			odd++
		}
	}
	return alerts, evidence, odd
}

// DecodeAlert reads one alert and its evidence; it never fails.
func DecodeAlert(raw []byte) (a app.Alert, evidence []app.Evidence, odd bool) {
	var row alertRow
	odd = !wire.Into(raw, &row) || row.ID.Odd
	if row.ID.S == "" {
		odd, row.ID.S = true, wire.HashID("unreadable-", string(raw))
	}
	var clock wire.Clock
	a = app.Alert{
		ID: row.ID.S, Title: row.Title, Description: row.Description,
		Severity: app.ParseSeverity(row.Severity), Status: row.Status,
		Product: wire.First(row.Product, productName(row.Service)), Category: row.Category, Techniques: row.Techniques,
		Created: clock.Time(row.Created), First: clock.Time(row.First), Last: clock.Time(row.Last),
		Remediation: row.Actions, Raw: raw,
	}
	for _, e := range row.Evidence {
		ev, bad := DecodeEvidence(e)
		ev.AlertID = a.ID
		evidence = append(evidence, ev)
		odd = odd || bad
	}
	return a, evidence, odd || clock.Odd || a.Title == ""
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
