package cli

import (
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"

	"watchfloor/app"
)

func (r *runner) versionCommand() *cobra.Command {
	var sbom bool
	cmd := &cobra.Command{
		Use:     "version",
		Short:   "Print the version; with --sbom what the program is made of, as CycloneDX",
		Example: "  watchfloor version --sbom | jq -r '.components[].purl'",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			info, ok := debug.ReadBuildInfo()
			if !ok {
				return app.E(app.KindInternal, "This program was built without the list of its modules; build it with make.", errors.New("no build info"))
			}
			if sbom {
				return writeBill(r.out, info, r.d.Version, r.d.Carried)
			}
			_, err := fmt.Fprintf(r.out, "watchfloor %s, %s\n", r.d.Version, info.GoVersion)
			for _, c := range r.d.Carried {
				if err == nil {
					_, err = fmt.Fprintf(r.out, "%s %s\n", c.Name, c.Version)
				}
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&sbom, "sbom", false, "list all modules with their versions and sums (CycloneDX 1.6, JSON)")
	return cmd
}
