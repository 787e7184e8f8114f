package identity

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"watchfloor/app"
	"watchfloor/integrations/azure"
)

var _ app.Responder = (*Risk)(nil)

// call is how Graph does a deed to subjects of a kind.
type call struct {
	method string
	// path is below Graph v1.0; one that names its subject ends where the id belongs.
	path, after string
	// list is the member that names the subjects, "" where the path does.
	list string
	need string
}

// mostTogether is how many users or workloads a call may name (sheet part C). For
// sign-ins no limit is documented; the same is kept.
const mostTogether = 60

const (
	needRiskyUsers = "the permission IdentityRiskyUser.ReadWrite.All and the role Security Operator"
	needRiskyApps  = "the permission IdentityRiskyServicePrincipal.ReadWrite.All and the role Security Administrator"
	// The reference of v1.0 does not show feedback on sign-ins; that of the beta names this.
	needFeedback = "the permission IdentityRiskEvent.ReadWrite.All and the role Security Operator"
	needRevoke   = "the permission User.RevokeSessions.All and the role User Administrator; for administrators a higher one"
	needEnable   = "the permissions User.EnableDisableAccount.All and User.Read.All and the role User Administrator; for administrators a higher one"
)

// callOf is how a deed is done; false where this source does not do it.
func callOf(d app.Deed, k app.SubjectKind) (call, bool) {
	word := map[app.Deed]string{app.DismissRisk: "dismiss", app.ConfirmCompromised: "confirmCompromised", app.ConfirmSafe: "confirmSafe"}[d]
	switch {
	case word != "" && k == app.SubjectUser:
		return call{http.MethodPost, "identityProtection/riskyUsers/" + word, "", "userIds", needRiskyUsers}, true
	case word != "" && k == app.SubjectWorkload && d != app.ConfirmSafe:
		return call{http.MethodPost, "identityProtection/riskyServicePrincipals/" + word, "", "servicePrincipalIds", needRiskyApps}, true
	case word != "" && k == app.SubjectSignIn:
		return call{http.MethodPost, "auditLogs/signIns/" + word, "", "requestIds", needFeedback}, true
	case k != app.SubjectUser:
	case d == app.RevokeSessions:
		return call{http.MethodPost, "users/", "/revokeSignInSessions", "", needRevoke}, true
	case d == app.DisableAccount, d == app.EnableAccount:
		return call{http.MethodPatch, "users/", "", "", needEnable}, true
	}
	return call{}, false
}

// Can implements app.Responder.
func (*Risk) Can(d app.Deed, k app.SubjectKind) bool { _, ok := callOf(d, k); return ok }

// Together implements app.Responder.
func (*Risk) Together(d app.Deed, k app.SubjectKind) int {
	if c, ok := callOf(d, k); ok && c.list != "" {
		return mostTogether
	}
	return 1
}

// Respond implements app.Responder. A refusal for the pace says how long to wait, also
// where the service did not.
func (r *Risk) Respond(ctx context.Context, resp app.Response) error {
	if len(resp.Subjects) == 0 {
		return app.E(app.KindInvalid, "Choose at least one to act on.", nil)
	}
	kind := resp.Subjects[0].Kind
	how, ok := callOf(resp.Deed, kind)
	ids := make([]string, 0, len(resp.Subjects))
	for _, s := range resp.Subjects {
		if s.Kind != kind || s.ID == "" {
			return app.E(app.KindInvalid, "These cannot be acted on together; choose again.", nil)
		}
		ids = append(ids, s.ID)
	}
	switch {
	case !ok:
		return app.E(app.KindInvalid, app.EntraRisk.Label()+" cannot do that to a "+string(kind)+".", nil)
	case len(ids) > r.Together(resp.Deed, kind):
		return app.E(app.KindInvalid, "These are more than one call may name; choose fewer.", nil)
	}
	address, body := r.c.base+how.path, any(nil)
	switch {
	case how.list != "":
		body = map[string][]string{how.list: ids}
	default:
		address += url.PathEscape(ids[0]) + how.after
		if how.method == http.MethodPatch {
			body = map[string]bool{"accountEnabled": resp.Deed == app.EnableAccount}
		}
	}
	var raw []byte
	if body != nil {
		raw, _ = json.Marshal(body) // plain values cannot fail
	}
	intent := azure.Intent{Source: app.EntraRisk, Write: true, Need: how.need}
	_, err := r.c.paced(ctx, address, false, func() (azure.Reply, error) { return r.c.send(ctx, intent, how.method, address, raw) })
	if app.KindOf(err) == app.KindLicence {
		licence := "Entra ID P2"
		if kind == app.SubjectWorkload {
			licence = "Workload ID Premium"
		}
		return azure.Reworded(err, app.KindLicence, "This needs the licence "+licence+", which the tenant does not have.")
	}
	return err
}
