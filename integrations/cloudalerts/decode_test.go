package cloudalerts

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"watchfloor/app"
	"watchfloor/integrations/azure/wire"
)

func TestAGroupNamedLikeATypeDoesNotMoveItsAlerts(t *testing.T) {
	for _, group := range []string{"RG", "subscriptions", "locations", "alerts"} {
		p, _ := DecodeAlert([]byte(`{"id":"/subscriptions/AB/resourceGroups/` + group + `/providers/Microsoft.Security/locations/WestEurope/alerts/7_1"}`))
		if p.Incident.Ref.ID != "ab/westeurope/7_1" {
			t.Errorf("in the group %s it is %s", group, p.Incident.Ref.ID)
		}
	}
}

func TestAnAlertIsReadWithWhoAndWhatItIsAbout(t *testing.T) {
	p, odd := DecodeAlert([]byte(`{"id":"/subscriptions/AB/resourceGroups/RG/providers/Microsoft.Security/locations/WestEurope/alerts/251_0a1b2c3d-1","name":"251_0a1b2c3d-1","properties":{
"alertDisplayName":"Suspicious process","description":"d","severity":"Medium","status":"InProgress","intent":"Execution, Persistence","alertType":"VM_X",
"productName":"Microsoft Defender for Cloud","vendorName":"Microsoft","systemAlertId":"sys-1","timeGeneratedUtc":"2026-11-20T08:00:00Z","processingEndTimeUtc":"2026-11-20T08:05:00Z",
"startTimeUtc":"2026-11-20T07:00:00Z","endTimeUtc":"2026-11-20T07:30:00Z","techniques":["T1059"],"subTechniques":["T1059.001"],"remediationSteps":["one","two"],"alertUri":"https://portal.azure.com/x",
"resourceIdentifiers":[{"type":"AzureResource","azureResourceId":"/subscriptions/AB/resourceGroups/RG/providers/Microsoft.Compute/virtualMachines/VM1"},{"type":"LogAnalytics","workspaceId":"w"}],
"entities":[{"$id":"1","type":"account","name":"kim","upnSuffix":"contoso.com"},{"$id":"2","type":"host","hostName":"vm1","dnsDomain":"contoso.com"},{"$ref":"1"},
{"type":"file","name":"a.sh","directory":"/tmp"},{"type":"odd-one","name":"x","extra":"a text where the schema has an object"},{"type":"ip","address":{"wrong":true}}]}}`))
	in := p.Incident
	if in.Ref.ID != "ab/westeurope/251_0a1b2c3d-1" || in.Number != "0a1b2c3d" || in.Status != app.StatusActive || in.Severity != app.Medium ||
		len(in.Tactics) != 2 || in.Tactics[1] != "Persistence" || in.Rules[0] != "VM_X" || in.ProviderID != "" || in.AlertCount != 1 {
		t.Errorf("%+v", in)
	}
	a := p.Details.Alerts[0]
	if a.ProviderID != "sys-1" || a.Remediation != "one\ntwo" || strings.Join(a.Techniques, " ") != "T1059 T1059.001" || a.Status != "InProgress" {
		t.Errorf("%+v", a)
	}
	want := map[string]string{
		"account kim@contoso.com": "kim@contoso.com", "host vm1.contoso.com": "vm1.contoso.com", "file /tmp/a.sh": "/tmp/a.sh", "odd-one x": "x",
		"azureresource /subscriptions/ab/resourcegroups/rg/providers/microsoft.compute/virtualmachines/vm1": "VM1",
	}
	for _, e := range p.Details.Entities {
		if name, ok := want[string(e.Kind)+" "+e.Key]; ok && name != e.Name {
			t.Errorf("%s is called %q", e.Key, e.Name)
		}
		delete(want, string(e.Kind)+" "+e.Key)
	}
	if len(want) != 0 || len(p.Details.Entities) != 6 || !odd {
		t.Errorf("missing %v of %d, odd %v", want, len(p.Details.Entities), odd)
	}
}

func TestTheSamplesAreReadWhole(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(samples(t), "GetAlert*.json"))
	n := 0
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		rows := [][]byte{b}
		if l, err := wire.ReadList(b, "value"); err == nil {
			rows = nil
			for _, r := range l.Rows {
				rows = append(rows, r)
			}
		}
		for _, raw := range rows {
			n++
			p, odd := DecodeAlert(raw)
			in := p.Incident
			if odd || in.Status != app.StatusNew || in.Severity == app.SeverityUnknown || len(in.Tactics) != 1 || len(p.Details.Entities) < 2 || p.Details.Alerts[0].ProviderID == "" {
				t.Errorf("%s: odd %v, %+v, %d entities", filepath.Base(f), odd, in, len(p.Details.Entities))
			}
		}
	}
	if n < 6 {
		t.Errorf("only %d alerts", n)
	}
}

func FuzzDecodeAlert(f *testing.F) {
	f.Add([]byte(`{"id":"/subscriptions/a/x/locations/w/alerts/1_2","properties":{"entities":[{"type":"host"}],"status":"Active","remediationSteps":"x"}}`))
	f.Add([]byte(`{"id":7,"properties":[]}`))
	f.Add([]byte(`nonsense`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, odd := DecodeAlert(raw)
		if p.Incident.Ref.ID == "" || p.Incident.ETag == "" || p.Details == nil || len(p.Details.Alerts) != 1 || p.Incident.Modified.Before(p.Incident.Created) {
			t.Errorf("%q: %+v", raw, p.Incident)
		}
		if _, err := parse(p.Incident.Ref.ID); err != nil && !odd {
			t.Errorf("%q cannot be asked about and is not odd", p.Incident.Ref.ID)
		}
		for _, e := range p.Details.Entities {
			if e.Key == "" || e.Kind == "" {
				t.Errorf("an entity without a key: %+v", e)
			}
		}
	})
}
