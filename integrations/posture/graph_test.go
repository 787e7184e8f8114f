package posture

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"watchfloor/app"
	"watchfloor/integrations/azure"
)

type token struct{}

func (token) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: "t", ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// serve is a client of a service that a test plays.
func serve(t *testing.T, h http.HandlerFunc) *Cloud {
	t.Helper()
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Date", "Sat, 21 Nov 2026 23:59:59 GMT")
		h(w, r)
	}))
	t.Cleanup(s.Close)
	cloud, err := azure.Custom(s.URL, s.URL, "", s.URL, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}))
	if err != nil {
		t.Fatal(err)
	}
	tr, err := azure.NewTransport(cloud, azure.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tr.Close)
	c, err := NewCloud(CloudConfig{Access: azure.Access{Cloud: cloud, Transport: tr}, Credential: token{}, Subscriptions: []string{"S1"}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// A tenant of one subscription whose summary of findings is told in three parts, without a
// token to go on from; and a clock of the service that is a day behind this computer's.
func TestASummaryIsReadToItsEndByCounting(t *testing.T) {
	var skipped []string
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		q := string(body)
		switch {
		case !strings.Contains(r.URL.Path, "ResourceGraph"):
			fmt.Fprint(w, `{"value":[]}`)
		case strings.Contains(q, "subassessments"):
			var ask struct {
				Options struct {
					Skip int `json:"$skip"`
				} `json:"options"`
			}
			if err := json.Unmarshal(body, &ask); err != nil {
				t.Error(err)
			}
			skipped = append(skipped, fmt.Sprint(ask.Options.Skip))
			fmt.Fprintf(w, `{"resultTruncated":"%v","data":[{"assessment":"/subscriptions/s1/vm%d/providers/Microsoft.Security/assessments/g","n":%d},{"assessment":7}]}`,
				ask.Options.Skip < 4, ask.Options.Skip, ask.Options.Skip+1)
		case strings.Contains(q, "securescores'"):
			fmt.Fprint(w, `{"resultTruncated":"false","data":[{"id":"/subscriptions/S1/providers/microsoft.security/securescores/ascScore","name":"ascScore","properties":{"score":{"current":1,"max":2}}},
{"id":"/subscriptions/S1/providers/microsoft.security/securescores/other","name":"other","properties":{"score":{"current":9,"max":9}}}]}`)
		default:
			fmt.Fprint(w, `{"resultTruncated":"false","data":[]}`)
		}
	})
	p, err := c.Pull(context.Background(), app.Cursor{})
	if err != nil || !p.Done {
		t.Fatalf("%+v %v", p, err)
	}
	if got := p.Posture.Counts; strings.Join(skipped, " ") != "0 2 4" || len(got) != 3 || got[2].N != 5 || got[2].Resource != "/subscriptions/s1/vm4" {
		t.Errorf("skipped %v, counts %+v", skipped, got)
	}
	if s := p.Posture.Scores; len(s) != 1 || !s[0].Day.Equal(time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)) || s[0].Current != 1 {
		t.Errorf("scores %+v", s)
	}
}

func TestPagingInCirclesStops(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "ResourceGraph") {
			fmt.Fprint(w, `{"resultTruncated":"false","$skipToken":"again","data":[{"id":"/subscriptions/s1/x","name":"x","properties":{}}]}`)
			return
		}
		fmt.Fprint(w, `{"value":[]}`)
	})
	for range 3 {
		if _, err := c.Pull(context.Background(), app.Cursor{}); app.KindOf(err) == app.KindInvalid {
			return
		}
	}
	t.Error("a token that leads back to itself is followed for ever")
}

// The second page of a list is gone: that is no subscription without rights. The next run
// reads the list anew.
func TestALinkThatExpiredBeginsTheRunAgain(t *testing.T) {
	expired, contacts := true, 0
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.Contains(r.URL.Path, "ResourceGraph"), !strings.HasSuffix(r.URL.Path, "securityContacts"):
			fmt.Fprint(w, `{"value":[],"data":[]}`)
		case r.URL.Query().Has("page") && expired:
			w.WriteHeader(http.StatusGone)
			fmt.Fprint(w, `{"error":{"code":"Expired","message":"no"}}`)
		case r.URL.Query().Has("page"):
			fmt.Fprint(w, `{"value":[{"name":"default","properties":{"emails":"a@x"}}]}`)
		default:
			contacts++
			fmt.Fprintf(w, `{"value":[{"name":"other","properties":{}}],"nextLink":"https://%s%s?page=2"}`, r.Host, r.URL.Path)
		}
	})
	if _, err := c.Pull(context.Background(), app.Cursor{}); app.KindOf(err) != app.KindInvalid {
		t.Fatalf("%v", err)
	}
	expired = false
	p, err := c.Pull(context.Background(), app.Cursor{})
	if err != nil || len(p.Posture.Contacts) != 1 || p.Posture.Contacts[0].Absent || len(p.Posture.Contacts[0].Emails) != 1 || contacts != 2 {
		t.Errorf("%+v, %v; the list was read %d times", p.Posture.Contacts, err, contacts)
	}
}

func TestAnAnswerThatIsCutOrForeignIsNoEmptyTenant(t *testing.T) {
	for name, body := range map[string]string{"cut": `{"data":[{"id":"/x"`, "no list": `{"data":7}`, "a table": `{"data":{"columns":[],"rows":[]}}`, "truncated and empty": `{"data":[],"resultTruncated":"true"}`} {
		l, next, err := readGraph([]byte(body))
		if err == nil {
			t.Errorf("%s: %d rows, next %q", name, len(l.Rows), next)
		}
	}
}
