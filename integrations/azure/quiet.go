package azure

import azlog "github.com/Azure/azure-sdk-for-go/sdk/azcore/log"

// Quiet switches off the log of the SDK, which AZURE_SDK_GO_LOGGING in the environment
// turns on: it prints addresses and ids to standard error. The journal says what is
// needed.
func Quiet() { azlog.SetListener(nil) }
