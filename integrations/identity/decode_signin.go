package identity

import (
	"strconv"

	"watchfloor/app/identity"
	"watchfloor/integrations/azure/wire"
)

// DecodeSignIn reads a row of the sign-in log; see DecodeUser.
func DecodeSignIn(raw []byte) (s identity.SignIn, odd bool) {
	row := wire.ReadRow(raw)
	s = identity.SignIn{
		ID: idOf(&row, raw, "id"), At: row.Time("createdDateTime"), UserID: row.ID("userId"), UPN: row.Text("userPrincipalName"),
		Name: row.Text("userDisplayName"), AppID: row.ID("appId"), App: row.Text("appDisplayName"), ClientApp: row.Text("clientAppUsed"),
		Resource: row.Text("resourceDisplayName"), IP: row.Text("ipAddress"), Access: row.Text("conditionalAccessStatus"),
		During: level(&row, "riskLevelDuringSignIn"), Aggregated: level(&row, "riskLevelAggregated"), State: state(&row), Detail: row.Text("riskDetail"),
		Types: row.Texts("riskEventTypes_v2"), Correlation: row.ID("correlationId"), TokenID: row.Text("uniqueTokenIdentifier"),
		Issuer: row.Text("tokenIssuerType"), Session: row.ID("sessionId"), Raw: raw,
	}
	if s.Types == nil {
		s.Types = row.Texts("riskEventTypes")
	}
	s.Interactive, _ = row.Bool("isInteractive")
	if n := row.Number("autonomousSystemNumber"); n != nil {
		s.ASN = *n
	}
	bad := false
	s.Place, bad = place(&row)
	status := row.Object("status")
	if n := status.Number("errorCode"); n != nil {
		s.ErrorCode = *n
	}
	s.Failure = status.Text("failureReason")
	factor := row.Object("mfaDetail")
	s.MFA = wire.First(status.Text("additionalDetails"), factor.Text("authMethod"))
	var machine bool
	s.Device, machine = device(&row)
	list, _ := row.List("appliedConditionalAccessPolicies")
	for _, one := range list {
		p := wire.Part(one)
		s.Policies = append(s.Policies, identity.Policy{Name: p.Text("displayName"), Result: p.Text("result")})
		bad = bad || p.Odd
	}
	return s, row.Odd || bad || machine || status.Odd || factor.Odd || s.At.IsZero() || s.UserID == "" && s.UPN == ""
}

func device(row *wire.Row) (d identity.Device, odd bool) {
	at := row.Object("deviceDetail")
	d = identity.Device{
		ID: at.ID("deviceId"), Name: at.Text("displayName"), OS: at.Text("operatingSystem"), Browser: at.Text("browser"),
		Trust: at.Text("trustType"), Compliant: told(at.Bool("isCompliant")), Managed: told(at.Bool("isManaged")),
	}
	return d, at.Odd
}

// told is "true", "false" or "" where the service did not say.
func told(v, there bool) string {
	if !there {
		return ""
	}
	return strconv.FormatBool(v)
}

// DecodeAccount reads a user of the directory; see DecodeUser.
func DecodeAccount(raw []byte) (a identity.Account, odd bool) {
	row := wire.ReadRow(raw)
	a = identity.Account{
		ID: idOf(&row, raw, "id"), UPN: row.Text("userPrincipalName"), Name: row.Text("displayName"),
		Enabled: told(row.Bool("accountEnabled")), SessionsFrom: row.Time("signInSessionsValidFromDateTime"),
		SID: row.Text("onPremisesSecurityIdentifier"), SAM: row.Text("onPremisesSamAccountName"), Raw: raw,
	}
	if domain := row.Text("onPremisesDomainName"); domain != "" && a.SAM != "" {
		a.SAM = domain + `\` + a.SAM
	}
	return a, row.Odd
}
