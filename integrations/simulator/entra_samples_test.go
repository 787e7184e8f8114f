package simulator_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"watchfloor/integrations/simulator/contract"
)

// identityContradictions are the places where a published sample about identities breaks
// the published schema; each is checked to be still there.
var identityContradictions = map[string]string{
	"identity-protection/riskyUser_history.json":             ".activity.eventTypes: not declared",
	"identity-protection/riskDetections_list.json":           `"/tokenIssuerType": value is not one of the allowed`,
	"identity-protection/riskDetection_get.json":             `"/tokenIssuerType": value is not one of the allowed`,
	"identity-protection/riskyServicePrincipal_history.json": ".accountEnabled: not declared",
	"identity-protection/riskyServicePrincipal_get.json":     ".accountEnabled: not declared",
}

func TestPublishedSamplesOfIdentitiesAgreeWithTheSchemasExceptWhereItIsWritten(t *testing.T) {
	spec := contract.Graph(t)
	for name, schema := range map[string]string{
		"identity-protection/riskyUsers_list.json":               "riskyUser",
		"identity-protection/riskyUser_get.json":                 "riskyUser",
		"identity-protection/riskyUser_history.json":             "riskyUserHistoryItem",
		"identity-protection/riskDetections_list.json":           "riskDetection",
		"identity-protection/riskDetection_get.json":             "riskDetection",
		"identity-protection/riskyServicePrincipals_list.json":   "riskyServicePrincipal",
		"identity-protection/riskyServicePrincipal_get.json":     "riskyServicePrincipal",
		"identity-protection/riskyServicePrincipal_history.json": "riskyServicePrincipalHistoryItem",
		"audit-logs/signIns_list.json":                           "signIn",
		"audit-logs/signIns_list_filtered.json":                  "signIn",
		"users/user_get.json":                                    "user",
	} {
		raw, err := os.ReadFile(contract.Shared(t, filepath.Join("api", "samples", name)))
		if err != nil {
			t.Fatal(err)
		}
		var one map[string]any
		if err := json.Unmarshal(raw, &one); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		rows := []any{any(one)}
		switch v := one["value"].(type) {
		case []any:
			rows = v
		case map[string]any:
			rows = []any{v}
		}
		var found []string
		for _, row := range rows {
			found = append(found, spec.Check(row, spec.Schema("microsoft.graph."+schema))...)
		}
		all := strings.Join(found, "\n")
		switch want := identityContradictions[name]; {
		case want == "" && all != "":
			t.Errorf("%s contradicts its schema, and this is not written down:\n%s", name, all)
		case !strings.Contains(all, want):
			t.Errorf("%s does not contradict its schema any more (%s); found: %s", name, want, all)
		}
	}
}
