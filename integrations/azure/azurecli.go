package azure

import (
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"watchfloor/app"
)

// cliWithin bounds one run of az, which starts slowly on a cold machine.
const cliWithin = 20 * time.Second

// AzureCLI gives the tokens of whoever signed in with az login. The program az must be
// on the PATH; an empty tenant means the one chosen there. It asks nobody.
func AzureCLI(tenant string) (*Credential, error) {
	cred, err := azidentity.NewAzureCLICredential(&azidentity.AzureCLICredentialOptions{TenantID: tenant})
	if err != nil {
		return nil, badIdentity(err)
	}
	again := "az login"
	if tenant != "" {
		again += " --tenant " + tenant
	}
	return &Credential{
		inner: cred, within: cliWithin,
		late:  "The Azure CLI did not answer in time; run az account show in a terminal to see why.",
		other: func(err error) *app.Error { return explainCLI(err, again) },
	}, nil
}

// explainCLI reads what az wrote to its error output. again is the command that signs
// in anew.
func explainCLI(err error, again string) *app.Error {
	said := err.Error()
	switch {
	case strings.Contains(said, "not found on path"), noProgram(err):
		return app.E(app.KindSignIn, "The Azure CLI is not installed, or the program az is not on the PATH.", err)
	case strings.Contains(said, "additional claims"):
		return app.E(app.KindSignIn, "The tenant asks the Azure CLI to sign in again: run "+again+" in a terminal.", err)
	}
	if m := aadsts.FindStringSubmatch(said); m != nil {
		e := explainCode(m[1], err)
		if e.Kind == app.KindSignIn {
			e.Message = strings.TrimSuffix(e.Message, ".") + "; with the Azure CLI that is: " + again + "."
		}
		return e
	}
	switch {
	case strings.Contains(said, "az login"), strings.Contains(said, "No subscription found"):
		return app.E(app.KindSignIn, "Nobody is signed in with the Azure CLI: run "+again+" in a terminal.", err)
	case strings.Contains(said, "resolve"), strings.Contains(said, "Max retries exceeded"), strings.Contains(said, "onnection"):
		return app.E(app.KindOffline, "The Azure CLI could not reach Entra; check the network.", err)
	}
	return app.E(app.KindSignIn, "The Azure CLI gave no token; run az account get-access-token in a terminal to see why.", err)
}
