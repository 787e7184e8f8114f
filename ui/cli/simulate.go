package cli

import (
	"net"

	"github.com/spf13/cobra"
)

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
			return r.d.Simulate(cmd.Context(), SimulateOptions{
				Listen: listen, Incidents: r.o.Incidents, Seed: r.o.Seed,
				At: r.o.At, Faults: r.o.Faults, CAFile: ca, Home: r.o.Home,
			}, r.out)
		},
	}
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:0", "loopback `address`; port 0 picks a free one")
	cmd.Flags().StringVar(&ca, "ca", "", "`file` for the certificate (default: ca.pem in the data folder)")
	return cmd
}
