package identity

import (
	"cmp"

	"watchfloor/app"
	"watchfloor/app/identity"
)

// Target is what an action on a row may concern: the account or workload behind it, and
// the sign-in where it is one. Subjects that it has not are zero; names are tenant text.
type Target struct{ User, Workload, SignIn app.Subject }

// TargetOf is what an action on a row may concern.
func TargetOf(r Row) Target {
	user := func(id, name, upn string) app.Subject {
		if id == "" {
			return app.Subject{}
		}
		return app.Subject{Kind: app.SubjectUser, ID: id, Name: cmp.Or(name, upn, id)}
	}
	switch {
	case r.User != nil:
		return Target{User: user(r.User.ID, r.User.Name, r.User.UPN)}
	case r.Workload != nil && r.Workload.ID != "":
		return Target{Workload: app.Subject{Kind: app.SubjectWorkload, ID: r.Workload.ID, Name: cmp.Or(r.Workload.Name, r.Workload.AppID, r.Workload.ID)}}
	case r.SignIn != nil:
		t := Target{User: user(r.SignIn.UserID, r.SignIn.Name, r.SignIn.UPN)}
		if r.SignIn.ID != "" {
			t.SignIn = app.Subject{Kind: app.SubjectSignIn, ID: r.SignIn.ID, Name: signInName(r.SignIn.SignIn)}
		}
		return t
	case r.Detection != nil && r.Detection.Workload && r.Detection.Subject != "":
		return Target{Workload: app.Subject{Kind: app.SubjectWorkload, ID: r.Detection.Subject, Name: cmp.Or(r.Detection.Name, r.Detection.Subject)}}
	case r.Detection != nil:
		return Target{User: user(r.Detection.Subject, r.Detection.Name, r.Detection.UPN)}
	}
	return Target{}
}

// signInName is how a sign-in is named in a dialog.
func signInName(s identity.SignIn) string {
	return cmp.Or(s.Name, s.UPN, s.UserID) + " to " + cmp.Or(s.App, s.AppID) + ", " + s.At.UTC().Format("2 Jan 15:04") + "Z"
}

// KeyOf is the key of the person behind a row; ok is false for a workload.
func KeyOf(r Row) (k identity.Key, name string, ok bool) {
	switch {
	case r.User != nil:
		return identity.Key{ObjectID: r.User.ID, UPN: r.User.UPN}, r.User.Name, true
	case r.SignIn != nil:
		return identity.Key{ObjectID: r.SignIn.UserID, UPN: r.SignIn.UPN}, r.SignIn.Name, true
	case r.Detection != nil && !r.Detection.Workload:
		return identity.Key{ObjectID: r.Detection.Subject, UPN: r.Detection.UPN}, r.Detection.Name, true
	}
	return identity.Key{}, "", false
}
