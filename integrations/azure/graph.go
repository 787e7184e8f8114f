package azure

import (
	"bytes"
	"context"
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/streaming"
)

// AskGraph makes one request to Microsoft Graph, within Call; body is JSON, nil for none.
// It asks for words that the published description does not name as they are, not as
// unknownFutureValue. The error of any answer but 200, 201 and 204 is an
// *azcore.ResponseError.
func AskGraph(ctx context.Context, p runtime.Pipeline, method, address string, body []byte) error {
	req, err := runtime.NewRequest(ctx, method, address)
	if err != nil {
		return err
	}
	h := req.Raw().Header
	h.Set("Accept", "application/json")
	h.Set("Prefer", "include-unknown-enum-members")
	if body != nil {
		if err := req.SetBody(streaming.NopCloser(bytes.NewReader(body)), "application/json"); err != nil {
			return err
		}
	}
	resp, err := p.Do(req)
	if err != nil {
		return err
	}
	if !runtime.HasStatusCode(resp, http.StatusOK, http.StatusCreated, http.StatusNoContent) {
		return runtime.NewResponseError(resp)
	}
	return nil
}
