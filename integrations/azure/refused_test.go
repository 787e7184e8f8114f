package azure

import (
	"errors"
	"net/http"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
)

// What a service refuses for good is told from what may pass, and from what never
// reached it.
func TestRefusalsAreAnswersThatStay(t *testing.T) {
	for _, c := range []struct {
		status int
		want   bool
	}{
		{http.StatusForbidden, true},
		{http.StatusNotFound, true},
		{http.StatusBadRequest, true},
		{http.StatusConflict, true},
		{http.StatusTooManyRequests, false},
		{http.StatusServiceUnavailable, false},
		{http.StatusUnauthorized, false},
	} {
		err := Explain(&azcore.ResponseError{StatusCode: c.status}, Intent{})
		if Refused(err) != c.want {
			t.Errorf("%d: refused %v (%v)", c.status, !c.want, err)
		}
	}
	if Refused(nil) || Refused(errors.New("no route")) {
		t.Error("what was never answered is taken for a refusal")
	}
}
