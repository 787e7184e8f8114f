package azure

import (
	"log/slog"
	"net/http"
	"regexp"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// journal logs one line a call at debug level: method, path with every id replaced,
// status, duration, the service's request id. Never a header, a body or a query.
type journal struct {
	log *slog.Logger
	now func() time.Time
}

func (j journal) Do(req *policy.Request) (*http.Response, error) {
	ctx := req.Raw().Context()
	if !j.log.Enabled(ctx, slog.LevelDebug) {
		return req.Next()
	}
	start := j.now()
	resp, err := req.Next()
	attrs := []slog.Attr{
		slog.String("method", req.Raw().Method), slog.String("path", maskPath(req.Raw().URL.Path)),
		slog.Duration("took", j.now().Sub(start)),
	}
	if resp != nil {
		id := resp.Header.Get("x-ms-request-id")
		if id == "" {
			id = resp.Header.Get("request-id")
		}
		attrs = append(attrs, slog.Int("status", resp.StatusCode), slog.String("request", id))
	}
	if err != nil {
		attrs = append(attrs, slog.String("kind", string(Explain(err, Intent{}).Kind)))
	}
	j.log.LogAttrs(ctx, slog.LevelDebug, "call", attrs...)
	return resp, err
}

var (
	idSegment   = regexp.MustCompile(`[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|/\d{3,}`)
	nameSegment = regexp.MustCompile(`(?i)/(resourceGroups|workspaces)/[^/]+`)
)

func maskPath(p string) string {
	p = nameSegment.ReplaceAllString(p, "/$1/*")
	return idSegment.ReplaceAllStringFunc(p, func(s string) string {
		if s[0] == '/' {
			return "/*"
		}
		return "*"
	})
}
