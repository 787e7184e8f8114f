package cli

import (
	"encoding/json"
	"io"
	"net"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"watchfloor/app"
	"watchfloor/app/profile"
)

// SecretVariable is the environment variable a client secret is read from.
const SecretVariable = "WATCHFLOOR_CLIENT_SECRET"

func (r *runner) connectCommand() *cobra.Command {
	var c profile.Draft
	var settings string
	var secretIn bool
	cmd := &cobra.Command{
		Use:   "connect",
		Short: "Connect a tenant: sign in, check each source, remember the settings",
		Long: "Connect a tenant. A client secret is read from " + SecretVariable + " or, with --secret-stdin,\n" +
			"from standard input; never from a flag, which other processes could read.\n" +
			"README.md lists the permissions to give, read-only first.",
		Example: "  watchfloor connect --tenant T --client C --defender --subscription S --resource-group G --workspace W\n" +
			"  watchfloor connect --settings simulated.json",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if r.d.Connect == nil {
				return missing("a way to connect")
			}
			full, err := r.settings(c, settings, secretIn)
			if err != nil {
				return err
			}
			return r.d.Connect(cmd.Context(), r.o, full, r.out)
		},
	}
	f := cmd.Flags()
	f.StringVar(&settings, "settings", "", "`file` with settings as JSON, as watchfloor simulate prints them; flags override them")
	f.StringVar(&c.Name, "name", "", "what to call the tenant")
	f.StringVar(&c.TenantID, "tenant", "", "directory (tenant) `id`")
	f.StringVar(&c.ClientID, "client", "", "application (client) `id`")
	f.StringVar((*string)(&c.Method), "method", "", "how to sign in: device (default), browser or secret")
	f.StringVar(&c.Account, "account", "", "your `UPN`, which owner:me and assign me stand for")
	f.StringVar(&c.Cloud, "cloud", "", "public (default), usgov, dod or china")
	f.StringVar(&c.Subscription, "subscription", "", "subscription `id` of the Sentinel workspace")
	f.StringVar(&c.ResourceGroup, "resource-group", "", "its resource `group`")
	f.StringVar(&c.Workspace, "workspace", "", "its `name`; without a workspace Sentinel is left out")
	f.BoolVar(&c.Defender, "defender", false, "also Defender XDR, through Microsoft Graph")
	f.BoolVar(&secretIn, "secret-stdin", false, "read the client secret from standard input")
	return cmd
}

// settings joins flags, file and secret, and checks that they are whole.
func (r *runner) settings(flags profile.Draft, file string, secretIn bool) (profile.Draft, error) {
	c := profile.Draft{}
	if file != "" {
		raw, err := os.ReadFile(file)
		if err != nil {
			return c, app.E(app.KindInvalid, "The settings "+file+" could not be read:"+cause(err)+".", err)
		}
		if err := json.Unmarshal(raw, &c); err != nil {
			return c, app.E(app.KindInvalid, "The settings "+file+" are not the JSON that watchfloor simulate prints.", err)
		}
	}
	for _, f := range []struct{ to, from *string }{{&c.Name, &flags.Name}, {&c.TenantID, &flags.TenantID}, {&c.ClientID, &flags.ClientID},
		{(*string)(&c.Method), (*string)(&flags.Method)}, {&c.Account, &flags.Account}, {&c.Cloud, &flags.Cloud}, {&c.Subscription, &flags.Subscription},
		{&c.ResourceGroup, &flags.ResourceGroup}, {&c.Workspace, &flags.Workspace}} {
		if *f.from != "" {
			*f.to = *f.from
		}
	}
	c.Defender = c.Defender || flags.Defender
	if s := r.d.Getenv(SecretVariable); s != "" {
		c.Secret = s
	}
	if secretIn {
		in, err := io.ReadAll(io.LimitReader(r.d.In, 4096))
		if err != nil {
			return c, app.E(app.KindInternal, "The client secret could not be read from standard input.", err)
		}
		c.Secret = strings.TrimSpace(string(in))
	}
	if c.Method == "" {
		c.Method = profile.Device
	}
	c.Cloud = orElse(c.Cloud, "public")
	return c, check(c)
}

var clouds = []string{"public", "usgov", "dod", "china"}

func check(c profile.Draft) error {
	sentinel := c.Subscription != "" || c.ResourceGroup != "" || c.Workspace != ""
	switch {
	case c.TenantID == "" || c.ClientID == "":
		return usage("connect needs --tenant and --client, or --settings")
	case c.Method != "device" && c.Method != "browser" && c.Method != "secret":
		return usage("--method takes device, browser or secret")
	case !slices.Contains(clouds, c.Cloud):
		return usage("--cloud takes %s", strings.Join(clouds, ", "))
	case c.Cloud == "china" && c.Defender:
		return usage("Microsoft Graph offers no security incidents in China; leave --defender out")
	case sentinel && (c.Subscription == "" || c.ResourceGroup == "" || c.Workspace == ""):
		return usage("Sentinel needs all of --subscription, --resource-group and --workspace")
	case !sentinel && !c.Defender:
		return usage("name a Sentinel workspace, or add --defender, or both")
	case c.Method == "secret" && c.Secret == "":
		return usage("--method secret needs the client secret in %s or --secret-stdin", SecretVariable)
	}
	return nil
}

func (r *runner) simulateCommand() *cobra.Command {
	var listen, ca string
	cmd := &cobra.Command{
		Use:   "simulate",
		Short: "Serve a simulated tenant on loopback for other processes",
		Long: "Serve a simulated tenant that speaks what the real services speak. It prints the settings to connect\n" +
			"with as JSON and writes the certificate to trust; it runs until it is interrupted.",
		Example: "  watchfloor simulate --listen 127.0.0.1:8443 > simulated.json &\n  watchfloor connect --settings simulated.json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			host, _, err := net.SplitHostPort(listen)
			if ip := net.ParseIP(host); err != nil || host != "localhost" && (ip == nil || !ip.IsLoopback()) {
				return usage("--listen takes a loopback address such as 127.0.0.1:8443: the simulated tenant is for this machine only")
			}
			if r.d.Simulate == nil {
				return missing("a simulated tenant")
			}
			return r.d.Simulate(cmd.Context(), SimulateOptions{Listen: listen, Incidents: r.o.Incidents, Seed: r.o.Seed,
				At: r.o.At, Faults: r.o.Faults, CAFile: ca, Home: r.o.Home}, r.out)
		},
	}
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:0", "loopback `address`; port 0 picks a free one")
	cmd.Flags().StringVar(&ca, "ca", "", "`file` for the certificate (default: ca.pem in the data folder)")
	return cmd
}
