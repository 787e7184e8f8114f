package identity

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"watchfloor/app/identity"
)

// sample reads the rows of a published answer, kept outside the project.
func sample(t *testing.T, name string) []json.RawMessage {
	t.Helper()
	root := os.Getenv("WATCHFLOOR_SHARED")
	if root == "" {
		root = "../../../shared"
	}
	b, err := os.ReadFile(filepath.Join(root, "api", "samples", name))
	if err != nil {
		t.Skip("the samples of ../shared are not here: set WATCHFLOOR_SHARED")
	}
	var list struct{ Value json.RawMessage }
	if err := json.Unmarshal(b, &list); err != nil {
		t.Fatal(err)
	}
	var rows []json.RawMessage
	if json.Unmarshal(list.Value, &rows) != nil {
		rows = []json.RawMessage{list.Value}
	}
	return rows
}

func TestPublishedAnswersAreRead(t *testing.T) {
	if u, odd := DecodeUser(sample(t, "identity-protection/riskyUsers_list.json")[0]); odd || u.UPN != "alexw@contoso.com" || u.Level != identity.LevelHigh ||
		u.State != identity.StateAtRisk || u.Detail != "adminConfirmedSigninCompromised" || !u.Deleted || !u.Processing || u.Changed.Year() != 2016 {
		t.Errorf("user %+v", u)
	}
	for i, raw := range sample(t, "identity-protection/riskyUser_history.json") {
		const id = "41a31b00-3b3b-42d9-8f1c-6d4f14e74c69"
		h, odd := DecodeTurn(raw, id)
		if odd || h.Subject != id || h.ID == id || !strings.HasPrefix(h.ID, id) || h.At.Year() != 2019 {
			t.Errorf("turn %d: %+v", i, h)
		}
		if i == 1 && (!slices.Equal(h.Events, []string{"anonymizedIPAddress"}) || h.By != "") || i == 0 && (h.By == "" || h.State != identity.StateRemediated) {
			t.Errorf("turn %d: %+v", i, h)
		}
	}
	if d, odd := DecodeDetection(sample(t, "identity-protection/riskDetections_list.json")[0]); odd || d.Type != "unfamiliarFeatures" || d.Place.City != "Seattle" ||
		d.Place.Located || len(d.Info) != 1 || d.Info[0].Key != "userAgent" || !strings.HasPrefix(d.Info[0].Value, "Mozilla") || d.Workload || d.RequestID == "" || d.UPN != "olack@adatum.com" {
		t.Errorf("detection %+v", d)
	}
	for _, name := range []string{"identity-protection/riskyServicePrincipals_list.json", "identity-protection/riskyServicePrincipal_get.json"} {
		if w, odd := DecodeWorkload(sample(t, name)[0]); odd || w.Name != "Contoso App" || !w.Enabled || w.State != identity.StateAtRisk || w.AppID == "" {
			t.Errorf("workload %+v", w)
		}
	}
	if s, odd := DecodeSignIn(sample(t, "audit-logs/signIns_list.json")[0]); odd || s.App != "Graph explorer" || !s.Interactive || s.Access != "notApplied" ||
		s.Place.Country != "US" || !s.Place.Located || s.Place.Lat < 47 || s.Place.Lon > -122 || s.Device.OS != "Windows 10" || s.Device.Compliant != "" ||
		len(s.Policies) != 2 || s.Policies[1].Result != "notEnabled" || s.State != identity.StateNone || s.ASN != 0 || s.MFA != "" {
		t.Errorf("sign-in %+v", s)
	}
}

// What only the beta declares is read where it comes.
func TestMoreOfASignInIsReadWhereItIsTold(t *testing.T) {
	s, odd := DecodeSignIn([]byte(`{"id":"a","createdDateTime":"2026-11-20T01:02:03Z","userId":"u","autonomousSystemNumber":64500,"uniqueTokenIdentifier":"t1","sessionId":"s1",
		"tokenIssuerType":"AzureAD","mfaDetail":{"authMethod":"Mobile app notification","authDetail":null},"status":{"errorCode":500121,"failureReason":"no","additionalDetails":null},
		"riskEventTypes_v2":["unfamiliarFeatures"],"deviceDetail":{"isManaged":true,"isCompliant":false}}`))
	if odd || s.ASN != 64500 || s.TokenID != "t1" || s.Session != "s1" || s.MFA != "Mobile app notification" || s.ErrorCode != 500121 || s.Failure != "no" ||
		s.Device.Managed != "true" || s.Device.Compliant != "false" || s.Types[0] != "unfamiliarFeatures" {
		t.Errorf("%+v", s)
	}
	a, odd := DecodeAccount([]byte(`{"id":"x","userPrincipalName":"a@b.c","accountEnabled":false,"onPremisesSamAccountName":"ann","onPremisesDomainName":"corp.example","onPremisesSecurityIdentifier":"S-1-5","signInSessionsValidFromDateTime":"2026-01-02T03:04:05Z"}`))
	if odd || a.Enabled != "false" || a.SAM != `corp.example\ann` || a.SID != "S-1-5" || a.SessionsFrom.Day() != 2 {
		t.Errorf("%+v", a)
	}
}

// Nothing about a row is so odd that it is lost: what can be read is, the JSON is kept.
func TestOddRowsAreKept(t *testing.T) {
	for name, raw := range map[string]string{
		"wrong types":   `{"id":"x1","riskLevel":7,"riskState":{"a":1},"riskLastUpdatedDateTime":"yesterday","createdDateTime":12,"detectedDateTime":[],"userId":["u"]}`,
		"empty":         `{}`,
		"null":          `null`,
		"a number":      `17`,
		"broken text":   "{\"id\":\"x1\",\"userPrincipalName\":\"\xff\",\"userId\":\"u\"}",
		"half a place":  `{"id":"x1","createdDateTime":"2026-01-01T00:00:00Z","detectedDateTime":"2026-01-01T00:00:00Z","userId":"u","location":{"geoCoordinates":{"latitude":1}}}`,
		"place of text": `{"id":"x1","createdDateTime":"2026-01-01T00:00:00Z","detectedDateTime":"2026-01-01T00:00:00Z","userId":"u","location":"somewhere"}`,
	} {
		s, odd := DecodeSignIn([]byte(raw))
		d, odd2 := DecodeDetection([]byte(raw))
		if !odd || !odd2 || s.ID == "" || d.ID == "" || !bytes.Equal(s.Raw, []byte(raw)) || !bytes.Equal(d.Raw, []byte(raw)) {
			t.Errorf("%s: %+v %v, %+v %v", name, s, odd, d, odd2)
		}
		if strings.Contains(raw, "x1") && s.ID != "x1" {
			t.Errorf("%s: the id is %s", name, s.ID)
		}
		u, odd := DecodeUser([]byte(raw))
		w, odd2 := DecodeWorkload([]byte(raw))
		if !odd || !odd2 || u.ID == "" || w.ID == "" || u.Raw == nil || w.Raw == nil {
			t.Errorf("%s: %+v %v, %+v %v", name, u, odd, w, odd2)
		}
	}
	unknown := `{"id":"x2","riskLevel":"extreme","riskState":"bewitched","riskDetail":"nobodyKnows","riskLastUpdatedDateTime":"9999-12-31T23:59:59Z","userPrincipalName":"=cmd|x"}`
	if u, odd := DecodeUser([]byte(unknown)); odd || u.Level != "extreme" || u.State != "bewitched" || u.Detail != "nobodyKnows" || u.Changed.Year() != 9999 || u.UPN != "=cmd|x" {
		t.Errorf("words of their own: %+v %v", u, odd)
	}
}

func TestAdditionalInfoIsReadInItsForms(t *testing.T) {
	for text, want := range map[string]struct {
		pairs string
		odd   bool
	}{
		``: {"", false},
		`[{"Key":"userAgent","Value":"X"},{"Key":"riskReasons","Value":["UnfamiliarASN","UnfamiliarIP"]},{"Key":"n","Value":3},{"Key":"none","Value":null}]`: {"userAgent=X;riskReasons=UnfamiliarASN, UnfamiliarIP;n=3;none=", false},
		`{"alertUrl":"https://x","b":{"c":1}}`: {`alertUrl=https://x;b={"c":1}`, false},
		`[{]`:                                  {`=[{]`, true},
		`{"a":`:                                {`={"a":`, true},
		`plain words`:                          {`=plain words`, true},
	} {
		list, odd := pairs(text)
		var got []string
		for _, p := range list {
			got = append(got, p.Key+"="+p.Value)
		}
		if strings.Join(got, ";") != want.pairs || odd != want.odd {
			t.Errorf("%s: %q %v", text, got, odd)
		}
	}
}

// The newest turn gets the id that the service gives it once there is a newer one.
func TestATurnKeepsItsIdWhenItIsNoLongerTheNewest(t *testing.T) {
	const id = "41a31b00-3b3b-42d9-8f1c-6d4f14e74c69"
	at := time.Date(2019, 4, 5, 23, 0, 14, 97355700, time.UTC)
	newest, _ := DecodeTurn([]byte(`{"id":"`+id+`","riskState":"remediated","riskLastUpdatedDateTime":"`+at.Format(time.RFC3339Nano)+`"}`), id)
	if newest.ID != id+"636901020140973557" { // as in the published sample
		t.Errorf("the id is %s", newest.ID)
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{
		`{"id":"a","riskLevel":"high","additionalInfo":"[{\"Key\":\"a\",\"Value\":1}]","location":{"geoCoordinates":{"latitude":1e999}}}`,
		`{"activity":{"riskEventTypes":[1,"x"]},"status":{"errorCode":1.5},"deviceDetail":[],"appliedConditionalAccessPolicies":[null,{}]}`, `[]`, `{"a":NaN}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		u, _ := DecodeUser(raw)
		w, _ := DecodeWorkload(raw)
		h, _ := DecodeTurn(raw, "s")
		d, _ := DecodeDetection(raw)
		s, _ := DecodeSignIn(raw)
		a, _ := DecodeAccount(raw)
		for _, id := range []string{u.ID, w.ID, h.ID, d.ID, s.ID, a.ID} {
			if id == "" {
				t.Errorf("%q: a row without an id", raw)
			}
		}
		for _, kept := range [][]byte{u.Raw, w.Raw, h.Raw, d.Raw, s.Raw, a.Raw} {
			if !bytes.Equal(kept, raw) {
				t.Errorf("%q: kept as %q", raw, kept)
			}
		}
	})
}
