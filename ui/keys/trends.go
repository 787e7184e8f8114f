package keys

var charts = []Screen{Trends}

// trendsMap holds the charts of posture and identities.
var trendsMap = []Binding{
	{charts, "5", Chart(5), "secure score"},
	{charts, "6", Chart(6), "what moved the score"},
	{charts, "7", Chart(7), "recommendations by risk and age"},
	{charts, "8", Chart(8), "risk by type and country"},
	{charts, "9", Chart(9), "what became of users at risk"},
	{charts, "W", NextTenant, "score and risk: show the next tenant"},
}
