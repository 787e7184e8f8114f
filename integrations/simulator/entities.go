package simulator

import (
	"strconv"
	"strings"

	"watchfloor/integrations/simulator/story"
)

// asEntity maps things that Sentinel does not know to the entity it shows for them.
func asEntity(x story.Thing) story.Thing {
	switch x.Kind {
	case story.KindConnection:
		return story.Thing{Kind: story.KindIP, Name: x.A}
	case story.KindInboxRule:
		return story.Thing{Kind: story.KindMailbox, Name: x.A, A: x.A}
	case story.KindBlob:
		return story.Thing{Kind: story.KindURL, Name: x.A}
	}
	return x
}

// entity opens an entity of a kind; the caller writes its properties and calls done.
func (t *tenant) entity(j *jw, kind string, x story.Thing, friendly string) (done func()) {
	id := story.GUID(0, kind+x.Key())
	j.open("")
	j.str("id", wsPrefix+"/Entities/"+id)
	j.str("name", id)
	j.str("type", "Microsoft.SecurityInsights/Entities")
	j.str("kind", kind)
	j.open("properties")
	j.str("friendlyName", friendly)
	return func() { j.end(); j.end() }
}

// entityJSON writes a thing as Sentinel's entities; a file is two of them, itself and
// its hash. It returns the kinds written.
func (t *tenant) entityJSON(j *jw, x story.Thing) []string {
	switch x.Kind {
	case story.KindAccount:
		name, suffix, _ := strings.Cut(x.Name, "@")
		done := t.entity(j, "Account", x, name)
		j.str("accountName", name)
		j.str("upnSuffix", suffix)
		j.str("aadUserId", x.B)
		j.str("aadTenantId", tenantID)
		j.str("displayName", x.A)
		j.str("sid", x.C)
		j.bool("isDomainJoined", true)
		done()
		return []string{"Account"}
	case story.KindHost:
		done := t.entity(j, "Host", x, x.Name)
		j.str("hostName", x.Name)
		j.str("netBiosName", x.Name)
		j.str("dnsDomain", "corp."+story.Domain)
		j.str("osFamily", osFamily(x.A))
		j.str("osVersion", x.A)
		done()
		return []string{"Host"}
	case story.KindIP:
		done := t.entity(j, "Ip", x, x.Name)
		j.str("address", x.Name)
		if x.A != "" {
			j.open("location")
			j.str("countryCode", x.A)
			j.str("countryName", x.B)
			j.str("city", x.C)
			j.end()
		}
		done()
		return []string{"Ip"}
	case story.KindURL:
		done := t.entity(j, "Url", x, x.Name)
		j.str("url", x.Name)
		done()
		return []string{"Url"}
	case story.KindFile:
		done := t.entity(j, "File", x, x.Name)
		j.str("fileName", x.Name)
		j.str("directory", x.A)
		done()
		done = t.entity(j, "FileHash", x, x.B+"(SHA256)")
		j.str("algorithm", "SHA256")
		j.str("hashValue", x.B)
		done()
		return []string{"File", "FileHash"}
	case story.KindProcess:
		done := t.entity(j, "Process", x, x.Name)
		j.str("processId", strconv.Itoa(x.N))
		j.str("commandLine", x.A)
		done()
		return []string{"Process"}
	case story.KindMail:
		done := t.entity(j, "MailMessage", x, x.Name)
		j.str("subject", x.Name)
		j.str("recipient", x.B)
		j.str("p1Sender", x.A)
		j.str("p2Sender", x.A)
		j.str("networkMessageId", x.C)
		j.strs("threats", []string{"Phish"})
		j.str("deliveryAction", "Delivered")
		done()
		return []string{"MailMessage"}
	case story.KindMailbox:
		done := t.entity(j, "Mailbox", x, x.A)
		j.str("mailboxPrimaryAddress", x.Name)
		j.str("upn", x.Name)
		j.str("displayName", x.A)
		done()
		return []string{"Mailbox"}
	}
	return t.cloudEntity(j, x)
}

// cloudEntity writes the kinds that live in clouds and directories.
func (t *tenant) cloudEntity(j *jw, x story.Thing) []string {
	var kind string
	var done func()
	switch x.Kind {
	case story.KindOAuthApp, story.KindCloudApp, story.KindServicePrincipal:
		kind = "CloudApplication"
		done = t.entity(j, kind, x, x.Name)
		j.str("appName", x.Name)
		j.num("appId", int64(x.N))
	case story.KindRegistry:
		kind = "RegistryKey"
		done = t.entity(j, kind, x, x.Name)
		j.str("hive", x.A)
		j.str("key", x.Name)
	case story.KindAzure, story.KindAWS, story.KindPod:
		kind = "AzureResource"
		done = t.entity(j, kind, x, x.Name)
		id := x.A
		if x.Kind == story.KindPod {
			id = "/namespaces/" + x.A + "/pods/" + x.Name
		}
		j.str("resourceId", id)
	case story.KindGroup:
		kind = "SecurityGroup"
		done = t.entity(j, kind, x, x.Name)
		j.str("distinguishedName", x.A)
		j.str("sid", x.C)
	case story.KindMalware:
		kind = "Malware"
		done = t.entity(j, kind, x, x.Name)
		j.str("malwareName", x.Name)
		j.str("category", x.A)
	case story.KindDNS:
		kind = "DnsResolution"
		done = t.entity(j, kind, x, x.Name)
		j.str("domainName", x.Name)
	case story.KindCluster:
		kind = "MailCluster"
		done = t.entity(j, kind, x, x.Name)
		j.str("query", x.Name)
		n, _ := strconv.Atoi(x.A)
		j.num("mailCount", int64(n))
	default:
		return nil // sessions have no counterpart at Sentinel
	}
	done()
	return []string{kind}
}

func osFamily(os string) string {
	switch {
	case strings.HasPrefix(os, "Windows"):
		return "Windows"
	case os == "Linux":
		return "Linux"
	}
	return "Unknown"
}
