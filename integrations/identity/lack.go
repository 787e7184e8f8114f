package identity

import (
	"net/http"

	"watchfloor/app"
	"watchfloor/integrations/azure"
)

// part is a part of a source that a licence, a right or the cloud may close.
type part struct {
	what, licence string
	need          string // permission and role
	still         string
}

// why says what closes a part; it travels in cursors.
type why string

const (
	open      why = ""
	noLicence why = "licence"
	noRight   why = "right"
	noService why = "cloud"
)

// whyClosed reads from an error that a part is closed.
func whyClosed(err error) why {
	switch {
	case app.KindOf(err) == app.KindLicence:
		return noLicence
	case app.KindOf(err) == app.KindPermission:
		return noRight
	case azure.StatusOf(err) == http.StatusNotFound: // a list, not a row, is missing
		return noService
	}
	return open
}

func (p part) lack(w why) app.Lack {
	l := app.Lack{What: p.what, Needs: p.need, Still: p.still}
	switch w {
	case noLicence:
		l.Needs = "the licence " + p.licence
	case noService:
		l.Needs = "a cloud that offers it"
	}
	return l
}
