package cloudalerts

import (
	"strings"

	"watchfloor/app"
	"watchfloor/integrations/azure/wire"
)

// entityKeys lists, per kind, the members that identify an entity, best first.
var entityKeys = map[string][]string{
	"account":          {"upn", "aadUserId", "sid", "name", "displayName"},
	"host":             {"fqdn", "hostName", "netBiosName", "azureID", "omsAgentID"},
	"ip":               {"address"},
	"url":              {"url"},
	"file":             {"path", "name"},
	"filehash":         {"value"},
	"process":          {"commandLine", "processId"},
	"azureresource":    {"resourceId"},
	"azure-resource":   {"resourceId"},
	"cloudapplication": {"name", "appId"},
	"dns":              {"domainName"},
	"malware":          {"name"},
	"registrykey":      {"key"},
	"container":        {"containerId", "name"},
	"containerimage":   {"imageId"},
	"k8s-pod":          {"name"},
	"k8s-cluster":      {"cloudResource", "name"},
}

// renamed are kinds that other sources spell differently.
var renamed = map[string]string{"azure-resource": "azureresource", "dns": "dnsresolution"}

// entitiesOf reads who and what an alert is about: its entities and the resources it was
// raised for, each once. Their values may be of any type: only texts and numbers name
// one, the rest is kept raw.
func entitiesOf(props *wire.Row) (out []app.Entity, odd bool) {
	seen := map[string]bool{}
	put := func(e app.Entity) {
		if id := string(e.Kind) + " " + e.Key; !seen[id] {
			seen[id] = true
			out = append(out, e)
		}
	}
	list, _ := props.List("entities")
	for _, raw := range list {
		row := wire.Part(raw)
		if row.Has("$ref") {
			continue // another mention of one that is listed
		}
		e, ok := entity(row, raw)
		odd = odd || !ok
		put(e)
	}
	resources, _ := props.List("resourceIdentifiers")
	for _, raw := range resources {
		row := wire.Part(raw)
		odd = odd || row.Odd
		if id := row.Text("azureResourceId"); id != "" {
			put(app.Entity{Kind: "azureresource", Key: wire.Key(id), Name: id[strings.LastIndexByte(id, '/')+1:], Raw: raw})
		}
	}
	return out, odd
}

func entity(row wire.Row, raw []byte) (app.Entity, bool) {
	ok := !row.Odd
	text := func(name string) string {
		r := row // a value of another type names nothing; it is no fault of the row
		return r.ID(name)
	}
	kind := strings.ToLower(text("type"))
	names := entityKeys[kind]
	if kind == "" {
		kind, ok = "unknown", false
	}
	whole := compose(kind, text)
	key := ""
	for _, name := range names {
		if key = wire.First(whole[name], text(name)); key != "" {
			break
		}
	}
	if key = wire.First(key, text("name"), text("friendlyName")); key == "" {
		ok, key = false, wire.HashID("unreadable-", string(raw))
	}
	name := wire.First(whole["shown"], key)
	if kind == "azureresource" || kind == "azure-resource" {
		name = key[strings.LastIndexByte(key, '/')+1:]
	}
	return app.Entity{Kind: app.EntityKind(wire.First(renamed[kind], kind)), Key: wire.Key(key), Name: name, Raw: raw}, ok
}

// compose joins the members that name an entity only together.
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
			if upn = text("name"); !strings.Contains(upn, "@") {
				upn = join(upn, "@", text("upnSuffix"))
			}
		}
		return map[string]string{"upn": upn, "name": join(text("ntDomain"), `\`, text("name"))}
	case "host":
		return map[string]string{"fqdn": join(text("hostName"), ".", text("dnsDomain"))}
	case "file":
		dir := text("directory")
		sep := `\`
		if strings.Contains(dir, "/") {
			sep = "/"
		}
		return map[string]string{"path": join(strings.TrimRight(dir, `\/`), sep, text("name"))}
	case "registrykey":
		return map[string]string{"key": join(text("hive"), `\`, text("key"))}
	}
	return nil
}
