// #nosec G115 -- dice, seeds and small counts of an invented tenant, packed into few bits

package simulator

import (
	"strconv"
	"strings"
	"time"
)

// dec writes a number with decimals.
func (w *jw) dec(k string, v float64) {
	w.key(k)
	w.b = strconv.AppendFloat(w.b, v, 'f', -1, 64)
}

func (w *jw) time(k string, t time.Time) { w.str(k, stamp(tick(t))) }

// scoreJSON writes a score. The share is absent where it would be above one: the service
// documents one as its maximum.
func scoreJSON(j *jw, current, limit float64) {
	j.open("score")
	j.num("max", int64(limit))
	j.dec("current", current)
	switch {
	case limit == 0 && current == 0:
		j.num("percentage", 0)
	case current <= limit:
		j.dec("percentage", float64(int(current/limit*10000+0.5))/10000)
	}
	j.end()
}

// scoreProperties writes the score of a subscription.
func scoreProperties(j *jw, parts []PartTruth, weight int) {
	var current, limit float64
	for _, p := range parts {
		current += p.Current
		limit += p.Max
	}
	j.open("")
	j.str("displayName", "ASC score")
	scoreJSON(j, cents(current), limit)
	j.num("weight", int64(weight))
	j.end()
}

// initiativeProperties writes the score of an initiative that the tenant made itself: the
// service lists it beside its own.
func initiativeProperties(j *jw) {
	j.open("")
	j.str("displayName", "Research data rules")
	scoreJSON(j, 3.5, 12)
	j.num("weight", 9)
	j.end()
}

// partProperties writes a control of a score.
func partProperties(j *jw, p PartTruth, define bool) {
	j.open("")
	j.str("displayName", p.Name)
	j.num("healthyResourceCount", int64(p.Healthy))
	j.num("unhealthyResourceCount", int64(p.Unhealthy))
	j.num("notApplicableResourceCount", int64(p.NotApplicable))
	scoreJSON(j, p.Current, p.Max)
	j.num("weight", int64(p.Healthy+p.Unhealthy))
	if define {
		j.key("definition")
		definitionJSON(j, p.Control, false)
	}
	j.end()
}

// definitionJSON writes the definition of a control by its name.
func definitionJSON(j *jw, name string, about bool) {
	for _, x := range shields {
		if guidOf("control "+x.key) != name {
			continue
		}
		j.open("")
		j.str("id", "/providers/Microsoft.Security/secureScoreControlDefinitions/"+name)
		j.str("name", name)
		j.str("type", "Microsoft.Security/secureScoreControlDefinitions")
		j.open("properties")
		j.open("source")
		j.str("sourceType", "BuiltIn")
		j.end()
		j.str("displayName", x.title)
		if about {
			j.str("description", x.about)
		}
		j.num("maxScore", int64(x.max))
		j.list("assessmentDefinitions")
		for _, key := range x.advices {
			j.open("")
			j.str("id", "/providers/Microsoft.Security/assessmentMetadata/"+guidOf(key))
			j.end()
		}
		j.endList()
		j.end()
		j.end()
	}
}

// adviceJSON writes what is known about a recommendation; whole adds what only the
// metadata's own resource tells.
func adviceJSON(j *jw, k string, x *advice, whole bool) {
	j.open(k)
	j.str("displayName", x.title)
	j.str("assessmentType", map[bool]string{false: "BuiltIn", true: "CustomerManaged"}[x.custom])
	j.str("policyDefinitionId", "/providers/Microsoft.Authorization/policyDefinitions/"+guidOf("policy "+x.key))
	j.str("description", x.about)
	j.str("remediationDescription", x.fix)
	j.strs("categories", strings.Fields(x.categories))
	j.str("severity", x.severity)
	j.str("userImpact", x.impact)
	j.str("implementationEffort", x.effort)
	j.strs("threats", strings.Fields(x.threats))
	if x.preview {
		j.bool("preview", true)
	}
	if whole {
		j.open("publishDates")
		j.str("GA", "06/01/2024")
		j.str("public", "03/15/2024")
		j.end()
		if g, _ := adviceBy(x.key); guarding[g] >= 0 && shields[guarding[g]].ends != 0 {
			j.str("plannedDeprecationDate", "12/2026")
		}
		j.strs("tactics", []string{"Initial Access"})
		j.strs("techniques", []string{"Exploit Public-Facing Application"})
	}
	j.end()
}

// metadataJSON writes the metadata of a recommendation as a resource.
func metadataJSON(j *jw, x *advice) {
	name := guidOf(x.key)
	j.open("")
	j.str("id", "/providers/Microsoft.Security/assessmentMetadata/"+name)
	j.str("name", name)
	j.str("type", "Microsoft.Security/assessmentMetadata")
	adviceJSON(j, "properties", x, true)
	j.end()
}

// shape says how an assessment is told.
type shape struct {
	metadata, links, risk bool
	graph                 bool // Resource Graph's spelling
}

// resultJSON writes the properties of an assessment.
func (c *posture) resultJSON(j *jw, i int32, at time.Time, s shape) {
	x := &c.results[i]
	a, r := &advices[x.advice], c.resources[x.resource]
	code, since := c.code(i, at)
	j.open("")
	c.detailsJSON(j, r, s.graph)
	if c.dice("nameless", int(i))%97 != 0 { // some have no name to show
		j.str("displayName", a.title)
	}
	j.open("status")
	j.str("code", codes[code])
	switch {
	case code == notApplicable:
		j.str("cause", "OffByPolicy")
		j.str("description", "The policy that evaluates this is switched off here.")
	case code == unhealthy && c.dice("cause", int(i))%3 == 0:
		j.str("cause", "Unknown")
		j.str("description", "The last scan reported it.")
	}
	born := c.midnight(int(r.born)).Add(time.Duration(c.dice("born hour", int(x.resource))%80000) * time.Second)
	if c.dice("ahead", int(i))%113 == 0 { // the clock of some scanner is wrong
		since = c.midnight(0).AddDate(0, 0, 9)
	}
	j.time("statusChangeDate", latest(since, born))
	j.time("firstEvaluationDate", born)
	j.end()
	if s.risk && a.risk != "" && code == unhealthy {
		j.open("risk")
		j.str("level", a.risk)
		j.bool("isContextualRisk", a.factors != "")
		j.strs("riskFactors", strings.FieldsFunc(a.factors, func(r rune) bool { return r == ',' }))
		j.end()
	}
	if s.links {
		j.open("links")
		j.str("azurePortalUri", "https://www.portal.azure.com/#blade/Microsoft_Azure_Security/RecommendationsBlade/assessmentKey/"+c.resultName(i))
		j.end()
	}
	if s.metadata {
		adviceJSON(j, "metadata", a, false)
	}
	j.end()
}

// detailsJSON writes which resource is meant. Resource Graph spells it with capitals, as
// its published queries read it.
func (c *posture) detailsJSON(j *jw, r resource, graph bool) {
	source, id := "source", "id"
	if graph {
		source, id = "Source", "Id"
	}
	j.open("resourceDetails")
	switch r.kind {
	case aLocalMachine:
	case aBucket: // the models of ARM know nothing but the source
		j.str(source, map[string]string{"aws": "Aws", "gcp": "Gcp"}[r.cloud()])
		if graph {
			j.str(id, c.resourceID(r))
		}
		j.end()
		return
	default:
		j.str(source, "Azure")
		j.str(id, c.resourceID(r))
		j.end()
		return
	}
	j.str(source, "OnPremise")
	if graph {
		j.str(id, c.resourceID(r))
	}
	j.str("workspaceId", "/subscriptions/"+c.subs[r.sub].id+"/resourceGroups/rg-clinic/providers/Microsoft.OperationalInsights/workspaces/law-clinic")
	j.str("vmuuid", c.machineGUID(r, "vm"))
	j.str("sourceComputerId", c.machineGUID(r, "source"))
	j.str("machineName", c.resourceName(r))
	j.end()
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// findingProperties writes the n-th sub-assessment of an assessment.
func (c *posture) findingProperties(j *jw, i int32, n int) {
	x := &c.results[i]
	j.open("")
	j.str("id", "CVE-2025-"+strconv.Itoa(10000+int(c.dice("cve", int(x.advice)*64+n)%50000)))
	j.str("displayName", "Package with a known flaw "+strconv.Itoa(n+1))
	j.open("status")
	j.str("code", codes[unhealthy])
	j.str("severity", []string{"Low", "Medium", "High"}[c.dice("weight", int(i)+n)%3])
	j.end()
	j.str("remediation", "Install the newer version.")
	j.str("category", "Packages")
	j.time("timeGenerated", c.midnight(-3))
	c.detailsJSON(j, c.resources[x.resource], false)
	j.open("additionalData")
	j.str("assessedResourceType", "ServerVulnerability")
	j.end()
	j.end()
}

func (c *posture) findingName(i int32, n int) string {
	return guidOf("finding " + strconv.Itoa(int(i)) + " " + strconv.Itoa(n))
}
