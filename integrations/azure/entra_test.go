package azure

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"watchfloor/app"
)

// Every known refusal has one sentence that somebody can act on, and one only.
func TestEveryKnownRefusalHasOneSentence(t *testing.T) {
	seen := map[string]string{}
	for _, way := range entraWays {
		if !strings.HasSuffix(way.say, ".") || strings.Count(way.say, ". ") > 0 || len(way.say) > 160 {
			t.Errorf("not one short sentence: %q", way.say)
		}
		for _, n := range strings.Fields(way.numbers) {
			if other, ok := seen[n]; ok {
				t.Errorf("%s has two sentences: %q and %q", n, other, way.say)
			}
			seen[n] = way.say
			if e := explainCode(n, errors.New("x")); e.Message != way.say || e.Kind != app.KindSignIn {
				t.Errorf("%s: %+v", n, e)
			}
		}
	}
	for _, n := range strings.Fields(entraBusy) {
		if _, ok := seen[n]; ok || explainCode(n, nil).Kind != app.KindOffline {
			t.Errorf("%s is a trouble of Entra itself", n)
		}
	}
	if e := explainCode("123456", nil); e.Kind != app.KindSignIn || !strings.Contains(e.Message, "AADSTS123456") {
		t.Errorf("%+v", e)
	}
}

// The numbers that the connection's promises name, in words of those promises.
func TestRefusalsSayWhatHappened(t *testing.T) {
	for number, say := range map[string]string{
		"90002": "tenant", "700016": "client id", "7000215": "not its id", "7000222": "expired", "7000218": "public client flows",
		"50011": "http://localhost", "700024": "clock", "700027": "certificate", "50020": "does not belong to the tenant",
		"50173": "password was changed", "700082": "expired", "50076": "second factor", "53003": "Conditional Access",
		"53000": "managed device", "65001": "administrator has to grant", "50105": "Enterprise applications",
	} {
		if e := explainCode(number, nil); !strings.Contains(e.Message, say) {
			t.Errorf("%s: %q", number, e.Message)
		}
	}
}

// What stands in front of Entra is not taken for Entra.
func TestAnswersThatAreNotEntras(t *testing.T) {
	for name, c := range map[string]struct {
		status      int
		contentType string
		body        string
		kind        app.Kind
		say         string
	}{
		"portal with 200":          {200, "text/html", "<html>", app.KindOffline, "page of the network"},
		"portal that says JSON":    {200, "application/json", "<html>", app.KindOffline, "Entra"},
		"portal with 403":          {403, "text/html", "<!DOCTYPE html>", app.KindOffline, "page of the network"},
		"proxy asks for password":  {407, "text/html", "<html>", app.KindOffline, "proxy"},
		"network asks for sign-in": {511, "text/html", "<html>", app.KindOffline, "open a browser"},
		"redirect":                 {302, "", "", app.KindOffline, "redirect"},
		"nothing":                  {200, "application/json", "", app.KindOffline, "empty"},
		"in trouble":               {500, "application/json", `{"error":"server_error"}`, app.KindOffline, "tried again later"},
		"throttled, not said when": {429, "application/json", `{"error":"x"}`, app.KindThrottled, "wait"},
	} {
		t.Run(name, func(t *testing.T) {
			s, tr := authority(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", c.contentType)
				if c.status == 302 {
					w.Header().Set("Location", "https://hotel.example/")
				}
				w.WriteHeader(c.status)
				fmt.Fprint(w, c.body)
			})
			err := secretCredential(t, s.cloud(t), tr).SignIn(context.Background(), s.URL+"/.default")
			if app.KindOf(err) != c.kind || !strings.Contains(app.Say(err), c.say) {
				t.Errorf("%v", err)
			}
		})
	}
}

// A token in an answer that the library cannot decode is not quoted into the log.
func TestAnOddAnswerIsNotQuoted(t *testing.T) {
	for _, body := range []string{`{"access_token":"canary-token","expires_in":{}}`, `{"access_token":"canary-token"`, `{"token":"canary-token"}`} {
		s, tr := authority(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, body)
		})
		err := secretCredential(t, s.cloud(t), tr).SignIn(context.Background(), s.URL+"/.default")
		if err == nil || strings.Contains(fmt.Sprintf("%+v", err), "canary-token") {
			t.Errorf("%s: %v", body, err)
		}
	}
}

// The page in the browser refuses: the library passes on its text alone.
func TestARefusalInTheBrowserIsRead(t *testing.T) {
	if e := explainPerson(errors.New("InteractiveBrowserCredential: AADSTS65004: User declined to consent to access the app.")); !strings.Contains(e.Message, "Consent was declined") {
		t.Errorf("%+v", e)
	}
	if e := explainPerson(errors.New("something else")); e != nil {
		t.Errorf("%+v", e)
	}
}

func TestClaimsOfATokenAreReadWhereTheyCan(t *testing.T) {
	// {"tid":"t","oid":"o","upn":"ana@contoso.example","scp":"SecurityIncident.Read.All User.Read","wids":["w"]}
	const token = "e30.eyJ0aWQiOiJ0Iiwib2lkIjoibyIsInVwbiI6ImFuYUBjb250b3NvLmV4YW1wbGUiLCJzY3AiOiJTZWN1cml0eUluY2lkZW50LlJlYWQuQWxsIFVzZXIuUmVhZCIsIndpZHMiOlsidyJdfQ.x"
	c, ok := ClaimsOf(token)
	if !ok || c.UPN != "ana@contoso.example" || !c.Person() || !c.May("securityincident.read.all") || c.May("SecurityIncident.Read") || c.Directory[0] != "w" {
		t.Errorf("%+v %v", c, ok)
	}
	for _, sealed := range []string{"", "opaque", "a.b", "a.!.c", "a.e30.c.d.e", "a.W10.c"} {
		if c, ok := ClaimsOf(sealed); ok || c.UPN != "" {
			t.Errorf("%q: %+v", sealed, c)
		}
	}
}
