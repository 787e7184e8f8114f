package defender

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"

	"watchfloor/app"
	"watchfloor/integrations/azure"
)

var errNoAlerts = errors.New("answer holds no alerts although they were asked for")

// Update implements app.Remote. Only the changed fields are sent. Closing takes a
// classification; opening again clears it, as "unknown".
func (c *Client) Update(ctx context.Context, seen app.Pulled, want app.Fields, changed []app.Field) (app.Pulled, error) {
	if len(changed) == 0 {
		return seen, nil
	}
	if to := seen.Incident.RedirectTo; to != "" {
		return app.Pulled{}, app.E(app.KindConflict, "This incident was merged into incident "+to+"; change that one.", nil)
	}
	body, err := patchBody(seen.Incident.Fields, want, changed)
	if err != nil {
		return app.Pulled{}, err
	}
	id := seen.Incident.Ref.ID
	reply, err := c.send(ctx, writing, http.MethodPatch, c.one(id), body)
	if err != nil {
		return app.Pulled{}, err
	}
	if reply.Status == http.StatusNoContent {
		return c.Get(ctx, id)
	}
	return c.decode(ctx, reply, id, writing)
}

func patchBody(seen, want app.Fields, changed []app.Field) ([]byte, error) {
	has := func(f app.Field) bool { return slices.Contains(changed, f) }
	m := map[string]any{}
	if has(app.FieldSeverity) {
		word := map[app.Severity]string{app.Informational: "informational", app.Low: "low", app.Medium: "medium", app.High: "high"}[want.Severity]
		if word == "" {
			return nil, app.E(app.KindInvalid, "Choose a severity that Defender XDR knows.", nil)
		}
		m["severity"] = word
	}
	if has(app.FieldStatus) {
		word := want.Status.Wire(app.Defender)
		if word == "" || want.Status == app.StatusRedirected {
			return nil, app.E(app.KindInvalid, "Defender XDR takes no status \""+want.Status.String()+"\".", nil)
		}
		m["status"] = word
	}
	if has(app.FieldOwner) {
		if m["assignedTo"] = any(want.Owner.UPN); want.Owner.UPN == "" {
			m["assignedTo"] = nil
			if want.Owner.Name != "" {
				m["assignedTo"] = want.Owner.Name
			} else if !want.Owner.IsZero() {
				return nil, app.E(app.KindInvalid, "Defender XDR assigns by e-mail address or name; this owner has neither.", nil)
			}
		}
	}
	if has(app.FieldTags) {
		m["customTags"] = app.NormalTags(want.Tags)
	}
	if err := closing(m, seen, want, has); err != nil {
		return nil, err
	}
	return json.Marshal(m)
}

// closing keeps status and classification together: closing needs a classification,
// reopening clears it.
func closing(m map[string]any, seen, want app.Fields, has func(app.Field) bool) error {
	if has(app.FieldStatus) && want.Status != app.StatusClosed {
		if seen.Status != app.StatusClosed {
			return nil // what others classified while it is open stays
		}
		if seen.Classification != app.Unclassified {
			m["classification"], m["determination"] = "unknown", "unknown"
		}
		if seen.ClosingNote != "" {
			m["resolvingComment"] = nil
		}
		return nil
	}
	class := seen.Classification
	if has(app.FieldClassification) {
		class = want.Classification
	}
	if has(app.FieldClassification) || has(app.FieldDetermination) {
		m["classification"] = class.Wire(app.Defender)
		m["determination"] = determination(class, want.Determination)
	}
	if has(app.FieldStatus) && class == app.Unclassified {
		return app.E(app.KindInvalid, "Closing needs a classification.", nil)
	}
	if has(app.FieldClosingNote) {
		m["resolvingComment"] = want.ClosingNote
	}
	return nil
}

// determination is the service's word for detail; one it would refuse gives way to the
// first of the classification.
func determination(class app.Classification, detail string) string {
	d := app.DeterminationFor(app.Defender, class, app.ParseDetermination(detail))
	if !slices.Contains(determinations, d) {
		d = app.DeterminationFor(app.Defender, class, "")
	}
	if d == "" {
		return "unknown"
	}
	return d
}

// determinations are the values of alertDetermination (metadata of August 2026).
var determinations = []string{
	"apt", "malware", "securityPersonnel", "securityTesting", "unwantedSoftware", "other",
	"multiStagedAttack", "compromisedAccount", "phishing", "maliciousUserActivity", "notMalicious", "notEnoughDataToValidate",
	"confirmedActivity", "lineOfBusinessApplication",
}

// AddComment implements app.Remote. The service gives comments no id and adds one for
// every call: read Comments before repeating. Documentation and the specification of
// incidents send one object (the SDK an array for alerts); one object is sent.
func (c *Client) AddComment(ctx context.Context, id string, note app.Comment) error {
	if note.Text == "" {
		return app.E(app.KindInvalid, "A comment needs text.", nil)
	}
	body, err := json.Marshal(map[string]string{"@odata.type": "microsoft.graph.security.alertComment", "comment": note.Text})
	if err != nil {
		return azure.Explain(err, writing)
	}
	_, err = c.send(ctx, writing, http.MethodPost, c.one(id)+"/comments", body)
	return err
}
