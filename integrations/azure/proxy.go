package azure

import (
	"cmp"
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"sync"

	"watchfloor/app"
)

var (
	errProxyAddress = errors.New("the proxy address cannot be read")
	errProxyRefused = errors.New("the proxy refused the way")
)

// proxy chooses by HTTPS_PROXY and NO_PROXY; a simulated tenant, which is on loopback, is
// never asked through one. net/http goes straight out where it cannot read the address,
// which a person who set one does not expect: that is refused. The address is quoted
// nowhere, because it holds a password.
func proxy(req *http.Request) (*url.URL, error) {
	u, err := http.ProxyFromEnvironment(req)
	if err != nil || u == nil && garbledProxy() && !onLoopback(req.URL.Hostname()) {
		return nil, app.E(app.KindOffline, "The proxy address in HTTPS_PROXY cannot be read; write it as http://host:port.", errProxyAddress)
	}
	return u, nil
}

// garbledProxy reports an address that net/http drops. Like there, the environment is
// read once.
var garbledProxy = sync.OnceValue(func() bool {
	address := cmp.Or(os.Getenv("HTTPS_PROXY"), os.Getenv("https_proxy"))
	_, plain := url.Parse(address)
	_, short := url.Parse("http://" + address)
	return plain != nil && short != nil
})

func onLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// proxyAnswered reads what a proxy says to CONNECT. A refusal means that nothing reached
// the service, and a second try would be refused as well.
func proxyAnswered(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
	switch code := resp.StatusCode; {
	case code == http.StatusOK:
		return nil
	case code == http.StatusProxyAuthRequired:
		return app.E(app.KindOffline, proxyPassword, errProxyRefused)
	default:
		return app.E(app.KindOffline, "The proxy does not let Watchfloor through to the service (HTTP "+strconv.Itoa(code)+"); ask who runs the network.", errProxyRefused)
	}
}

const proxyPassword = "The proxy asks for a password; set it in HTTPS_PROXY." // #nosec G101 -- a sentence
