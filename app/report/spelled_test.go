package report

import "testing"

// Words of the service are read by people in a report: apart, and nothing for nothing.
func TestWordsOfTheServiceAreSpelled(t *testing.T) {
	for word, want := range map[string]string{
		"adminConfirmedUserCompromised": "admin confirmed user compromised", "atRisk": "at risk", "none": "",
		"dismissed": "dismissed", "unheardOf": "unheard of", "UNKNOWN": "UNKNOWN", "": "", "médioRisco": "médio risco",
	} {
		if got := spelled(word); got != want {
			t.Errorf("%q is %q, want %q", word, got, want)
		}
	}
}
