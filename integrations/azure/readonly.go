package azure

import (
	"errors"
	"net/http"
	"regexp"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"watchfloor/app"
)

// errReadOnly is the cause of every refusal of a read-only client.
var errReadOnly = errors.New("the client is read-only")

// readOnly is the last gate before a write: where on reports true, only requests that
// change nothing pass. It judges by method and path, not by what the caller says of its
// call, and stands before the policy that asks for a token. A nil on lets all pass.
type readOnly struct{ on func() bool }

func (r readOnly) Do(req *policy.Request) (*http.Response, error) {
	if raw := req.Raw(); r.on != nil && !readsOnly(raw.Method, raw.URL.EscapedPath()) && r.on() {
		return nil, app.E(app.KindPermission, "Watchfloor is set to read only, so nothing was sent; turn read-only off in the settings to change this.", errReadOnly)
	}
	return req.Next()
}

// readingPosts are the calls that read by POST: a query of Resource Graph, the lists of a
// Sentinel incident and an advanced hunting query (sheet parts A, B and F). Paths are
// matched whole and as they are sent, so that nothing escaped hides another.
var readingPosts = regexp.MustCompile(`(?i)^(` +
	`/providers/Microsoft\.ResourceGraph/resources` +
	`|/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.OperationalInsights/workspaces/[^/]+` +
	`/providers/Microsoft\.SecurityInsights/incidents/[^/]+/(alerts|entities|bookmarks)` +
	`|/v1\.0/security/runHuntingQuery)$`)

// readsOnly reports a request that changes nothing at the service.
func readsOnly(method, path string) bool {
	switch method {
	case http.MethodGet, http.MethodHead:
		return true
	case http.MethodPost:
		return readingPosts.MatchString(path)
	}
	return false
}
