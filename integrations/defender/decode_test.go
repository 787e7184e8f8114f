package defender

import (
	"encoding/json"
	"strings"
	"testing"

	"watchfloor/app"
	"watchfloor/integrations/azure/wire"
	"watchfloor/integrations/azure/wiretest"
)

// What no screen shows: types and tenants, the alert's copies of its incident's data,
// and what only the raw view of an alert or of evidence has.
const (
	hiddenIncident = `@odata\..*|tenantId|systemTags|alerts\..*`
	hiddenAlert    = `@odata\..*|tenantId|incidentId|detectionSource|detectorId|alertWebUrl|incidentWebUrl|classification|determination|assignedTo|lastUpdateDateTime|serviceSource|systemTags|evidence\..*`
)

// Contradictions between the samples and the specification:
//   - comments: createdBy/createdTime here, createdByDisplayName/createdDateTime there;
//   - the update sample's @odata.type is #microsoft.graph.incident, without "security";
//   - the alert of the expand sample names another incidentId than the one it is in;
//   - the update request spells TruePositive and MultiStagedAttack, the metadata
//     truePositive and multiStagedAttack.
func TestSamplesLoseNothingThatIsShown(t *testing.T) {
	rows := func(name string) []json.RawMessage {
		l, err := wire.ReadList(sample(t, name), "value")
		if err != nil || len(l.Rows) == 0 {
			t.Fatalf("%s: %v", name, err)
		}
		return l.Rows
	}
	for name, raws := range map[string][]json.RawMessage{
		"list": rows("incidents_list.json"), "expanded": rows("incidents_list_expand_alerts.json"), "update": {sample(t, "incident_update.json")},
	} {
		for _, raw := range raws {
			p, odd := DecodeIncident(raw)
			comments := app.Details{}
			if name != "expanded" {
				row := wire.ReadRow(raw)
				list, _ := row.List("comments")
				comments.Comments, _ = DecodeComments(list)
			}
			lost, err := wiretest.Lost(raw, hiddenIncident, p, comments)
			if err != nil || odd || len(lost) > 0 {
				t.Errorf("%s: odd %v, %v, lost:\n%s", name, odd, err, strings.Join(lost, "\n"))
			}
		}
	}
	for _, raw := range append(rows("alerts_v2_list.json"), sample(t, "alert_v2_update.json")) {
		a, evidence, odd := DecodeAlert(raw)
		lost, err := wiretest.Lost(raw, hiddenAlert, a)
		if err != nil || odd || len(lost) > 0 || a.Product != "Microsoft Defender for Endpoint" {
			t.Errorf("odd %v, %v, %s, lost:\n%s", odd, err, a.Product, strings.Join(lost, "\n"))
		}
		for _, e := range evidence {
			var whole struct{ Verdict, RemediationStatus, CreatedDateTime string }
			wire.Into(e.Raw, &whole)
			if e.Verdict != whole.Verdict || e.Remediation != whole.RemediationStatus || e.Created.IsZero() || e.Entity.Key == "" || strings.Contains(e.Entity.Key, "-{") || e.AlertID != a.ID {
				t.Errorf("%+v", e)
			}
		}
	}
}

// A comment that is not part of a page with alerts still counts.
func TestCommentsWithoutAlerts(t *testing.T) {
	p, odd := DecodeIncident([]byte(strings.Replace(strings.Replace(row("7", "04:00:00"), `,"alerts":[]`, "", 1), `"comments":[]`, `"comments":[{"comment":"x"}]`, 1)))
	if odd || p.Details != nil || p.Incident.CommentCount != 1 {
		t.Errorf("%+v odd %v", p, odd)
	}
}

func TestEvidenceBecomesEntities(t *testing.T) {
	const ns = `"@odata.type":"#microsoft.graph.security.`
	for raw, want := range map[string]app.Entity{
		ns + `userEvidence","userAccount":{"accountName":"ann","domainName":"CORP","userPrincipalName":"Ann@contoso.com"}`: {Kind: "account", Key: "ann@contoso.com", Name: "Ann@contoso.com"},
		ns + `userEvidence","userAccount":{"accountName":"ann","domainName":"CORP","displayName":"Ann A"}`:                 {Kind: "account", Key: `corp\ann`, Name: "Ann A"},
		ns + `deviceEvidence","deviceDnsName":"VM1.contoso.com"`:                                                           {Kind: "host", Key: "vm1.contoso.com", Name: "VM1.contoso.com"},
		ns + `ipEvidence","ipAddress":"198.51.100.7"`:                                                                      {Kind: "ip", Key: "198.51.100.7", Name: "198.51.100.7"},
		ns + `urlEvidence","url":"https://X.example/Y"`:                                                                    {Kind: "url", Key: "https://x.example/y", Name: "https://X.example/Y"},
		ns + `fileEvidence","fileDetails":{"sha256":"AB","fileName":"a.exe"}`:                                              {Kind: "file", Key: "ab", Name: "a.exe"},
		ns + `fileEvidence","fileDetails":{"filePath":"C:\\x","fileName":"a.exe"}`:                                         {Kind: "file", Key: `c:\x\a.exe`, Name: "a.exe"},
		ns + `processEvidence","processCommandLine":"cmd /c X","processId":4`:                                              {Kind: "process", Key: "cmd /c x", Name: "cmd /c X"},
		ns + `processEvidence","processId":4`:                                                                              {Kind: "process", Key: "4", Name: "4"},
		ns + `mailboxEvidence","primaryAddress":"ann@contoso.com"`:                                                         {Kind: "mailbox", Key: "ann@contoso.com", Name: "ann@contoso.com"},
		ns + `analyzedMessageEvidence","networkMessageId":"N","subject":"S"`:                                               {Kind: "mailmessage", Key: "n", Name: "S"},
		ns + `mailClusterEvidence","clusterByValue":"V"`:                                                                   {Kind: "mailcluster", Key: "v", Name: "V"},
		ns + `registryKeyEvidence","registryHive":"HKLM","registryKey":"Run"`:                                              {Kind: "registrykey", Key: `hklm\run`, Name: `HKLM\Run`},
		ns + `registryValueEvidence","registryKey":"Run","registryValueName":"v"`:                                          {Kind: "registryvalue", Key: `run\v`, Name: "v"},
		ns + `cloudApplicationEvidence","appId":11161,"displayName":"App"`:                                                 {Kind: "cloudapplication", Key: "app", Name: "App"},
		ns + `oauthApplicationEvidence","appId":"A","displayName":"App"`:                                                   {Kind: "oauthapplication", Key: "a", Name: "App"},
		ns + `azureResourceEvidence","resourceId":"/S/1","resourceName":"r"`:                                               {Kind: "azureresource", Key: "/s/1", Name: "r"},
		ns + `amazonResourceEvidence","amazonResourceId":"arn:X","resourceName":"r"`:                                       {Kind: "amazonresource", Key: "arn:x", Name: "r"},
		ns + `googleCloudResourceEvidence","fullResourceName":"//g/X","resourceName":"r"`:                                  {Kind: "googlecloudresource", Key: "//g/x", Name: "r"},
		ns + `securityGroupEvidence","sid":"S-1","displayName":"G"`:                                                        {Kind: "securitygroup", Key: "s-1", Name: "G"},
		ns + `kubernetesPodEvidence","name":"Pod"`:                                                                         {Kind: "kubernetespod", Key: "pod", Name: "Pod"},
		ns + `quantumGateEvidence","displayName":"Q"`:                                                                      {Kind: "quantumgate", Key: "q", Name: "Q"},
	} {
		e, odd := DecodeEvidence([]byte("{" + raw + "}"))
		got := e.Entity
		got.Raw = nil
		if odd || got.Kind != want.Kind || got.Key != want.Key || got.Name != want.Name {
			t.Errorf("%s: %+v odd %v", raw, got, odd)
		}
	}
	e, odd := DecodeEvidence([]byte(`{` + ns + `ipEvidence","verdict":"malicious","remediationStatus":"blocked","roles":["attacker"],"detailedRoles":["C2"]}`))
	if !odd || e.Entity.Kind != "ip" || e.Entity.Key == "" || e.Entity.Name != "ip" || e.Verdict != "malicious" || e.Remediation != "blocked" || strings.Join(e.Roles, " ") != "attacker C2" {
		t.Errorf("evidence without its address: %+v", e)
	}
}

func TestWhatAnIncidentHasThroughItsAlerts(t *testing.T) {
	alert := func(id, first, last, category string) string {
		return `{"id":"` + id + `","title":"x","serviceSource":"dataLossPrevention","category":"` + category + `","firstActivityDateTime":"2026-11-22T` + first + `Z","lastActivityDateTime":"2026-11-22T` + last +
			`Z","evidence":[{"@odata.type":"#microsoft.graph.security.ipEvidence","ipAddress":"198.51.100.7"}]}`
	}
	raw := strings.Replace(row("7", "04:00:00"), `"alerts":[]`, `"assignedTo":"tier 2","lastModifiedBy":"bob","priorityScore":88,"customTags":["b","a"],"alerts":[`+alert("1", "02:00:00", "02:30:00", "Impact")+","+alert("2", "01:00:00", "01:30:00", "Impact")+"]", 1)
	p, odd := DecodeIncident([]byte(raw))
	in := p.Incident
	if odd || in.FirstActivity != clock("01:00:00") || in.LastActivity != clock("02:30:00") || in.AlertCount != 2 || len(in.Tactics) != 1 || in.Products[0] != "Data Loss Prevention" {
		t.Errorf("%+v odd %v", in, odd)
	}
	if len(p.Details.Evidence) != 2 || len(p.Details.Entities) != 1 || p.Details.Tasks == nil || p.Details.Comments == nil {
		t.Errorf("%+v", p.Details)
	}
	if in.Owner.Name != "tier 2" || in.Owner.UPN != "" || in.ModifiedBy != "bob" || *in.Score != 88 || in.Tags[0] != "a" || in.ProviderID != "7" {
		t.Errorf("%+v", in)
	}
}

func TestStaleDeterminationNamesAreRead(t *testing.T) {
	for old, now := range map[string]string{"compromisedUser": "compromisedAccount", "clean": "notMalicious", "malware": "malware", "somethingNew": "somethingNew", "unknown": ""} {
		p, _ := DecodeIncident([]byte(`{"id":"1","determination":"` + old + `"}`))
		if p.Incident.Determination != now {
			t.Errorf("%s: %s", old, p.Incident.Determination)
		}
	}
}

func FuzzDecodeIncident(f *testing.F) {
	for _, s := range []string{
		row("7", "04:00:00"), `{}`, `null`, `{"id":7,"alerts":[{}],"comments":[5]}`, `{"id":"x","redirectIncidentId":[]}`, "{\"id\":\"\xff\"}",
		`{"id":"1","alerts":[{"id":"a","title":"t","evidence":[{"@odata.type":"#microsoft.graph.security.userEvidence","userAccount":5}]}]}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		p, odd := DecodeIncident(b)
		if p.Incident.Ref.ID == "" || string(p.Raw) != string(b) || !odd && p.Incident.Title == "" {
			t.Fatalf("%q: %+v odd %v", b, p.Incident, odd)
		}
		if p.Details != nil && len(p.Details.Entities) > len(p.Details.Evidence) {
			t.Fatalf("%q: entities out of nothing", b)
		}
	})
}

func FuzzDecodeEvidence(f *testing.F) {
	for _, s := range []string{`{}`, `null`, `5`, `{"@odata.type":"#a.b.deviceEvidence","deviceDnsName":{}}`, `{"@odata.type":"Evidence"}`, `{"@odata.type":"#.userEvidence","userAccount":{"accountName":1,"domainName":2}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		e, _ := DecodeEvidence(b)
		if e.Entity.Key == "" || e.Entity.Kind == "" || e.Entity.Name == "" || len(e.Entity.Key) > 600 {
			t.Fatalf("%q: %+v", b, e.Entity)
		}
	})
}
