package present

import (
	"strings"
	"unicode"

	"watchfloor/app/identity"
	"watchfloor/ui/look"
)

// RiskLevel is the mark of a risk level: shape, colour and word, as severities have them.
func RiskLevel(l identity.Level) look.Cell {
	switch identity.Level(strings.ToLower(string(l))) {
	case identity.LevelHigh:
		return look.Cell{Text: "High", Shape: look.Triangle, ShapeTone: look.High, Bold: true}
	case identity.LevelMedium:
		return look.Cell{Text: "Med", Shape: look.Diamond, ShapeTone: look.Medium}
	case identity.LevelLow:
		return look.Cell{Text: "Low", Shape: look.Dot, ShapeTone: look.Low}
	case identity.LevelNone:
		return look.Cell{Text: "None", Tone: look.Dim, Shape: look.Ring, ShapeTone: look.Info}
	case identity.LevelHidden:
		return look.T("? Hidden")
	case "":
		return look.D("–")
	}
	return look.T("? " + Field(string(l)))
}

// RiskState gives a risk state by word and weight, never by colour.
func RiskState(s identity.State) look.Cell {
	switch s {
	case identity.StateAtRisk:
		return look.Cell{Text: "At risk", Bold: true}
	case identity.StateCompromised:
		return look.Cell{Text: "! Compromised", Bold: true}
	case identity.StateDismissed:
		return look.D("✓ Dismissed")
	case identity.StateRemediated:
		return look.D("✓ Remediated")
	case identity.StateSafe:
		return look.D("✓ Confirmed safe")
	case identity.StateNone:
		return look.D("None")
	case "":
		return look.D("–")
	}
	return look.T("? " + Spaced(string(s)))
}

var riskDetails = map[string]string{
	"admingeneratedtemporarypassword":           "an administrator set a temporary password",
	"userperformedsecuredpasswordchange":        "the user changed the password",
	"userperformedsecuredpasswordreset":         "the user reset the password",
	"adminconfirmedsigninsafe":                  "a sign-in was confirmed safe",
	"aiconfirmedsigninsafe":                     "the service found the sign-in safe",
	"userpassedmfadrivenbyriskbasedpolicy":      "the user passed the second factor that a policy asked for",
	"admindismissedallriskforuser":              "all risk of the user was dismissed",
	"adminconfirmedsignincompromised":           "a sign-in was confirmed compromised",
	"hidden":                                    "hidden by the licence",
	"adminconfirmedusercompromised":             "the user was confirmed compromised",
	"m365dadmindismisseddetection":              "a detection was dismissed in Defender XDR",
	"adminconfirmedserviceprincipalcompromised": "the workload was confirmed compromised",
	"admindismissedallriskforserviceprincipal":  "all risk of the workload was dismissed",
	"userchangedpasswordonpremises":             "the user changed the password on premises",
	"admindismissedriskforsignin":               "the risk of a sign-in was dismissed",
	"adminconfirmedaccountsafe":                 "the account was confirmed safe",
	"microsoftrevokedsessions":                  "Microsoft revoked the sessions",
}

// RiskDetail says in words what a riskDetail means; one that this version does not know
// is shown as received, "" for none.
func RiskDetail(d string) string {
	if d == "" || strings.EqualFold(d, "none") {
		return ""
	}
	if w, ok := riskDetails[strings.ToLower(d)]; ok {
		return w
	}
	return Spaced(d)
}

// Spaced is a word of a service with spaces at its humps: "unfamiliarFeatures" becomes
// "unfamiliar features". Anything but letters and digits is left as Word shows it.
func Spaced(s string) string {
	s = Word(s)
	var b strings.Builder
	was := rune(0)
	for i, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) || r > unicode.MaxASCII {
			return s
		}
		if i > 0 && unicode.IsUpper(r) && unicode.IsLower(was) {
			b.WriteByte(' ')
			b.WriteRune(unicode.ToLower(r))
		} else {
			b.WriteRune(r)
		}
		was = r
	}
	return b.String()
}

// PlaceWords is where a sign-in came from: "Oslo, NO"; what is missing is said.
func PlaceWords(p identity.Place) look.Cell {
	var parts []string
	for _, s := range []string{p.City, p.Country} {
		if s != "" {
			parts = append(parts, Word(s))
		}
	}
	if len(parts) == 0 {
		return look.D("? no location")
	}
	return look.T(strings.Join(parts, ", "))
}

// Access is how conditional access judged a sign-in, by word and glyph.
func Access(status string) look.Cell {
	switch strings.ToLower(status) {
	case "success":
		return look.T("✓ allowed")
	case "failure":
		return look.Cell{Text: "✗ blocked", Bold: true}
	case "notapplied":
		return look.D("not applied")
	case "":
		return look.D("–")
	}
	return look.T("? " + Spaced(status))
}

// Outcome is how a sign-in ended.
func Outcome(s identity.SignIn) look.Cell {
	if s.ErrorCode == 0 {
		return look.T("✓ ok")
	}
	return look.Cell{Text: "✗ " + Figure(s.ErrorCode), Bold: true}
}

// Who names an account for a list: its name, else its sign-in name, else its id.
func Who(name, upn, id string) string {
	switch {
	case strings.TrimSpace(name) != "":
		return Safe(name)
	case strings.TrimSpace(upn) != "":
		return Person(upn)
	case strings.TrimSpace(id) != "":
		return Field(id)
	}
	return "(no name)"
}
