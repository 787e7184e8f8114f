package directory

import (
	"context"
	"encoding/json"
	"strings"
)

// right is what one assignment of a role allows at a place, an entry of
// Microsoft.Authorization/permissions.
type right struct {
	Actions    []string `json:"actions"`
	NotActions []string `json:"notActions"`
}

const rightsVersion = "2022-04-01"

// rights lists what the sign-in may do at a workspace.
func (c *Client) rights(ctx context.Context, workspace string) ([]right, error) {
	rows, err := c.arm.list(ctx, workspace+"/providers/Microsoft.Authorization/permissions?api-version="+rightsVersion)
	if err != nil {
		return nil, err
	}
	var out []right
	for _, raw := range rows {
		var r right
		if json.Unmarshal(raw, &r) == nil {
			out = append(out, r)
		}
	}
	return out, nil
}

// may reports that one assignment allows the action: the exceptions of another do not
// take away what this one gives.
func may(rights []right, action string) bool {
	for _, r := range rights {
		if anyMatch(r.Actions, action) && !anyMatch(r.NotActions, action) {
			return true
		}
	}
	return false
}

func anyMatch(patterns []string, action string) bool {
	for _, p := range patterns {
		if match(strings.ToLower(p), strings.ToLower(action)) {
			return true
		}
	}
	return false
}

// match holds a pattern in which every * stands for any text, empty text included,
// against s. It takes time in proportion to both lengths.
func match(pattern, s string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == s
	}
	first, last := parts[0], parts[len(parts)-1]
	if !strings.HasPrefix(s, first) {
		return false
	}
	s = s[len(first):]
	for _, middle := range parts[1 : len(parts)-1] {
		i := strings.Index(s, middle)
		if i < 0 {
			return false
		}
		s = s[i+len(middle):]
	}
	return strings.HasSuffix(s, last)
}
