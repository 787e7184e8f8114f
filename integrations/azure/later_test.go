package azure

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"watchfloor/app"
)

// Given a locked keyring, background work fails with its sentence and asks the keyring
// once; when the person unlocked it and signs in again, work goes on.
func TestSigningInAgainPreparesAnew(t *testing.T) {
	var secrets []string
	s, tr := authority(t, func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		secrets = append(secrets, string(b))
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"token_type":"Bearer","access_token":"tok","expires_in":3600}`)
	})
	tries, locked, word := 0, true, "first"
	c := Later(func(context.Context) (*Credential, error) {
		if tries++; locked {
			return nil, app.E(app.KindPermission, "The system's keyring is locked.", errors.New("prompt"))
		}
		return ClientSecret(s.cloud(t), tr, Identity{tenant, "client"}, NewSecret(word))
	})
	scope := policy.TokenRequestOptions{Scopes: []string{s.URL + "/.default"}}
	for range 3 {
		if _, err := c.GetToken(context.Background(), scope); app.KindOf(err) != app.KindSignIn || app.Say(err) != "The system's keyring is locked." {
			t.Errorf("%v", err)
		}
	}
	if tries != 1 {
		t.Errorf("asked %d times", tries)
	}
	if err := c.SignIn(context.Background(), scope.Scopes[0]); app.KindOf(err) != app.KindSignIn || tries != 2 {
		t.Errorf("still locked: %v, asked %d times", err, tries)
	}

	locked = false
	if err := c.SignIn(context.Background(), scope.Scopes[0]); err != nil {
		t.Errorf("unlocked: %v", err)
	}
	word = "second" // the secret was replaced while Watchfloor ran
	if err := c.SignIn(context.Background(), scope.Scopes[0]); err != nil || !strings.Contains(secrets[len(secrets)-1], "second") {
		t.Errorf("%v; Entra saw %d secrets", err, len(secrets))
	}
	locked = true // what works is not given up
	if err := c.SignIn(context.Background(), scope.Scopes[0]); err != nil {
		t.Errorf("%v", err)
	}
}

// Given a keyring that waits for its password, when the person leaves the page that
// needed it first, then the tenant is not taken for one that cannot sign in.
func TestAnInterruptedFirstNeedIsNoFailure(t *testing.T) {
	tries := 0
	c := Later(func(ctx context.Context) (*Credential, error) {
		if tries++; tries > 1 {
			return &Credential{inner: fixedToken{}, other: explainNothing}, nil
		}
		<-ctx.Done()
		return nil, app.E(app.KindPermission, "The system's keyring cannot be used.", ctx.Err())
	})
	scope := policy.TokenRequestOptions{Scopes: []string{"https://graph.microsoft.com/.default"}}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := c.GetToken(ctx, scope); app.KindOf(err) != app.KindCancelled {
		t.Errorf("interrupted: %v", err)
	}
	if got, err := c.GetToken(context.Background(), scope); err != nil || got.Token == "" {
		t.Errorf("afterwards: %v", err)
	}
}

func TestManyFirstNeedsBuildOnce(t *testing.T) {
	var tries atomic.Int32
	asked := make(chan struct{})
	c := Later(func(context.Context) (*Credential, error) {
		tries.Add(1)
		<-asked
		return nil, app.E(app.KindPermission, "The system's keyring is locked.", nil)
	})
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			_, _ = c.GetToken(context.Background(), policy.TokenRequestOptions{Scopes: []string{"s"}})
		})
	}
	close(asked)
	all.Wait()
	if n := tries.Load(); n != 1 {
		t.Errorf("the keyring was asked %d times", n)
	}
}
