package story

import "time"

var scenarios = []scenario{
	{name: "phishing to token theft to mailbox rules", stages: []stage{
		{0, Defender, Medium, "Email messages containing malicious URL removed after delivery involving {user1}",
			"Messages with a link to {dom1} were delivered to several mailboxes and removed afterwards. {user1} clicked before the removal.",
			"InitialAccess", "T1566 T1566.002", []alertPlot{
				{"Email messages containing malicious URL removed after delivery", Office, "mail1 mbox1 url1 cluster1"},
				{"A potentially malicious URL click was detected", Office, "user1 url1 host1"}},
			nil, "", TruePositive, "phishing"},
		{2 * time.Hour, Both, High, "Anonymous token replay for {user1} from {ip1}",
			"A session token of {user1} was used from {ip1}, an address never seen for this account, minutes after a sign-in on a page that relays credentials.",
			"CredentialAccess InitialAccess", "T1539 T1550.004", []alertPlot{
				{"Anomalous token", EntraID, "user1 ip1 session1"},
				{"User compromised via a known adversary-in-the-middle kit", XDR, "user1 ip1 url1"}},
			[]string{"Revoke sessions of {user1}", "Reset the password and re-register MFA", "Search for the same sender in all mailboxes"},
			"SigninLogs\n| where UserPrincipalName == \"{user1}\" and IPAddress == \"{ip1}\"", TruePositive, "compromisedAccount"},
		{26 * time.Hour, Both, Medium, "Suspicious inbox manipulation rule created by {user1}",
			"A rule named '{inboxrule1}' moves messages about invoices to a folder nobody reads.",
			"DefenseEvasion Collection", "T1564.008 T1114.003", []alertPlot{
				{"Suspicious inbox manipulation rule", CloudApps, "user1 mbox1 inboxrule1 ip1 capp1"}},
			[]string{"Export and remove the rule", "List messages the rule hid"}, "", TruePositive, "phishing"},
		{49 * time.Hour, Sentinel, High, "Invoice fraud attempt: payment details changed in a reply by {user1}",
			"A message from {user1} asks a supplier to use another bank account. The thread was answered from {ip1}.",
			"Impact Collection", "T1657", []alertPlot{{"Reply from unusual location changes payment details", Scheduled, "user1 ip1 mail1"}},
			[]string{"Call the supplier by telephone", "Tell accounts payable"}, "", TruePositive, "phishing"},
	}},
	{name: "password spray", stages: []stage{
		{0, Sentinel, Medium, "Password spray against {goodip1} federation from {ip1}",
			"{ip1} tried a small set of passwords on many accounts within an hour.",
			"CredentialAccess", "T1110.003", []alertPlot{{"Password spray attack against Entra ID application", Scheduled, "ip1 ip2 user1 user2 user3"}},
			[]string{"Block {ip1}", "List accounts with a success"}, "SigninLogs\n| where IPAddress == \"{ip1}\"\n| summarize count() by UserPrincipalName", TruePositive, "compromisedAccount"},
	}},
}
