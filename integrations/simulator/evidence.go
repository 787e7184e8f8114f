package simulator

import (
	"strconv"
	"strings"
	"time"

	"watchfloor/integrations/simulator/story"
)

// evidenceJSON writes a thing as Graph's evidence, in the role it played in an alert.
func (t *tenant) evidenceJSON(j *jw, x story.Thing, a story.Alert) {
	j.open("")
	j.str("@odata.type", "#microsoft.graph.security."+evidenceTypes[x.Kind])
	j.str("createdDateTime", stamp(tick(a.Created)))
	j.str("verdict", verdict(x))
	status := "none"
	if x.Remediated {
		status = "remediated"
	} else if x.Bad && x.Kind != story.KindIP {
		status = "active"
	}
	j.str("remediationStatus", status)
	j.raw("remediationStatusDetails", "null")
	j.list("roles")
	switch {
	case x.Victim && x.Kind == story.KindAccount:
		j.item("compromised")
	case x.Victim:
		j.item("attacked")
	case x.Bad:
		j.item("attacker")
	}
	j.endList()
	j.strs("detailedRoles", nil)
	j.strs("tags", nil)
	switch x.Kind {
	case story.KindAccount:
		accountJSON(j, "userAccount", x)
	case story.KindHost:
		hostFields(j, x, a)
	case story.KindIP:
		ipFields(j, x)
	case story.KindFile:
		j.str("detectionStatus", "detected")
		j.raw("mdeDeviceId", "null")
		fileJSON(j, "fileDetails", x.Name, x.A, x.C, x.B, int64(x.N))
	case story.KindProcess:
		j.num("processId", int64(x.N))
		j.num("parentProcessId", int64(x.N/3+4))
		j.str("processCommandLine", x.A)
		j.str("processCreationDateTime", stamp(tick(a.First)))
		j.str("parentProcessCreationDateTime", stamp(tick(a.First.Add(-time.Minute))))
		j.str("detectionStatus", "detected")
		fileJSON(j, "imageFile", x.Name, `C:\Windows\System32`, "", "", 0)
		fileJSON(j, "parentProcessImageFile", "explorer.exe", `C:\Windows`, "", "", 0)
		accountJSON(j, "userAccount", t.accountOf(x.C))
	case story.KindMail, story.KindCluster:
		mailFields(j, x, a)
	case story.KindMailbox:
		j.str("primaryAddress", x.Name)
		j.str("upn", x.Name)
		j.str("displayName", x.A)
		accountJSON(j, "userAccount", t.accountOf(x.Name))
	case story.KindRegistry:
		j.str("registryHive", x.A)
		j.str("registryKey", x.Name)
		j.str("registryValueName", x.B)
		j.str("registryValue", x.C)
		j.str("registryValueType", "REG_SZ")
	default:
		t.cloudEvidence(j, x, a)
	}
	j.end()
}

var evidenceTypes = [...]string{
	story.KindAccount: "userEvidence", story.KindHost: "deviceEvidence", story.KindIP: "ipEvidence", story.KindURL: "urlEvidence",
	story.KindFile: "fileEvidence", story.KindProcess: "processEvidence", story.KindMail: "analyzedMessageEvidence",
	story.KindMailbox: "mailboxEvidence", story.KindInboxRule: "mailboxConfigurationEvidence", story.KindOAuthApp: "oauthApplicationEvidence",
	story.KindCloudApp: "cloudApplicationEvidence", story.KindRegistry: "registryValueEvidence", story.KindAzure: "azureResourceEvidence",
	story.KindAWS: "amazonResourceEvidence", story.KindGroup: "securityGroupEvidence", story.KindMalware: "malwareEvidence",
	story.KindDNS: "dnsEvidence", story.KindServicePrincipal: "servicePrincipalEvidence", story.KindPod: "kubernetesPodEvidence",
	story.KindBlob: "blobEvidence", story.KindSession: "cloudLogonSessionEvidence", story.KindConnection: "networkConnectionEvidence",
	story.KindCluster: "mailClusterEvidence",
}

func verdict(x story.Thing) string {
	switch {
	case x.Bad:
		return "malicious"
	case x.Victim:
		return "suspicious"
	}
	return "unknown"
}

func (t *tenant) accountOf(upn string) story.Thing {
	p, _ := t.world.Find(upn)
	return story.Thing{Kind: story.KindAccount, Name: upn, A: p.Name, B: p.ObjectID}
}

func accountJSON(j *jw, k string, x story.Thing) {
	name, _, _ := strings.Cut(x.Name, "@")
	j.open(k)
	j.str("accountName", name)
	j.str("domainName", "corp")
	j.orNull("userSid", x.C)
	j.orNull("azureAdUserId", x.B)
	j.str("userPrincipalName", x.Name)
	j.orNull("displayName", x.A)
	j.end()
}

func hostFields(j *jw, x story.Thing, a story.Alert) {
	j.str("firstSeenDateTime", stamp(tick(a.First.AddDate(0, -7, 0).Truncate(24*time.Hour))))
	j.str("mdeDeviceId", x.C)
	j.raw("azureAdDeviceId", "null")
	j.str("deviceDnsName", strings.ToLower(x.Name)+".corp."+story.Domain)
	j.str("hostName", strings.ToLower(x.Name))
	j.str("ntDomain", "corp")
	j.str("osPlatform", x.A)
	j.num("osBuild", 22631)
	j.str("version", "23H2")
	j.str("healthStatus", "active")
	j.str("riskScore", "medium")
	j.num("rbacGroupId", 75)
	j.str("rbacGroupName", "Clinic devices")
	j.str("onboardingStatus", "onboarded")
	j.str("defenderAvStatus", "updated")
	j.str("lastIpAddress", x.B)
	j.strs("ipInterfaces", []string{x.B, "::1"})
	j.list("loggedOnUsers")
	j.endList()
}

func ipFields(j *jw, x story.Thing) {
	j.str("ipAddress", x.Name)
	j.orNull("countryLetterCode", x.A)
	if x.A != "" {
		j.open("location")
		j.str("city", x.C)
		j.str("countryName", x.B)
		j.end()
	}
}

func fileJSON(j *jw, k, name, dir, sha1, sha256 string, size int64) {
	j.open(k)
	j.orNull("sha1", sha1)
	j.orNull("sha256", sha256)
	j.str("fileName", name)
	j.str("filePath", dir)
	if size > 0 {
		j.num("fileSize", size)
	} else {
		j.raw("fileSize", "null")
	}
	j.raw("filePublisher", "null")
	j.raw("signer", "null")
	j.raw("issuer", "null")
	j.end()
}

func mailFields(j *jw, x story.Thing, a story.Alert) {
	if x.Kind == story.KindCluster {
		n, _ := strconv.Atoi(x.A)
		j.str("clusterBy", "SenderFromDomain;Subject")
		j.str("clusterByValue", x.Name)
		j.num("emailCount", int64(n))
		j.str("query", x.Name)
		return
	}
	_, domain, _ := strings.Cut(x.A, "@")
	j.str("networkMessageId", x.C)
	j.str("internetMessageId", "<"+x.C+"@"+domain+">")
	j.str("subject", x.Name)
	j.str("recipientEmailAddress", x.B)
	j.str("antiSpamDirection", "Inbound")
	j.str("deliveryAction", "DeliveredAsSpam")
	j.str("deliveryLocation", "JunkFolder")
	j.num("attachmentsCount", 0)
	j.num("urlCount", 1)
	j.strs("threats", []string{"Phish"})
	j.str("receivedDateTime", stamp(tick(a.First)))
	for _, k := range []string{"p1Sender", "p2Sender"} {
		j.open(k)
		j.str("emailAddress", x.A)
		j.str("domainName", domain)
		j.end()
	}
}

// cloudEvidence writes the kinds that live in clouds and directories.
func (t *tenant) cloudEvidence(j *jw, x story.Thing, a story.Alert) {
	nested := func(k, kind string, fields func()) {
		j.open(k)
		j.str("@odata.type", "#microsoft.graph.security."+kind)
		j.str("createdDateTime", stamp(tick(a.Created)))
		j.str("verdict", verdict(x))
		j.str("remediationStatus", "none")
		fields()
		j.end()
	}
	switch x.Kind {
	case story.KindURL:
		j.str("url", x.Name)
	case story.KindInboxRule:
		j.str("configurationType", "userInboxRule")
		j.str("displayName", x.Name)
		j.str("mailboxPrimaryAddress", x.A)
		j.str("upn", x.A)
	case story.KindOAuthApp:
		j.str("appId", x.B)
		j.str("displayName", x.Name)
		j.str("objectId", x.C)
		j.str("publisher", x.A)
	case story.KindCloudApp:
		j.num("appId", int64(x.N))
		j.str("displayName", x.Name)
		j.num("instanceId", 0)
		j.str("instanceName", "Northwind Clinic")
	case story.KindAzure:
		j.str("resourceId", x.A)
		j.str("resourceName", x.Name)
		j.str("resourceType", x.B)
	case story.KindAWS:
		j.str("amazonAccountId", x.B)
		j.str("amazonResourceId", x.A)
		j.str("resourceName", x.Name)
		j.str("resourceType", x.C)
	case story.KindGroup:
		j.str("displayName", x.Name)
		j.str("distinguishedName", x.A)
		j.str("sid", x.C)
	case story.KindMalware:
		j.str("name", x.Name)
		j.str("category", x.A)
	case story.KindDNS:
		j.str("domainName", x.Name)
		nested("hostIpAddress", "ipEvidence", func() { j.str("ipAddress", x.A) })
	case story.KindServicePrincipal:
		j.str("servicePrincipalName", x.Name)
		j.str("appId", x.B)
		j.str("servicePrincipalObjectId", x.C)
		j.str("servicePrincipalType", "application")
		j.str("tenantId", tenantID)
	case story.KindPod:
		j.str("name", x.Name)
		nested("namespace", "kubernetesNamespaceEvidence", func() { j.str("name", x.A) })
		j.list("containers")
		nested("", "containerEvidence", func() {
			j.str("name", "api")
			nested("image", "containerImageEvidence", func() { j.str("imageId", x.B) })
		})
		j.endList()
	case story.KindBlob:
		j.str("name", x.Name)
		j.str("url", x.A)
		nested("blobContainer", "blobContainerEvidence", func() {
			j.str("name", "exports")
			nested("storageResource", "azureResourceEvidence", func() {
				j.str("resourceId", x.B)
				j.str("resourceName", "stlabresults")
				j.str("resourceType", "Storage account")
			})
		})
	case story.KindSession:
		j.str("sessionId", x.Name)
		j.str("userAgent", x.A)
		j.str("browser", "Simulated")
		j.str("operatingSystem", "Linux")
		j.str("startUtcDateTime", stamp(tick(a.First)))
		nested("account", "userEvidence", func() { accountJSON(j, "userAccount", t.accountOf(x.B)) })
	case story.KindConnection:
		j.str("protocol", "tcp")
		j.num("destinationPort", int64(x.N))
		nested("sourceAddress", "ipEvidence", func() { j.str("ipAddress", x.Name) })
		nested("destinationAddress", "ipEvidence", func() { j.str("ipAddress", x.A) })
	}
}
