package azure_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"watchfloor/app"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/simulator"
)

// A person signed in; then something happens, and the token has to be renewed. Nobody is
// asked, one sentence says what to do, and afterwards signing in again is enough.
func TestARenewalThatFailsSaysWhy(t *testing.T) {
	for name, c := range map[string]struct {
		happens func(tenant)
		ends    func(tenant)
		kind    app.Kind
		say     string
	}{
		"password changed":   {func(x tenant) { x.EndSessions(50173) }, nil, app.KindSignIn, "password was changed"},
		"unused too long":    {func(x tenant) { x.EndSessions(700082) }, nil, app.KindSignIn, "has expired"},
		"second factor":      {func(x tenant) { x.SetEntra(simulator.Entra{RefuseSilent: 50076}) }, nil, app.KindSignIn, "second factor"},
		"conditional access": {refuse(53003), refuse(0), app.KindSignIn, "Conditional Access"},
		"consent withdrawn":  {refuse(65001), refuse(0), app.KindSignIn, "administrator has to grant"},
		"account disabled":   {refuse(50057), refuse(0), app.KindSignIn, "administrator has to enable"},
		"Entra in trouble":   {refuse(90033), refuse(0), app.KindOffline, "tried again later"},
		"no network":         {func(x tenant) { x.SetOffline(true) }, func(x tenant) { x.SetOffline(false) }, app.KindOffline, "Entra"},
		"captive portal": {
			func(x tenant) { x.SetFaults(simulator.Faults{Portal: true}) }, func(x tenant) { x.SetFaults(simulator.Faults{}) },
			app.KindOffline, "page of the network",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := start(t, simulator.Options{TokenLife: time.Minute}) // good for less than the library likes to keep: each use renews
			cred, prompts := x.device(t, azure.Remember{})
			if err := cred.SignIn(context.Background(), x.cloud.ARMScope()); err != nil {
				t.Fatal(err)
			}
			c.happens(x)
			for range 3 {
				err := x.token(cred)
				if app.KindOf(err) != c.kind || !strings.Contains(app.Say(err), c.say) {
					t.Fatalf("%v", err)
				}
			}
			if *prompts != 1 {
				t.Errorf("the person was asked %d times", *prompts)
			}
			if c.ends != nil {
				c.ends(x)
			}
			if err := cred.SignIn(context.Background(), x.cloud.ARMScope()); err != nil {
				t.Errorf("signing in again: %v", err)
			}
		})
	}
}

func refuse(number int) func(tenant) {
	return func(x tenant) { x.SetEntra(simulator.Entra{Refuse: number}) }
}

func TestAnApplicationIsToldWhy(t *testing.T) {
	for number, say := range map[int]string{7000222: "has expired", 700016: "client id", 7000112: "disabled", 65001: "consent", 53003: "Conditional Access"} {
		x := start(t, simulator.Options{Entra: simulator.Entra{Refuse: number}})
		if err := x.token(x.secret(t, x.id)); app.KindOf(err) != app.KindSignIn || !strings.Contains(app.Say(err), say) {
			t.Errorf("%d: %v", number, err)
		}
	}
}

func TestAWrongTenantHasItsOwnSentence(t *testing.T) {
	x := start(t, simulator.Options{})
	for _, wrong := range []string{"00000000-1111-2222-3333-444444444444", "nobody.example"} {
		id := azure.Identity{Tenant: wrong, Client: x.ClientID}
		if err := x.token(x.secret(t, id)); app.KindOf(err) != app.KindSignIn || !strings.Contains(app.Say(err), "does not know this tenant") {
			t.Errorf("%s: %v", wrong, err)
		}
		if cred, err := azure.DeviceCode(x.cloud, x.tr, id, azure.Remember{}, func(context.Context, azure.Prompt) error { return nil }); err != nil {
			t.Error(err)
		} else if err := cred.SignIn(context.Background(), x.cloud.ARMScope()); !strings.Contains(app.Say(err), "does not know this tenant") {
			t.Errorf("%s, a person: %v", wrong, err)
		}
	}
	if _, err := azure.ClientSecret(x.cloud, x.tr, azure.Identity{Tenant: "no tenant!", Client: x.ClientID}, azure.NewSecret("s")); app.KindOf(err) != app.KindInvalid {
		t.Errorf("%v", err)
	}
}

// list calls ARM as the clients do.
func (x tenant) list(t *testing.T, cred azcore.TokenCredential) func() error {
	t.Helper()
	o, _, err := azure.Access{Cloud: x.cloud, Transport: x.tr}.ClientOptions(x.cloud.ARM)
	if err != nil {
		t.Fatal(err)
	}
	p := runtime.NewPipeline("test", "v1", runtime.PipelineOptions{
		PerRetry: []policy.Policy{runtime.NewBearerTokenPolicy(cred, []string{x.cloud.ARMScope()}, nil)},
	}, &o)
	return func() error {
		req, err := runtime.NewRequest(context.Background(), http.MethodGet, x.cloud.ARM+"/subscriptions?api-version=2022-12-01")
		if err != nil {
			return err
		}
		resp, err := p.Do(req)
		if err == nil && resp.StatusCode != http.StatusOK {
			err = runtime.NewResponseError(resp)
		}
		if e := azure.Explain(err, azure.Intent{}); e != nil {
			return e
		}
		return nil
	}
}

// The service asks in mid-work for a newer token: it is renewed once, without the person.
// Where only the person can help, nothing is tried twice.
func TestAChallengeInMidWork(t *testing.T) {
	x := start(t, simulator.Options{})
	cred, prompts := x.device(t, azure.Remember{})
	if err := cred.SignIn(context.Background(), x.cloud.ARMScope()); err != nil {
		t.Fatal(err)
	}
	work := x.list(t, cred)
	if err := work(); err != nil {
		t.Fatal(err)
	}
	before := x.Counters()["token user"]
	x.Revoke()
	if err := work(); err != nil {
		t.Errorf("a renewal would have been enough: %v", err)
	}
	if n := x.Counters()["token user"] - before; n != 1 || *prompts != 1 {
		t.Errorf("%d renewals, %d prompts", n, *prompts)
	}

	x.ChangePassword()
	for range 3 {
		if err := work(); app.KindOf(err) != app.KindSignIn || !strings.Contains(app.Say(err), "password was changed") {
			t.Errorf("%v", err)
		}
	}
	if *prompts != 1 {
		t.Errorf("the person was asked %d times", *prompts)
	}
	if err := cred.SignIn(context.Background(), x.cloud.ARMScope()); err != nil {
		t.Fatal(err)
	}
	if err := work(); err != nil {
		t.Errorf("after signing in again: %v", err)
	}
}

// What the service asked for travels with the sign-in that the person then makes, and
// with no later one.
func TestTheChallengeIsMetByTheNextSignIn(t *testing.T) {
	x := start(t, simulator.Options{})
	var asked []string
	x.wrap = func(r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/devicecode") {
			b, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(b))
			form, _ := url.ParseQuery(string(b))
			asked = append(asked, form.Get("claims"))
		}
	}
	cred, _ := x.device(t, azure.Remember{})
	signIn := func() {
		t.Helper()
		if err := cred.SignIn(context.Background(), x.cloud.ARMScope()); err != nil {
			t.Fatal(err)
		}
	}
	signIn()
	x.ChangePassword()
	if err := x.list(t, cred)(); app.KindOf(err) != app.KindSignIn {
		t.Fatal(err)
	}
	signIn()
	signIn()
	if len(asked) != 3 || strings.Contains(asked[0], "nbf") || !strings.Contains(asked[1], "nbf") || strings.Contains(asked[2], "nbf") {
		t.Errorf("%q", asked)
	}
}

// A token runs out between two calls; the work goes on with a new one.
func TestATokenThatRanOutIsRenewed(t *testing.T) {
	x := start(t, simulator.Options{TokenLife: time.Second})
	person, prompts := x.device(t, azure.Remember{})
	if err := person.SignIn(context.Background(), x.cloud.ARMScope()); err != nil {
		t.Fatal(err)
	}
	works := []func() error{x.list(t, x.secret(t, x.id)), x.list(t, person)}
	for round := range 2 {
		for i, work := range works {
			before := x.Counters()["token app"] + x.Counters()["token user"]
			if err := work(); err != nil {
				t.Errorf("round %d, credential %d: %v", round, i, err)
			}
			if round > 0 && x.Counters()["token app"]+x.Counters()["token user"] == before {
				t.Errorf("credential %d went with the old token", i)
			}
		}
		if round == 0 {
			<-time.After(1100 * time.Millisecond) // the life of the tokens, on the machine's clock as the library counts it
		}
	}
	if *prompts != 1 {
		t.Errorf("%d prompts", *prompts)
	}
}
