package identity

import "strings"

// Risk is what a riskEventType means to a person.
type Risk struct {
	// Name is short; Means says in a sentence what was seen.
	Name, Means string
}

// risks are the types documented for Graph v1.0, in lower case.
var risks = map[string]Risk{
	"generic":              {"Additional risk", "A detection whose kind the tenant's licence does not show."},
	"unlikelytravel":       {"Atypical travel", "Two sign-ins from places too far apart for this person's habits."},
	"mcasimpossibletravel": {"Impossible travel", "Activity in two places within less time than the way takes."},
	"impossibletravel":     {"Impossible travel", "Activity in two places within less time than the way takes."},
	"anonymizedipaddress":  {"Anonymous address", "A sign-in through Tor or an anonymising VPN."},
	"riskyipaddress":       {"Anonymous address, activity", "Activity from an anonymising proxy."},
	"maliciousipaddress":   {"Malicious address", "The address has a bad name or fails sign-ins in great numbers."},
	"maliciousipaddressvalidcredentialsblockedip": {"Blocked address, right password", "The password was right but the address is blocked as malicious."},
	"nationstateip":                             {"Threat actor's address", "The address belongs to a known group."},
	"malwareinfectedipaddress":                  {"Infected machine's address", "The address talks to a bot server."},
	"suspiciousipaddress":                       {"Suspicious address", "The address was seen in suspicious activity."},
	"unfamiliarfeatures":                        {"Unfamiliar sign-in", "Address, place, device or browser are new for this person."},
	"leakedcredentials":                         {"Leaked credentials", "The password was found among leaked ones."},
	"passwordspray":                             {"Password spray", "Common passwords were tried on many accounts, and this one's fitted."},
	"investigationsthreatintelligence":          {"Threat intelligence", "The activity fits a known attack."},
	"adminconfirmedusercompromised":             {"Confirmed by a person", "An administrator said that the account is compromised."},
	"newcountry":                                {"New country", "Activity from a country this person was never seen in."},
	"anomaloustoken":                            {"Anomalous token", "The token's age, place or use is unusual: it may be replayed."},
	"tokenissueranomaly":                        {"Token issuer anomaly", "Claims of the token are unusual: its issuer may be compromised."},
	"suspiciousbrowser":                         {"Suspicious browser", "One browser was used for many tenants in several countries."},
	"suspiciousinboxforwarding":                 {"Suspicious forwarding", "A rule forwards mail to the outside."},
	"mcassuspiciousinboxmanipulationrules":      {"Suspicious inbox rules", "Rules that delete or move mail out of sight were made."},
	"suspiciousapitraffic":                      {"Suspicious API traffic", "Unusual reading of the directory through Graph."},
	"anomaloususeractivity":                     {"Anomalous activity", "Changes in the directory unlike this person's habits."},
	"attemptedprtaccess":                        {"Attempt on a primary token", "Defender for Endpoint saw an attempt to steal the device's token."},
	"mcasfinsuspiciousfileaccess":               {"Mass access to files", "Many sensitive files were opened."},
	"attackerinthemiddle":                       {"Attacker in the middle", "The sign-in went through a malicious proxy."},
	"userreportedsuspiciousactivity":            {"Reported by the person", "The person denied a request of the second factor as not theirs."},
	"suspicioussendingpatterns":                 {"Suspicious sending", "Mail was sent in suspicious patterns."},
	"suspiciousauthenticatorregistration":       {"Suspicious registration", "A second factor was registered under suspicious circumstances."},
	"suspicioussignins":                         {"Suspicious sign-ins", "Sign-ins of the workload with unusual properties."},
	"admincofirmedserviceprincipalcompromised":  {"Confirmed by a person", "An administrator said that the workload is compromised."},
	"adminconfirmedserviceprincipalcompromised": {"Confirmed by a person", "An administrator said that the workload is compromised."},
	"maliciousapplication":                      {"Malicious application", "Microsoft disabled the application for breaking its terms."},
	"suspiciousapplication":                     {"Suspicious application", "The application may break the terms of service."},
	"anomalousserviceprincipalactivity":         {"Anomalous workload activity", "Changes in the directory unlike this workload's habits."},
}

// RiskOf says what a riskEventType means; known is false for one that this version does
// not know, whose name is the word as received.
func RiskOf(eventType string) (r Risk, known bool) {
	if r, known = risks[strings.ToLower(eventType)]; known {
		return r, true
	}
	return Risk{Name: eventType}, false
}

// Known reports a level this version knows.
func (l Level) Known() bool {
	switch Level(strings.ToLower(string(l))) {
	case "", LevelNone, LevelLow, LevelMedium, LevelHigh, LevelHidden:
		return true
	}
	return false
}

// Known reports a state this version knows.
func (s State) Known() bool {
	switch strings.ToLower(string(s)) {
	case "", "none", "confirmedsafe", "remediated", "dismissed", "atrisk", "confirmedcompromised":
		return true
	}
	return false
}
