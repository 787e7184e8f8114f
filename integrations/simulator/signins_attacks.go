// #nosec G115 -- dice, seeds and small counts of an invented tenant, packed into few bits

package simulator

import "watchfloor/integrations/simulator/story"

// attacked turns the k-th sign-in of a block into a part of its attack. The first is the
// victim's own, so that there is something to compare with.
func (l *signLog) attacked(s logRow, kind attack, block, k int) logRow {
	victim := l.victim(block)
	if kind == passwordSpray && k > 0 && k < 6 {
		victim = int32((int(victim) + 31*k) % len(l.users)) // one password, many accounts
	}
	own := k == 0
	if own || k <= l.length(kind) {
		s = l.normal(s.n, victim)
	}
	if own || k > l.length(kind) {
		s.error, s.reason = 0, ""
		return s
	}
	from := story.Attacker(uint64(block)*31 + l.seed)
	s.kind, s.silent = kind, false
	s.ip, s.asn, s.city = from.Name, 65536+int(hashOf(l.seed, uint64(block), "asn")%16), cityNamed(from.C)
	s.device = device{os: "Windows10", browser: "Firefox 115.0"}
	s.access, s.policy, s.more, s.strength, s.error, s.reason = "notApplied", "", "", "", 0, ""
	s.level, s.total, s.state = "medium", "medium", "atRisk"
	switch kind {
	case impossibleTrip:
		s.risk, s.level, s.total, s.more = "unlikelyTravel", "none", "medium", "MFA requirement satisfied by claim in the token"
		s.strength, s.access, s.policy = "Previously satisfied", "success", "Require multifactor authentication"
	case unfamiliarASN:
		s.risk, s.client = "unfamiliarFeatures", "Mobile Apps and Desktop clients"
	case mfaFatigue:
		s.policy = "Require multifactor authentication"
		s.error, s.reason, s.more, s.access = 500121, "Authentication failed during strong authentication request.", "MFA denied; user declined the authentication", "failure"
		s.risk, s.level, s.total = "", "none", "none"
		s.state = "none"
		if k == l.length(kind) { // the one that was approved
			s.error, s.reason, s.more, s.access, s.strength = 0, "", "MFA completed in Azure AD", "success", "Mobile app notification"
			s.risk, s.total, s.level, s.state = "userReportedSuspiciousActivity", "high", "high", "atRisk"
		}
	case passwordSpray:
		s.client, s.legacy, s.app, s.resource = "IMAP4", true, "Office 365 Exchange Online", "Office 365 Exchange Online"
		s.device = device{}
		s.error, s.reason = 50126, "Error validating credentials due to invalid username or password."
		s.risk, s.level, s.total, s.state = "", "none", "none", "none"
		if k == l.length(kind) {
			s.error, s.reason = 0, ""
			s.risk, s.total, s.level, s.state = "passwordSpray", "high", "none", "atRisk"
		}
	case tokenAnomaly:
		s.risk, s.level, s.total, s.silent, s.more = "anomalousToken", "high", "high", true, "MFA requirement satisfied by claim in the token"
		s.strength, s.access, s.policy = "Previously satisfied", "success", "Require multifactor authentication"
	case torExit:
		s.risk, s.device.browser = "anonymizedIPAddress", "Firefox 128.0"
	case blockedByRisk:
		s.risk, s.level, s.total = "maliciousIPAddress", "high", "high"
		s.error, s.reason = 53003, "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance."
		s.access, s.policy = "failure", "Block high sign-in risk"
	case oddTimes:
		s.risk, s.city = "unfamiliarFeatures", -1
		if k == 1 {
			s.at += 40 * day // ahead of the clock for as long as the log keeps it
		}
	case oddWords:
		s.risk, s.level, s.total, s.detail = "quantumReplay", "unknownFutureValue", "hidden", "hidden"
	}
	return s
}

// length is how many sign-ins of a block, after the first, belong to an attack.
func (l *signLog) length(kind attack) int {
	switch kind {
	case mfaFatigue:
		return 5
	case passwordSpray:
		return 6
	case oddTimes:
		return 2
	}
	return 1
}
