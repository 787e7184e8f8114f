package story

import (
	"fmt"
	"strings"
)

// cast is who and what one campaign is about; every stage draws on the same one, so
// its incidents share entities.
type cast struct {
	w    *World
	d    *dice
	seed uint64
	made map[string]Thing
}

func (w *World) cast(campaign uint64) *cast {
	return &cast{w: w, seed: campaign, made: map[string]Thing{}}
}

// get returns the thing with a role name such as "user1" or "ip2".
func (c *cast) get(role string) Thing {
	if t, ok := c.made[role]; ok {
		return t
	}
	d := newDice(c.seed^c.w.seed, role)
	c.d = d
	t := c.make(strings.TrimRight(role, "0123456789"), d)
	c.made[role] = t
	return t
}

func (c *cast) make(kind string, d *dice) Thing {
	switch kind {
	case "user", "admin":
		p := pick(d, c.w.people)
		return Thing{Kind: KindAccount, Name: p.UPN, A: p.Name, B: p.ObjectID, C: c.w.sid(p.UPN), Victim: true}
	case "host":
		t := c.w.host(d, "WKS")
		t.Victim = true
		return t
	case "server", "web", "dc", "linux":
		t := c.w.host(d, map[string]string{"server": "SRV-FILE", "web": "SRV-WEB", "dc": "SRV-DC", "linux": "LNX-APP"}[kind])
		t.Victim = true
		return t
	case "ip":
		t := attackerIP(d)
		t.Bad = true
		return t
	case "goodip":
		return Thing{Kind: KindIP, Name: fmt.Sprintf("10.%d.%d.%d", 20+d.n(8), d.n(250), 2+d.n(250))}
	case "dom":
		return Thing{Kind: KindDNS, Name: pick(d, lures), A: c.get("ip1").Name, Bad: true}
	case "url":
		return Thing{Kind: KindURL, Name: "https://" + c.get("dom1").Name + "/" + hex(d, 6) + "/signin", Bad: true}
	case "file":
		n := pick(d, []string{"invoice_0417.iso", "updater.exe", "svchost32.exe", "report.docm", "setup-agent.msi", "libcrypt.dll", "payload.js", "xmr-run", "chart-viewer.hta"})
		return Thing{Kind: KindFile, Name: n, A: `C:\Users\Public\Downloads`, B: hex(d, 64), C: hex(d, 40), N: 4096 + d.n(9_000_000), Bad: true, Remediated: d.chance(0.4)}
	case "proc":
		n := pick(d, []string{"powershell.exe", "rundll32.exe", "wscript.exe", "cmd.exe", "mshta.exe"})
		return Thing{Kind: KindProcess, Name: n, A: n + ` -NoP -W Hidden -Enc ` + strings.ToUpper(hex(d, 24)), B: c.get("host1").Name, C: c.get("user1").Name, N: 1000 + d.n(20000), Bad: d.chance(0.5)}
	case "mail":
		s := pick(d, []string{"Your parcel could not be delivered", "Action required: password expires today", "Invoice 0417 overdue", "Shared: Q3 bonus list.xlsx", "Voicemail from +47 555 0142"})
		return Thing{Kind: KindMail, Name: s, A: "notice@" + c.get("dom1").Name, B: c.get("user1").Name, C: GUID(c.seed, "mail"), Bad: true}
	case "mbox":
		u := c.get("user1")
		return Thing{Kind: KindMailbox, Name: u.Name, A: u.A, Victim: true}
	case "inboxrule":
		return Thing{Kind: KindInboxRule, Name: pick(d, []string{"..", "RSS", "archive-old", "."}), A: c.get("user1").Name, Bad: true}
	case "app":
		return Thing{Kind: KindOAuthApp, Name: pick(d, []string{"Calendar Sync Pro", "PDF Tools Cloud", "Mail Insights", "Backup2Cloud"}), A: "Unverified publisher", B: GUID(c.seed, "app"), C: GUID(c.seed, "appobj"), Bad: true}
	case "capp":
		return Thing{Kind: KindCloudApp, Name: pick(d, []string{"Exchange Online", "SharePoint Online", "Contour Drive", "Teamline"}), N: 20892 + d.n(500)}
	case "reg":
		return Thing{Kind: KindRegistry, Name: `SOFTWARE\Microsoft\Windows\CurrentVersion\Run`, A: "HKEY_LOCAL_MACHINE", B: "Updater", C: `C:\ProgramData\upd.exe`, Bad: true}
	case "azure":
		n := pick(d, []string{"vm-imaging-01", "kv-patient-keys", "st-labresults", "aks-portal"})
		return Thing{Kind: KindAzure, Name: n, A: "/subscriptions/" + GUID(c.w.seed, "sub") + "/resourceGroups/rg-clinic/providers/Microsoft.Compute/virtualMachines/" + n, B: "Virtual machine", Victim: true}
	case "aws":
		n := pick(d, []string{"ci-deployer", "backup-writer", "report-reader"})
		return Thing{Kind: KindAWS, Name: n, A: "arn:aws:iam::000000000000:user/" + n, B: "000000000000", C: "IAM user", Victim: true}
	case "group":
		n := pick(d, []string{"Tier0-Operators", "Backup-Admins", "Finance-Approvers"})
		return Thing{Kind: KindGroup, Name: n, A: "CN=" + n + ",OU=Groups,DC=northwind-clinic,DC=example", C: c.w.sid(n)}
	case "mal":
		return Thing{Kind: KindMalware, Name: pick(d, []string{"Trojan:Win32/Quillmoth", "Backdoor:JS/Sandpiper", "Downloader:Win32/Tidewrack"}), A: "Malware", Bad: true}
	case "ransom":
		return Thing{Kind: KindMalware, Name: "Ransom:Win64/Frostlatch", A: "Ransomware", Bad: true}
	case "miner":
		return Thing{Kind: KindMalware, Name: "Miner:Linux/Graywren", A: "CoinMiner", Bad: true}
	case "spn":
		return Thing{Kind: KindServicePrincipal, Name: pick(d, []string{"svc-imaging-sync", "svc-hr-export", "svc-ci-runner"}), B: GUID(c.seed, "spn"), C: GUID(c.seed, "spnobj"), Victim: true}
	case "pod":
		return Thing{Kind: KindPod, Name: "portal-api-" + hex(d, 5), A: "portal", B: "registry.northwind-clinic.example/portal-api:4.1", Victim: true}
	case "blob":
		return Thing{Kind: KindBlob, Name: "exports/" + hex(d, 8) + ".zip", A: "https://stlabresults.storage.example/exports/" + hex(d, 8) + ".zip", B: "/subscriptions/" + GUID(c.w.seed, "sub") + "/resourceGroups/rg-clinic/providers/Microsoft.Storage/storageAccounts/stlabresults"}
	case "session":
		return Thing{Kind: KindSession, Name: GUID(c.seed, "session"), A: "Mozilla/5.0 (X11; Linux x86_64) Simulated/1.0", B: c.get("user1").Name, Bad: true}
	case "conn":
		return Thing{Kind: KindConnection, Name: c.get("host1").B, A: c.get("ip1").Name, N: 443 + d.n(2)*4001}
	case "cluster":
		return Thing{Kind: KindCluster, Name: "SenderFromDomain = " + c.get("dom1").Name, A: fmt.Sprint(3 + d.n(60)), Bad: true}
	}
	panic("story: no such role " + kind)
}

// say fills the {role} places of a text with names.
func (c *cast) say(text string) string {
	if !strings.Contains(text, "{") {
		return text
	}
	var b strings.Builder
	for {
		i := strings.IndexByte(text, '{')
		j := strings.IndexByte(text, '}')
		if i < 0 || j < i {
			break
		}
		b.WriteString(text[:i])
		b.WriteString(c.get(text[i+1 : j]).Name)
		text = text[j+1:]
	}
	b.WriteString(text)
	return b.String()
}
