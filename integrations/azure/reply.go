package azure

import (
	"bytes"
	"context"
	"io"
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/streaming"
)

// Reply receives the answer to one call as it was sent.
type Reply struct {
	Status int
	Header http.Header
	Body   []byte
}

// byteOrderMark is not JSON, and some proxies put one in front of it.
var byteOrderMark = []byte("\xef\xbb\xbf")

type (
	replyKey struct{}
	bodyKey  struct{}
)

// WithReply makes the next successful answer of a pipeline land in r. The client that
// made the request then sees an empty object: the rows are decoded once, by a decoder
// that survives a malformed one, where a typed client would lose the page.
func WithReply(ctx context.Context, r *Reply) context.Context {
	return context.WithValue(ctx, replyKey{}, r)
}

// WithBody makes the pipeline send json in place of the body that the client built,
// so that properties the client's types do not know are kept.
func WithBody(ctx context.Context, json []byte) context.Context {
	return context.WithValue(ctx, bodyKey{}, json)
}

// exchange is the policy behind WithReply and WithBody.
type exchange struct{}

func (exchange) Do(req *policy.Request) (*http.Response, error) {
	ctx := req.Raw().Context()
	if b, ok := ctx.Value(bodyKey{}).([]byte); ok {
		if err := req.SetBody(streaming.NopCloser(bytes.NewReader(b)), "application/json"); err != nil {
			return nil, err
		}
	}
	resp, err := req.Next()
	r, ok := ctx.Value(replyKey{}).(*Reply)
	if err != nil || !ok {
		return resp, err
	}
	r.Status, r.Header = resp.StatusCode, resp.Header
	if resp.StatusCode/100 != 2 {
		return resp, nil
	}
	if r.Body, err = runtime.Payload(resp); err != nil {
		return nil, err
	}
	r.Body = bytes.TrimPrefix(r.Body, byteOrderMark)
	resp.Body = io.NopCloser(bytes.NewReader([]byte("{}")))
	return resp, nil
}
