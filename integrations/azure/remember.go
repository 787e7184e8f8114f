package azure

import (
	"context"
	"encoding/json"
	"strings"
	"time"

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

// storeWithin bounds the first touch of the system's store, which may ask the person.
const storeWithin = 10 * time.Second

const sessionOnly = "The system has no protected place for the sign-in, so it lasts until Watchfloor is closed."

// open touches the store of the system. session says why nothing can be kept there.
func (r Remember) open() (store azidentity.Cache, session string) {
	if r.Name == "" {
		return store, ""
	}
	ctx, cancel := context.WithTimeout(context.Background(), storeWithin)
	defer cancel()
	store, err := Promptly(ctx, func(context.Context) (azidentity.Cache, error) {
		return cache.New(&cache.Options{Name: r.Name})
	})
	if err != nil || !mend(r.Name) {
		return azidentity.Cache{}, sessionOnly
	}
	return store, ""
}

// recordFor is the record of an application's person, empty where there is none.
func (r Remember) recordFor(id Identity) azidentity.AuthenticationRecord {
	var record azidentity.AuthenticationRecord
	if r.Name == "" || json.Unmarshal(r.Record, &record) != nil || !strings.EqualFold(record.ClientID, id.Client) {
		return azidentity.AuthenticationRecord{}
	}
	return record
}

func packRecord(r azidentity.AuthenticationRecord) []byte {
	b, _ := json.Marshal(r) // a struct of strings cannot fail
	return b
}
