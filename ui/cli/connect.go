package cli

import (
	"context"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"watchfloor/app"
	"watchfloor/app/profile"
)

// SecretVariable is the environment variable a client secret, or the password of a
// certificate, is read from.
const SecretVariable = "WATCHFLOOR_CLIENT_SECRET"

func (r *runner) connectCommand() *cobra.Command {
	var d profile.Draft
	var settings string
	var secretIn, actions bool
	cmd := &cobra.Command{
		Use:   "connect",
		Short: "Connect a tenant: sign in, choose a workspace, test, remember the settings",
		Long: "Connect a tenant beside those that are connected already. On a terminal it asks for what the flags\n" +
			"leave open, step by step. A client secret or the password of a certificate is read from\n" +
			SecretVariable + " or, with --secret-stdin, from standard input; never from a flag,\n" +
			"which other processes could read. docs/connect.md lists the permissions, least first.",
		Example: "  watchfloor connect\n" +
			"  watchfloor connect --tenant T --client C --defender --subscription S --resource-group G --workspace W\n" +
			"  watchfloor connect --tenant T --client C --method certificate --certificate app.pfx --defender\n" +
			"  watchfloor connect --settings simulated.json",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			full, err := r.settings(d, settings, secretIn)
			if err != nil {
				return err
			}
			if err := flagsProblem(full, r.d.Asks); err != nil {
				return err
			}
			full.ReadOnly = full.ReadOnly || !actions && !full.Simulated()
			return r.connector(cmd.Context(), func(ctx context.Context, c Connector) error { return r.connect(ctx, c, full) })
		},
	}
	f := cmd.Flags()
	f.StringVar(&settings, "settings", "", "`file` with settings as JSON, as watchfloor simulate prints them; flags override them")
	f.StringVar(&d.Name, "name", "", "what to call the tenant")
	f.StringVar(&d.Colour, "colour", "", "its colour: "+strings.Join(profile.Colours, ", "))
	f.StringVar(&d.TenantID, "tenant", "", "directory (tenant) `id`, or a domain")
	f.StringVar(&d.ClientID, "client", "", "application (client) `id`")
	f.StringVar((*string)(&d.Method), "method", "", "how to sign in: "+strings.Join(methodWords(), ", ")+" (default device)")
	f.StringVar(&d.Certificate, "certificate", "", "PEM or PFX `file` of --method certificate")
	f.StringVar(&d.Account, "account", "", "your `UPN`, which owner:me and assign me stand for")
	f.StringVar(&d.Cloud, "cloud", "", strings.Join(clouds(), ", ")+" (default public)")
	f.StringVar(&d.Subscription, "subscription", "", "subscription `id` of the Sentinel workspace")
	f.StringVar(&d.ResourceGroup, "resource-group", "", "its resource `group`")
	f.StringVar(&d.Workspace, "workspace", "", "its `name`; without a workspace Sentinel is left out")
	f.BoolVar(&d.Defender, "defender", false, "also Defender XDR, through Microsoft Graph")
	f.BoolVar(&d.Identity, "identity", false, "also users, workloads and sign-ins at risk (Entra ID)")
	f.StringVar((*string)(&d.SignIns), "sign-ins", "", "which sign-ins to keep with --identity: risky, interactive, all (default risky)")
	f.BoolVar(&d.Posture, "posture", false, "also secure scores and recommendations (Defender for Cloud, Microsoft 365)")
	f.BoolVar(&d.CloudAlerts, "cloud-alerts", false, "also alerts of Defender for Cloud in the queue")
	f.StringVar(&d.Subscriptions, "posture-subscriptions", "", "`ids` of the subscriptions, separated by commas, that posture and cloud alerts are read of (default all)")
	f.BoolVar(&actions, "actions", false, "allow actions there from the start; without it the tenant is read-only until they are allowed")
	f.BoolVar(&secretIn, "secret-stdin", false, "read the client secret or password from standard input")
	return cmd
}

func methodWords() []string {
	var out []string
	for _, m := range profile.Methods {
		out = append(out, string(m))
	}
	return out
}

func clouds() []string {
	var out []string
	for _, c := range profile.Clouds {
		out = append(out, c.ID)
	}
	return out
}

// settings joins file, flags and secret; flags override the file.
func (r *runner) settings(flags profile.Draft, file string, secretIn bool) (profile.Draft, error) {
	d := profile.Draft{}
	if file != "" {
		f, err := os.Open(file) // #nosec G304 -- the person names the file
		if err != nil {
			return d, app.E(app.KindInvalid, "The settings "+file+" could not be read:"+cause(err)+".", err)
		}
		defer f.Close()
		if d, err = profile.ReadDraft(f); err != nil {
			return d, err
		}
	}
	for _, f := range []struct{ to, from *string }{
		{&d.Name, &flags.Name},
		{&d.Colour, &flags.Colour},
		{&d.TenantID, &flags.TenantID},
		{&d.ClientID, &flags.ClientID},
		{(*string)(&d.Method), (*string)(&flags.Method)},
		{&d.Certificate, &flags.Certificate},
		{&d.Account, &flags.Account},
		{&d.Cloud, &flags.Cloud},
		{&d.Subscription, &flags.Subscription},
		{&d.ResourceGroup, &flags.ResourceGroup},
		{&d.Workspace, &flags.Workspace},
		{(*string)(&d.SignIns), (*string)(&flags.SignIns)},
		{&d.Subscriptions, &flags.Subscriptions},
	} {
		if *f.from != "" {
			*f.to = *f.from
		}
	}
	for to, from := range map[*bool]bool{&d.Defender: flags.Defender, &d.Identity: flags.Identity, &d.Posture: flags.Posture, &d.CloudAlerts: flags.CloudAlerts} {
		*to = *to || from
	}
	if s := r.d.Getenv(SecretVariable); s != "" {
		d.Secret = s
	}
	if secretIn {
		s, err := r.secretIn()
		if err != nil {
			return d, err
		}
		d.Secret = s
	}
	return d.Clean(), nil
}

// secretIn is the secret on standard input, without the end of its line.
func (r *runner) secretIn() (string, error) {
	in, err := io.ReadAll(io.LimitReader(r.d.In, 4096))
	if err != nil {
		return "", app.E(app.KindInternal, "The client secret could not be read from standard input.", err)
	}
	return strings.TrimRight(string(in), "\r\n"), nil
}

// flagsProblem is a mistake on the command line. What is only missing is none where a
// person can be asked for it.
func flagsProblem(d profile.Draft, asks bool) error {
	switch {
	case d.Method != "" && !slices.Contains(profile.Methods, d.Method):
		return usage("--method takes %s", strings.Join(methodWords(), ", "))
	case d.Cloud != "" && !slices.Contains(clouds(), d.Cloud):
		return usage("--cloud takes %s", strings.Join(clouds(), ", "))
	case d.Colour != "" && !slices.Contains(profile.Colours, d.Colour):
		return usage("--colour takes %s", strings.Join(profile.Colours, ", "))
	case d.Cloud == "china" && d.Defender:
		return usage("Microsoft Graph offers no security incidents in China; leave --defender out")
	case asks:
		return nil
	case d.TenantID == "" && d.Method != profile.Managed, d.ClientID == "" && d.Method != profile.Managed && d.Method != profile.AzureCLI:
		return usage("connect needs --tenant and --client, or --settings")
	case d.Sentinel() && (d.Subscription == "" || d.ResourceGroup == "" || d.Workspace == ""):
		return usage("Sentinel needs all of --subscription, --resource-group and --workspace")
	case !d.Sentinel() && !d.Defender && !d.Identity && !d.Posture && !d.CloudAlerts:
		return usage("name a Sentinel workspace, or add --defender, --identity, --posture or --cloud-alerts")
	case d.Method == profile.Secret && d.Secret == "":
		return usage("--method secret needs the client secret in %s or --secret-stdin", SecretVariable)
	case d.Method == profile.Certificate && d.Certificate == "":
		return usage("--method certificate needs --certificate FILE, and its password, if any, in %s or --secret-stdin", SecretVariable)
	}
	if p := withDefaults(d).Problem(); p != "" {
		return usage("%s", strings.TrimSuffix(p, "."))
	}
	return nil
}

// withDefaults fills in what nobody need choose.
func withDefaults(d profile.Draft) profile.Draft {
	if d.Method == "" {
		d.Method = profile.Device
	}
	if d.Cloud == "" {
		d.Cloud = "public"
	}
	return d
}
