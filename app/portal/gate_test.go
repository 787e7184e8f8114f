package portal

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"watchfloor/app"
)

// real are addresses as the services tell them, of every cloud.
var real = []string{
	"https://portal.azure.com/#asset/Microsoft_Azure_Security_Insights/Incident/subscriptions/d0cfe6b2-9ac0-4464-9919-dccaee2e48c0/resourceGroups/my(Rg)_1.x/providers/Microsoft.OperationalInsights/workspaces/w/providers/Microsoft.SecurityInsights/Incidents/73e01a99",
	"https://portal.azure.com/#asset/Microsoft_Azure_Security_Insights/Incident/subscriptions/d0cfe6b2/resourceGroups/%C3%9Cberwachung%20Nord/Incidents/73e01a99",
	"https://portal.azure.com/#blade/Microsoft_Azure_Security/AlertBlade/alertId/2518298467986649999_4d25bfef/subscriptionId/20ff7fc3/location/centralus",
	"https://portal.azure.com/#blade/Microsoft_Azure_Security_AzureDefenderForData/AlertBlade/alertId/a/id/%2Fsubscriptions%2F20ff7fc3",
	"https://portal.azure.us/#asset/Microsoft_Azure_Security_Insights/Incident/x",
	"https://portal.azure.cn/#asset/Microsoft_Azure_Security_Insights/Incident/x",
	"https://security.microsoft.com/incidents/2972395?tid=12f988bf-16f1-11af-11ab-1d7cd011db47",
	"https://security.microsoft.com/alerts/da637551227677560813_-961444813?tid=b3c1b5fc",
	"https://security.microsoft.com/securescore?viewid=actions&id=AdminMFAV2",
	"https://security.microsoft.us/incident2/5/overview",
	"https://security.apps.mil/incidents/5",
	"https://entra.microsoft.com/#view/Microsoft_AAD_IAM/SecurityMenuBlade/~/RiskyUsers",
	"https://learn.microsoft.com/en-us/defender-cloud-apps/anomaly-detection-policy",
	"https://microsoft.com/devicelogin", "https://www.microsoft.com/devicelogin", "https://login.microsoft.com/device", "https://microsoft.com/deviceloginus",
}

func TestGoal41PortalPagesOfTheServicesOpen(t *testing.T) {
	for _, raw := range real {
		a, err := Parse(raw)
		if err != nil || a.String() != raw || !strings.Contains(raw, a.Host()) || a.Host() == "" {
			t.Errorf("%s: %v, %q of %q", raw, err, a, a.Host())
		}
	}
	if _, err := Parse(""); app.KindOf(err) != app.KindNotFound {
		t.Errorf("no address: %v", err)
	}
}

// hostileAddresses are what must never be opened: other schemes, paths of files and
// shares, other hosts dressed as ours, and our hosts with something on top.
func hostileAddresses() []string {
	out := []string{
		"file:///etc/passwd", "file://evil.example/share/x.exe", "smb://evil.example/share", "\\\\evil.example\\share\\x", "//evil.example/share", `\\?\C:\x`, `C:\Windows\System32\calc.exe`,
		"ms-msdt:/id PCWDiagnostic /skip force", "ms-settings:", "ms-excel:ofe|u|https://evil.example/x.xlsm", "ms-officecmd:{}", "search-ms:query=x&crumb=location:\\\\evil.example",
		"javascript:alert(1)", "JaVaScRiPt:alert(1)", "vbscript:x", "data:text/html,<script>alert(1)</script>", "blob:https://security.microsoft.com/x", "view-source:https://security.microsoft.com/incidents/1",
		"ftp://security.microsoft.com/", "ssh://security.microsoft.com", "telnet://evil.example", "ldap://evil.example", "tel:+1", "mailto:jo@evil.example", "steam://run/1", "vscode://x", "zoommtg://x", "ws://security.microsoft.com/",
		"http://security.microsoft.com/incidents/1", "HTTP://security.microsoft.com/incidents/1", "HTTPS://security.microsoft.com/incidents/1", "https:security.microsoft.com/incidents/1", "https:///security.microsoft.com/incidents/1", "https:/security.microsoft.com/incidents/1", "security.microsoft.com/incidents/1", "/incidents/1", "#x", "?x", "-h", "--help", " ", "%20",
		"https://microsoft.com/", "https://microsoft.com/devicelogin/x", "https://microsoft.com/deviceloginevil", "https://microsoft.com/en-us/devicelogin", "https://login.microsoft.com/", "https://login.microsoftonline.com/common/oauth2/authorize?client_id=evil",
		"https://security.microsoft.com", "https://security.microsoft.com/", "https://security.microsoft.com/settings", "https://security.microsoft.com/api/x", "https://security.microsoft.com/login?redirect=https://evil.example",
		"https://portal.azure.com/", "https://portal.azure.com/#create/Microsoft.Template/uri/https%3A%2F%2Fevil.example%2Fazuredeploy.json", "https://portal.azure.com/?feature.customportal=false#asset/Microsoft_Azure_Security_Insights/x", "https://portal.azure.com/signin#asset/Microsoft_Azure_Security_Insights/x",
		"https://portal.azure.com/#asset/Microsoft_Azure_Security_Insights/../../create/Microsoft.Template", "https://portal.azure.com/#asset/Microsoft_Azure_Security_Insights/%2e%2e/create", "https://portal.azure.com/#asset/Microsoft_Azure_Security_Insights/%252e%252e/create",
		"https://entra.microsoft.com/#blade/Consent", "https://entra.microsoft.com/", "https://learn.microsoft.com/../x", "https://learn.microsoft.com/%2e%2e/x", "https://learn.microsoft.com//evil.example", "https://learn.microsoft.com/a?u=https://evil.example", "https://learn.microsoft.com/a?u=https%3A%2F%2Fevil.example", "https://learn.microsoft.com/a?u=https%253A%252F%252Fevil.example", "https://learn.microsoft.com/a?u=//evil.example", "https://learn.microsoft.com/a#javascript:alert(1)",
		"https://learn.microsoft.com/" + strings.Repeat("a", longest), "https://security.microsoft.com/incidents/%zz", "https://security.microsoft.com/incidents/%00", "https://security.microsoft.com/incidents/%0d%0aX", "https://security.microsoft.com/incidents/%22%3E", "https://security.microsoft.com/incidents/%5c..%5c",
		"https://security.microsoft.com/incidents/1 --new-window", "https://security.microsoft.com/incidents/1\"x", "https://security.microsoft.com/incidents/`id`", "https://security.microsoft.com/incidents/$(id)", "https://security.microsoft.com/incidents/1;calc", "https://security.microsoft.com/incidents/1|calc", "https://security.microsoft.com/incidents/<x>", "https://security.microsoft.com/incidents/'x'", "https://security.microsoft.com/incidents/{x}", "https://security.microsoft.com/incidents/^x", "https://security.microsoft.com/incidents/*", "https://security.microsoft.com/incidents/!x",
	}
	for _, r := range "\x00\t\n\r\x1b\x7f\u0085\u00a0\u00ad\u200b\u200e\u202e\u2028\u2066\ufeff\uff0f\u2215\u3002\uff0e\U000e0041" {
		out = append(out, "https://security.microsoft.com/incidents/1"+string(r), "https://security.microsoft.com"+string(r)+"/incidents/1", string(r)+"https://security.microsoft.com/incidents/1", "https://security.microsoft.com/incidents/"+url.PathEscape(string(r)))
	}
	for host := range portals {
		for _, frame := range []string{
			"https://%s.evil.example/incidents/1", "https://evil.example/%s/incidents/1", "https://evil.example?%s/incidents/1", "https://evil.example#%s/incidents/1", "https://%s@evil.example/incidents/1", "https://evil.example@%s/incidents/1",
			"https://user:pass@%s/incidents/1", "https://@%s/incidents/1", "https://%s:443/incidents/1", "https://%s:8443/incidents/1", "https://%s:/incidents/1", "https://%s./incidents/1", "https://.%s/incidents/1", "https://x.%s/incidents/1", "https://x%s/incidents/1", "https://%sx/incidents/1",
			"https://%s\\incidents/1", "https:\\\\%s/incidents/1", "https://evil.example\\@%s/incidents/1", "https://%s%%2eevil.example/incidents/1", "https://%s%%00.evil.example/incidents/1", "https://[%s]/incidents/1", "http://%s/incidents/1", "HTTPS://%s/incidents/1", "//%s/incidents/1", "https:%s/incidents/1", "file://%s/incidents/1", "\\\\%s\\incidents\\1", "javascript://%s/incidents/%%0aalert(1)",
		} {
			out = append(out, fmt.Sprintf(frame, host))
		}
		for _, swap := range [][2]string{{"o", "о"}, {"o", "0"}, {"c", "с"}, {"i", "ı"}, {".com", ".cоm"}, {".com", ".co"}, {".com", ".com.ru"}, {"microsoft", "rnicrosoft"}, {"microsoft", "xn--micrsoft-qbh"}, {"azure", "azúre"}, {".", "。"}, {"s", "S"}} {
			if look := strings.Replace(host, swap[0], swap[1], 1); look != host {
				out = append(out, "https://"+look+"/incidents/1", "https://"+look+"/#asset/Microsoft_Azure_Security_Insights/x")
			}
		}
	}
	for _, ip := range []string{"127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "169.254.169.254", "10.0.0.1"} {
		out = append(out, "https://"+ip+"/incidents/1")
	}
	return out
}

func TestGoal41NoHostileAddressOpens(t *testing.T) {
	hostile := hostileAddresses()
	if len(hostile) < 100 {
		t.Fatalf("only %d addresses", len(hostile))
	}
	for _, raw := range hostile {
		a, err := Parse(raw)
		if err == nil || a != (Address{}) {
			t.Errorf("%.200q may be opened", raw)
			continue
		}
		if app.KindOf(err) != app.KindInvalid || len(raw) > 8 && strings.Contains(app.Say(err), raw) {
			t.Errorf("%.200q: %v", raw, err)
		}
	}
}

// Whatever passes is one word of ASCII on a host of the list, for every reader.
func FuzzGoal41Gate(f *testing.F) {
	for _, raw := range append(hostileAddresses()[:60], real...) {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		a, err := Parse(raw)
		if err != nil {
			return
		}
		u, err := url.Parse(a.String())
		if err != nil || a.String() != raw || u.Scheme != "https" || u.User != nil || u.Port() != "" || u.Hostname() != a.Host() {
			t.Fatalf("%q passed as %q of %q (%v)", raw, a, a.Host(), err)
		}
		if _, known := portals[a.Host()]; !known || strings.ContainsAny(raw, " \\@\"'`$|<>^{};*!") || strings.ContainsFunc(raw, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
			t.Fatalf("%q passed", raw)
		}
	})
}
