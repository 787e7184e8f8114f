package profile

// Prompt is what a person does on another device to sign in.
type Prompt struct{ Code, URL string }

// Place is a Log Analytics workspace that the sign-in can see.
type Place struct {
	Subscription, SubscriptionName string
	ResourceGroup, Workspace       string
	Location                       string
	// Sentinel reports that Microsoft Sentinel is enabled on it; Problem says in words
	// why that is not known.
	Sentinel bool
	Problem  string
}

// Verdict is how a check of a connection ended.
type Verdict string

// Verdicts. Unknown: the service does not tell; it shows at the first use.
const (
	Works   Verdict = "works"
	Missing Verdict = "missing" // a permission, role or licence
	Failed  Verdict = "failed"  // no answer, or not one to be understood
	Unknown Verdict = "unknown"
)

// Finding is one line of the test of a connection: what was tried at which source, how
// it ended, what is needed for it and what its absence costs.
type Finding struct {
	// Feature is the ID of the feature in the table of permissions, "" where the check is
	// about none, such as the sign-in itself.
	Feature string
	Source  string // "Sign-in", "Sentinel", "Defender XDR"
	Check   string // "Read incidents"
	Verdict
	// Sure, where Verdict is Missing: the service itself said so, or the token has no such
	// permission. Without it a role that nobody can tell of may still allow it.
	Sure bool
	// Needs is the permission or role by its exact name and where to grant it.
	Needs string
	// Costs is what does not work without it; "" where Verdict is Works.
	Costs string
	// Said is what the service answered, as a sentence that is safe to show.
	Said string
}
