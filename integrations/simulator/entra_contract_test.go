package simulator_test

import (
	"net/url"
	"testing"

	"watchfloor/integrations/simulator"
)

const link = "@odata.nextLink"

func TestEveryAnswerAboutIdentitiesKeepsThePublishedContract(t *testing.T) {
	s, c, checked := listen(t, simulator.Options{Incidents: 20, Now: fixed})
	var users, apps, signs []string
	keep := func(list *[]string) func(obj) {
		return func(row obj) { *list = append(*list, row["id"].(string)) }
	}
	since := url.QueryEscape("riskLastUpdatedDateTime ge 2026-01-01T00:00:00Z")
	c.pages("/identityProtection/riskyUsers?$top=40&$filter="+since+"&$orderby=riskLastUpdatedDateTime%20desc", link, keep(&users))
	c.pages("/identityProtection/riskyServicePrincipals", link, keep(&apps))
	c.pages("/auditLogs/signIns?$top=1000&$filter="+url.QueryEscape("riskState eq 'atRisk' and createdDateTime ge 2026-02-01T00:00:00Z"), link, keep(&signs))
	if len(users) < 60 || len(apps) < 3 || len(signs) < 10 {
		t.Fatalf("%d users, %d workloads, %d sign-ins", len(users), len(apps), len(signs))
	}
	var found []string
	c.pages("/identityProtection/riskDetections?$top=50", link, keep(&found))
	c.pages("/identityProtection/servicePrincipalRiskDetections", link, func(obj) {})
	c.call(200, "GET", "/identityProtection/riskDetections/"+found[0], nil)
	for _, id := range users[:20] {
		c.call(200, "GET", "/identityProtection/riskyUsers/"+id, nil)
		c.pages("/identityProtection/riskyUsers/"+id+"/history?$top=2", link, func(obj) {})
	}
	c.call(200, "GET", "/identityProtection/riskyServicePrincipals/"+apps[0], nil)
	c.pages("/identityProtection/riskyServicePrincipals/"+apps[0]+"/history", link, func(obj) {})
	c.call(200, "GET", "/auditLogs/signIns?$top=1000", nil)
	c.call(200, "GET", "/auditLogs/signIns/"+signs[0], nil)
	c.call(200, "GET", "/users?$top=5", nil)
	one := "/users/" + users[0]
	c.call(200, "GET", one+"?$select=id,accountEnabled,signInSessionsValidFromDateTime,onPremisesSecurityIdentifier,onPremisesSamAccountName,onPremisesDomainName", nil)
	c.call(200, "GET", "/directoryRoles", nil)

	for _, form := range []string{"", "microsoft.graph."} {
		for _, do := range []string{"confirmCompromised", "dismiss", "confirmSafe"} {
			c.call(204, "POST", "/identityProtection/riskyUsers/"+form+do, obj{"userIds": users[:2]})
			c.call(204, "POST", "/auditLogs/signIns/"+form+do, obj{"requestIds": signs[:2]})
			if do != "confirmSafe" {
				c.call(204, "POST", "/identityProtection/riskyServicePrincipals/"+form+do, obj{"servicePrincipalIds": apps[:1]})
			}
		}
		c.call(200, "POST", one+"/"+form+"revokeSignInSessions", nil)
	}
	c.call(204, "PATCH", one, obj{"accountEnabled": false})
	if s.AccountEnabled(users[0]) || len(s.IdentityWrites(users[0])) != 9 {
		t.Errorf("enabled %v, writes %v", s.AccountEnabled(users[0]), s.IdentityWrites(users[0]))
	}
	c.call(400, "POST", "/identityProtection/riskyUsers/dismiss", obj{"userIds": append(users[:60:60], users[0])})
	c.call(404, "GET", "/identityProtection/riskyUsers/nobody", nil)
	c.call(400, "GET", "/auditLogs/signIns?$filter=nonsense", nil)
	s.SetIdentity(simulator.IdentityMode{NoP1: true, NoWorkload: true})
	c.call(403, "GET", "/auditLogs/signIns", nil)
	c.call(403, "GET", "/identityProtection/riskyUsers", nil)
	c.call(403, "GET", "/identityProtection/riskyServicePrincipals", nil)
	if got := len(checked.Checked()); got < 38 {
		t.Errorf("only %d kinds of exchange were validated: %v", got, checked.Checked())
	}
}
