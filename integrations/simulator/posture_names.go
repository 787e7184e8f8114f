// #nosec G115 -- dice, seeds and small counts of an invented tenant, packed into few bits

package simulator

import (
	"fmt"
	"strings"

	"watchfloor/integrations/simulator/story"
)

// kinds of resources as ARM names them.
var kinds = [...]struct{ provider, prefix, group string }{
	aMachine:      {"Microsoft.Compute/virtualMachines", "vm", "rg-clinic"},
	aLocalMachine: {"Microsoft.OperationalInsights/workspaces", "law-clinic", "rg-clinic"},
	aStorage:      {"Microsoft.Storage/storageAccounts", "stclinic", "rg-data"},
	aDatabase:     {"Microsoft.Sql/servers", "sql", "rg-data"},
	aVault:        {"Microsoft.KeyVault/vaults", "kv", "rg-clinic"},
	aWebApp:       {"Microsoft.Web/sites", "app", "rg-portal"},
	aCluster:      {"Microsoft.ContainerService/managedClusters", "aks", "rg-portal"},
	aSubnet:       {"Microsoft.Network/virtualNetworks", "vnet", "rg-network"},
	aGateway:      {"Microsoft.Network/applicationGateways", "agw", "rg-network"},
	aBucket:       {"Microsoft.Security/securityConnectors", "bucket", "rg-multicloud"},
}

var duties = []string{"imaging", "payroll", "portal", "archive", "lab", "pharmacy", "booking", "backup"}

// resourceName is the last segment of a resource's id.
func (c *posture) resourceName(r resource) string {
	if r.kind == aSubscription {
		return c.subs[r.sub].name
	}
	duty := duties[c.dice("duty", int(r.kind)<<20|int(r.n))%uint64(len(duties))]
	sep := "-"
	if r.kind == aStorage {
		sep = ""
	}
	return fmt.Sprintf("%s%s%s%s%03d", kinds[r.kind].prefix, sep, duty, sep, r.n+1)
}

// cloud is where a bucket is: every third is in the second of two other clouds.
func (r resource) cloud() string {
	if r.n%3 == 2 {
		return "gcp"
	}
	return "aws"
}

// resourceID is a resource's id at ARM. A machine of a data centre has none of its own:
// it is beneath the workspace it reports to.
func (c *posture) resourceID(r resource) string {
	sub := "/subscriptions/" + c.subs[r.sub].id
	k := kinds[min(int(r.kind), len(kinds)-1)]
	switch r.kind {
	case aSubscription:
		return sub
	case aLocalMachine:
		return sub + "/resourceGroups/" + k.group + "/providers/" + k.provider + "/law-clinic/onPremiseMachines/" +
			c.resourceName(r) + "_" + c.machineGUID(r, "source")
	case aBucket:
		return sub + "/resourceGroups/" + k.group + "/providers/" + k.provider + "/" + r.cloud() + "-clinic/securityEntityData/" + c.resourceName(r)
	case aDatabase:
		return sub + "/resourceGroups/" + k.group + "/providers/" + k.provider + "/" + c.resourceName(r) + "/databases/main"
	case aSubnet:
		return sub + "/resourceGroups/" + k.group + "/providers/" + k.provider + "/" + c.resourceName(r) + "/subnets/default"
	}
	return sub + "/resourceGroups/" + k.group + "/providers/" + k.provider + "/" + c.resourceName(r)
}

// resultName is an assessment's name: its recommendation's.
func (c *posture) resultName(i int32) string { return adviceNames[c.results[i].advice] }

// resultID is an assessment's id; byID keeps them all.
func (c *posture) resultID(i int32) string {
	return c.resourceID(c.resources[c.results[i].resource]) + "/providers/Microsoft.Security/assessments/" + c.resultName(i)
}

func (c *posture) machineGUID(r resource, what string) string {
	return story.GUID(c.seed, fmt.Sprint(what, " ", r.sub, " ", r.n))
}

// resourceGroupOf cuts the group out of an id, "" without.
func resourceGroupOf(id string) string {
	_, rest, ok := strings.Cut(strings.ToLower(id), "/resourcegroups/")
	if !ok {
		return ""
	}
	group, _, _ := strings.Cut(rest, "/")
	return group
}

// findings is how many sub-assessments an assessment has.
func (c *posture) findings(i int32, code uint8) int {
	if !advices[c.results[i].advice].findings || code != unhealthy {
		return 0
	}
	return 1 + int(c.dice("findings", int(i))%11)
}
