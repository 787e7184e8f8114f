package posture

import (
	"slices"
	"strings"
)

// Pins lists all in the order of the screen.
var Pins = []Pin{PinUpdates, PinEndpoint, PinEncryption, PinConfiguration, PinFirewall, PinInternet}

// known are recommendations by id, which is the same in every tenant and language. The
// ids are those that Microsoft's reference of recommendations links to.
var known = map[string]Pin{
	"4ab6e3c5-74dd-8b35-9ab9-f61b30875b27": PinUpdates, // system updates on machines
	"e1145ab1-eb4f-43d8-911b-36ddf771d13f": PinUpdates, // the same by Update Manager
	"90386950-71ca-4357-a12e-486d1679427c": PinUpdates, // periodic check for missing updates

	"4fb67663-9ab9-475d-b026-8c544cced439": PinEndpoint, // protection on machines
	"83f577bd-a1b6-b7e1-0891-12ca19d1e6df": PinEndpoint, // protection on virtual machines
	"21300918-b2e3-0346-785f-c77ff57d243b": PinEndpoint, // protection on scale sets
	"06e3a6db-6c0c-4ad9-943f-31d9d73ecf6c": PinEndpoint, // detection and response on virtual machines

	"d57a4221-a804-52ca-3dea-768284f06bb7": PinEncryption, // temporary disks, caches and data flows
	"a40cc620-e72c-fdf4-c554-c6ca2cd705c0": PinEncryption, // disks of Linux machines
	"0cb5f317-a94b-6b80-7212-13a9cc8826af": PinEncryption, // disks of Windows machines

	"8c3d9ad0-3639-4686-9cd2-2b2ab2609bda": PinConfiguration, // baseline of Windows machines
	"1f655fb7-63ca-4980-91a3-56dbc2b715c6": PinConfiguration, // baseline of Linux machines

	"efe75f01-6fff-5d9d-08e6-092b98d3fb3f": PinFirewall, // application gateways
	"0c02a769-03f1-c4d7-85a5-db5dca505c49": PinFirewall, // Front Door

	"483f12ed-ae23-447e-a2de-a67a10db4353": PinInternet, // network security groups on internet-facing machines
	"f9f0eed0-f143-47bf-b856-671ea2eeed62": PinInternet, // adaptive hardening of the same
	"bc303248-3d14-44c2-96a0-55f5c326b5fe": PinInternet, // management ports
}

// telling are parts of titles, in lower case, that tell a pin: in English, German, French
// and Spanish, the languages such titles were seen in.
var telling = map[Pin][]string{
	PinUpdates: {
		"system update", "missing update", "security update", "os version should be updated", "systemupdate", "sicherheitsupdate",
		"mises à jour système", "mise à jour du système", "actualizaciones del sistema",
	},
	PinEndpoint: {
		"endpoint protection", "edr solution", "edr configuration", "endpoint detection", "antimalware", "defender for endpoint",
		"endpunktschutz", "protection des points de terminaison", "protección de puntos de conexión", "protección del punto de conexión",
	},
	PinEncryption: {"encrypt", "verschlüssel", "chiffr", "cifrad", "cifrar"},
	PinConfiguration: {
		"security configuration", "misconfiguration", "security baseline", "sicherheitskonfiguration",
		"configuration de sécurité", "configuración de seguridad",
	},
	PinFirewall: {
		"web application firewall", "(waf)", "webanwendungsfirewall", "pare-feu d’applications web", "pare-feu d'applications web",
		"firewall de aplicaciones web",
	},
	PinInternet: {
		"internet-facing", "internet facing", "management ports", "exposed to the internet", "mit internetzugriff",
		"accessibles sur internet", "accesibles desde internet",
	},
}

// PinsOf are the pinned risks that a recommendation belongs to, in the order of the
// screen: by its id, else by its title, and by a category that is called Configuration.
// A custom recommendation has an id of its tenant's, so only its words count.
func PinsOf(m Meta) []Pin {
	if p, ok := known[strings.ToLower(m.ID)]; ok {
		return []Pin{p}
	}
	title := strings.ToLower(m.Title)
	var out []Pin
	for _, p := range Pins {
		if slices.ContainsFunc(telling[p], func(w string) bool { return strings.Contains(title, w) }) ||
			p == PinConfiguration && slices.ContainsFunc(m.Categories, func(c string) bool { return strings.EqualFold(strings.TrimSpace(c), "configuration") }) {
			out = append(out, p)
		}
	}
	return out
}
