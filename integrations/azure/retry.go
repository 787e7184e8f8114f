package azure

import (
	"context"
	"net/http"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// WriteOnce is the retry setting of every pipeline: a request is sent once. A write
// whose fate is unknown must be read back, not repeated.
func WriteOnce() policy.RetryOptions { return policy.RetryOptions{MaxRetries: -1} }

// Read allows two repeats, after about 0.2 and 0.6 s, for a call that changes
// nothing. It never repeats an answer that asks for a pause or says 429: azcore takes
// a fractional Retry-After for an absent one and would come back too early. A dry run
// does not record it, whatever its method.
func Read(ctx context.Context) context.Context {
	read := context.WithValue(ctx, readKey{}, true)
	if ctx.Value(onceKey{}) != nil {
		return policy.WithRetryOptions(read, WriteOnce())
	}
	return policy.WithRetryOptions(read, policy.RetryOptions{
		MaxRetries: 2, RetryDelay: 200 * time.Millisecond, MaxRetryDelay: time.Second, ShouldRetry: worthRepeating,
	})
}

// Once lets a Read within ctx repeat nothing, for a caller that repeats by itself.
func Once(ctx context.Context) context.Context { return context.WithValue(ctx, onceKey{}, true) }

type (
	readKey struct{}
	onceKey struct{}
)

func isRead(ctx context.Context) bool { return ctx.Value(readKey{}) != nil }

func worthRepeating(resp *http.Response, err error) bool {
	if err != nil {
		return repeatable(err)
	}
	if Passing(resp.StatusCode) {
		_, asked := RetryAfter(resp.Header, time.Time{})
		return !asked
	}
	return false
}

// Passing reports a status of trouble that a second try may well not meet.
func Passing(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusInternalServerError, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}
