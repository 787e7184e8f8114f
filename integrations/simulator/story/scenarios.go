package story

import "time"

// scenarios are the attacks, each told in the order in which it is noticed.
var scenarios = []scenario{
	phishing, ransomware, travel, spray, consent, mining,
	exfiltration, pivot, keys, shell, insider, update,
}

var phishing = scenario{"phishing to token theft to mailbox rules", []stage{
	{
		0, Defender, Medium, "Email messages containing malicious URL removed after delivery involving {user1}",
		"Messages with a link to {dom1} were delivered to several mailboxes and removed afterwards. {user1} clicked before the removal.",
		"InitialAccess", "T1566 T1566.002",
		[]alertPlot{
			{"Email messages containing malicious URL removed after delivery", Office, "mail1 mbox1 url1 cluster1"},
			{"A potentially malicious URL click was detected", Office, "user1 url1 host1"},
		},
		nil, "", TruePositive, "phishing",
	},
	{
		2 * time.Hour, Both, High, "Anonymous token replay for {user1} from {ip1}",
		"A session token of {user1} was used from {ip1}, an address never seen for this account, minutes after a sign-in on a page that relays credentials.",
		"CredentialAccess InitialAccess", "T1539 T1550.004",
		[]alertPlot{
			{"Anomalous token", EntraID, "user1 ip1 session1"},
			{"User compromised through an adversary-in-the-middle kit", XDR, "user1 ip1 url1 dom1"},
		},
		[]string{"Revoke sessions of {user1}", "Reset the password and register MFA anew", "Search for the same sender in all mailboxes"},
		"SigninLogs\n| where UserPrincipalName == \"{user1}\" and IPAddress == \"{ip1}\"", TruePositive, "compromisedAccount",
	},
	{
		26 * time.Hour, Both, Medium, "Suspicious inbox manipulation rule created by {user1}",
		"A rule named '{inboxrule1}' moves messages about invoices to a folder nobody reads.",
		"DefenseEvasion Collection", "T1564.008 T1114.003",
		[]alertPlot{
			{"Suspicious inbox manipulation rule", CloudApps, "user1 mbox1 inboxrule1 ip1 capp1"},
		},
		[]string{"Export and remove the rule", "List the messages it hid"},
		"", TruePositive, "phishing",
	},
	{
		31 * time.Hour, Defender, Medium, "Internal phishing sent from the mailbox of {user1}",
		"{user1} sent the same message to 38 colleagues within four minutes.",
		"LateralMovement InitialAccess", "T1534",
		[]alertPlot{
			{"Internal phishing campaign", Office, "user1 mbox1 mail1 cluster1"},
			{"User restricted from sending email", Office, "user1 mbox1"},
		},
		nil, "", TruePositive, "phishing",
	},
	{
		49 * time.Hour, Sentinel, High, "Invoice fraud attempt: payment details changed in a reply by {user1}",
		"A message from {user1} asks a supplier to use another bank account. The thread was answered from {ip1}.",
		"Impact Collection", "T1657",
		[]alertPlot{{"Reply from unusual location changes payment details", Scheduled, "user1 ip1 mail1"}},
		[]string{"Call the supplier by telephone", "Tell accounts payable"},
		"", TruePositive, "phishing",
	},
}}

var ransomware = scenario{"ransomware", []stage{
	{
		0, Defender, Medium, "Suspicious script launched from a downloaded archive on {host1}",
		"{user1} opened {file1} from the downloads folder; a hidden script process followed.",
		"Execution InitialAccess", "T1204.002 T1059.001",
		[]alertPlot{
			{"Suspicious script launched", Endpoint, "host1 user1 file1 proc1"},
			{"Connection to a newly registered domain", Endpoint, "host1 dom1 conn1"},
		},
		nil, "", TruePositive, "malware",
	},
	{
		5 * time.Hour, Both, High, "Credential dumping on {host1}",
		"Memory of the local security authority was read by an unsigned process on {host1}.",
		"CredentialAccess", "T1003.001",
		[]alertPlot{
			{"Sensitive credential memory read", Endpoint, "host1 proc1 user1"},
			{"Possible use of stolen credentials", Identity, "admin1 host1 dc1"},
		},
		[]string{"Isolate {host1}", "Reset the password of {admin1}"},
		"DeviceProcessEvents\n| where DeviceName startswith \"{host1}\"", TruePositive, "malware",
	},
	{
		22 * time.Hour, Defender, High, "Lateral movement from {host1} to {server1} with remote services",
		"{admin1} created services on several servers from a workstation where this account never signed in before.",
		"LateralMovement", "T1021.002 T1569.002",
		[]alertPlot{
			{"Remote service created from an unusual machine", Identity, "admin1 host1 server1 dc1"},
			{"Suspicious remote execution", Endpoint, "server1 admin1 proc1"},
		},
		nil, "", TruePositive, "multiStagedAttack",
	},
	{
		40 * time.Hour, Sentinel, High, "Backup jobs deleted and shadow copies removed on {server1}",
		"Volume snapshots and backup catalogues disappeared within minutes of each other.",
		"Impact InhibitResponseFunction", "T1490",
		[]alertPlot{
			{"Shadow copies deleted", Scheduled, "server1 admin1 proc1"},
			{"Backup job removed outside the change window", Scheduled, "server1 admin1"},
		},
		[]string{"Disconnect the backup target", "Verify the offline copy", "Wake the on-call manager"},
		"SecurityEvent\n| where Computer startswith \"{server1}\" and EventID == 4688", TruePositive, "multiStagedAttack",
	},
	{
		41 * time.Hour, Both, High, "Ransomware behaviour detected on {server1}: {ransom1}",
		"Files on {server1} are being renamed and encrypted at a high rate. Automatic attack disruption contained {admin1}.",
		"Impact", "T1486",
		[]alertPlot{
			{"Ransomware behaviour detected in the file system", Endpoint, "server1 ransom1 file1 proc1"},
			{"Ransom note dropped on a share", Endpoint, "server1 file2 admin1"},
			{"Possible human-operated attack", XDR, "server1 host1 admin1 ip1"},
		},
		[]string{"Isolate {server1} and every machine {admin1} used", "Preserve memory", "Inform the data protection officer"},
		"", TruePositive, "multiStagedAttack",
	},
}}

var travel = scenario{"impossible travel", []stage{
	{
		0, Defender, Medium, "Impossible travel activity involving {user1}",
		"{user1} was active in two countries within a time that does not suffice for the way.",
		"InitialAccess", "T1078.004",
		[]alertPlot{{"Impossible travel activity", CloudApps, "user1 ip1 goodip1 capp1"}},
		nil, "", TruePositive, "compromisedAccount",
	},
	{
		70 * time.Minute, Both, High, "New MFA method registered for {user1} from {ip1}",
		"An authenticator was added minutes after the unusual sign-in.",
		"Persistence CredentialAccess", "T1556.006 T1098.005",
		[]alertPlot{
			{"Security info registered from a risky sign-in", EntraID, "user1 ip1 session1"},
			{"Risky user added an authentication method", Scheduled, "user1 ip1"},
		},
		[]string{"Remove the new method", "Revoke sessions"},
		"AuditLogs\n| where InitiatedBy has \"{user1}\"", TruePositive, "compromisedAccount",
	},
	{
		9 * time.Hour, Sentinel, Medium, "Mass download by {user1} from a document library",
		"{user1} downloaded 1,240 files within twenty minutes from {ip1}.",
		"Collection Exfiltration", "T1213.002 T1530",
		[]alertPlot{{"Mass download by a single user", Scheduled, "user1 ip1 capp1"}},
		nil, "", TruePositive, "compromisedAccount",
	},
}}

var spray = scenario{"password spray", []stage{
	{
		0, Sentinel, Medium, "Password spray from {ip1} against 214 accounts",
		"{ip1} tried a small set of passwords on many accounts within an hour.",
		"CredentialAccess", "T1110.003",
		[]alertPlot{{"Password spray against the directory", Scheduled, "ip1 ip2 user1 user2 user3"}},
		[]string{"Block {ip1}", "List accounts with a success"},
		"SigninLogs\n| where IPAddress == \"{ip1}\"\n| summarize count() by UserPrincipalName", TruePositive, "compromisedAccount",
	},
	{
		3 * time.Hour, Both, High, "Successful sign-in by {user2} from a password spray address",
		"Among the accounts tried from {ip1} one answered: {user2} signed in with a legacy protocol.",
		"InitialAccess CredentialAccess", "T1078 T1110.003",
		[]alertPlot{
			{"Password spray with a successful sign-in", EntraID, "user2 ip1"},
			{"Legacy authentication from a suspicious address", EntraID, "user2 ip1 mbox1"},
		},
		[]string{"Disable legacy protocols for {user2}", "Reset the password"},
		"", TruePositive, "compromisedAccount",
	},
	{
		20 * time.Hour, Defender, Medium, "Directory enumeration by {user2}",
		"{user2} listed groups, roles and applications through an interface that people do not use.",
		"Discovery", "T1087.004 T1069.003",
		[]alertPlot{{"Unusual directory reconnaissance", Identity, "user2 ip1 group1 dc1"}},
		nil, "", TruePositive, "compromisedAccount",
	},
	{
		44 * time.Hour, Sentinel, High, "{user2} added to privileged group {group1}",
		"The membership was granted by an account that does not manage this group.",
		"PrivilegeEscalation Persistence", "T1098",
		[]alertPlot{{"Member added to a privileged group", Scheduled, "user2 group1 admin1"}},
		[]string{"Remove the membership", "Review changes by {admin1}"},
		"", TruePositive, "compromisedAccount",
	},
}}

var consent = scenario{"OAuth consent", []stage{
	{
		0, Defender, Medium, "Unverified application {app1} asks for mailbox access",
		"{user1} granted {app1} the right to read mail and files. The publisher is not verified.",
		"InitialAccess CredentialAccess", "T1528 T1566.002",
		[]alertPlot{{"Suspicious OAuth app consent", AppGovernance, "app1 user1 ip1"}},
		nil, "", TruePositive, "phishing",
	},
	{
		15 * time.Hour, Both, High, "{app1} reads mailboxes at an unusual rate",
		"The application fetched 31,000 messages of {user1} and {user2} overnight.",
		"Collection", "T1114.002",
		[]alertPlot{
			{"OAuth app with anomalous mail access", AppGovernance, "app1 user1 user2 mbox1"},
			{"Unusual volume of mail items accessed", CloudApps, "app1 user1 ip1 capp1"},
		},
		[]string{"Disable {app1}", "Revoke its grants", "Warn everybody who consented"},
		"OfficeActivity\n| where Operation == \"MailItemsAccessed\"", TruePositive, "phishing",
	},
	{
		38 * time.Hour, Sentinel, Medium, "Credential added to service principal {spn1}",
		"A secret with ten years of validity was added by {user1} who never managed applications.",
		"Persistence", "T1098.001",
		[]alertPlot{{"New credential on an application or service principal", Scheduled, "spn1 user1 ip1"}},
		nil, "", TruePositive, "compromisedAccount",
	},
}}

var mining = scenario{"crypto mining", []stage{
	{
		0, Sentinel, Medium, "Exposed management port on {azure1} under brute force",
		"{ip1} tries passwords against {azure1}, whose management port is open to everybody.",
		"CredentialAccess InitialAccess", "T1110.001 T1133",
		[]alertPlot{{"Brute force against a virtual machine", CloudDefender, "azure1 ip1 linux1"}},
		nil, "", TruePositive, "malware",
	},
	{
		8 * time.Hour, Both, High, "Digital currency mining on {linux1}",
		"A process with the name of a kernel thread uses every core and talks to a mining pool at {ip2}.",
		"Impact Execution", "T1496",
		[]alertPlot{
			{"Digital currency mining activity", CloudDefender, "azure1 linux1 ip2 miner1"},
			{"Suspicious process with high resource use", Endpoint, "linux1 file1 conn1"},
		},
		[]string{"Stop and snapshot {azure1}", "Close the management port"},
		"Syslog\n| where Computer startswith \"{linux1}\"", TruePositive, "malware",
	},
	{
		21 * time.Hour, Defender, High, "Privileged container started in namespace portal",
		"A container with access to the node was created outside the deployment pipeline.",
		"PrivilegeEscalation Execution", "T1610 T1611",
		[]alertPlot{{"Privileged container detected", CloudDefender, "pod1 spn1 azure1"}},
		nil, "", TruePositive, "malware",
	},
	{
		30 * time.Hour, Sentinel, Medium, "Unusual number of large virtual machines created by {spn1}",
		"Forty machines were requested in a region that the company does not use.",
		"Impact", "T1496 T1578.002",
		[]alertPlot{{"Suspicious resource creation", Scheduled, "spn1 azure1 ip1"}},
		[]string{"Delete the machines", "Rotate the secret of {spn1}", "Ask finance about the bill"},
		"", TruePositive, "malware",
	},
}}

var exfiltration = scenario{"exfiltration of labelled files", []stage{
	{
		0, Defender, Low, "Label downgraded on 46 files by {user1}",
		"Documents labelled Confidential became General one after the other.",
		"DefenseEvasion", "T1562 T1222",
		[]alertPlot{{"Sensitivity label downgraded", DLP, "user1 host1 file1 capp1"}},
		nil, "", TruePositive, "maliciousUserActivity",
	},
	{
		6 * time.Hour, Both, High, "Labelled files copied to a personal cloud from {host1}",
		"{user1} uploaded patient records to a personal storage service.",
		"Exfiltration", "T1567.002",
		[]alertPlot{
			{"Sensitive files uploaded to an unsanctioned cloud", DLP, "user1 host1 file1 url1 capp1"},
			{"Activity matches a data leak policy", CloudApps, "user1 capp1 ip1"},
		},
		[]string{"Preserve the audit log", "Inform the data protection officer"},
		"CloudAppEvents\n| where AccountDisplayName has \"{user1}\"", TruePositive, "maliciousUserActivity",
	},
	{
		29 * time.Hour, Sentinel, Medium, "Anonymous link created for {blob1}",
		"A link that needs no sign-in was made for an archive of laboratory results and used from {ip1}.",
		"Exfiltration Collection", "T1530 T1567",
		[]alertPlot{{"Anonymous access to a sensitive container", CloudDefender, "blob1 user1 ip1"}},
		nil, "", TruePositive, "maliciousUserActivity",
	},
	{
		52 * time.Hour, Defender, Medium, "Encrypted archive sent to an external address by {user1}",
		"An archive with a password left the company by mail.",
		"Exfiltration", "T1048.002",
		[]alertPlot{{"Password-protected archive sent outside", DLP, "user1 mbox1 mail1 file2"}},
		nil, "", TruePositive, "maliciousUserActivity",
	},
}}

var pivot = scenario{"on-premises to cloud pivot", []stage{
	{
		0, Defender, Medium, "Suspected reconnaissance of the directory from {host1}",
		"{host1} asked the domain controller for every privileged group.",
		"Discovery", "T1087.002 T1069.002",
		[]alertPlot{{"Security principal reconnaissance", Identity, "host1 user1 dc1 group1"}},
		nil, "", TruePositive, "multiStagedAttack",
	},
	{
		11 * time.Hour, Both, High, "Suspected replication of directory secrets by {admin1}",
		"Replication was requested from {host1}, which is no domain controller.",
		"CredentialAccess", "T1003.006",
		[]alertPlot{
			{"Suspected replication attack", Identity, "admin1 host1 dc1"},
			{"Unusual use of replication rights", Identity, "admin1 dc1 group1"},
		},
		[]string{"Isolate {host1}", "Plan the double reset of the key account"},
		"SecurityEvent\n| where EventID == 4662", TruePositive, "multiStagedAttack",
	},
	{
		25 * time.Hour, Sentinel, High, "Synchronisation account signed in from {ip1}",
		"The account that joins the directory on premises with the cloud signed in from outside.",
		"LateralMovement InitialAccess", "T1078.004 T1021.007",
		[]alertPlot{{"Synchronisation account used interactively", Scheduled, "spn1 ip1 dc1"}},
		nil, "", TruePositive, "multiStagedAttack",
	},
	{
		33 * time.Hour, Both, High, "Federation settings of the tenant changed by {admin1}",
		"A new token-signing certificate was added: whoever holds it can sign in as anybody.",
		"Persistence DefenseEvasion", "T1484.002 T1606.002",
		[]alertPlot{
			{"Federation trust modified", XDR, "admin1 ip1 spn1"},
			{"Sign-in with a forged token", EntraID, "user2 ip1 session1"},
		},
		[]string{"Remove the certificate", "Review sign-ins since the change"},
		"", TruePositive, "multiStagedAttack",
	},
	{
		58 * time.Hour, Sentinel, Medium, "Secrets read in bulk from a key vault by {spn1}",
		"Every secret of the vault was listed and read within a minute.",
		"CredentialAccess Collection", "T1555.006",
		[]alertPlot{{"High volume of vault operations", CloudDefender, "azure1 spn1 ip1"}},
		nil, "", TruePositive, "multiStagedAttack",
	},
}}

var keys = scenario{"AWS key misuse", []stage{
	{
		0, Sentinel, Medium, "Access key of {aws1} used from {ip1}",
		"The key belongs to the build system and was never used outside of it.",
		"InitialAccess", "T1078.004 T1552.001",
		[]alertPlot{{"Access key used from a new address", Scheduled, "aws1 ip1"}},
		[]string{"Deactivate the key", "Find where it leaked"},
		"AWSCloudTrail\n| where SourceIpAddress == \"{ip1}\"", TruePositive, "compromisedAccount",
	},
	{
		4 * time.Hour, Both, High, "{aws1} attached an administrator policy to itself",
		"A policy with every permission was attached to {aws1} from {ip1}.",
		"PrivilegeEscalation", "T1098.003",
		[]alertPlot{
			{"Privilege escalation in a connected cloud", CloudDefender, "aws1 ip1"},
			{"Administrator policy attached to a user", Scheduled, "aws1 ip1 ip2"},
		},
		nil, "", TruePositive, "compromisedAccount",
	},
	{
		7 * time.Hour, Sentinel, High, "Audit trail stopped in the connected account by {aws1}",
		"Logging was switched off for all regions.",
		"DefenseEvasion", "T1562.008",
		[]alertPlot{{"Audit trail deleted or stopped", Scheduled, "aws1 ip1"}},
		[]string{"Switch logging on", "Compare with the billing data"},
		"", TruePositive, "compromisedAccount",
	},
	{
		13 * time.Hour, Defender, Medium, "Snapshot of a database shared with an unknown account",
		"A database snapshot was shared by {aws1} with an account outside the organisation.",
		"Exfiltration", "T1537",
		[]alertPlot{{"Storage shared with an external account", CloudDefender, "aws1 ip1 blob1"}},
		nil, "", TruePositive, "compromisedAccount",
	},
}}

var shell = scenario{"web shell", []stage{
	{
		0, Sentinel, Low, "Exploit attempts against {web1} from {ip1}",
		"The web application firewall logged requests that probe for a known weakness.",
		"InitialAccess Reconnaissance", "T1190 T1595.002",
		[]alertPlot{{"Web attack attempts from one address", Scheduled, "web1 ip1 url1"}},
		nil, "", TruePositive, "malware",
	},
	{
		3 * time.Hour, Both, High, "Possible web shell installed on {web1}",
		"The web server wrote a script into its own content folder and then started a command interpreter.",
		"Persistence Execution", "T1505.003 T1059",
		[]alertPlot{
			{"Possible web shell installation", Endpoint, "web1 file1 proc1"},
			{"Suspicious process started by the web server", Endpoint, "web1 proc1 conn1"},
		},
		[]string{"Take {web1} out of the balancer", "Collect the script and the access log"},
		"W3CIISLog\n| where cIP == \"{ip1}\"", TruePositive, "malware",
	},
	{
		10 * time.Hour, Defender, High, "Tunnel from {web1} to {ip2}",
		"A program forwards connections from outside to servers behind {web1}.",
		"CommandAndControl", "T1572 T1090.001",
		[]alertPlot{{"Suspicious tunnelling tool", Endpoint, "web1 file2 ip2 dom1"}},
		nil, "", TruePositive, "malware",
	},
	{
		34 * time.Hour, Sentinel, Medium, "Scheduled task created on {web1} by the application pool account",
		"The task starts {file1} every ten minutes.",
		"Persistence", "T1053.005",
		[]alertPlot{{"Scheduled task by a service account", Scheduled, "web1 reg1 file1"}},
		nil, "", TruePositive, "malware",
	},
}}

var insider = scenario{"insider", []stage{
	{
		0, Sentinel, Low, "Unusual access to patient records by {user1}",
		"{user1} opened the records of 310 patients of another department.",
		"Collection", "T1213",
		[]alertPlot{{"Access outside of the peer group", Scheduled, "user1 host1 capp1"}},
		nil, "", TruePositive, "maliciousUserActivity",
	},
	{
		27 * time.Hour, Defender, Medium, "{user1} copied files to a removable device on {host1}",
		"Two gigabytes were written to a device that was never seen before.",
		"Exfiltration", "T1052.001",
		[]alertPlot{{"Sensitive files copied to a removable device", DLP, "user1 host1 file1 file2"}},
		nil, "", TruePositive, "maliciousUserActivity",
	},
	{
		50 * time.Hour, Both, High, "Departing employee {user1} deletes a shared project",
		"After giving notice {user1} removed 4,100 files and emptied the bin.",
		"Impact", "T1485",
		[]alertPlot{
			{"Mass deletion by a departing user", DLP, "user1 capp1 goodip1"},
			{"Unusual file deletion", CloudApps, "user1 capp1 host1"},
		},
		[]string{"Restore the project", "Inform human resources and legal"},
		"OfficeActivity\n| where UserId == \"{user1}\" and Operation == \"FileDeleted\"", TruePositive, "maliciousUserActivity",
	},
}}

var update = scenario{"malicious update", []stage{
	{
		0, Defender, Medium, "Signed updater on {host1} contacts an unknown address",
		"The updater of a viewer used in radiology talks to {ip1}, two days after a new version was installed.",
		"CommandAndControl InitialAccess", "T1195.002 T1071.001",
		[]alertPlot{{"Unusual network connection by a signed program", Endpoint, "host1 proc1 ip1 dom1"}},
		nil, "", TruePositive, "malware",
	},
	{
		14 * time.Hour, Both, High, "The same updater installs {file1} on 17 machines",
		"A second stage was written by the updater on every machine of the radiology department.",
		"Execution Persistence", "T1195.002 T1543.003",
		[]alertPlot{
			{"Malware dropped by an updater", Endpoint, "host1 host2 file1 mal1"},
			{"New service with an unsigned binary", Endpoint, "host2 file1 reg1"},
			{"Similar activity on many machines", XDR, "host1 host2 server1 ip1"},
		},
		[]string{"Block the hash of {file1}", "Stop the updater by policy", "Call the vendor"},
		"DeviceFileEvents\n| where FileName == \"{file1}\"", TruePositive, "malware",
	},
	{
		37 * time.Hour, Sentinel, High, "Domain name queries that carry data from {host2}",
		"Long names under {dom1} are asked for once a minute.",
		"CommandAndControl Exfiltration", "T1071.004 T1048",
		[]alertPlot{{"Tunnelling over name resolution", Scheduled, "host2 dom1 goodip1"}},
		nil, "", TruePositive, "malware",
	},
	{
		60 * time.Hour, Defender, Medium, "Clean-up: remnants of the update removed on {host2}",
		"The hunting rule for the update found and removed further copies.",
		"Persistence", "T1543.003",
		[]alertPlot{{"Malware was prevented", Endpoint, "host2 file1 mal1"}},
		nil, "", TruePositive, "malware",
	},
}}
