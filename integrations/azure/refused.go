package azure

import "watchfloor/app"

// Refused reports an answer of the service that asking again does not mend: rights,
// licence, the place or the request itself are wrong, as opposed to trouble that passes
// and to no answer at all.
func Refused(err error) bool {
	if !app.Answered(err) {
		return false
	}
	switch app.KindOf(err) {
	case app.KindPermission, app.KindLicence, app.KindNotFound, app.KindInvalid, app.KindConflict:
		return true
	}
	return false
}
