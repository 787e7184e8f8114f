package azure

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"watchfloor/app"
)

// errPinned is the cause of every refusal to leave the configured endpoint.
var errPinned = errors.New("address outside the configured endpoint")

// Pin refuses requests whose scheme, host or port differ from those of an endpoint.
// azcore places PerCallPolicies before the one that adds the token (policy_pipeline
// of v1.24.0), so nothing is sent and no token is attached.
type Pin struct{ host, port string }

// NewPin pins to endpoint, an https URL.
func NewPin(endpoint string) (Pin, error) {
	u, err := url.Parse(endpoint)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" {
		return Pin{}, app.E(app.KindInvalid, "A service address must start with https://.", err)
	}
	return Pin{host: strings.ToLower(u.Hostname()), port: portOf(u)}, nil
}

// Do implements policy.Policy.
func (p Pin) Do(req *policy.Request) (*http.Response, error) {
	if err := p.Check(req.Raw().URL); err != nil {
		return nil, err
	}
	if h := req.Raw().Host; h != "" && h != req.Raw().URL.Host {
		return nil, pinned()
	}
	return req.Next()
}

// Check reports whether u may be requested. The host must be spelled as it is in the
// endpoint, in lower case and without trailing dot; a default port may be written out.
func (p Pin) Check(u *url.URL) error {
	if u.Scheme != "https" || u.Opaque != "" || u.User != nil || u.Hostname() != p.host || portOf(u) != p.port ||
		strings.ContainsAny(u.Host, "\\%@ ") {
		return pinned()
	}
	return nil
}

// CheckLink does the same for a nextLink as received, before anything parses it more
// kindly. An empty link is refused.
func (p Pin) CheckLink(link string) error {
	if !strings.HasPrefix(link, "https://") || strings.ContainsAny(link, "\\#") {
		return pinned()
	}
	for _, r := range link {
		if r <= ' ' || r == 0x7f {
			return pinned()
		}
	}
	u, err := url.Parse(link)
	if err != nil {
		return pinned()
	}
	return p.Check(u)
}

func pinned() error {
	return app.E(app.KindInvalid, "The service pointed to another address; Watchfloor did not follow it and sent nothing there.", errPinned)
}

func portOf(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	if strings.HasSuffix(u.Host, ":") {
		return "none"
	}
	return "443"
}
