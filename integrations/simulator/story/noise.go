package story

// noise are rules that fire often and rarely mean an attack, most frequent first.
var noise = []stage{
	{0, Sentinel, Low, "Multiple failed sign-ins followed by success: {user1}", "The account failed several times and then signed in from its usual address.",
		"CredentialAccess", "T1110", []alertPlot{{"Failed sign-ins followed by success", Scheduled, "user1 goodip1"}}, nil, "", BenignPositive, "confirmedActivity"},
	{0, Defender, Informational, "Unwanted software blocked on {host1}", "An installer that bundles advertising was blocked.",
		"Execution", "T1204.002", []alertPlot{{"Unwanted software was prevented", Endpoint, "host1 file1 user1"}}, nil, "", TruePositive, "unwantedSoftware"},
	{0, Both, Medium, "Unfamiliar sign-in properties for {user1}", "A sign-in with properties not seen lately for this account.",
		"InitialAccess", "T1078", []alertPlot{{"Unfamiliar sign-in properties", EntraID, "user1 ip1"}}, nil, "", FalsePositive, "notMalicious"},
}
