package portal

import (
	"net/url"
	"strings"
)

// pages are those of one portal that only show something: the address begins with one of
// them, or is one that ends with "$". A portal whose pages are named behind "#" has no
// path, and those that create, deploy or consent are not among them.
type pages struct{ paths, fragments []string }

var (
	azure = pages{fragments: []string{
		"asset/Microsoft_Azure_Security_Insights/", "blade/Microsoft_Azure_Security",
		"view/Microsoft_Azure_Security",
	}}
	defender = pages{paths: []string{"/incidents", "/incident2/", "/incident/", "/alerts", "/securescore", "/exposure-"}}
	entra    = pages{fragments: []string{"view/Microsoft_AAD_", "blade/Microsoft_AAD_"}}
)

// portals are the hosts, Microsoft's own clouds of governments and of China included.
var portals = map[string]pages{
	"portal.azure.com":       azure,
	"portal.azure.us":        azure,
	"portal.azure.cn":        azure,
	"security.microsoft.com": defender,
	"security.microsoft.us":  defender,
	"security.apps.mil":      defender,
	"entra.microsoft.com":    entra,
	"entra.microsoft.us":     entra,
	"learn.microsoft.com":    {paths: []string{"/"}},
	"microsoft.com":          {paths: []string{"/devicelogin$", "/deviceloginus$", "/deviceloginchina$"}},
	"www.microsoft.com":      {paths: []string{"/devicelogin$"}},
	"login.microsoft.com":    {paths: []string{"/device$"}},
}

// shows reports a page of host that only shows something.
func shows(host string, u *url.URL) bool {
	known, ok := portals[host]
	if !ok {
		return false
	}
	if known.fragments != nil {
		return u.Path == "/" && u.RawQuery == "" && begins(u.Fragment, known.fragments)
	}
	return begins(u.Path, known.paths)
}

func begins(s string, with []string) bool {
	for _, w := range with {
		if whole, only := strings.CutSuffix(w, "$"); only && s == whole || !only && strings.HasPrefix(s, w) {
			return true
		}
	}
	return false
}
