package defender

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"

	"watchfloor/app"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/azure/wire"
)

// arranging takes a permission of its own: that of changing incidents does not cover
// merging them or moving alerts (Graph reference of May 2026).
var arranging = azure.Intent{
	Source: app.Defender, Write: true,
	Need: "the permission SecurityData.Manage.All and the role Security Operator",
}

var errNoTarget = errors.New("answer names no target incident")

// Merge implements app.Merger. Reasons for the correlation are optional and not sent.
func (c *Client) Merge(ctx context.Context, ids []string, comment string) (string, error) {
	ids, whole := distinct(ids)
	if !whole || len(ids) < 2 {
		return "", app.E(app.KindInvalid, "Choose at least two different incidents to merge.", nil)
	}
	return c.arrange(ctx, "/incidents/mergeIncidents", struct {
		IDs     []string `json:"incidentIds"`
		Comment string   `json:"incidentComment,omitempty"`
	}{ids, comment}, arrangement{
		gone:    "One of these incidents is not at Defender XDR; refresh them and choose again.",
		refused: "Defender XDR does not merge these incidents; one of them may be merged already. Refresh them and choose again.",
	})
}

// MoveAlerts implements app.Merger; for a new incident the service wants null in place
// of an id.
func (c *Client) MoveAlerts(ctx context.Context, alerts []string, to, comment string) (string, error) {
	alerts, whole := distinct(alerts)
	if !whole || len(alerts) == 0 {
		return "", app.E(app.KindInvalid, "Choose at least one alert to move.", nil)
	}
	body := struct {
		IDs     []string `json:"alertIds"`
		To      *string  `json:"incidentId"`
		Comment string   `json:"alertComment,omitempty"`
	}{alerts, nil, comment}
	if to != "" {
		body.To = &to
	}
	return c.arrange(ctx, "/alerts_v2/moveAlerts", body, arrangement{
		gone:    "One of these alerts, or the incident they go to, is not at Defender XDR; refresh both and choose again.",
		refused: "Defender XDR does not move these alerts; the incident they go to may be merged. Refresh both and choose again.",
	})
}

// arrangement words the refusals of one call.
type arrangement struct{ gone, refused string }

func (c *Client) arrange(ctx context.Context, path string, body any, words arrangement) (string, error) {
	b, err := json.Marshal(body)
	if err != nil {
		return "", azure.Explain(err, arranging)
	}
	reply, err := c.send(ctx, arranging, http.MethodPost, c.security+path, b)
	switch status := azure.StatusOf(err); {
	case status == http.StatusNotFound, status == http.StatusGone:
		// Not KindNotFound: which of them is gone is not said.
		return "", azure.Reworded(err, app.KindInvalid, words.gone)
	case status == http.StatusBadRequest:
		return "", azure.Reworded(err, app.KindInvalid, words.refused)
	case err != nil:
		return "", err
	}
	if err := azure.CheckObject(reply.Body, "targetIncidentId"); err != nil {
		return "", azure.Malformed(reply.Body, arranging, err)
	}
	row := wire.ReadRow(reply.Body)
	target := row.ID("targetIncidentId")
	if target == "" {
		return "", azure.Malformed(reply.Body, arranging, errNoTarget)
	}
	return target, nil
}

// distinct leaves out repeated ids; whole is false where one is empty.
func distinct(ids []string) (out []string, whole bool) {
	for _, id := range ids {
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out, !slices.Contains(out, "")
}
