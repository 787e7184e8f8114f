package azure

import (
	"net/http"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"watchfloor/app"
)

// A proxy that answers in the service's place says nothing about an incident or a right:
// whatever its status, the request is made again later. The same status with the
// service's own error means what it says.
func TestARefusalOfAProxyIsNotTheServices(t *testing.T) {
	own := map[int]app.Kind{
		http.StatusBadRequest: app.KindInvalid, http.StatusForbidden: app.KindPermission,
		http.StatusNotFound: app.KindNotFound, http.StatusConflict: app.KindConflict, http.StatusGone: app.KindNotFound,
	}
	for status, want := range own {
		for kind, c := range map[string]struct {
			body string
			want app.Kind
		}{
			"text/html; charset=utf-8": {"<html>Blocked by policy</html>", app.KindOffline},
			"application/json":         {`{"error":{"code":"Told","message":"why"}}`, want},
		} {
			s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", kind)
				w.WriteHeader(status)
				w.Write([]byte(c.body))
			})
			resp, err := call(t.Context(), s.pipeline(t, Limits{}), http.MethodPut, s.URL)
			if err == nil {
				err = runtime.NewResponseError(resp)
			}
			got := Explain(err, Intent{Name: "Sentinel", Write: true})
			if app.KindOf(got) != c.want {
				t.Errorf("%d as %s: %s, want %s (%v)", status, kind, app.KindOf(got), c.want, got)
			}
			if c.want == app.KindOffline && (!strings.Contains(app.Say(got), "in its place") || app.Answered(got)) {
				t.Errorf("%d as %s says %q", status, kind, app.Say(got))
			}
		}
	}
}

// A workspace that is gone is not an incident that is gone.
func TestAMissingWorkspaceIsNoMissingIncident(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusNotFound)
		w.Write([]byte(`{"error":{"code":"ResourceNotFound","message":"The Resource 'Microsoft.OperationalInsights/workspaces/w' was not found."}}`))
	})
	resp, err := call(t.Context(), s.pipeline(t, Limits{}), http.MethodGet, s.URL)
	if err == nil {
		err = runtime.NewResponseError(resp)
	}
	if got := Explain(err, Intent{Name: "Sentinel"}); app.KindOf(got) != app.KindInvalid || !strings.Contains(app.Say(got), "workspace") {
		t.Errorf("%s: %v", app.KindOf(got), got)
	}
}
