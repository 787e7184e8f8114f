package sentinel

import (
	"encoding/json"
	"strings"

	"watchfloor/app"
	"watchfloor/integrations/azure/wire"
)

// entityKeys lists, per kind, the properties that identify an entity, best first. The
// first that is a text or number becomes the key.
var entityKeys = map[string][]string{
	"account":          {"upn", "aadUserId", "sid", "accountName", "displayName"},
	"host":             {"fqdn", "hostName", "netBiosName", "azureID", "omsAgentID"},
	"ip":               {"address"},
	"url":              {"url"},
	"file":             {"path", "fileName"},
	"filehash":         {"hashValue"},
	"process":          {"commandLine", "processId"},
	"mailmessage":      {"networkMessageId", "internetMessageId", "subject"},
	"mailbox":          {"mailboxPrimaryAddress", "upn"},
	"mailcluster":      {"clusterSourceIdentifier", "query"},
	"submissionmail":   {"submissionId", "networkMessageId"},
	"azureresource":    {"resourceId"},
	"cloudapplication": {"appName", "appId"},
	"dnsresolution":    {"domainName"},
	"malware":          {"malwareName"},
	"registrykey":      {"path", "key"},
	"registryvalue":    {"path", "valueName"},
	"securitygroup":    {"distinguishedName", "sid", "objectGuid"},
	"iotdevice":        {"deviceId", "deviceName"},
	"nic":              {"macAddress"},
	"securityalert":    {"systemAlertId"},
	"bookmark":         {"displayName"},
}

// decodeEntity reads one entity; an unknown kind keeps its own word and is keyed by
// its name.
func decodeEntity(raw []byte) (app.Entity, bool) {
	var row struct {
		Name       wire.Text                  `json:"name"`
		Kind       string                     `json:"kind"`
		Properties map[string]json.RawMessage `json:"properties"`
	}
	ok := wire.Into(raw, &row) && !row.Name.Odd && row.Kind != ""
	text := func(name string) string {
		var t wire.Text
		if v, has := row.Properties[name]; !has || t.UnmarshalJSON(v) != nil || t.Odd {
			return ""
		}
		return t.S
	}
	kind := strings.ToLower(row.Kind)
	if kind == "" {
		kind = "unknown"
	}
	composed := compose(kind, text)
	key := ""
	for _, name := range entityKeys[kind] {
		if key = wire.First(composed[name], text(name)); key != "" {
			break
		}
	}
	key = wire.First(key, text("friendlyName"), row.Name.S)
	if key == "" {
		ok, key = false, wire.HashID("unreadable-", string(raw))
	}
	name := wire.First(composed["name"], text("friendlyName"), key)
	return app.Entity{Kind: app.EntityKind(kind), Key: wire.Key(key), Name: name, Raw: raw}, !ok
}

// compose joins the properties that name an entity only together.
func compose(kind string, text func(string) string) map[string]string {
	join := func(a, sep, b string) string {
		if a == "" || b == "" {
			return ""
		}
		return a + sep + b
	}
	switch kind {
	case "account":
		upn := text("userPrincipalName")
		if upn == "" {
			if upn = text("accountName"); !strings.Contains(upn, "@") {
				upn = join(upn, "@", text("upnSuffix"))
			}
		}
		return map[string]string{
			"upn": upn, "name": upn,
			"accountName": join(text("ntDomain"), `\`, text("accountName")),
		}
	case "host":
		fqdn := join(text("hostName"), ".", text("dnsDomain"))
		return map[string]string{"fqdn": fqdn, "name": fqdn}
	case "file":
		path := join(strings.TrimRight(text("directory"), `\/`), separator(text("directory")), text("fileName"))
		return map[string]string{"path": path, "name": path}
	case "process":
		return map[string]string{"name": text("commandLine")}
	case "mailmessage", "submissionmail":
		return map[string]string{"name": wire.First(text("subject"), text("recipient"))}
	case "registrykey":
		path := join(text("hive"), `\`, text("key"))
		return map[string]string{"path": path, "name": path}
	case "registryvalue":
		path := join(text("keyEntityId"), `\`, text("valueName"))
		return map[string]string{"path": path, "name": text("valueName")}
	}
	return nil
}

func separator(dir string) string {
	if strings.Contains(dir, "/") {
		return "/"
	}
	return `\`
}
