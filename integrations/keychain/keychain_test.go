package keychain

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/zalando/go-keyring"

	"watchfloor/app"
)

func TestASecretIsKeptReadAndForgotten(t *testing.T) {
	keyring.MockInit()
	k := New()
	if kept, err := k.Set(t.Context(), "tenant/client", "s3cret"); !kept || err != nil {
		t.Fatalf("kept %v, err %v", kept, err)
	}
	if got, err := New().Get(t.Context(), "tenant/client"); got != "s3cret" || err != nil {
		t.Errorf("got %q, err %v", got, err)
	}
	if err := k.Delete(t.Context(), "tenant/client"); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Get(t.Context(), "tenant/client"); app.KindOf(err) != app.KindNotFound {
		t.Errorf("err %v", err)
	}
	if err := k.Delete(t.Context(), "tenant/client"); err != nil {
		t.Errorf("deleting what is not there: %v", err)
	}
}

// Without a keyring the secret serves this process, the caller is told, and no other
// process finds it.
func TestWithoutAKeyringASecretLastsForTheSession(t *testing.T) {
	keyring.MockInitWithError(errors.New("no bus"))
	k := New()
	kept, err := k.Set(t.Context(), "n", "s3cret")
	if kept || app.KindOf(err) != app.KindPermission || !strings.Contains(app.Say(err), "this session only") {
		t.Fatalf("kept %v, err %v", kept, err)
	}
	if strings.Contains(err.Error(), "s3cret") {
		t.Error("the error tells the secret")
	}
	if got, err := k.Get(t.Context(), "n"); got != "s3cret" || err != nil {
		t.Errorf("got %q, err %v", got, err)
	}
	if _, err := New().Get(t.Context(), "n"); app.KindOf(err) != app.KindPermission {
		t.Errorf("another process: %v", err)
	}
	if _, err := k.Check(t.Context()); app.KindOf(err) != app.KindPermission {
		t.Errorf("check: %v", err)
	}
}

// A keyring that came back takes over: what was kept for the session is not used again.
func TestTheKeyringTakesOverFromTheSession(t *testing.T) {
	keyring.MockInitWithError(errors.New("no bus"))
	k := New()
	if kept, _ := k.Set(t.Context(), "n", "old"); kept {
		t.Fatal("kept without a keyring")
	}
	keyring.MockInit()
	if kept, err := k.Set(t.Context(), "n", "new"); !kept || err != nil {
		t.Fatalf("kept %v, err %v", kept, err)
	}
	if got, err := k.Get(t.Context(), "n"); got != "new" || err != nil {
		t.Errorf("got %q, err %v", got, err)
	}
}

// The key of a cache is in the keyring or nowhere.
func TestGoal32AKeyIsNeverKeptBesideTheKeyring(t *testing.T) {
	keyring.MockInit()
	k := New()
	if err := k.Keep(t.Context(), "n", "key"); err != nil {
		t.Fatal(err)
	}
	if got, err := k.Get(t.Context(), "n"); got != "key" || err != nil {
		t.Errorf("got %q, err %v", got, err)
	}
	keyring.MockInitWithError(errors.New("no bus"))
	if err := k.Keep(t.Context(), "m", "key"); app.KindOf(err) != app.KindPermission || strings.Contains(app.Say(err), "session") {
		t.Errorf("%v", err)
	}
	if got, err := k.Get(t.Context(), "m"); got != "" || app.KindOf(err) != app.KindPermission {
		t.Errorf("it is kept all the same: %q, %v", got, err)
	}
}

func TestWhatTheSessionKeptIsForgottenWithoutAKeyring(t *testing.T) {
	keyring.MockInitWithError(errors.New("no bus"))
	k := New()
	_, _ = k.Set(t.Context(), "n", "s3cret")
	if err := k.Delete(t.Context(), "n"); err != nil {
		t.Error(err)
	}
	if _, err := k.Get(t.Context(), "n"); app.KindOf(err) != app.KindPermission {
		t.Errorf("still there: %v", err)
	}
	if err := k.Delete(t.Context(), "other"); app.KindOf(err) != app.KindPermission {
		t.Errorf("what may be in the keyring is said to be deleted: %v", err)
	}
}

func TestGoal33OnlySmallSecretsGoIntoTheKeyring(t *testing.T) {
	keyring.MockInit()
	if kept, err := New().Set(t.Context(), "n", strings.Repeat("x", longest+1)); kept || app.KindOf(err) != app.KindInvalid {
		t.Errorf("kept %v, err %v", kept, err)
	}
	if err := New().Keep(t.Context(), "n", strings.Repeat("x", longest+1)); app.KindOf(err) != app.KindInvalid {
		t.Errorf("kept: %v", err)
	}
	if _, err := keyring.Get(service, "n"); !errors.Is(err, keyring.ErrNotFound) {
		t.Errorf("something was stored: %v", err)
	}
	if longest > 512 {
		t.Errorf("up to %d bytes go in", longest)
	}
}

func TestGoal32AKeyringThatHangsDoesNotHangTheCaller(t *testing.T) {
	k := New()
	k.limit = time.Millisecond
	never := make(chan struct{})
	defer close(never)
	err := k.call(context.Background(), func() error { <-never; return nil })
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("err %v", err)
	}
}
