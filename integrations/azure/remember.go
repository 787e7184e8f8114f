package azure

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity/cache"
)

// Remember keeps the sign-in of a person from one run to the next: the tokens in the
// protected store of the system (DPAPI, Keychain, on Linux a file sealed by a key of the
// kernel that a restart of the machine loses), the record with the profile. The zero
// value keeps nothing.
type Remember struct {
	// Name tells the stores of several connections apart; letters, digits, hyphens and
	// dots. "" keeps the sign-in for this process only.
	Name string
	// Record is Account.Record of the run before, empty at the first. One that cannot
	// be read or belongs to another application is left out: the person signs in anew.
	Record []byte
}

// memory is what Remember found.
type memory struct {
	cache   azidentity.Cache
	record  azidentity.AuthenticationRecord
	session string
}

// storeWithin bounds the first touch of the system's store, which may ask the person.
const storeWithin = 10 * time.Second

const sessionOnly = "The system has no protected place for the sign-in, so it lasts until Watchfloor is closed."

func (r Remember) open(id Identity) memory {
	var m memory
	if r.Name == "" {
		return m
	}
	ctx, cancel := context.WithTimeout(context.Background(), storeWithin)
	defer cancel()
	store, err := Promptly(ctx, func(context.Context) (azidentity.Cache, error) {
		return cache.New(&cache.Options{Name: r.Name})
	})
	if err != nil || !mend(r.Name) {
		m.session = sessionOnly
		return m
	}
	m.cache = store
	var record azidentity.AuthenticationRecord
	if json.Unmarshal(r.Record, &record) == nil && strings.EqualFold(record.ClientID, id.Client) {
		m.record = record
	}
	return m
}

func (m memory) credential(inner azcore.TokenCredential,
	prompt func(context.Context, *policy.TokenRequestOptions) (azidentity.AuthenticationRecord, error)) *Credential {
	c := &Credential{inner: inner, prompt: prompt, other: explainPerson, session: m.session}
	if m.record.Username != "" {
		c.account = Account{UPN: m.record.Username, Record: packRecord(m.record)}
	}
	return c
}

func packRecord(r azidentity.AuthenticationRecord) []byte {
	b, _ := json.Marshal(r) // a struct of strings cannot fail
	return b
}
