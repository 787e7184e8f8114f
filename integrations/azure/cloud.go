package azure

import (
	"crypto/x509"
	"net/url"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"

	"watchfloor/app"
)

// Cloud names the hosts and audiences of one Microsoft cloud, or of a simulated
// tenant (Custom).
type Cloud struct {
	Name string
	// Authority is Entra's base URL, ARM that of Azure Resource Manager, Graph that
	// of Microsoft Graph without its version segment. None ends with a slash.
	Authority, ARM, Graph string
	// ARMAudience is the resource tokens for ARM are asked for.
	ARMAudience string
	// CA holds PEM certificates that alone are trusted; only with Custom. Empty
	// means the system's.
	CA []byte

	custom bool
}

// The clouds of Microsoft (sheet part 0). Graph's security incidents are not offered
// in China.
var (
	Public = Cloud{
		Name: "public", Authority: "https://login.microsoftonline.com",
		ARM: "https://management.azure.com", ARMAudience: "https://management.core.windows.net/",
		Graph: "https://graph.microsoft.com",
	}
	USGov = Cloud{
		Name: "usgov", Authority: "https://login.microsoftonline.us",
		ARM: "https://management.usgovcloudapi.net", ARMAudience: "https://management.core.usgovcloudapi.net/",
		Graph: "https://graph.microsoft.us",
	}
	USGovDoD = Cloud{
		Name: "dod", Authority: "https://login.microsoftonline.us",
		ARM: "https://management.usgovcloudapi.net", ARMAudience: "https://management.core.usgovcloudapi.net/",
		Graph: "https://dod-graph.microsoft.us",
	}
	China = Cloud{
		Name: "china", Authority: "https://login.chinacloudapi.cn",
		ARM: "https://management.chinacloudapi.cn", ARMAudience: "https://management.core.chinacloudapi.cn/",
		Graph: "https://microsoftgraph.chinacloudapi.cn",
	}
)

// CloudByName finds one of Microsoft's clouds; "" is the public one.
func CloudByName(name string) (Cloud, bool) {
	if name == "" {
		return Public, true
	}
	for _, c := range []Cloud{Public, USGov, USGovDoD, China} {
		if strings.EqualFold(name, c.Name) {
			return c, true
		}
	}
	return Cloud{}, false
}

// Custom describes a cloud of one's own, such as the simulated tenant. Every URL must
// be https without path, graph may end with /v1.0; ca may be empty. An empty audience means arm itself.
func Custom(authority, arm, audience, graph string, ca []byte) (Cloud, error) {
	c := Cloud{Name: "custom", custom: true, CA: ca}
	for _, f := range []struct {
		to   *string
		from string
	}{{&c.Authority, authority}, {&c.ARM, arm}, {&c.Graph, strings.TrimSuffix(strings.TrimRight(graph, "/"), "/v1.0")}} {
		base, err := baseURL(f.from)
		if err != nil {
			return Cloud{}, err
		}
		*f.to = base
	}
	c.ARMAudience = audience
	if audience == "" {
		c.ARMAudience = c.ARM
	}
	if len(ca) > 0 && !x509.NewCertPool().AppendCertsFromPEM(ca) {
		return Cloud{}, app.E(app.KindInvalid, "The CA file holds no PEM certificate.", nil)
	}
	return c, nil
}

// IsCustom reports a cloud made by Custom.
func (c Cloud) IsCustom() bool { return c.custom }

// GraphScope is the scope of tokens for Microsoft Graph.
func (c Cloud) GraphScope() string { return c.Graph + "/.default" }

// ARMScope is the scope of tokens for Azure Resource Manager. An audience that ends
// with a slash gives a double one, as azcore sends it.
func (c Cloud) ARMScope() string { return c.ARMAudience + "/.default" }

// Configuration is the cloud as azcore knows it.
func (c Cloud) Configuration() cloud.Configuration {
	return cloud.Configuration{
		ActiveDirectoryAuthorityHost: c.Authority,
		Services: map[cloud.ServiceName]cloud.ServiceConfiguration{
			cloud.ResourceManager: {Endpoint: c.ARM, Audience: c.ARMAudience},
		},
	}
}

func baseURL(s string) (string, error) {
	u, err := url.Parse(strings.TrimRight(s, "/"))
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || u.Path != "" || u.RawQuery != "" || u.Fragment != "" {
		return "", app.E(app.KindInvalid, "A service address must look like https://host or https://host:port.", err)
	}
	return "https://" + strings.ToLower(u.Host), nil
}
