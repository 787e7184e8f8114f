package sentinel

import (
	"testing"

	"watchfloor/app"
)

func TestTwinsAreJoinedOnlyThroughDefender(t *testing.T) {
	for provider, want := range map[string]string{"Microsoft XDR": "91", "Microsoft 365 Defender": "91", "Microsoft Defender XDR": "91", "Azure Sentinel": "", "": ""} {
		p, _ := DecodeIncident([]byte(`{"name":"a","properties":{"providerName":"` + provider + `","providerIncidentId":"91"}}`))
		if p.Incident.ProviderID != want {
			t.Errorf("%q: %q", provider, p.Incident.ProviderID)
		}
	}
}

func TestCountsThatAreNotToldAreNotZero(t *testing.T) {
	p, _ := DecodeIncident([]byte(`{"name":"a","properties":{"additionalData":{"alertsCount":0,"commentsCount":-4}}}`))
	if in := p.Incident; in.AlertCount != 0 || in.CommentCount != -1 || in.BookmarkCount != -1 {
		t.Errorf("%d %d %d", in.AlertCount, in.CommentCount, in.BookmarkCount)
	}
}

func TestEntitiesAreNamedAsPeopleNameThem(t *testing.T) {
	for raw, want := range map[string]app.Entity{
		`{"kind":"Account","name":"g","properties":{"accountName":"Ann","upnSuffix":"Contoso.com"}}`:  {Kind: "account", Key: "ann@contoso.com", Name: "Ann@Contoso.com"},
		`{"kind":"Account","name":"g","properties":{"accountName":"ann","ntDomain":"CORP"}}`:          {Kind: "account", Key: `corp\ann`, Name: `CORP\ann`},
		`{"kind":"Host","name":"g","properties":{"hostName":"VM1","dnsDomain":"contoso.com"}}`:        {Kind: "host", Key: "vm1.contoso.com", Name: "VM1.contoso.com"},
		`{"kind":"File","name":"g","properties":{"directory":"C:\\x\\","fileName":"a.exe"}}`:          {Kind: "file", Key: `c:\x\a.exe`, Name: `C:\x\a.exe`},
		`{"kind":"File","name":"g","properties":{"directory":"/bin","fileName":"sh"}}`:                {Kind: "file", Key: "/bin/sh", Name: "/bin/sh"},
		`{"kind":"RegistryKey","name":"g","properties":{"hive":"HKLM","key":"Run"}}`:                  {Kind: "registrykey", Key: `hklm\run`, Name: `HKLM\Run`},
		`{"kind":"CloudApplication","name":"g","properties":{"appId":11161}}`:                         {Kind: "cloudapplication", Key: "11161", Name: "11161"},
		`{"kind":"Drone","name":"g","properties":{"friendlyName":"D-1"}}`:                             {Kind: "drone", Key: "d-1", Name: "D-1"},
		`{"kind":"Ip","name":"g","properties":{"address":{"wrong":1},"friendlyName":"198.51.100.7"}}`: {Kind: "ip", Key: "198.51.100.7", Name: "198.51.100.7"},
	} {
		e, odd := decodeEntity([]byte(raw))
		e.Raw = nil
		if odd || e.Kind != want.Kind || e.Key != want.Key || e.Name != want.Name {
			t.Errorf("%s: %+v odd %v", raw, e, odd)
		}
	}
}

func TestTheSameEntityOnce(t *testing.T) {
	body := `{"entities":[{"kind":"Ip","name":"1","properties":{"address":"198.51.100.7"}},{"kind":"Ip","name":"2","properties":{"address":"198.51.100.7"}},{"kind":7},null]}`
	got, odd, err := DecodeEntities([]byte(body))
	if err != nil || odd != 2 || len(got) != 3 {
		t.Errorf("%d entities, %d odd, %v", len(got), odd, err)
	}
}

var seeds = []string{
	held, `{}`, `null`, `[]`, `{"name":5,"properties":5}`, `{"name":"x","properties":{"labels":[{"labelName":7}],"owner":[],"createdTimeUtc":"x"}}`,
	`{"kind":"Account","name":"x","properties":{"accountName":[]}}`, "{\"name\":\"\xff\"}", `{"value":[{"name":"a","properties":{}},5]}`, `{"entities":[{"kind":"Ip"}]}`,
}

func FuzzDecodeIncident(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		p, odd := DecodeIncident(b)
		if p.Incident.Ref.ID == "" || p.Incident.Source != app.Sentinel || string(p.Raw) != string(b) {
			t.Fatalf("%q: %+v", b, p.Incident)
		}
		if !odd && (p.Incident.Title == "" || p.Incident.Created.IsZero()) {
			t.Fatalf("%q passes for whole", b)
		}
		if again, _ := DecodeIncident(b); again.Incident.Ref != p.Incident.Ref {
			t.Fatalf("%q: its id changes", b)
		}
		if p.Incident.ETag != "" {
			_, _ = putBody(p, app.Fields{Severity: app.High, Status: app.StatusClosed, Classification: app.TruePositive, Tags: []string{"x"}},
				[]app.Field{app.FieldSeverity, app.FieldStatus, app.FieldOwner, app.FieldTags})
		}
	})
}

func FuzzDecodeParts(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, d := range []func([]byte) (string, bool){
			func(b []byte) (string, bool) { v, odd := decodeAlert(b); return v.ID, odd },
			func(b []byte) (string, bool) { v, odd := decodeComment(b); return v.ID, odd },
			func(b []byte) (string, bool) { v, odd := decodeTask(b); return v.ID, odd },
			func(b []byte) (string, bool) { v, odd := decodeBookmark(b); return v.ID, odd },
			func(b []byte) (string, bool) { v, odd := decodeEntity(b); return v.Key, odd },
		} {
			if id, _ := d(b); id == "" {
				t.Fatalf("%q has no id", b)
			}
		}
		_, _, _ = DecodeAlerts(b)
		_, _, _ = DecodeEntities(b)
		_, _, _ = DecodeBookmarks(b)
	})
}
