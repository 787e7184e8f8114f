package defender

import (
	"encoding/json"
	"strings"

	"watchfloor/app"
	"watchfloor/integrations/azure/wire"
)

// rule says how evidence of one type becomes an entity. keys and names are paths into
// its JSON, best first; a path "a+b" joins two with a backslash and counts only where
// both are there.
type rule struct {
	kind        app.EntityKind
	keys, names []string
}

// rules by the middle of @odata.type: deviceEvidence is "device". Kinds are Sentinel's
// words where it has one, so that an entity of both services is one entity.
var rules = map[string]rule{
	"user": {
		"account",
		[]string{"userAccount.userPrincipalName", "userAccount.domainName+userAccount.accountName", "userAccount.azureAdUserId", "userAccount.userSid", "userAccount.accountName"},
		[]string{"userAccount.userPrincipalName", "userAccount.displayName", "userAccount.accountName"},
	},
	"device":           {"host", []string{"deviceDnsName", "hostName", "mdeDeviceId", "azureAdDeviceId"}, nil},
	"ip":               {"ip", []string{"ipAddress"}, nil},
	"url":              {"url", []string{"url"}, nil},
	"file":             {"file", []string{"fileDetails.sha256", "fileDetails.sha1", "fileDetails.filePath+fileDetails.fileName", "fileDetails.fileName"}, []string{"fileDetails.fileName"}},
	"fileHash":         {"filehash", []string{"value"}, nil},
	"process":          {"process", []string{"processCommandLine", "imageFile.filePath+imageFile.fileName", "imageFile.fileName", "processId"}, nil},
	"mailbox":          {"mailbox", []string{"primaryAddress", "upn", "userAccount.userPrincipalName"}, []string{"primaryAddress", "displayName"}},
	"analyzedMessage":  {"mailmessage", []string{"networkMessageId", "internetMessageId"}, []string{"subject"}},
	"mailCluster":      {"mailcluster", []string{"clusterByValue", "query", "urn"}, []string{"clusterByValue", "query"}},
	"submissionMail":   {"submissionmail", []string{"submissionId", "networkMessageId"}, []string{"subject"}},
	"registryKey":      {"registrykey", []string{"registryHive+registryKey", "registryKey"}, nil},
	"registryValue":    {"registryvalue", []string{"registryKey+registryValueName", "registryValueName"}, []string{"registryValueName"}},
	"cloudApplication": {"cloudapplication", []string{"displayName", "appId"}, nil},
	"oauthApplication": {"oauthapplication", []string{"appId", "objectId", "displayName"}, []string{"displayName"}},
	"servicePrincipal": {"serviceprincipal", []string{"servicePrincipalObjectId", "appId", "servicePrincipalName"}, []string{"servicePrincipalName"}},
	"azureResource":    {"azureresource", []string{"resourceId"}, []string{"resourceName"}},
	"amazonResource":   {"amazonresource", []string{"amazonResourceId"}, []string{"resourceName"}},
	"googleCloudResource": {
		"googlecloudresource",
		[]string{"fullResourceName", "resourceName"},
		[]string{"resourceName"},
	},
	"securityGroup": {"securitygroup", []string{"distinguishedName", "sid", "securityGroupId", "activeDirectoryObjectGuid"}, []string{"displayName", "friendlyName"}},
	"dns":           {"dnsresolution", []string{"domainName"}, nil},
	"malware":       {"malware", []string{"name"}, nil},
	"ioTDevice":     {"iotdevice", []string{"deviceId", "deviceName"}, []string{"deviceName"}},
	"nic":           {"nic", []string{"macAddress"}, nil},
	"mailboxConfiguration": {
		"mailboxconfiguration",
		[]string{"configurationId"},
		[]string{"displayName", "mailboxPrimaryAddress"},
	},
	"cloudLogonSession": {"cloudlogonsession", []string{"sessionId"}, []string{"account.userAccount.userPrincipalName"}},
	"blob":              {"blob", []string{"url", "name"}, []string{"name"}},
	"blobContainer":     {"blobcontainer", []string{"url", "name"}, []string{"name"}},
}

// fallback serves types without a rule.
var fallback = rule{keys: []string{"id", "name", "displayName", "url", "resourceId"}, names: []string{"name", "displayName"}}

// DecodeEvidence reads one piece of evidence; it never fails. A type this release does
// not know gives an entity whose kind is the type's own word.
func DecodeEvidence(raw []byte) (e app.Evidence, odd bool) {
	e.Raw = raw
	members, err := wire.Fields(raw)
	odd = err != nil
	var clock wire.Clock
	e.Verdict, e.Remediation = text(members, "verdict"), text(members, "remediationStatus")
	e.Created = clock.Time(text(members, "createdDateTime"))
	for _, name := range []string{"roles", "detailedRoles"} {
		var roles []string
		if v := members[name]; len(v) > 2 && json.Unmarshal(v, &roles) != nil { // "[]" is common
			odd = true
		}
		e.Roles = append(e.Roles, roles...)
	}
	odd = odd || clock.Odd
	kind := plain(members["@odata.type"])

	word := strings.TrimSuffix(kind[strings.LastIndexByte(kind, '.')+1:], "Evidence")
	r, known := rules[word]
	if !known {
		r = fallback
		if r.kind = app.EntityKind(strings.ToLower(word)); word == "" {
			r.kind, odd = "unknown", true
		}
	}
	key := firstOf(members, r.keys)
	name := wire.First(firstOf(members, r.names), key)
	if key == "" {
		odd = odd || known
		key = wire.HashID(string(r.kind)+"-", string(raw))
	}
	e.Entity = app.Entity{Kind: r.kind, Key: wire.Key(key), Name: wire.First(name, string(r.kind)), Raw: raw}
	return e, odd
}

func firstOf(m map[string]json.RawMessage, paths []string) string {
	for _, p := range paths {
		a, b, joined := strings.Cut(p, "+")
		s := text(m, a)
		if joined {
			t := text(m, b)
			if s == "" || t == "" {
				continue
			}
			s = strings.TrimRight(s, `\`) + `\` + t
		}
		if s != "" {
			return s
		}
	}
	return ""
}

// text follows a dotted path to a text or number.
func text(m map[string]json.RawMessage, path string) string {
	head, rest, deeper := strings.Cut(path, ".")
	v, ok := m[head]
	if !ok {
		return ""
	}
	if deeper {
		inner, err := wire.Fields(v)
		if err != nil {
			return ""
		}
		return text(inner, rest)
	}
	return plain(v)
}

// plain is a text or number, "" for anything else.
func plain(v json.RawMessage) string {
	var t wire.Text
	if len(v) == 0 || t.UnmarshalJSON(v) != nil || t.Odd {
		return ""
	}
	return t.S
}

// entitiesOf lists each entity once.
func entitiesOf(evidence []app.Evidence) []app.Entity {
	seen := map[string]bool{}
	out := []app.Entity{}
	for _, e := range evidence {
		id := string(e.Entity.Kind) + "\x00" + e.Entity.Key
		if !seen[id] {
			seen[id] = true
			out = append(out, e.Entity)
		}
	}
	return out
}
